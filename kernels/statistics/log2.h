// Logarithms in fixed point: no floating point anywhere, so that every decision based on them is the
// same on every machine.
//
// log2 is split into the exponent and a 257-entry table of log2(1 + i / 256) with linear
// interpolation. The table is computed at compile time, bit by bit: squaring a number in [1, 2)
// doubles its logarithm, and the result's exponent is the next binary digit (Briggs' method).
#ifndef SIGMA_KERNELS_STATISTICS_LOG2_H_
#define SIGMA_KERNELS_STATISTICS_LOG2_H_

#include <array>
#include <bit>
#include <cstdint>

namespace sigma::kernels::statistics {

constexpr std::uint32_t Log2Of(std::uint64_t mantissa) {  // of mantissa / 2^31 in [1, 2]; · 65536
  if (mantissa >= std::uint64_t{1} << 32) return 65536;
  std::uint32_t digits = 0;
  for (int i = 0; i < 18; ++i) {
    mantissa = mantissa * mantissa >> 31;
    const bool carry = mantissa >= std::uint64_t{1} << 32;
    digits = digits << 1 | (carry ? 1u : 0u);
    if (carry) mantissa >>= 1;
  }
  return (digits + 2) >> 2;
}

inline constexpr std::array<std::uint32_t, 257> kLog2Mantissa = [] {
  std::array<std::uint32_t, 257> table{};
  for (std::uint64_t i = 0; i <= 256; ++i) table[i] = Log2Of((256 + i) << 23);
  return table;
}();

// 65536 · log2(value), value ≥ 1, to within 3 units.
[[nodiscard]] constexpr std::uint32_t Log2Fixed(std::uint32_t value) noexcept {
  const unsigned exponent = static_cast<unsigned>(std::bit_width(value)) - 1;
  // 8 bits of index and 16 of fraction after the leading one.
  const auto fraction =
      static_cast<std::uint32_t>((static_cast<std::uint64_t>(value) << 24 >> exponent) & 0xFFFFFF);
  const std::uint32_t low = kLog2Mantissa[fraction >> 16];
  const std::uint32_t step = kLog2Mantissa[(fraction >> 16) + 1] - low;
  return (exponent << 16) + low + ((step * (fraction & 0xFFFF) + 0x8000) >> 16);
}

}  // namespace sigma::kernels::statistics

#endif  // SIGMA_KERNELS_STATISTICS_LOG2_H_
