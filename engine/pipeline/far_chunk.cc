#include "engine/pipeline/far_chunk.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

#include "engine/plan/decode.h"
#include "engine/plan/encode.h"

namespace sigma {
namespace {

// The coders that are tried on the table of copies.
constexpr std::array kBlockCoders = {CoderId::kEntropy, CoderId::kLz};

// Codes the block into `target`; fills in the front.
ByteView CodeBlock(ByteView block, const CoderParams& params, BufferPool& pool, MutableBytes first,
                   MutableBytes second, FarFront& front) {
  front.plan = static_cast<std::uint8_t>(CoderId::kRaw);
  front.block = front.coded = static_cast<std::uint32_t>(block.size());
  ByteView best = block;
  for (const CoderId coder : kBlockCoders) {
    const MutableBytes to = best.data() == first.data() ? second : first;
    const std::size_t size = EncodeWith(coder, block, params, pool, to);
    if (size == 0 || size >= best.size()) continue;
    best = to.first(size);
    front.plan = static_cast<std::uint8_t>(coder);
    front.coded = static_cast<std::uint32_t>(size);
  }
  return best;
}

// The bytes of a chunk that no copy gives.
std::size_t Gather(ByteView raw, std::span<const FarCopy> copies, std::uint8_t* to) {
  std::size_t size = 0;
  std::size_t from = 0;
  const auto take = [&](std::size_t end) {
    std::memcpy(to + size, raw.data() + from, end - from);
    size += end - from;
  };
  for (const FarCopy& copy : copies) {
    take(copy.begin);
    from = copy.begin + copy.length;
  }
  take(raw.size());
  return size;
}

// The own bytes stand at the end of `target`; each run goes to its place, which is never after it.
void Spread(std::span<const FarCopy> copies, std::size_t own, MutableBytes target) {
  std::size_t from = target.size() - own;
  std::size_t to = 0;
  for (const FarCopy& copy : copies) {
    const std::size_t size = copy.begin - to;
    std::memmove(target.data() + to, target.data() + from, size);
    from += size;
    to = copy.begin + copy.length;
  }
  // What follows the last copy is there.
  assert(from == to);
}

}  // namespace

EncodedPayload EncodeFarChunk(ByteView raw, std::span<const FarCopy> copies, std::uint64_t position,
                              const LevelRow& level, StrategyChoice choice, BufferPool& pool,
                              MutableBytes target) {
  std::array<std::uint8_t, kMaxFarFront> head;
  FarFront front{.count = static_cast<std::uint32_t>(copies.size())};
  std::size_t size = 0;
  {
    const std::size_t bound = FarBlockBound(copies.size());
    BufferPool::Lease lease = pool.Acquire(3 * bound + 2 * kPad);
    const auto memory = lease.As<std::uint8_t>(3 * bound + 2 * kPad);
    const MutableBytes block = memory.first(WriteFarCopies(copies, position, memory.first(bound)));
    const MutableBytes rest = memory.subspan(bound + kPad);
    const ByteView coded = CodeBlock(block, level.coder, pool, rest.first(block.size()),
                                     rest.subspan(bound + kPad, block.size()), front);
    size = WriteFarFront(front, head);
    std::memcpy(target.data(), head.data(), size);
    std::ranges::copy(coded, target.data() + size);
    size += coded.size();
  }
  EncodedPayload payload{.plan_id = kFarPlan, .size = size, .classify_seconds = 0};
  BufferPool::Lease lease = pool.Acquire(raw.size());
  const auto memory = lease.As<std::uint8_t>(raw.size());
  const std::size_t own = Gather(raw, copies, memory.data());
  if (own == 0) return payload;
  std::memset(memory.data() + own, 0, std::min(kPad, lease.capacity() - own));
  const EncodedPayload coded =
      EncodeChunk(memory.first(own), level, choice, pool, target.subspan(size + 1, own));
  target[size] = coded.plan_id;
  payload.size += 1 + coded.size;
  payload.classify_seconds = coded.classify_seconds;
  return payload;
}

Result<OwnBytes> DecodeOwnBytes(std::uint8_t plan_id, ByteView payload, std::uint64_t position,
                                BufferPool& pool, MutableBytes target, Hasher* hash) {
  OwnBytes own;
  if (plan_id != kFarPlan) {
    const Result<void> decoded = DecodeChunk(plan_id, payload, pool, target, hash);
    if (!decoded) return decoded.failure();
    return own;
  }
  const Result<FarFront> front = ParseFarFront(payload, target.size());
  if (!front) return front.failure();
  const ByteView coded = payload.subspan(front->bytes, front->coded);
  std::size_t copied = 0;
  {
    BufferPool::Lease lease = pool.Acquire(front->block);
    const auto block = lease.As<std::uint8_t>(front->block);
    // The bytes after `coded` are of the payload, and readable.
    const Result<void> decoded = DecodeChunk(front->plan, coded, pool, block);
    if (!decoded) return decoded.failure();
    own.memory = pool.AcquireFor<FarCopy>(front->count);
    const auto copies = own.memory.As<FarCopy>(front->count);
    const Result<std::size_t> parsed = ParseFarCopies(block, position, target.size(), copies);
    if (!parsed) return Fail(parsed.error().code, parsed.error().text, front->bytes);
    copied = *parsed;
    own.copies = copies;
  }
  const std::size_t left = target.size() - copied;
  ByteView rest = payload.subspan(front->bytes + front->coded);
  if ((left == 0) != rest.empty()) {
    return Fail(ErrorCode::kCorrupt, "far copies and a chunk's own bytes do not agree",
                front->bytes);
  }
  if (left == 0) return own;
  const std::uint8_t plan = rest.front();
  rest = rest.subspan(1);
  if (plan == kFarPlan || rest.empty()) {
    return Fail(ErrorCode::kCorrupt, "a chunk's own bytes have no plan of their own",
                payload.size() - rest.size());
  }
  Result<void> decoded = DecodeChunk(plan, rest, pool, target.last(left));
  if (!decoded) {
    if (decoded.error().offset != kNoPosition)
      decoded.error().offset += payload.size() - rest.size();
    return decoded.failure();
  }
  Spread(own.copies, left, target);
  return own;
}

Result<void> DecodeFarChunk(std::uint8_t plan_id, ByteView payload, std::uint64_t position,
                            FarBytes* from, BufferPool& pool, MutableBytes target, Hasher* hash) {
  if (plan_id == kFarPlan && from == nullptr) {
    return Fail(ErrorCode::kCorrupt, "far copies in a stream that says it has none", 0);
  }
  const Result<OwnBytes> own = DecodeOwnBytes(plan_id, payload, position, pool, target, hash);
  if (!own) return own.failure();
  if (plan_id != kFarPlan) return {};
  std::array<std::uint64_t, kMostFarSources> chunks;
  std::size_t count = 0;
  for (const FarCopy& copy : own->copies) {
    const std::uint64_t chunk = copy.source / from->chunk_size();
    const std::span<const std::uint64_t> known{chunks.data(), count};
    if (std::ranges::find(known, chunk) != known.end()) continue;
    if (count == chunks.size()) {
      return Fail(ErrorCode::kCorrupt, "a chunk copies from more chunks than it may", 0);
    }
    chunks[count++] = chunk;
  }
  for (std::size_t i = 0; i < count; ++i) {
    Result<void> filled = from->Fill(chunks[i], own->copies, target, pool);
    if (!filled) return filled;
  }
  if (hash != nullptr) hash->Add(target);
  return {};
}

}  // namespace sigma
