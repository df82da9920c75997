// Landmarks: places that the eight bytes from there on choose, so that like contents have like ones
// wherever they stand.
//
// A landmark is where a 32-bit hash of eight bytes is below 2^(32 − kLandmarkLog): one place in 256
// where bytes are random; and kLandmarkGap or more after the one before it, so that what repeats
// itself has no more of them than a bound. Nothing outside the span is read; no allocation; safe from
// any thread. Cost on AVX2 (Zen 5): 60 µs for 1 MiB.
#ifndef SIGMA_KERNELS_LZ_LANDMARKS_H_
#define SIGMA_KERNELS_LZ_LANDMARKS_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace sigma::kernels::lz {

inline constexpr unsigned kLandmarkLog = 8;
inline constexpr std::size_t kLandmarkGap = 128;
// The bytes that choose.
inline constexpr std::size_t kLandmarkBytes = 8;

// The most landmarks of `size` bytes.
[[nodiscard]] constexpr std::size_t MostLandmarks(std::size_t size) {
  return size / kLandmarkGap + 1;
}

// Writes the positions of the landmarks, ascending, and returns how many there are. `places` has
// MostLandmarks(source.size()); source.size() < 2^32.
[[nodiscard]] std::size_t FindLandmarks(std::span<const std::uint8_t> source,
                                        std::span<std::uint32_t> places) noexcept;

}  // namespace sigma::kernels::lz

#endif  // SIGMA_KERNELS_LZ_LANDMARKS_H_
