// An entropy stream is its blocks back to back: kMaxBlock symbols each, the last one
// the rest; a stream of no symbols has no bytes. Blocks are self-delimiting (pivco_block.h).
#include "engine/coder/entropy/stream.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "engine/coder/entropy/block.h"
#include "engine/memory/buffer.h"

namespace sigma::entropy {
namespace {

constexpr auto kRawBlock = static_cast<std::uint8_t>(BlockMode::kRaw);

}  // namespace

std::size_t StreamBound(std::size_t size) {
  return size + (size + kMaxBlock - 1) / kMaxBlock + kPad;
}

std::size_t EncodeStream(ByteView symbols, std::size_t nesting_price, BufferPool& pool,
                         MutableBytes target) {
  assert(target.size() >= StreamBound(symbols.size()));
  if (symbols.empty()) return 0;
  const kernels::entropy::PivcoEncodeKernels& kernels = kernels::entropy::ChoosePivcoEncode();
  BufferPool::Lease scratch = pool.Acquire(BlockEncodeScratch(std::min(symbols.size(), kMaxBlock)));
  std::size_t used = 0;
  while (!symbols.empty()) {
    const std::size_t n = std::min(symbols.size(), kMaxBlock);
    used +=
        EncodeBlock(kernels, symbols.first(n), nesting_price, scratch.data(), target.data() + used);
    symbols = symbols.subspan(n);
  }
  return used;
}

std::size_t StoreStream(ByteView symbols, MutableBytes target) {
  assert(target.size() >= StreamBound(symbols.size()));
  std::size_t used = 0;
  while (!symbols.empty()) {
    const std::size_t n = std::min(symbols.size(), kMaxBlock);
    target[used] = kRawBlock;
    std::memcpy(target.data() + used + 1, symbols.data(), n);
    used += n + 1;
    symbols = symbols.subspan(n);
  }
  return used;
}

const std::uint8_t* FindStoredSymbols(ByteView source, std::size_t size) {
  const bool stored = size <= kMaxBlock && source.size() > size && source[0] == kRawBlock;
  return stored ? source.data() + 1 : nullptr;
}

Result<std::size_t> DecodeStream(ByteView source, BufferPool& pool, MutableBytes target) {
  if (target.empty()) return std::size_t{0};
  const kernels::entropy::PivcoDecodeKernels& kernels = kernels::entropy::ChoosePivcoDecode();
  BufferPool::Lease scratch = pool.Acquire(BlockDecodeScratch(std::min(target.size(), kMaxBlock)));
  std::size_t used = 0;
  while (!target.empty()) {
    const std::size_t n = std::min(target.size(), kMaxBlock);
    const std::size_t block =
        DecodeBlock(kernels, source.subspan(used), scratch.data(), target.first(n));
    if (block == 0) {
      return Fail(ErrorCode::kCorrupt, "an entropy-coded block is damaged or cut", used);
    }
    used += block;
    target = target.subspan(n);
  }
  return used;
}

std::uint64_t StreamScratch(std::size_t size) {
  constexpr std::size_t kSmall = std::size_t{24} << 10;
  const std::size_t block = std::min(size, kMaxBlock);
  return BufferFootprint(std::max(BlockEncodeScratch(block), BlockDecodeScratch(block))) + kSmall;
}

}  // namespace sigma::entropy
