// Tables of count · log2(count), for shannon.cc alone.
//
// Histograms hold mostly small counts, so count · log2(count) below 1024 is a table of its own.
#ifndef SIGMA_KERNELS_STATISTICS_PRODUCTS_H_
#define SIGMA_KERNELS_STATISTICS_PRODUCTS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/statistics/log2.h"

namespace sigma::kernels::statistics {

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
    table[count] = std::int64_t{count} * Log2Fixed(count);
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
