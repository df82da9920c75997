// The copy loop.
//
// All positions are known before the loop, so nothing in it waits for anything but the bytes
// themselves: 16 literal bytes and 32 match bytes (records: 32 and 64) are copied without
// looking (wide records: 64 and 64), the rest is rare branches (FORMAT.md). The last sequences,
// those within kSlack of the end, are found by walking backwards over the lengths and copied
// exactly; the fast loop therefore needs no bounds.
//
// Nor does it fetch what matches will read: a processor that looks hundreds of instructions ahead
// does so itself, and the walk ahead over lengths and offsets cost 8 % of restoring s7's level 6
// and 14 % of decode-first level 6 (Zen 5).
#include "kernels/lz/copy.h"

#include <bit>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lz/copy.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// After it: once for each target.
#include "kernels/lz/copy-inl.h"

#ifndef SIGMA_KERNELS_LZ_COPY_ONCE_
#define SIGMA_KERNELS_LZ_COPY_ONCE_
namespace sigma::kernels::lz {
namespace {

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

struct State {
  const std::uint8_t* literals;
  const std::uint8_t* long_literals;
  const std::uint8_t* long_matches;
  std::uint8_t* to;
};

// Copies sequences [first, count) byte-exactly.
template <class Offsets>
bool CopyExactly(const CopyJob& copy, const Offsets& offsets, std::size_t first, State* state) {
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

constexpr std::size_t kWideLeast = 64;

// Below this many literals a sequence (s7's level 1: nci 2, xml 4, reymont 6) nearly all runs are
// shorter than 32, and a store of 64 bytes only stands in the way of the matches that read what
// lies under it: 10 % slower there, but 50 % faster where a quarter of the runs is longer (dickens
// 30).
constexpr std::size_t kFewLiterals = 8;

// From this many bytes a match on (s7's levels 5 and 6: 12–22, decode-first level 6: 17–50), the
// branch for those longer than 32 is taken wrongly too often: 2–7 %.
constexpr std::size_t kLongMatches = 14;

}  // namespace
}  // namespace sigma::kernels::lz
#endif  // SIGMA_KERNELS_LZ_COPY_ONCE_

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::lz {
namespace HWY_NAMESPACE {
// For any offsets: what is near goes by patterns. Up to kLiteralStep (16, 32) literals and
// kMatchStep (32, 64) bytes of a match are moved without looking.
template <std::size_t kLiteralStep, std::size_t kMatchStep, class Offsets>
HWY_INLINE Copied CopyAll(const CopyJob& copy, std::size_t spare, const Offsets offsets) {
  constexpr std::size_t kNear = kMatchStep / 2;  // what one of two moves holds
  State state{copy.literals, copy.long_literals, copy.long_matches, copy.to};
  const std::size_t fast = FastCount(copy, spare);
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

Copied CopySequences(const CopyJob& copy, std::size_t spare, const std::uint32_t* offsets) {
  const Offsets32 all{offsets};
  return copy.match_bytes < kLongMatches * copy.count ? CopyAll<16, 32>(copy, spare, all)
                                                      : CopyAll<16, 64>(copy, spare, all);
}

Copied CopyNarrow(const CopyJob& copy, std::size_t spare, const std::uint8_t* offsets) {
  return CopyAll<32, 64>(copy, spare, Offsets16<1>{offsets});
}

// The wide records' loop; up to kStep literals are moved without looking.
template <std::size_t kStep>
HWY_INLINE Copied CopyWideBy(const CopyJob& copy, std::size_t spare,
                             const Offsets16<kWideLeast> offsets) {
  State state{copy.literals, copy.long_literals, copy.long_matches, copy.to};
  const std::size_t fast = FastCount(copy, spare);
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

Copied CopyWide(const CopyJob& copy, std::size_t spare, const std::uint8_t* bytes) {
  const Offsets16<kWideLeast> offsets{bytes};
  return copy.literal_bytes < kFewLiterals * copy.count ? CopyWideBy<32>(copy, spare, offsets)
                                                        : CopyWideBy<64>(copy, spare, offsets);
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::lz
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::lz {

HWY_EXPORT(CopySequences);
HWY_EXPORT(CopyNarrow);
HWY_EXPORT(CopyWide);

Copied CopySequences(const CopyJob& copy, std::size_t spare,
                     const std::uint32_t* offsets) noexcept {
  return HWY_DYNAMIC_DISPATCH(CopySequences)(copy, spare, offsets);
}

Copied CopyNarrow(const CopyJob& copy, std::size_t spare, const std::uint8_t* offsets) noexcept {
  return HWY_DYNAMIC_DISPATCH(CopyNarrow)(copy, spare, offsets);
}

Copied CopyWide(const CopyJob& copy, std::size_t spare, const std::uint8_t* offsets) noexcept {
  return HWY_DYNAMIC_DISPATCH(CopyWide)(copy, spare, offsets);
}

}  // namespace sigma::kernels::lz
#endif  // HWY_ONCE
