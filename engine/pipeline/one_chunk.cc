#include "engine/pipeline/one_chunk.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/base/hash.h"
#include "engine/format/chunk_tally.h"
#include "engine/format/stream_format.h"
#include "engine/pipeline/chunk_codec.h"

namespace sigma {
namespace {

std::uint64_t MostScratch(const CompressionPlan& plan) {
  const Job back{Direction::kDecompress, plan.chunk_size, nullptr, false, plan.sorts()};
  return std::max(ScratchNeed(plan.job()), ScratchNeed(back));
}

// A copy with a pad, which is zero.
ByteView Padded(ByteView bytes, Buffer& buffer) {
  if (buffer.size() < bytes.size()) buffer = Buffer(bytes.size());
  std::memcpy(buffer.data(), bytes.data(), bytes.size());
  std::memset(buffer.data() + bytes.size(), 0, kPad);
  return {buffer.data(), bytes.size()};
}

}  // namespace

OneChunk::OneChunk(const CompressionPlan& plan) : plan_(plan) { scratch_.Bound(MostScratch(plan)); }

Result<std::size_t> OneChunk::Compress(ByteView source, MutableBytes target) {
  const ByteView raw = Padded(source, padded_);
  if (payload_.size() < raw.size()) payload_ = Buffer(raw.size());
  const EncodedPayload coded =
      EncodeChunk(raw, *plan_.level, plan_.choice, scratch_, payload_.bytes().first(raw.size()));
  const ByteView payload = payload_.view().first(coded.size);
  // As EncodeStages::Begin has it.
  const bool promises = plan_.sorts() == plan_.level->coder.sorts;
  const StreamHeader stream{.level = static_cast<std::uint8_t>(promises ? plan_.level->level : 0),
                            .chunk_size = plan_.chunk_size,
                            .original_size = std::nullopt};
  ChunkHeader chunk{.plan_id = coded.plan_id,
                    .sequence = 0,
                    .original = static_cast<std::uint32_t>(raw.size()),
                    .payload = static_cast<std::uint32_t>(payload.size()),
                    .hash = Hash64(raw),
                    .payload_hash = Hash32(payload)};
  std::array<std::uint8_t, kMaxStreamHeader> stream_bytes;
  std::array<std::uint8_t, kMaxFrameHeader> chunk_bytes;
  const std::size_t begin = WriteStreamHeader(stream, stream_bytes);
  const std::size_t header = WriteChunkHeader(chunk, chunk_bytes);
  const std::size_t end = begin + header + payload.size();
  const auto footer = ChunkTally::ShortFooter(end);
  if (end + footer.size() > target.size()) {
    return Fail(ErrorCode::kLimit, "the result does not fit its buffer");
  }
  std::memcpy(target.data(), stream_bytes.data(), begin);
  std::memcpy(target.data() + begin, chunk_bytes.data(), header);
  std::memcpy(target.data() + begin + header, payload.data(), payload.size());
  std::memcpy(target.data() + end, footer.data(), footer.size());
  if (!plan_.verify) return end + footer.size();
  BufferPool::Lease lease = scratch_.Acquire(raw.size());
  const MutableBytes restored = lease.As<std::uint8_t>(raw.size());
  if (DecodeChunk(coded.plan_id, payload, scratch_, restored) &&
      std::ranges::equal(restored, raw)) {
    return end + footer.size();
  }
  return Fail(ErrorCode::kCorrupt,
              "verification failed: the encoded chunk does not restore its source (faulty memory, "
              "or a defect of this program)",
              kNoPosition, 0);
}

Result<std::optional<std::size_t>> OneChunk::Decompress(ByteView source, MutableBytes target) {
  const std::optional<std::size_t> another;
  const Result<StreamHeader> stream = ParseStreamHeader(source);
  if (!stream || stream->original_size) return another;
  const Result<ChunkHeader> chunk =
      ParseChunkHeader(source.subspan(stream->bytes), stream->chunk_size);
  if (!chunk || chunk->sequence != 0) return another;
  const std::uint64_t begin = stream->bytes + chunk->bytes;
  const std::uint64_t end = begin + chunk->payload;
  const auto footer = ChunkTally::ShortFooter(end);
  if (source.size() != end + footer.size()) return another;
  const ByteView stored = source.subspan(static_cast<std::size_t>(begin), chunk->payload);
  if (!std::ranges::equal(source.last(footer.size()), footer) ||
      Hash32(stored) != chunk->payload_hash) {
    return another;
  }
  if (chunk->original > target.size()) {
    return Fail(ErrorCode::kLimit, "the result does not fit its buffer");
  }
  const MutableBytes restored = target.first(chunk->original);
  Hasher hash;
  const ByteView payload = Padded(stored, padded_);
  const Result<void> decoded = DecodeChunk(chunk->plan_id, payload, scratch_, restored, &hash);
  if (!decoded || hash.Value() != chunk->hash) return another;
  return std::optional<std::size_t>{restored.size()};
}

}  // namespace sigma
