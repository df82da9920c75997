// Expansion of token planes, 16 tokens at a time.
//
// A side plane holds one byte for each token whose field asks for it. The mask of those tokens
// gives, by a table of 256 × 8 ranks, the shuffle that moves the next bytes of the plane to their
// lanes and zeroes the others; the popcount advances the plane. On AVX3_DL it is 64 tokens and a
// masked byte expansion (expand-inl.h), a third of the time. Repeats go by position (FORMAT.md,
// "sections"), so they are a sparse fix-up over the mask of their lanes after the vector work.
#include "kernels/lz/expand.h"

#include <array>
#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lz/expand.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// After highway.h, which defines what it toggles on.
#include "kernels/lz/expand-inl.h"

#ifndef SIGMA_KERNELS_LZ_EXPAND_ONCE_
#define SIGMA_KERNELS_LZ_EXPAND_ONCE_
namespace sigma::kernels::lz {
namespace {

// Lane i of row m: the rank of bit i among the set bits of m, or 0x80 (a shuffle's zero) if clear.
struct alignas(64) RankTable {
  std::uint8_t rank[256][8];
  constexpr RankTable() : rank() {
    for (unsigned mask = 0; mask < 256; ++mask) {
      std::uint8_t below = 0;
      for (unsigned i = 0; i < 8; ++i) {
        rank[mask][i] = (mask >> i) & 1 ? below++ : std::uint8_t{0x80};
      }
    }
  }
};
constexpr RankTable kRanks;

inline std::uint8_t Saturate(unsigned length) {
  return length > 255 ? std::uint8_t{255} : static_cast<std::uint8_t>(length);
}

// The definition of ExpandSections, for the tail and for machines without vectors.
struct SectionCursor {
  Sections at;

  void Expand(std::size_t begin, std::size_t end, std::uint8_t* literals, std::uint8_t* matches,
              std::uint32_t* offsets) {
    for (std::size_t i = begin; i < end; ++i) {
      const unsigned token = at.tokens[i];
      const unsigned literal = (token >> 4) & 3;
      const unsigned match = token & 15;
      literals[i] = Saturate(literal + (literal == 3 ? *at.literal_escapes++ : 0u));
      matches[i] = Saturate(3 + match + (match == 15 ? *at.match_escapes++ : 0u));
      offsets[i] = Offset(token >> 6, offsets + i);
    }
  }

  std::uint32_t Offset(unsigned kind, const std::uint32_t* here) {
    if (kind == 0) return here[-1];
    if (kind == 1) {
      const unsigned code = *at.near++;
      return code < 2 ? *(here - 2 - code) : code - 1;
    }
    const std::uint32_t offset = *at.low++ | static_cast<std::uint32_t>(*at.middle++) << 8;
    return kind == 2 ? offset : offset | static_cast<std::uint32_t>(*at.high++) << 16;
  }
};

struct NarrowCursor {
  const std::uint8_t* tokens;
  const std::uint8_t* literal_escapes;
  const std::uint8_t* match_escapes;

  void Expand(std::size_t begin, std::size_t end, std::uint8_t* literals, std::uint8_t* matches) {
    for (std::size_t i = begin; i < end; ++i) {
      const unsigned literal = tokens[i] >> 4;
      const unsigned match = tokens[i] & 15;
      literals[i] = Saturate(literal + (literal == 15 ? *literal_escapes++ : 0u));
      matches[i] = Saturate(4 + match + (match == 15 ? *match_escapes++ : 0u));
    }
  }
};

}  // namespace
}  // namespace sigma::kernels::lz
#endif  // SIGMA_KERNELS_LZ_EXPAND_ONCE_

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::lz {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The tokens from `i` on, one at a time.
HWY_INLINE void CountTokensFrom(std::size_t i, const std::uint8_t* tokens, std::size_t count,
                                TokenCounts& counts) {
  for (; i < count; ++i) {
    const unsigned token = tokens[i];
    counts.literal_escapes += (token >> 4 & 3) == 3;
    counts.match_escapes += (token & 15) == 15;
    counts.near_offsets += token >> 6 == 1;
    counts.far_offsets += token >= 0x80;
    counts.wide_offsets += token >= 0xC0;
  }
}

HWY_INLINE void CountNarrowFrom(std::size_t i, const std::uint8_t* tokens, std::size_t count,
                                NarrowCounts& counts) {
  for (; i < count; ++i) {
    counts.literal_escapes += tokens[i] >= 0xF0;
    counts.match_escapes += (tokens[i] & 15) == 15;
  }
}

#if HWY_TARGET == HWY_SCALAR

TokenCounts CountTokens(const std::uint8_t* tokens, std::size_t count) {
  TokenCounts counts;
  CountTokensFrom(0, tokens, count, counts);
  return counts;
}

NarrowCounts CountNarrow(const std::uint8_t* tokens, std::size_t count) {
  NarrowCounts counts;
  CountNarrowFrom(0, tokens, count, counts);
  return counts;
}

std::size_t CountAtLeast(const std::uint8_t* bytes, std::size_t count, std::uint8_t least) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < count; ++i) found += bytes[i] >= least;
  return found;
}

std::uint64_t SumBytes(const std::uint8_t* bytes, std::size_t count) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += bytes[i];
  return sum;
}

void ExpandSections(const Sections& sections, std::size_t count, std::uint8_t* literals,
                    std::uint8_t* matches, std::uint32_t* offsets) {
  SectionCursor{sections}.Expand(0, count, literals, matches, offsets);
}

void ExpandNarrow(const std::uint8_t* tokens, const std::uint8_t* literal_escapes,
                  const std::uint8_t* match_escapes, std::size_t count, std::uint8_t* literals,
                  std::uint8_t* matches) {
  NarrowCursor{tokens, literal_escapes, match_escapes}.Expand(0, count, literals, matches);
}

#else

using D8 = hn::Full128<std::uint8_t>;
using V8 = hn::Vec<D8>;
using M8 = hn::Mask<D8>;

template <class D>
HWY_INLINE std::size_t CountWhere(D d, hn::Mask<D> mask) {
  return hn::CountTrue(d, mask);
}

TokenCounts CountTokens(const std::uint8_t* tokens, std::size_t count) {
  const hn::ScalableTag<std::uint8_t> d;
  const std::size_t lanes = hn::Lanes(d);
  TokenCounts counts;
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto token = hn::LoadU(d, tokens + i);
    const auto kind = hn::And(token, hn::Set(d, 0xC0));
    const auto literal = hn::And(token, hn::Set(d, 0x30));
    const auto match = hn::And(token, hn::Set(d, 0x0F));
    const std::size_t wide = CountWhere(d, hn::Eq(kind, hn::Set(d, 0xC0)));
    counts.literal_escapes += CountWhere(d, hn::Eq(literal, hn::Set(d, 0x30)));
    counts.match_escapes += CountWhere(d, hn::Eq(match, hn::Set(d, 0x0F)));
    counts.near_offsets += CountWhere(d, hn::Eq(kind, hn::Set(d, 0x40)));
    counts.far_offsets += CountWhere(d, hn::Eq(kind, hn::Set(d, 0x80))) + wide;
    counts.wide_offsets += wide;
  }
  CountTokensFrom(i, tokens, count, counts);
  return counts;
}

NarrowCounts CountNarrow(const std::uint8_t* tokens, std::size_t count) {
  const hn::ScalableTag<std::uint8_t> d;
  const std::size_t lanes = hn::Lanes(d);
  NarrowCounts counts;
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto token = hn::LoadU(d, tokens + i);
    const auto literal = hn::And(token, hn::Set(d, 0xF0));
    const auto match = hn::And(token, hn::Set(d, 0x0F));
    counts.literal_escapes += CountWhere(d, hn::Eq(literal, hn::Set(d, 0xF0)));
    counts.match_escapes += CountWhere(d, hn::Eq(match, hn::Set(d, 0x0F)));
  }
  CountNarrowFrom(i, tokens, count, counts);
  return counts;
}

std::size_t CountAtLeast(const std::uint8_t* bytes, std::size_t count, std::uint8_t least) {
  const hn::ScalableTag<std::uint8_t> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto bound = hn::Set(d, least);
  std::size_t found = 0;
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto value = hn::LoadU(d, bytes + i);
    found += CountWhere(d, hn::Eq(hn::Max(value, bound), value));
  }
  for (; i < count; ++i) found += bytes[i] >= least;
  return found;
}

std::uint64_t SumBytes(const std::uint8_t* bytes, std::size_t count) {
  const hn::ScalableTag<std::uint8_t> d;
  const hn::Repartition<std::uint64_t, decltype(d)> d64;
  const std::size_t lanes = hn::Lanes(d);
  auto sums = hn::Zero(d64);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    sums = hn::Add(sums, hn::SumsOf8(hn::LoadU(d, bytes + i)));
  }
  std::uint64_t sum = hn::GetLane(hn::SumOfLanes(d64, sums));
  for (; i < count; ++i) sum += bytes[i];
  return sum;
}

HWY_INLINE std::uint32_t MaskBits(M8 mask) {
  std::uint8_t bytes[8] = {};
  hn::StoreMaskBits(D8(), mask, bytes);
  return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8;
}

// Spreads the next bytes of `*plane` over the set lanes of `mask`, zero elsewhere, and advances.
HWY_INLINE V8 SpreadNext(std::uint32_t mask, const std::uint8_t** plane) {
  const D8 d;
  const hn::Half<D8> half;
  const std::uint32_t low = mask & 0xFF;
  const auto low_count = static_cast<std::uint8_t>(hwy::PopCount(low));
  // 0x80 + 8 still has the high bit set: a lane that is to be zero stays so.
  const auto low_rank = hn::Load(half, kRanks.rank[low]);
  const auto high_rank = hn::Add(hn::Load(half, kRanks.rank[mask >> 8]), hn::Set(half, low_count));
  const V8 bytes = hn::LoadU(d, *plane);
  *plane += hwy::PopCount(mask);
  return hn::TableLookupBytesOr0(bytes, hn::Combine(d, high_rank, low_rank));
}

HWY_INLINE void StoreOffsets(V8 b0, V8 b1, V8 b2, std::uint32_t* to) {
  const hn::Full128<std::uint16_t> d16;
  const hn::Full128<std::uint32_t> d32;
  const auto zero = hn::Zero(D8());
  const auto low0 = hn::BitCast(d16, hn::InterleaveLower(D8(), b0, b1));
  const auto low1 = hn::BitCast(d16, hn::InterleaveUpper(D8(), b0, b1));
  const auto high0 = hn::BitCast(d16, hn::InterleaveLower(D8(), b2, zero));
  const auto high1 = hn::BitCast(d16, hn::InterleaveUpper(D8(), b2, zero));
  hn::StoreU(hn::BitCast(d32, hn::InterleaveLower(d16, low0, high0)), d32, to);
  hn::StoreU(hn::BitCast(d32, hn::InterleaveUpper(d16, low0, high0)), d32, to + 4);
  hn::StoreU(hn::BitCast(d32, hn::InterleaveLower(d16, low1, high1)), d32, to + 8);
  hn::StoreU(hn::BitCast(d32, hn::InterleaveUpper(d16, low1, high1)), d32, to + 12);
}

void ExpandSections(const Sections& sections, std::size_t count, std::uint8_t* literals,
                    std::uint8_t* matches, std::uint32_t* offsets) {
  const D8 d;
  SectionCursor cursor{sections};
  Sections& at = cursor.at;
  std::size_t i = ExpandMany(at, count, literals, matches, offsets);
  for (; i + 16 <= count; i += 16) {
    const V8 token = hn::LoadU(d, at.tokens + i);
    const V8 kind = hn::And(token, hn::Set(d, 0xC0));
    const V8 literal =
        hn::And(hn::BitCast(d, hn::ShiftRight<4>(hn::BitCast(hn::Full128<std::uint16_t>(), token))),
                hn::Set(d, 3));
    const V8 match = hn::And(token, hn::Set(d, 15));
    const V8 literal_more =
        SpreadNext(MaskBits(hn::Eq(literal, hn::Set(d, 3))), &at.literal_escapes);
    const V8 match_more = SpreadNext(MaskBits(hn::Eq(match, hn::Set(d, 15))), &at.match_escapes);
    hn::StoreU(hn::SaturatedAdd(literal, literal_more), d, literals + i);
    hn::StoreU(hn::SaturatedAdd(hn::Add(match, hn::Set(d, 3)), match_more), d, matches + i);

    const M8 is_last = hn::Eq(kind, hn::Zero(d));
    const M8 is_near = hn::Eq(kind, hn::Set(d, 0x40));
    const M8 is_wide = hn::Eq(kind, hn::Set(d, 0xC0));
    const std::uint32_t near_mask = MaskBits(is_near);
    const std::uint32_t far_mask = ~(MaskBits(is_last) | near_mask) & 0xFFFF;
    const V8 near = SpreadNext(near_mask, &at.near);
    // Codes 0 and 1 become 1 and 2 (how many sequences further back than rep0), others lose 1.
    const V8 two = hn::Set(d, 2);
    const M8 is_code = hn::Eq(hn::Min(near, hn::Set(d, 1)), near);
    const V8 near_value = hn::IfThenElseZero(
        is_near, hn::Sub(hn::Add(near, hn::IfThenElseZero(is_code, two)), hn::Set(d, 1)));
    const V8 b0 = hn::Or(near_value, SpreadNext(far_mask, &at.low));
    const V8 b1 = SpreadNext(far_mask, &at.middle);
    const V8 b2 = SpreadNext(MaskBits(is_wide), &at.high);
    StoreOffsets(b0, b1, b2, offsets + i);

    for (std::uint32_t repeats = MaskBits(hn::Or(is_last, hn::And(is_near, is_code))); repeats != 0;
         repeats &= repeats - 1) {
      std::uint32_t* const here = offsets + i + std::countr_zero(repeats);
      *here = *(here - 1 - *here);
    }
  }
  cursor.Expand(i, count, literals, matches, offsets);
}

void ExpandNarrow(const std::uint8_t* tokens, const std::uint8_t* literal_escapes,
                  const std::uint8_t* match_escapes, std::size_t count, std::uint8_t* literals,
                  std::uint8_t* matches) {
  const D8 d;
  NarrowCursor cursor{tokens, literal_escapes, match_escapes};
  std::size_t i = ExpandManyNarrow(tokens, count, &cursor.literal_escapes, &cursor.match_escapes,
                                   literals, matches);
  for (; i + 16 <= count; i += 16) {
    const V8 token = hn::LoadU(d, tokens + i);
    const V8 fifteen = hn::Set(d, 15);
    const V8 literal =
        hn::And(hn::BitCast(d, hn::ShiftRight<4>(hn::BitCast(hn::Full128<std::uint16_t>(), token))),
                fifteen);
    const V8 match = hn::And(token, fifteen);
    const V8 literal_more = SpreadNext(MaskBits(hn::Eq(literal, fifteen)), &cursor.literal_escapes);
    const V8 match_more = SpreadNext(MaskBits(hn::Eq(match, fifteen)), &cursor.match_escapes);
    hn::StoreU(hn::SaturatedAdd(literal, literal_more), d, literals + i);
    hn::StoreU(hn::SaturatedAdd(hn::Add(match, hn::Set(d, 4)), match_more), d, matches + i);
  }
  cursor.Expand(i, count, literals, matches);
}

#endif  // HWY_TARGET == HWY_SCALAR

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::lz
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::lz {

HWY_EXPORT(CountTokens);
HWY_EXPORT(CountNarrow);
HWY_EXPORT(CountAtLeast);
HWY_EXPORT(SumBytes);
HWY_EXPORT(ExpandSections);
HWY_EXPORT(ExpandNarrow);

TokenCounts CountTokens(const std::uint8_t* tokens, std::size_t count) noexcept {
  return HWY_DYNAMIC_DISPATCH(CountTokens)(tokens, count);
}

NarrowCounts CountNarrow(const std::uint8_t* tokens, std::size_t count) noexcept {
  return HWY_DYNAMIC_DISPATCH(CountNarrow)(tokens, count);
}

std::size_t CountAtLeast(const std::uint8_t* bytes, std::size_t count,
                         std::uint8_t least) noexcept {
  return HWY_DYNAMIC_DISPATCH(CountAtLeast)(bytes, count, least);
}

std::uint64_t SumBytes(const std::uint8_t* bytes, std::size_t count) noexcept {
  return HWY_DYNAMIC_DISPATCH(SumBytes)(bytes, count);
}

void ExpandSections(const Sections& sections, std::size_t count, std::uint8_t* literals,
                    std::uint8_t* matches, std::uint32_t* offsets) noexcept {
  HWY_DYNAMIC_DISPATCH(ExpandSections)(sections, count, literals, matches, offsets);
}

void ExpandNarrow(const std::uint8_t* tokens, const std::uint8_t* literal_escapes,
                  const std::uint8_t* match_escapes, std::size_t count, std::uint8_t* literals,
                  std::uint8_t* matches) noexcept {
  HWY_DYNAMIC_DISPATCH(ExpandNarrow)
  (tokens, literal_escapes, match_escapes, count, literals, matches);
}

}  // namespace sigma::kernels::lz
#endif  // HWY_ONCE
