// Shannon's order-0 information of a histogram, in fixed point: no floating point anywhere, so that
// every decision based on it is the same on every machine.
//
// Scalar code; no allocation; safe from any thread. Cost: about 0.15 µs for a histogram of small
// counts, 0.3 µs for one of large counts.
#ifndef SIGMA_KERNELS_SHANNON_H_
#define SIGMA_KERNELS_SHANNON_H_

#include <cstdint>

#include "kernels/histogram.h"

namespace sigma::kernels {

// 65536 · log2(value), value ≥ 1, to within 3 units.
[[nodiscard]] std::uint32_t Log2Fixed(std::uint32_t value) noexcept;

// Σ count · log2(total / count) over the symbols, in 1/256 bits, to within 1/4096 bit a symbol. The
// total must be below 2^32.
[[nodiscard]] std::uint64_t ShannonBits(const Histogram& counts) noexcept;

// How much an entropy estimated from few samples falls short on average, in 1/256 bits for the
// whole sample: (symbols seen − 1) / (2 ln 2) bits (Miller 1955, Madow 1948).
[[nodiscard]] std::uint64_t SmallSampleBias(const Histogram& counts) noexcept;

}  // namespace sigma::kernels

#endif  // SIGMA_KERNELS_SHANNON_H_
