// The smallest and the largest of little-endian integers of 2, 4 or 8 bytes.
//
// The last size mod width bytes are left out; without an integer both ends are 0. Nothing outside
// the span is read; no allocation; safe from any thread.
// Cost on AVX2 (Zen 5, 1 MiB): 0.05 cycles per byte, 0.08 at width 8 (no 64-bit minimum before
// AVX-512). Worth the dispatch (about 2 ns) from 64 bytes on.
#ifndef SIGMA_KERNELS_RANGE_H_
#define SIGMA_KERNELS_RANGE_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace sigma::kernels {

struct UnsignedRange {
  std::uint64_t min = 0;
  std::uint64_t max = 0;
  [[nodiscard]] std::uint64_t Extent() const noexcept { return max - min; }
};

struct SignedRange {
  std::int64_t min = 0;
  std::int64_t max = 0;
  [[nodiscard]] std::uint64_t Extent() const noexcept {
    return static_cast<std::uint64_t>(max) - static_cast<std::uint64_t>(min);
  }
};

[[nodiscard]] UnsignedRange MeasureUnsigned(std::span<const std::uint8_t> source,
                                            std::size_t width) noexcept;
[[nodiscard]] SignedRange MeasureSigned(std::span<const std::uint8_t> source,
                                        std::size_t width) noexcept;

}  // namespace sigma::kernels

#endif  // SIGMA_KERNELS_RANGE_H_
