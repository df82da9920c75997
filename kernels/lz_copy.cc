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

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lz_copy.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// Behind it: once for each target.
#include "kernels/lz_copy-inl.h"

#ifndef SIGMA_KERNELS_LZ_COPY_ONCE_
#define SIGMA_KERNELS_LZ_COPY_ONCE_
namespace sigma::kernels {
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

// Above this share of matches with offsets of three bytes, fetching ahead costs less than the
// misses it saves: s7's levels 4 to 6 are 1–10 % faster with it, level 3 (chunks of 1 MiB) 4 %
// slower.
constexpr std::size_t kFewFar = 8;

struct Unfetching {
  template <class Offsets>
  Unfetching(const LzCopy&, const Offsets&, const std::uint8_t*) {}
  void Step(std::size_t) {}
  void Add(std::size_t) {}
};

struct Fetching : LzFetcher {
  Fetching(const LzCopy& copy, const Offsets32& offsets, const std::uint8_t* to)
      : LzFetcher(copy, offsets.offsets, to, 0) {}
};

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

constexpr std::size_t kWideLeast = 64;

// Below this many literals a sequence (s7's level 1: nci 2, xml 4, reymont 6) nearly all runs are
// shorter than 32, and a store of 64 bytes only stands in the way of the matches that read what
// lies under it: 10 % slower there, but 50 % faster where a quarter of the runs is longer (dickens
// 30).
constexpr std::size_t kFewLiterals = 8;

// From this many bytes a match on (s7's decode-first level 6: nci 50, xml 37; the others below 21)
// a third and more are longer than 32, and the branch for them is taken wrongly too often: 25 %.
constexpr std::size_t kLongMatches = 24;

}  // namespace
}  // namespace sigma::kernels
#endif  // SIGMA_KERNELS_LZ_COPY_ONCE_

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels {
namespace HWY_NAMESPACE {
// For any offsets: what is near goes by patterns. Up to kLiteralStep (16, 32) literals and
// kMatchStep (32, 64) bytes of a match are moved without looking.
template <std::size_t kLiteralStep, std::size_t kMatchStep, class Fetcher, class Offsets>
HWY_INLINE LzCopied CopyAll(const LzCopy& copy, std::size_t behind, const Offsets offsets) {
  constexpr std::size_t kNear = kMatchStep / 2;  // what one of two moves holds
  LzState state{copy.literals, copy.long_literals, copy.long_matches, copy.to};
  const std::size_t fast = FastCount(copy, behind);
  const std::uint8_t* literals = state.literals;
  std::uint8_t* to = state.to;
  Fetcher fetcher(copy, offsets, to);
  for (std::size_t i = 0; i < fast; ++i) {
    fetcher.Step(i);
    std::size_t literal = copy.literal_lengths[i];
    std::size_t match = copy.match_lengths[i];
    const std::size_t offset = offsets[i];
    CopyStep<kLiteralStep>(literals, to);
    if (HWY_UNLIKELY(literal > kLiteralStep)) {
      if (literal == kLongLength) {
        literal = NextLong(&state.long_literals);
        fetcher.Add(literal - kLongLength);
      }
      for (std::size_t k = kLiteralStep; k < literal; k += 32) Copy32(literals + k, to + k);
    }
    literals += literal;
    to += literal;
    if (HWY_UNLIKELY(offset > static_cast<std::size_t>(to - copy.begin))) return {};
    const std::uint8_t* from = to - offset;
    if (HWY_UNLIKELY(offset < kNear)) {
      if (offset == 0) return {};
      if (match == kLongLength) {
        match = NextLong(&state.long_matches);
        fetcher.Add(match - kLongLength);
      }
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
      if (match == kLongLength) {
        match = NextLong(&state.long_matches);
        fetcher.Add(match - kLongLength);
      }
      for (std::size_t k = kMatchStep; k < match; k += kNear) CopyStep<kNear>(from + k, to + k);
    }
    to += match;
  }
  state.literals = literals;
  state.to = to;
  if (!CopyExactly(copy, offsets, fast, &state)) return {};
  return {state.literals, state.to};
}

template <class Fetcher>
HWY_INLINE LzCopied CopyBy(const LzCopy& copy, std::size_t behind, const Offsets32 offsets) {
  return copy.match_bytes < kLongMatches * copy.count
             ? CopyAll<16, 32, Fetcher>(copy, behind, offsets)
             : CopyAll<16, 64, Fetcher>(copy, behind, offsets);
}

LzCopied CopySequences(const LzCopy& copy, std::size_t behind, const std::uint32_t* offsets) {
  if (copy.far_matches * kFewFar > copy.count)
    return CopyBy<Fetching>(copy, behind, Offsets32{offsets});
  return CopyBy<Unfetching>(copy, behind, Offsets32{offsets});
}

LzCopied CopyNarrow(const LzCopy& copy, std::size_t behind, const std::uint8_t* offsets) {
  return CopyAll<32, 64, Unfetching>(copy, behind, Offsets16<1>{offsets});
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
