// How far two stretches of bytes are equal.
//
// Reads no byte outside the spans, which may overlap; no allocation; safe from any thread.
// Cost on AVX2 (Zen 5, 1 MiB): 0.08 cycles per byte. Worth the dispatch (about 2 ns) from 64 bytes
// on; a match finder's short comparisons have their own inlined loop.
#ifndef SIGMA_KERNELS_STATISTICS_COMMON_PREFIX_H_
#define SIGMA_KERNELS_STATISTICS_COMMON_PREFIX_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace sigma::kernels::statistics {

// The number of equal bytes before the first difference or the end of the shorter span.
[[nodiscard]] std::size_t CommonPrefix(std::span<const std::uint8_t> a,
                                       std::span<const std::uint8_t> b) noexcept;

}  // namespace sigma::kernels::statistics

#endif  // SIGMA_KERNELS_STATISTICS_COMMON_PREFIX_H_
