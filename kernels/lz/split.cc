// Blocks of sequences pass three simple loops in the first-level cache: fields to arrays of their
// own, 32-bit offsets to classes and bytes, and 16 sequences at a time to the planes. There a mask
// says which lanes ask for a plane's byte; a shuffle (AVX3_DL: a byte compression) brings them to
// the front and the popcount advances the plane. Long lengths are rare: a bit loop.
//
// About 17 cycles a sequence one by one, 3 in vectors (Zen 5).
#include "kernels/lz/split.h"

#include <bit>
#include <cstring>

#include "kernels/shuffles.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lz/split.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#ifndef SIGMA_KERNELS_LZ_SPLIT_ONCE_
#define SIGMA_KERNELS_LZ_SPLIT_ONCE_
namespace sigma::kernels::lz {
namespace {

constexpr std::uint32_t kShortest = 3;     // match
constexpr std::uint32_t kLongField = 255;  // lengths from here on stand in the long lists
constexpr std::size_t kSplitBlock = 512;

inline void Append32(std::uint8_t** list, std::uint32_t value) {
  for (unsigned i = 0; i < 4; ++i) {
    (*list)[i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
  *list += 4;
}

// The definition of SplitSections, for the tail and for machines without vectors.
inline void SplitOneByOne(const Sequence* sequences, std::size_t begin, std::size_t end,
                          SplitTargets* to) {
  const auto before = [&](std::size_t i, std::size_t back) {
    return i < back ? 1u : sequences[i - back].offset;
  };
  for (std::size_t i = begin; i < end; ++i) {
    const auto [literal, whole_match, offset] = sequences[i];
    const std::uint32_t match = whole_match - kShortest;
    unsigned kind = 1u + (offset >= 255) + (offset >= 65536);
    std::uint32_t code = offset + 1;
    if (offset == before(i, 3)) {
      kind = 1;
      code = 1;
    }
    if (offset == before(i, 2)) {
      kind = 1;
      code = 0;
    }
    if (offset == before(i, 1)) kind = 0;
    if (kind == 1) *to->near++ = static_cast<std::uint8_t>(code);
    if (kind >= 2) {
      *to->low++ = static_cast<std::uint8_t>(offset);
      *to->middle++ = static_cast<std::uint8_t>(offset >> 8);
    }
    if (kind == 3) *to->high++ = static_cast<std::uint8_t>(offset >> 16);
    if (literal >= 3) {
      *to->literal_escapes++ = static_cast<std::uint8_t>(literal >= kLongField ? 255 : literal - 3);
    }
    if (match >= 15) {
      *to->match_escapes++ =
          static_cast<std::uint8_t>(whole_match >= kLongField ? 255 : match - 15);
    }
    if (literal >= kLongField) Append32(&to->long_literals, literal);
    if (whole_match >= kLongField) Append32(&to->long_matches, whole_match);
    *to->tokens++ = static_cast<std::uint8_t>(kind << 6 | (literal < 3 ? literal : 3) << 4 |
                                              (match < 15 ? match : 15));
  }
}

// The fields of a block. Lengths are cut to 255; matches are ML − 3.
struct SplitFields {
  alignas(64) std::uint8_t literals[kSplitBlock];
  alignas(64) std::uint8_t matches[kSplitBlock];
  alignas(64) std::uint8_t kinds[kSplitBlock];
  alignas(64) std::uint8_t codes[kSplitBlock];
  alignas(64) std::uint8_t low[kSplitBlock];
  alignas(64) std::uint8_t middle[kSplitBlock];
  alignas(64) std::uint8_t high[kSplitBlock];
  alignas(64) std::uint32_t offsets[kSplitBlock + 16];  // after 16 entries of history
};

}  // namespace
}  // namespace sigma::kernels::lz
#endif  // SIGMA_KERNELS_LZ_SPLIT_ONCE_

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::lz {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

void SplitSections(const Sequence* sequences, std::size_t count, SplitTargets* split) {
  SplitOneByOne(sequences, 0, count, split);
}

#else

using D8 = hn::Full128<std::uint8_t>;
using V8 = hn::Vec<D8>;

HWY_INLINE unsigned Bits(hn::Mask<D8> mask) {
  std::uint8_t bytes[8] = {};
  hn::StoreMaskBits(D8(), mask, bytes);
  return static_cast<unsigned>(bytes[0]) | static_cast<unsigned>(bytes[1]) << 8;
}

// a ≥ b, unsigned.
HWY_INLINE hn::Mask<D8> AtLeast(V8 a, V8 b) { return hn::Eq(hn::Max(a, b), a); }

// The lanes of one mask, applied to any number of planes.
class Chosen {
 public:
  explicit Chosen(unsigned bits) {
#if HWY_TARGET == HWY_AVX3_DL
    bits_ = bits;
#else
    const hn::Half<D8> half;
    const unsigned left_out = ~bits;
    low_count_ = hwy::PopCount(bits & 0xFF);
    const V8 index =
        hn::Combine(D8(), hn::LoadU(half, kPartitionHigh[(left_out >> 8) & 0xFF].data()),
                    hn::LoadU(half, kPartitionLow[left_out & 0xFF].data()));
#if HWY_HAVE_SCALABLE
    hn::Store(index, D8(), index_);
#else
    index_ = index;
#endif
#endif
    count_ = hwy::PopCount(bits);
  }
  HWY_INLINE void Append(V8 values, std::uint8_t** plane) const {
#if HWY_TARGET == HWY_AVX3_DL
    _mm_storeu_si128(reinterpret_cast<__m128i*>(*plane),
                     _mm_maskz_compress_epi8(static_cast<__mmask16>(bits_), values.raw));
#else
    const hn::Half<D8> half;
#if HWY_HAVE_SCALABLE
    const V8 parted = hn::TableLookupBytes(values, hn::Load(D8(), index_));
#else
    const V8 parted = hn::TableLookupBytes(values, index_);
#endif
    hn::StoreU(hn::LowerHalf(half, parted), half, *plane);
    hn::StoreU(hn::UpperHalf(half, parted), half, *plane + low_count_);
#endif
    *plane += count_;
  }

 private:
  std::size_t count_;
#if HWY_TARGET == HWY_AVX3_DL
  unsigned bits_;
#else
  std::size_t low_count_;
#if HWY_HAVE_SCALABLE  // whose vectors cannot be members
  alignas(16) std::uint8_t index_[16];
#else
  V8 index_;
#endif
#endif
};

// Values of at most 255: how larger ones are cut differs between targets.
template <class D32>
HWY_INLINE void StoreBytes(D32, hn::Vec<D32> values, std::uint8_t* to) {
  const hn::Rebind<std::int32_t, D32> i32;
  const hn::Rebind<std::uint8_t, D32> d8;
  hn::StoreU(hn::DemoteTo(d8, hn::BitCast(i32, values)), d8, to);
}

// `count` is a multiple of 16. The last three of offsets[0, 16) are those before the block.
void TakeFields(const Sequence* sequences, std::size_t count, SplitFields* fields) {
  const hn::CappedTag<std::uint32_t, 16> d;
  std::uint32_t* const offsets = fields->offsets + 16;
  const auto byte = hn::Set(d, 0xFF);
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    hn::Vec<decltype(d)> literal, match, offset;
    hn::LoadInterleaved3(d, reinterpret_cast<const std::uint32_t*>(sequences + i), literal, match,
                         offset);
    hn::StoreU(offset, d, offsets + i);
    StoreBytes(d, hn::Min(literal, byte), fields->literals + i);
    StoreBytes(d, hn::Min(hn::Sub(match, hn::Set(d, kShortest)), byte), fields->matches + i);
    StoreBytes(d, hn::And(offset, byte), fields->low + i);
    StoreBytes(d, hn::And(hn::ShiftRight<8>(offset), byte), fields->middle + i);
    StoreBytes(d, hn::ShiftRight<16>(offset), fields->high + i);
  }
}

void Classify(std::size_t count, SplitFields* fields) {
  const hn::CappedTag<std::uint32_t, 16> d;
  const std::uint32_t* const offsets = fields->offsets + 16;
  const auto zero = hn::Zero(d);
  const auto one = hn::Set(d, 1);
  const auto byte = hn::Set(d, 0xFF);
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto offset = hn::LoadU(d, offsets + i);
    const auto last = hn::Eq(offset, hn::LoadU(d, offsets + i - 1));
    const auto second = hn::Eq(offset, hn::LoadU(d, offsets + i - 2));
    const auto third = hn::Eq(offset, hn::LoadU(d, offsets + i - 3));
    const auto far = hn::IfThenElseZero(hn::Gt(offset, hn::Set(d, 254)), one);
    const auto wide = hn::IfThenElseZero(hn::Gt(offset, hn::Set(d, 65535)), one);
    auto kind = hn::Add(one, hn::Add(far, wide));
    kind = hn::IfThenElse(hn::Or(second, third), one, kind);
    kind = hn::IfThenElse(last, zero, kind);
    auto code = hn::And(hn::Add(offset, one), byte);
    code = hn::IfThenElse(third, one, code);
    code = hn::IfThenElse(second, zero, code);
    StoreBytes(d, kind, fields->kinds + i);
    StoreBytes(d, code, fields->codes + i);
  }
}

void SplitSections(const Sequence* sequences, std::size_t count, SplitTargets* split) {
  const D8 d;
  const hn::Repartition<std::uint16_t, D8> d16;
  SplitFields fields;
  for (std::size_t i = 13; i < 16; ++i) fields.offsets[i] = 1;
  SplitTargets to = *split;
  const std::size_t vectors = count & ~std::size_t{15};
  for (std::size_t begin = 0; begin < vectors; begin += kSplitBlock) {
    const std::size_t size = vectors - begin < kSplitBlock ? vectors - begin : kSplitBlock;
    TakeFields(sequences + begin, size, &fields);
    Classify(size, &fields);
    for (std::size_t i = 13; i < 16; ++i) fields.offsets[i] = fields.offsets[size + i];
    for (std::size_t i = 0; i < size; i += 16) {
      const V8 literal = hn::Load(d, fields.literals + i);
      const V8 match = hn::Load(d, fields.matches + i);
      const V8 kind = hn::Load(d, fields.kinds + i);
      const V8 full = hn::Set(d, 255);
      const auto literal_escapes = AtLeast(literal, hn::Set(d, 3));
      const auto long_literals = hn::Eq(literal, full);
      Chosen(Bits(literal_escapes))
          .Append(hn::IfThenElse(long_literals, full, hn::Sub(literal, hn::Set(d, 3))),
                  &to.literal_escapes);
      const auto match_escapes = AtLeast(match, hn::Set(d, 15));
      const auto long_matches = AtLeast(match, hn::Set(d, kLongField - kShortest));
      Chosen(Bits(match_escapes))
          .Append(hn::IfThenElse(long_matches, full, hn::Sub(match, hn::Set(d, 15))),
                  &to.match_escapes);
      Chosen(Bits(hn::Eq(kind, hn::Set(d, 1)))).Append(hn::Load(d, fields.codes + i), &to.near);
      const Chosen far(Bits(AtLeast(kind, hn::Set(d, 2))));
      far.Append(hn::Load(d, fields.low + i), &to.low);
      far.Append(hn::Load(d, fields.middle + i), &to.middle);
      Chosen(Bits(hn::Eq(kind, hn::Set(d, 3)))).Append(hn::Load(d, fields.high + i), &to.high);
      // Shifts of 16-bit lanes stay within a byte: the values have 2 bits.
      const V8 literal_field = hn::Min(literal, hn::Set(d, 3));
      const V8 match_field = hn::Min(match, hn::Set(d, 15));
      const auto upper = hn::Or(hn::ShiftLeft<6>(hn::BitCast(d16, kind)),
                                hn::ShiftLeft<4>(hn::BitCast(d16, literal_field)));
      hn::StoreU(hn::Or(hn::BitCast(d, upper), match_field), d, to.tokens);
      to.tokens += 16;
      for (unsigned bits = Bits(long_literals); HWY_UNLIKELY(bits != 0); bits &= bits - 1) {
        const auto lane = static_cast<std::size_t>(std::countr_zero(bits));
        Append32(&to.long_literals, sequences[begin + i + lane].literals);
      }
      for (unsigned bits = Bits(long_matches); HWY_UNLIKELY(bits != 0); bits &= bits - 1) {
        const auto lane = static_cast<std::size_t>(std::countr_zero(bits));
        Append32(&to.long_matches, sequences[begin + i + lane].match);
      }
    }
  }
  SplitOneByOne(sequences, vectors, count, &to);
  *split = to;
}

#endif  // HWY_TARGET

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::lz
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::lz {

HWY_EXPORT(SplitSections);

void SplitSections(const Sequence* sequences, std::size_t count, SplitTargets* split) noexcept {
  HWY_DYNAMIC_DISPATCH(SplitSections)(sequences, count, split);
}

}  // namespace sigma::kernels::lz
#endif  // HWY_ONCE
