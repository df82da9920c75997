// How often bytes repeat at a distance: a coarse count at every distance at once, and an exact one
// at a single distance.
//
// Nothing outside the stated bytes is read; no allocation; safe from any thread.
// Cost on AVX2 (Zen 5): CountEqualDistances 0.028 cycles per position and distance (7.5 µs for 248
// positions and 4096 distances); CountEqualAt 0.05 cycles per byte. They pay from 64 distances or
// bytes on.
#ifndef SIGMA_KERNELS_STATISTICS_PERIOD_H_
#define SIGMA_KERNELS_STATISTICS_PERIOD_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace sigma::kernels::statistics {

// At most this many positions fit the counters.
inline constexpr std::size_t kMaxPositions = 255;

// counts[j] = number of positions p with source[p] == source[p − D + j], where D = counts.size():
// the count for distance d is counts[D − d]. Every position is at least D and below source.size().
void CountEqualDistances(std::span<const std::uint8_t> source,
                         std::span<const std::uint32_t> positions,
                         std::span<std::uint8_t> counts) noexcept;

// Number of indices i in [begin, end) with source[i] == source[i − distance];
// distance ≤ begin ≤ end ≤ source.size().
[[nodiscard]] std::size_t CountEqualAt(std::span<const std::uint8_t> source, std::size_t begin,
                                       std::size_t end, std::size_t distance) noexcept;

}  // namespace sigma::kernels::statistics

#endif  // SIGMA_KERNELS_STATISTICS_PERIOD_H_
