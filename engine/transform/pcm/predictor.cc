// Weights come from the autocorrelation of the block under a window with tapered ends, by the
// recursion of Levinson (1947) and Durbin (1960) in fixed point; they are rounded to 1/4096.
#include "engine/transform/pcm/predictor.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdlib>
#include <utility>

namespace sigma::pcm {
namespace {

using kernels::pcm::kMaxOrder;
using kernels::pcm::kShift;

// Orders that are tried, where the limit allows.
constexpr std::array<unsigned, 6> kOrders = {4, 8, 12, 16, 24, 32};
// Bits of the first autocorrelation and of the fractions of weights: sums of 32 products stay below
// 2^63 while weights stay below 2^8.
constexpr int kEnergyBits = 28;
constexpr int kFraction = 20;
constexpr std::int64_t kMostWeight = std::int64_t{1} << (kFraction + 8);
// The cost of a weight, 1/256 bit; and of the type of predictor.
constexpr std::uint64_t kWeightCost = 13 * 256;

// A window that rises smoothly over the first eighth and falls over the last: on audio as good as
// the cosine taper that it resembles.
void Taper(std::span<const std::int32_t> x, unsigned bits, std::int32_t* to) {
  const unsigned spare = bits > 24 ? bits - 24 : 0;
  for (std::size_t i = 0; i < x.size(); ++i) to[i] = x[i] >> spare;
  const std::size_t edge = x.size() / 8;
  for (std::size_t i = 0; i < edge; ++i) {
    const auto t = static_cast<std::int64_t>(((2 * i + 1) << 14) / edge);  // 0 … 2^15
    const std::int64_t weight = (t * t >> 15) * ((3 << 15) - 2 * t) >> 15;
    const auto scale = [&](std::int32_t& value) {
      value = static_cast<std::int32_t>(value * weight >> 15);
    };
    scale(to[i]);
    scale(to[x.size() - 1 - i]);
  }
}

// Rounded; false where a prediction might leave 32 bits or a weight its 16.
bool Round(std::span<const std::int64_t> exact, Weights& weights) {
  constexpr int kDrop = kFraction - static_cast<int>(kShift);
  std::int64_t sum = 0;
  weights.order = exact.size();
  for (std::size_t k = 0; k < exact.size(); ++k) {
    const std::int64_t weight = (exact[k] + (1 << (kDrop - 1))) >> kDrop;
    if (weight < -32768 || weight > 32767) return false;
    weights.weights[k] = static_cast<std::int16_t>(weight);
    sum += std::abs(weight);
  }
  return sum < 65536;
}

// Calls `use` with the weights of each order of kOrders up to `order`.
template <typename Use>
void ForEachOrder(std::span<const std::int64_t> correlations, unsigned order, Use use) {
  if (correlations[0] <= 0) return;
  const int shift =
      static_cast<int>(std::bit_width(static_cast<std::uint64_t>(correlations[0]))) - kEnergyBits;
  std::array<std::int64_t, kMaxOrder + 1> r{};
  for (std::size_t k = 0; k <= order; ++k) {
    r[k] = shift >= 0 ? correlations[k] >> shift : correlations[k] * (std::int64_t{1} << -shift);
  }
  // A floor of noise 90 dB down keeps the recursion stable.
  r[0] += (r[0] >> 30) + 1;
  std::array<std::int64_t, kMaxOrder> a{};
  std::int64_t error = r[0];
  std::size_t next = 0;
  for (std::size_t i = 0; i < order; ++i) {
    std::int64_t sum = r[i + 1] * (std::int64_t{1} << kFraction);
    for (std::size_t j = 0; j < i; ++j) sum -= a[j] * r[i - j];
    const std::int64_t reflection = sum / error;
    if (std::abs(reflection) >= std::int64_t{1} << kFraction) return;
    std::array<std::int64_t, kMaxOrder> before = a;
    for (std::size_t j = 0; j < i; ++j) {
      a[j] = before[j] - (reflection * before[i - 1 - j] >> kFraction);
      if (std::abs(a[j]) >= kMostWeight) return;
    }
    a[i] = reflection;
    error -= (reflection * reflection >> kFraction) * error >> kFraction;
    if (error <= 0) return;
    if (next < kOrders.size() && i + 1 == kOrders[next]) {
      ++next;
      Weights weights;
      if (Round(std::span(a).first(i + 1), weights)) use(weights);
    }
  }
}

}  // namespace

Weights Polynomial(unsigned degree) {
  static constexpr std::array<std::array<int, 4>, kPolynomials> kRows = {
      {{0, 0, 0, 0}, {1, 0, 0, 0}, {2, -1, 0, 0}, {3, -3, 1, 0}, {4, -6, 4, -1}}};
  assert(degree < kPolynomials);
  Weights weights;
  weights.order = degree;
  for (std::size_t k = 0; k < degree; ++k) {
    weights.weights[k] = static_cast<std::int16_t>(kRows[degree][k] * (1 << kShift));
  }
  return weights;
}

Choice ChoosePredictor(std::span<const std::int32_t> x, unsigned bits, unsigned order,
                       std::span<std::int32_t> scratch, std::span<std::int32_t> residuals,
                       unsigned polynomials) {
  const std::size_t count = x.size();
  assert(scratch.size() >= 2 * count + kMaxOrder && residuals.size() == count);
  Choice best;
  std::uint64_t least = ~std::uint64_t{0};
  // The best residuals so far lie in one of the two, the next ones go to the other.
  std::int32_t* held = residuals.data();
  std::int32_t* free = scratch.data();
  const auto consider = [&](unsigned predictor, const Weights& weights) {
    kernels::pcm::Residuals(x.data(), count, weights.weights.data(), weights.order, bits, free);
    std::uint64_t cost = kernels::pcm::Cost(free, count);
    if (predictor >= kPolynomials) cost += weights.order * kWeightCost;
    if (cost >= least) return;
    least = cost;
    best = {predictor, weights, cost};
    std::swap(held, free);
  };
  for (unsigned degree = 0; degree < polynomials; ++degree) {
    consider(degree, Polynomial(degree));
  }
  std::int32_t* const tapered = scratch.data() + count + kMaxOrder;
  std::fill_n(tapered - kMaxOrder, kMaxOrder, 0);
  Taper(x, bits, tapered);
  std::array<std::int64_t, kMaxOrder + 1> correlations{};
  kernels::pcm::Correlations(tapered, count, order + 1, correlations.data());
  ForEachOrder(correlations, order, [&](const Weights& weights) {
    consider(kPolynomials - 1 + static_cast<unsigned>(weights.order), weights);
  });
  if (held != residuals.data()) std::copy_n(held, count, residuals.data());
  return best;
}

}  // namespace sigma::pcm
