// Sequences to sections: the byte planes of FORMAT.md, each an entropy stream.
//
// Decode-first stores the same planes as they are: the decoder expands them in place.
//
// The joint token keeps the correlation of class, literal length and match length that separate
// planes would lose (1.5–4 %); byte planes of the offsets keep the alignment that log buckets
// would hide.
#include <cstring>

#include "engine/coder/entropy/stream.h"
#include "engine/coder/lz/sections.h"
#include "kernels/lz/split.h"

namespace sigma::lz {
namespace {

// One lease cut into planes with kPad between them.
class Planes {
 public:
  Planes(BufferPool& pool, std::size_t count, std::size_t longs)
      : stride_(count + kPad),
        long_stride_(4 * longs + kPad),
        lease_(pool.Acquire(7 * stride_ + 2 * long_stride_)) {}
  std::uint8_t* plane(std::size_t i) { return lease_.data() + i * stride_; }
  std::uint8_t* longs(std::size_t i) { return plane(7) + i * long_stride_; }

 private:
  std::size_t stride_;
  std::size_t long_stride_;
  BufferPool::Lease lease_;
};

constexpr std::size_t LongBound(const SubBlock& block) { return block.size / 255 + 1; }

}  // namespace

std::size_t SectionsBound(const SubBlock& block) {
  return kSubBlockHeaderBound + 7 * entropy::StreamBound(block.sequences) +
         LiteralsBound(block.literals) + 8 * LongBound(block);
}

std::size_t EncodeSections(std::span<const Sequence> sequences, const SubBlock& block,
                           const Input& input, const Params& params, BufferPool& pool,
                           std::uint8_t* to) {
  Planes planes(pool, block.sequences, LongBound(block));
  kernels::lz::SplitTargets ends{planes.plane(0), planes.plane(1), planes.plane(2),
                                 planes.plane(3), planes.plane(4), planes.plane(5),
                                 planes.plane(6), planes.longs(0), planes.longs(1)};
  kernels::lz::SplitSections(sequences.data(), sequences.size(), &ends);

  std::uint8_t* at = to + WriteSubBlock(block, to);
  const auto code = [&](const std::uint8_t* begin, const std::uint8_t* end) {
    const auto size = static_cast<std::size_t>(end - begin);
    if (size == 0) return;
    const MutableBytes room{at, entropy::StreamBound(size)};
    at += params.stored_planes
              ? entropy::StoreStream({begin, size}, room)
              : entropy::EncodeStream({begin, size}, params.nesting_price, pool, room);
  };
  const auto copy = [&](const std::uint8_t* begin, const std::uint8_t* end) {
    const auto size = static_cast<std::size_t>(end - begin);
    std::memcpy(at, begin, size);
    at += size;
  };
  code(planes.plane(0), ends.tokens);
  code(planes.plane(1), ends.literal_escapes);
  code(planes.plane(2), ends.match_escapes);
  code(planes.plane(3), ends.near);
  code(planes.plane(4), ends.low);
  code(planes.plane(5), ends.middle);
  code(planes.plane(6), ends.high);
  copy(planes.longs(0), ends.long_literals);
  copy(planes.longs(1), ends.long_matches);
  at = EncodeLiterals(sequences, input, block.literals, params, pool, at);
  return static_cast<std::size_t>(at - to);
}

}  // namespace sigma::lz
