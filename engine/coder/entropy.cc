// An entropy stream is its blocks one behind the other: kMaxEntropyBlock symbols each, the last one
// the rest; a stream of no symbols has no bytes. Blocks are self-delimiting (pivco_block.h).
#include "engine/coder/entropy.h"

#include <algorithm>
#include <cstring>

#include "engine/coder/pivco_block.h"
#include "engine/memory/buffer.h"

namespace sigma {
namespace {

constexpr auto kRawBlock = static_cast<std::uint8_t>(BlockMode::kRaw);

}  // namespace

std::size_t EntropyStreamBound(std::size_t size) {
  return size + (size + kMaxEntropyBlock - 1) / kMaxEntropyBlock + kPad;
}

std::size_t EncodeEntropyStream(ByteView symbols, std::size_t nesting_price, BufferPool& pool,
                                MutableBytes target) {
  assert(target.size() >= EntropyStreamBound(symbols.size()));
  if (symbols.empty()) return 0;
  const kernels::entropy::PivcoEncodeKernels& kernels = kernels::entropy::ChoosePivcoEncode();
  BufferPool::Lease scratch =
      pool.Acquire(BlockEncodeScratch(std::min(symbols.size(), kMaxEntropyBlock)));
  std::size_t used = 0;
  while (!symbols.empty()) {
    const std::size_t n = std::min(symbols.size(), kMaxEntropyBlock);
    used +=
        EncodeBlock(kernels, symbols.first(n), nesting_price, scratch.data(), target.data() + used);
    symbols = symbols.subspan(n);
  }
  return used;
}

std::size_t StoreEntropyStream(ByteView symbols, MutableBytes target) {
  assert(target.size() >= EntropyStreamBound(symbols.size()));
  std::size_t used = 0;
  while (!symbols.empty()) {
    const std::size_t n = std::min(symbols.size(), kMaxEntropyBlock);
    target[used] = kRawBlock;
    std::memcpy(target.data() + used + 1, symbols.data(), n);
    used += n + 1;
    symbols = symbols.subspan(n);
  }
  return used;
}

const std::uint8_t* FindStoredSymbols(ByteView source, std::size_t size) {
  const bool stored = size <= kMaxEntropyBlock && source.size() > size && source[0] == kRawBlock;
  return stored ? source.data() + 1 : nullptr;
}

Result<std::size_t> DecodeEntropyStream(ByteView source, BufferPool& pool, MutableBytes target) {
  if (target.empty()) return std::size_t{0};
  const kernels::entropy::PivcoDecodeKernels& kernels = kernels::entropy::ChoosePivcoDecode();
  BufferPool::Lease scratch =
      pool.Acquire(BlockDecodeScratch(std::min(target.size(), kMaxEntropyBlock)));
  std::size_t used = 0;
  while (!target.empty()) {
    const std::size_t n = std::min(target.size(), kMaxEntropyBlock);
    const std::size_t block =
        DecodeBlock(kernels, source.subspan(used), scratch.data(), target.first(n));
    if (block == 0) {
      return Fail(ErrorCode::kCorrupt, "An entropy-coded block is damaged or cut.", used);
    }
    used += block;
    target = target.subspan(n);
  }
  return used;
}

std::size_t EncodeEntropy(ByteView source, const CoderParams& params, BufferPool& pool,
                          MutableBytes target) {
  const std::size_t bound = EntropyStreamBound(source.size());
  std::size_t used = 0;
  if (target.size() >= bound) {
    used = EncodeEntropyStream(source, params.lz.nesting_price, pool, target);
  } else {
    BufferPool::Lease coded = pool.Acquire(bound);
    used = EncodeEntropyStream(source, params.lz.nesting_price, pool, {coded.data(), bound});
    if (used <= target.size()) std::copy_n(coded.data(), used, target.data());
  }
  return used < source.size() && used <= target.size() ? used : 0;
}

Result<void> DecodeEntropy(ByteView source, BufferPool& pool, MutableBytes target) {
  // Blocks may write up to kPad bytes behind their end, which is fine inside the target; the tail,
  // which has nothing behind it, goes through scratch.
  const std::size_t last = target.empty() ? 0 : (target.size() - 1) % kMaxEntropyBlock + 1;
  const bool short_last = last < kPad && last < target.size();
  const std::size_t tail_size = short_last ? last + kMaxEntropyBlock : last;
  const MutableBytes tail = target.last(tail_size);
  const auto front = DecodeEntropyStream(source, pool, target.first(target.size() - tail_size));
  if (!front) return front.failure();
  BufferPool::Lease restored = pool.Acquire(tail_size);
  const auto used = DecodeEntropyStream(source.subspan(*front), pool, {restored.data(), tail_size});
  if (!used) return Fail(used.error().code, used.error().text, *front + used.error().offset);
  std::copy_n(restored.data(), tail_size, tail.data());
  if (*front + *used != source.size()) {
    return Fail(ErrorCode::kCorrupt, "Bytes are left behind an entropy stream.", *front + *used);
  }
  return {};
}

std::uint64_t EntropyStreamScratch(std::size_t size) {
  constexpr std::size_t kSmall = std::size_t{24} << 10;
  const std::size_t block = std::min(size, kMaxEntropyBlock);
  return BufferFootprint(std::max(BlockEncodeScratch(block), BlockDecodeScratch(block))) + kSmall;
}

std::uint64_t EntropyEncodeScratch(const CoderParams&, std::size_t size) {
  return BufferFootprint(EntropyStreamBound(size)) + EntropyStreamScratch(size);
}

std::uint64_t EntropyDecodeScratch(std::size_t size) {
  return BufferFootprint(std::min(size, 2 * kMaxEntropyBlock) + kPad) + EntropyStreamScratch(size);
}

}  // namespace sigma
