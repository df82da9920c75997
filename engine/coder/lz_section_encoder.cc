// Sequences to sections: the byte planes of CODECS.md §3, each an entropy stream.
//
// The joint token keeps the correlation of class, literal length and match length that separate
// planes would lose (1.5–4 %); byte planes of the offsets keep the alignment that log buckets
// would hide. The loop is free of data-dependent branches except for the long lengths: a field is
// always stored and its cursor moves only when the field counts.
#include <cstring>

#include "engine/base/endian.h"
#include "engine/coder/entropy.h"
#include "engine/coder/lz_block.h"

namespace sigma {
namespace {

// One lease cut into planes with kPad between them.
class Planes {
 public:
  Planes(BufferPool& pool, std::size_t count, std::size_t longs, std::size_t literals)
      : stride_(count + kPad),
        long_stride_(4 * longs + kPad),
        lease_(pool.Acquire(7 * stride_ + 2 * long_stride_ + literals + kPad)) {}
  std::uint8_t* plane(std::size_t i) { return lease_.data() + i * stride_; }
  std::uint8_t* longs(std::size_t i) { return plane(7) + i * long_stride_; }
  std::uint8_t* literals() { return longs(2); }

 private:
  std::size_t stride_;
  std::size_t long_stride_;
  BufferPool::Lease lease_;
};

constexpr std::size_t LongBound(const SubBlock& block) { return block.size / 255 + 1; }

}  // namespace

std::size_t SectionsBound(const SubBlock& block) {
  return kSubBlockHeaderBound + 7 * EntropyStreamBound(block.sequences) +
         EntropyStreamBound(block.literals) + 8 * LongBound(block);
}

std::size_t EncodeSections(std::span<const Sequence> sequences, const SubBlock& block,
                           const LzInput& input, BufferPool& pool, std::uint8_t* to) {
  Planes planes(pool, block.sequences, LongBound(block), block.literals);
  std::uint8_t* token = planes.plane(0);
  std::uint8_t* literal_escape = planes.plane(1);
  std::uint8_t* match_escape = planes.plane(2);
  std::uint8_t* near = planes.plane(3);
  std::uint8_t* low = planes.plane(4);
  std::uint8_t* middle = planes.plane(5);
  std::uint8_t* high = planes.plane(6);
  std::uint8_t* long_literal = planes.longs(0);
  std::uint8_t* long_match = planes.longs(1);

  std::uint32_t last = 1;
  std::uint32_t second = 1;
  std::uint32_t third = 1;
  for (const Sequence& sequence : sequences) {
    const std::uint32_t offset = sequence.offset;
    unsigned kind = 1u + (offset >= 255) + (offset >= 65536);
    std::uint32_t code = offset + 1;
    code = offset == third ? 1 : code;
    code = offset == second ? 0 : code;
    kind = (offset == third) | (offset == second) ? 1 : kind;
    kind = offset == last ? 0 : kind;
    third = second;
    second = last;
    last = offset;
    *near = static_cast<std::uint8_t>(code);
    near += kind == 1;
    *low = static_cast<std::uint8_t>(offset);
    low += kind >= 2;
    *middle = static_cast<std::uint8_t>(offset >> 8);
    middle += kind >= 2;
    *high = static_cast<std::uint8_t>(offset >> 16);
    high += kind == 3;

    const std::uint32_t literal = sequence.literals;
    const std::uint32_t match = sequence.match - static_cast<std::uint32_t>(kMinMatch);
    *literal_escape = static_cast<std::uint8_t>(literal >= 255 ? 255 : literal - 3);
    literal_escape += literal >= 3;
    *match_escape = static_cast<std::uint8_t>(match >= 252 ? 255 : match - 15);
    match_escape += match >= 15;
    if (literal >= 255) [[unlikely]] {
      StoreLE<std::uint32_t>(long_literal, literal);
      long_literal += 4;
    }
    if (match >= 252) [[unlikely]] {
      StoreLE<std::uint32_t>(long_match, sequence.match);
      long_match += 4;
    }
    *token++ = static_cast<std::uint8_t>(kind << 6 | (literal < 3 ? literal : 3) << 4 |
                                         (match < 15 ? match : 15));
  }
  GatherLiterals(sequences, input, planes.literals());

  std::uint8_t* at = to + WriteSubBlock(block, to);
  const auto code = [&](const std::uint8_t* begin, const std::uint8_t* end) {
    const auto size = static_cast<std::size_t>(end - begin);
    if (size != 0) at += EncodeEntropyStream({begin, size}, pool, {at, EntropyStreamBound(size)});
  };
  const auto copy = [&](const std::uint8_t* begin, const std::uint8_t* end) {
    const auto size = static_cast<std::size_t>(end - begin);
    std::memcpy(at, begin, size);
    at += size;
  };
  code(planes.plane(0), token);
  code(planes.plane(1), literal_escape);
  code(planes.plane(2), match_escape);
  code(planes.plane(3), near);
  code(planes.plane(4), low);
  code(planes.plane(5), middle);
  code(planes.plane(6), high);
  copy(planes.longs(0), long_literal);
  copy(planes.longs(1), long_match);
  code(planes.literals(), planes.literals() + block.literals);
  return static_cast<std::size_t>(at - to);
}

}  // namespace sigma
