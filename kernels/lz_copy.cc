// The copy loop.
//
// All positions are known before the loop, so nothing in it waits for anything but the bytes
// themselves: 16 literal bytes and 32 match bytes (records: 32 and 64) are copied without
// looking (wide records: 64 and 64), the rest is rare branches (CODECS.md §3). The last sequences,
// those within kSlack of the end, are found by walking backwards over the lengths and copied
// exactly; the fast loop therefore needs no bounds.
#include "kernels/lz_copy.h"

#include <bit>
#include <cstring>

#include "kernels/lz_expand.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lz_copy.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#ifndef SIGMA_KERNELS_LZ_COPY_ONCE_
#define SIGMA_KERNELS_LZ_COPY_ONCE_
namespace sigma::kernels {
namespace {

// The fast loops write at most 64 bytes behind a sequence's end.
constexpr std::size_t kSlack = 64;

struct Offsets32 {
  static constexpr std::size_t kLeast = 1;
  const std::uint32_t* offsets;
  std::size_t operator[](std::size_t i) const { return offsets[i]; }
};

template <std::size_t kLeastOffset>
struct Offsets16 {
  static constexpr std::size_t kLeast = kLeastOffset;
  const std::uint8_t* offsets;
  std::size_t operator[](std::size_t i) const {
    std::uint16_t offset;
    std::memcpy(&offset, offsets + 2 * i, 2);
    if constexpr (std::endian::native == std::endian::big) {
      offset = static_cast<std::uint16_t>(offset << 8 | offset >> 8);
    }
    return offset;
  }
};

inline std::size_t NextLong(const std::uint8_t** list) {
  const std::uint8_t* const at = *list;
  *list += 4;
  return static_cast<std::size_t>(at[0]) | static_cast<std::size_t>(at[1]) << 8 |
         static_cast<std::size_t>(at[2]) << 16 | static_cast<std::size_t>(at[3]) << 24;
}

struct LzState {
  const std::uint8_t* literals;
  const std::uint8_t* long_literals;
  const std::uint8_t* long_matches;
  std::uint8_t* to;
};

// Copies sequences [first, count) byte-exactly.
template <class Offsets>
bool CopyExactly(const LzCopy& copy, const Offsets& offsets, std::size_t first, LzState* state) {
  for (std::size_t i = first; i < copy.count; ++i) {
    std::size_t literal = copy.literal_lengths[i];
    std::size_t match = copy.match_lengths[i];
    if (literal == kLongLength) literal = NextLong(&state->long_literals);
    if (match == kLongLength) match = NextLong(&state->long_matches);
    const std::size_t offset = offsets[i];
    std::memcpy(state->to, state->literals, literal);
    state->to += literal;
    state->literals += literal;
    if (offset < Offsets::kLeast || offset > static_cast<std::size_t>(state->to - copy.begin)) {
      return false;
    }
    for (std::size_t k = 0; k < match; ++k) state->to[k] = *(state->to + k - offset);
    state->to += match;
  }
  return true;
}

// How many sequences end at least kSlack before the end of the target, for certain.
inline std::size_t FastCount(const LzCopy& copy, std::size_t behind) {
  std::size_t i = copy.count;
  while (i > 0 && behind < kSlack) {
    --i;
    behind += copy.literal_lengths[i];
    behind += copy.match_lengths[i];
  }
  return behind < kSlack ? 0 : i;
}

constexpr std::size_t kWideLeast = 64;

// Below this many literals a sequence (s7's level 1: nci 2, xml 4, reymont 6) nearly all runs are
// shorter than 32, and a store of 64 bytes only stands in the way of the matches that read what
// lies under it: 10 % slower there, but 50 % faster where a quarter of the runs is longer (dickens
// 30).
constexpr std::size_t kFewLiterals = 8;

// From this many bytes a match on (s7's decode-first level 6: nci 50, xml 37; the others below 21)
// a third and more are longer than 32, and the branch for them is taken wrongly too often: 25 %.
constexpr std::size_t kLongMatches = 24;

// Row k − 1: the indices 0 … 15 modulo k, which repeat a pattern of k bytes.
struct alignas(64) PatternTable {
  std::uint8_t index[16][16];
  constexpr PatternTable() : index() {
    for (unsigned period = 1; period <= 16; ++period) {
      for (unsigned i = 0; i < 16; ++i) {
        index[period - 1][i] = static_cast<std::uint8_t>(i % period);
      }
    }
  }
};
constexpr PatternTable kPatterns;

}  // namespace
}  // namespace sigma::kernels
#endif  // SIGMA_KERNELS_LZ_COPY_ONCE_

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE void Copy16(const std::uint8_t* from, std::uint8_t* to) {
#if HWY_TARGET == HWY_SCALAR
  std::uint8_t bytes[16];
  std::memcpy(bytes, from, 16);
  std::memcpy(to, bytes, 16);
#else
  const hn::Full128<std::uint8_t> d;
  hn::StoreU(hn::LoadU(d, from), d, to);
#endif
}

// The two halves must not overlap in time: correct for any distance of at least 32.
HWY_INLINE void Copy32(const std::uint8_t* from, std::uint8_t* to) {
#if HWY_TARGET == HWY_SCALAR
  Copy16(from, to);
  Copy16(from + 16, to + 16);
#else
  const hn::CappedTag<std::uint8_t, 32> d;
  for (std::size_t i = 0; i < 32; i += hn::Lanes(d)) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
#endif
}

// Correct for any distance of at least 64.
HWY_INLINE void Copy64(const std::uint8_t* from, std::uint8_t* to) {
#if HWY_TARGET == HWY_SCALAR
  Copy32(from, to);
  Copy32(from + 32, to + 32);
#else
  const hn::CappedTag<std::uint8_t, 64> d;
  for (std::size_t i = 0; i < 64; i += hn::Lanes(d)) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
#endif
}

template <std::size_t kBytes>
HWY_INLINE void CopyStep(const std::uint8_t* from, std::uint8_t* to) {
  if constexpr (kBytes == 16) {
    Copy16(from, to);
  } else if constexpr (kBytes == 32) {
    Copy32(from, to);
  } else {
    Copy64(from, to);
  }
}

// Copies `match` bytes, rounded up to 16, from less than 16 bytes back.
HWY_INLINE void CopyPattern(std::uint8_t* to, std::size_t offset, std::size_t match) {
  const std::uint8_t* const from = to - offset;
#if HWY_TARGET == HWY_SCALAR
  for (std::size_t k = 0; k < match; ++k) to[k] = from[k];
#else
  const hn::Full128<std::uint8_t> d;
  const auto pattern =
      hn::TableLookupBytes(hn::LoadU(d, from), hn::Load(d, kPatterns.index[offset - 1]));
  const std::size_t step = 16 - 16 % offset;  // the longest multiple of the period in a vector
  for (std::size_t k = 0; k < match; k += step) hn::StoreU(pattern, d, to + k);
#endif
}

// For any offsets: what is near goes by patterns. Up to kLiteralStep (16, 32) literals and
// kMatchStep (32, 64) bytes of a match are moved without looking.
template <std::size_t kLiteralStep, std::size_t kMatchStep, class Offsets>
HWY_INLINE LzCopied CopyAll(const LzCopy& copy, std::size_t behind, const Offsets offsets) {
  constexpr std::size_t kNear = kMatchStep / 2;  // what one of two moves holds
  LzState state{copy.literals, copy.long_literals, copy.long_matches, copy.to};
  const std::size_t fast = FastCount(copy, behind);
  const std::uint8_t* literals = state.literals;
  std::uint8_t* to = state.to;
  for (std::size_t i = 0; i < fast; ++i) {
    std::size_t literal = copy.literal_lengths[i];
    std::size_t match = copy.match_lengths[i];
    const std::size_t offset = offsets[i];
    CopyStep<kLiteralStep>(literals, to);
    if (HWY_UNLIKELY(literal > kLiteralStep)) {
      if (literal == kLongLength) literal = NextLong(&state.long_literals);
      for (std::size_t k = kLiteralStep; k < literal; k += 32) Copy32(literals + k, to + k);
    }
    literals += literal;
    to += literal;
    if (HWY_UNLIKELY(offset > static_cast<std::size_t>(to - copy.begin))) return {};
    const std::uint8_t* from = to - offset;
    if (HWY_UNLIKELY(offset < kNear)) {
      if (offset == 0) return {};
      if (match == kLongLength) match = NextLong(&state.long_matches);
      if (offset < 16) {
        CopyPattern(to, offset, match);
      } else {
        for (std::size_t k = 0; k < match; k += 16) Copy16(from + k, to + k);
      }
      to += match;
      continue;
    }
    // In this order the second move may read what the first one wrote.
    CopyStep<kNear>(from, to);
    CopyStep<kNear>(from + kNear, to + kNear);
    if (HWY_UNLIKELY(match > kMatchStep)) {
      if (match == kLongLength) match = NextLong(&state.long_matches);
      for (std::size_t k = kMatchStep; k < match; k += kNear) CopyStep<kNear>(from + k, to + k);
    }
    to += match;
  }
  state.literals = literals;
  state.to = to;
  if (!CopyExactly(copy, offsets, fast, &state)) return {};
  return {state.literals, state.to};
}

LzCopied CopySequences(const LzCopy& copy, std::size_t behind, const std::uint32_t* offsets) {
  return copy.match_bytes < kLongMatches * copy.count
             ? CopyAll<16, 32>(copy, behind, Offsets32{offsets})
             : CopyAll<16, 64>(copy, behind, Offsets32{offsets});
}

LzCopied CopyNarrow(const LzCopy& copy, std::size_t behind, const std::uint8_t* offsets) {
  return CopyAll<32, 64>(copy, behind, Offsets16<1>{offsets});
}

// The wide records' loop; up to kStep literals are moved without looking.
template <std::size_t kStep>
HWY_INLINE LzCopied CopyWideBy(const LzCopy& copy, std::size_t behind,
                               const Offsets16<kWideLeast> offsets) {
  LzState state{copy.literals, copy.long_literals, copy.long_matches, copy.to};
  const std::size_t fast = FastCount(copy, behind);
  const std::uint8_t* literals = state.literals;
  std::uint8_t* to = state.to;
  for (std::size_t i = 0; i < fast; ++i) {
    std::size_t literal = copy.literal_lengths[i];
    std::size_t match = copy.match_lengths[i];
    const std::size_t offset = offsets[i];
    CopyStep<kStep>(literals, to);
    if (HWY_UNLIKELY(literal > kStep)) {
      if (literal == kLongLength) literal = NextLong(&state.long_literals);
      for (std::size_t k = kStep; k < literal; k += 64) Copy64(literals + k, to + k);
    }
    literals += literal;
    to += literal;
    if (HWY_UNLIKELY(offset < kWideLeast || offset > static_cast<std::size_t>(to - copy.begin))) {
      return {};
    }
    const std::uint8_t* from = to - offset;
    Copy32(from, to);
    Copy32(from + 32, to + 32);
    if (HWY_UNLIKELY(match > 64)) {
      if (match == kLongLength) match = NextLong(&state.long_matches);
      for (std::size_t k = 64; k < match; k += 64) Copy64(from + k, to + k);
    }
    to += match;
  }
  state.literals = literals;
  state.to = to;
  if (!CopyExactly(copy, offsets, fast, &state)) return {};
  return {state.literals, state.to};
}

LzCopied CopyWide(const LzCopy& copy, std::size_t behind, const std::uint8_t* bytes) {
  const Offsets16<kWideLeast> offsets{bytes};
  return copy.literal_bytes < kFewLiterals * copy.count ? CopyWideBy<32>(copy, behind, offsets)
                                                        : CopyWideBy<64>(copy, behind, offsets);
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels {

HWY_EXPORT(CopySequences);
HWY_EXPORT(CopyNarrow);
HWY_EXPORT(CopyWide);

LzCopied CopySequences(const LzCopy& copy, std::size_t behind,
                       const std::uint32_t* offsets) noexcept {
  return HWY_DYNAMIC_DISPATCH(CopySequences)(copy, behind, offsets);
}

LzCopied CopyNarrow(const LzCopy& copy, std::size_t behind, const std::uint8_t* offsets) noexcept {
  return HWY_DYNAMIC_DISPATCH(CopyNarrow)(copy, behind, offsets);
}

LzCopied CopyWide(const LzCopy& copy, std::size_t behind, const std::uint8_t* offsets) noexcept {
  return HWY_DYNAMIC_DISPATCH(CopyWide)(copy, behind, offsets);
}

}  // namespace sigma::kernels
#endif  // HWY_ONCE
