// The best linear prediction for a block of one channel: one of the five fixed polynomials, or
// weights from the block's autocorrelation. Integers only, so that the choice is the same on every
// machine.
#ifndef SIGMA_TRANSFORM_PCM_PREDICTOR_H_
#define SIGMA_TRANSFORM_PCM_PREDICTOR_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/pcm/prediction.h"

namespace sigma::pcm {

// Predictors on the wire: 0 … 4 the polynomial of that degree, 4 + n weights of order n.
inline constexpr unsigned kPolynomials = 5;

struct Weights {
  std::array<std::int16_t, kernels::pcm::kMaxOrder> weights{};
  std::size_t order = 0;
};

// The weights of a polynomial: a signal that it fits is predicted exactly (Robinson 1994, Shorten).
[[nodiscard]] Weights Polynomial(unsigned degree);

struct Choice {
  unsigned predictor = 0;
  Weights weights;
  std::uint64_t cost = 0;  // 256 · bits or so, weights included
};

// Predicts `x`, after kMaxOrder zeros, as cheaply as any candidate of at most `order` weights.
// Of the polynomials the first `polynomials` are tried. `scratch` holds 2 · x.size() +
// kMaxOrder; residuals, as large as x, receive the result.
[[nodiscard]] Choice ChoosePredictor(std::span<const std::int32_t> x, unsigned bits, unsigned order,
                                     std::span<std::int32_t> scratch,
                                     std::span<std::int32_t> residuals,
                                     unsigned polynomials = kPolynomials);

}  // namespace sigma::pcm

#endif  // SIGMA_TRANSFORM_PCM_PREDICTOR_H_
