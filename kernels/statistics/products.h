// Logarithms in fixed point and tables of count · log2(count), for shannon.cc alone.
//
// log2 is split into the exponent and a 257-entry table of log2(1 + i / 256) with linear
// interpolation. The table is computed at compile time, bit by bit: squaring a number in [1, 2)
// doubles its logarithm, and the result's exponent is the next binary digit (Briggs' method).
// Histograms hold mostly small counts, so count · log2(count) below 1024 is a table of its own.
#ifndef SIGMA_KERNELS_STATISTICS_PRODUCTS_H_
#define SIGMA_KERNELS_STATISTICS_PRODUCTS_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
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

constexpr std::uint32_t Log2(std::uint32_t value) {
  const unsigned exponent = static_cast<unsigned>(std::bit_width(value)) - 1;
  // 8 bits of index and 16 of fraction after the leading one.
  const auto fraction =
      static_cast<std::uint32_t>((static_cast<std::uint64_t>(value) << 24 >> exponent) & 0xFFFFFF);
  const std::uint32_t low = kLog2Mantissa[fraction >> 16];
  const std::uint32_t step = kLog2Mantissa[(fraction >> 16) + 1] - low;
  return (exponent << 16) + low + ((step * (fraction & 0xFFFF) + 0x8000) >> 16);
}

inline constexpr std::uint32_t kSmall = 1024;

// The products of the counts below kSmall, in 1/65536 bits; those of the counts below 16 once more,
// less the least of them, in three planes of bytes that a shuffle looks up.
struct ProductTable {
  explicit constexpr ProductTable(const std::array<std::int64_t, kSmall>& of) : products(of) {
    least = *std::min_element(of.begin(), of.begin() + 16);
    for (std::size_t count = 0; count < 16; ++count) {
      for (std::size_t plane = 0; plane < 3; ++plane) {
        planes[plane][count] = static_cast<std::uint8_t>((of[count] - least) >> (8 * plane));
      }
    }
  }
  std::array<std::int64_t, kSmall> products;
  std::array<std::array<std::uint8_t, 16>, 3> planes{};
  std::int64_t least = 0;
};

// count · log2(count) · 65536.
inline constexpr ProductTable kSmallProducts{[] {
  std::array<std::int64_t, kSmall> table{};
  for (std::uint32_t count = 1; count < kSmall; ++count)
    table[count] = std::int64_t{count} * Log2(count);
  return table;
}()};

// The same with G(count), which is negative for 1, instead of log2(count). G(1) = −(γ + ln 2) / ln
// 2 and G(2) = G(1) + 2 / ln 2 bits; each further even number adds 2 / ((count − 1) ln 2), each odd
// one is as the number before. Above the table the difference is below 1/500000 bit.
inline constexpr ProductTable kEstimateProducts{[] {
  std::array<std::int64_t, kSmall> table{};
  std::int64_t value = -2015125732678;  // in 2^-40 bits
  constexpr std::int64_t kTwoPerLn2 = 3172519945584;
  for (std::int64_t count = 1; count < kSmall; ++count) {
    if (count % 2 == 0) value += kTwoPerLn2 / (count - 1);
    table[static_cast<std::size_t>(count)] = count * value >> 24;
  }
  return table;
}()};

}  // namespace sigma::kernels::statistics

#endif  // SIGMA_KERNELS_STATISTICS_PRODUCTS_H_
