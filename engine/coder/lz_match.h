// Hashes and match lengths: the primitives of the parsers.
#ifndef SIGMA_CODER_LZ_MATCH_H_
#define SIGMA_CODER_LZ_MATCH_H_

#include <bit>
#include <cstddef>
#include <cstdint>

#include "engine/base/endian.h"

namespace sigma {

// Multiplicative (Fibonacci) hash of the first kBytes of the little-endian `value` to 64 − shift
// bits; the multiplier is 2^64 / golden ratio.
template <unsigned kBytes>
[[nodiscard]] inline std::uint32_t HashBytes(std::uint64_t value, unsigned shift) noexcept {
  static_assert(kBytes >= 4 && kBytes <= 8);
  return static_cast<std::uint32_t>(((value << (64 - 8 * kBytes)) * 0x9E3779B97F4A7C15u) >> shift);
}

// Length of the common prefix of `a` and `b`, where a < end and b < a. Reads nothing at or behind
// `end`.
[[nodiscard]] inline std::size_t MatchLength(const std::uint8_t* a, const std::uint8_t* b,
                                             const std::uint8_t* end) noexcept {
  const std::uint8_t* const start = a;
  while (end - a >= 8) {
    const std::uint64_t difference = LoadLE<std::uint64_t>(a) ^ LoadLE<std::uint64_t>(b);
    if (difference != 0) {
      return static_cast<std::size_t>(a - start) +
             static_cast<std::size_t>(std::countr_zero(difference) >> 3);
    }
    a += 8;
    b += 8;
  }
  while (a < end && *a == *b) {
    ++a;
    ++b;
  }
  return static_cast<std::size_t>(a - start);
}

// How far a match at `a`/`b` extends backwards, not below `anchor` and `base`.
[[nodiscard]] inline std::size_t BackwardLength(const std::uint8_t* a, const std::uint8_t* b,
                                                const std::uint8_t* anchor,
                                                const std::uint8_t* base) noexcept {
  const std::uint8_t* const start = a;
  while (a > anchor && b > base && a[-1] == b[-1]) {
    --a;
    --b;
  }
  return static_cast<std::size_t>(start - a);
}

}  // namespace sigma

#endif  // SIGMA_CODER_LZ_MATCH_H_
