#include "engine/coder/entropy/coder.h"

#include <algorithm>

#include "engine/coder/entropy/block.h"
#include "engine/memory/buffer.h"

namespace sigma::entropy {

std::size_t Encode(ByteView source, const CoderParams& params, BufferPool& pool,
                   MutableBytes target) {
  const std::size_t bound = StreamBound(source.size());
  std::size_t used = 0;
  if (target.size() >= bound) {
    used = EncodeStream(source, params.lz.nesting_price, pool, target);
  } else {
    BufferPool::Lease coded = pool.Acquire(bound);
    used = EncodeStream(source, params.lz.nesting_price, pool, {coded.data(), bound});
    if (used <= target.size()) std::copy_n(coded.data(), used, target.data());
  }
  return used < source.size() && used <= target.size() ? used : 0;
}

Result<void> Decode(ByteView source, BufferPool& pool, MutableBytes target) {
  // Blocks may write up to kPad bytes after their end, which is fine inside the target; the tail,
  // which has nothing after it, goes through scratch.
  const std::size_t last = target.empty() ? 0 : (target.size() - 1) % kMaxBlock + 1;
  const bool short_last = last < kPad && last < target.size();
  const std::size_t tail_size = short_last ? last + kMaxBlock : last;
  const MutableBytes tail = target.last(tail_size);
  const auto front = DecodeStream(source, pool, target.first(target.size() - tail_size));
  if (!front) return front.failure();
  BufferPool::Lease restored = pool.Acquire(tail_size);
  const auto used = DecodeStream(source.subspan(*front), pool, {restored.data(), tail_size});
  if (!used) return Fail(used.error().code, used.error().text, *front + used.error().offset);
  std::copy_n(restored.data(), tail_size, tail.data());
  if (*front + *used != source.size()) {
    return Fail(ErrorCode::kCorrupt, "bytes follow an entropy stream", *front + *used);
  }
  return {};
}

std::uint64_t EncodeScratch(const CoderParams&, std::size_t size) {
  return BufferFootprint(StreamBound(size)) + StreamScratch(size);
}

std::uint64_t DecodeScratch(std::size_t size) {
  return BufferFootprint(std::min(size, 2 * kMaxBlock) + kPad) + StreamScratch(size);
}

}  // namespace sigma::entropy
