// The transpose of records of any width into byte planes, and back: what kernels/integers/planes.h
// does where no width of its own fits. Same contracts; call it through there.
#ifndef SIGMA_KERNELS_INTEGERS_RECORD_PLANES_H_
#define SIGMA_KERNELS_INTEGERS_RECORD_PLANES_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace sigma::kernels::integers {

void SplitRecords(std::span<const std::uint8_t> source, std::size_t width,
                  std::span<const std::span<std::uint8_t>> planes) noexcept;
void JoinRecords(std::span<const std::span<const std::uint8_t>> planes, std::size_t width,
                 std::span<std::uint8_t> target) noexcept;

}  // namespace sigma::kernels::integers

#endif  // SIGMA_KERNELS_INTEGERS_RECORD_PLANES_H_
