// Where sample windows lie: spread over a source, but not at even steps, which would fall on the
// same columns of a table or the same part of a record again and again.
#ifndef SIGMA_STRATEGY_SPREAD_H_
#define SIGMA_STRATEGY_SPREAD_H_

#include <cstddef>

namespace sigma {

// The begin of window `i` of windows `stride` apart, moved by less than `slack`: by multiples of
// the golden ratio modulo 1, which fill the interval evenly (Weyl 1916).
[[nodiscard]] constexpr std::size_t SpreadPlace(std::size_t i, std::size_t stride,
                                                std::size_t slack) noexcept {
  return i * stride + slack * ((i + 1) * 40503 % 65536) / 65536;
}

}  // namespace sigma

#endif  // SIGMA_STRATEGY_SPREAD_H_
