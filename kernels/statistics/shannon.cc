// log2 is split into the exponent and a 257-entry table of log2(1 + i / 256) with linear
// interpolation. The table is computed at compile time, bit by bit: squaring a number in [1, 2)
// doubles its logarithm, and the result's exponent is the next binary digit (Briggs' method).
// Histograms hold mostly small counts, so count · log2(count) below 1024 is a table of its own: 8
// KiB, and a histogram that never leaves it, as most of samples, takes two loads a symbol.
#include "kernels/statistics/shannon.h"

#include <algorithm>
#include <array>
#include <bit>

namespace sigma::kernels::statistics {
namespace {

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

constexpr std::array<std::uint32_t, 257> kLog2Mantissa = [] {
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

constexpr std::uint32_t kSmall = 1024;

// count · log2(count) · 65536.
constexpr std::array<std::int64_t, kSmall> kSmallProducts = [] {
  std::array<std::int64_t, kSmall> table{};
  for (std::uint32_t count = 1; count < kSmall; ++count)
    table[count] = std::int64_t{count} * Log2(count);
  return table;
}();

// The same with G(count), which is negative for 1, instead of log2(count). G(1) = −(γ + ln 2) / ln
// 2 and G(2) = G(1) + 2 / ln 2 bits; each further even number adds 2 / ((count − 1) ln 2), each odd
// one is as the number before. Above the table the difference is below 1/500000 bit.
constexpr std::array<std::int64_t, kSmall> kEstimateProducts = [] {
  std::array<std::int64_t, kSmall> table{};
  std::int64_t value = -2015125732678;  // in 2^-40 bits
  constexpr std::int64_t kTwoPerLn2 = 3172519945584;
  for (std::int64_t count = 1; count < kSmall; ++count) {
    if (count % 2 == 0) value += kTwoPerLn2 / (count - 1);
    table[static_cast<std::size_t>(count)] = count * value >> 24;
  }
  return table;
}();

// total · log2(total) − Σ product(count), in 1/256 bits; the products below kSmall from a table.
std::uint64_t Bits(const Histogram& counts,
                   const std::array<std::int64_t, kSmall>& products) noexcept {
  // Two counts at a time, in whole registers: compilers make a worse job of vectors here.
  std::uint64_t all = 0;
  std::uint64_t totals = 0;  // of the even and of the odd symbols; neither overflows
  std::int64_t sums[2] = {};
  for (std::size_t s = 0; s < counts.size(); s += 2) {
    const std::uint64_t pair = std::uint64_t{counts[s + 1]} << 32 | counts[s];
    all |= pair;
    totals += pair;
    sums[0] += products[pair % kSmall];
    sums[1] += products[(pair >> 32) % kSmall];
  }
  const auto total = static_cast<std::uint32_t>(totals + (totals >> 32));
  if (total == 0) return 0;
  std::int64_t inside = sums[0] + sums[1];
  if (static_cast<std::uint32_t>(all | all >> 32) >= kSmall) {
    inside = 0;
    for (const std::uint32_t count : counts) {
      inside += count < kSmall ? products[count] : std::int64_t{count} * Log2(count);
    }
  }
  const std::int64_t whole = std::int64_t{total} * Log2(total);
  // Interpolation may put the sum of the parts a hair above the whole.
  return whole > inside ? std::min(static_cast<std::uint64_t>(whole - inside) >> 8,
                                   std::uint64_t{total} * (8 * 256))
                        : 0;
}

}  // namespace

std::uint32_t Log2Fixed(std::uint32_t value) noexcept { return Log2(value); }

std::uint64_t ShannonBits(const Histogram& counts) noexcept { return Bits(counts, kSmallProducts); }

std::uint64_t EstimateBits(const Histogram& counts) noexcept {
  return Bits(counts, kEstimateProducts);
}

std::uint64_t SmallSampleBias(const Histogram& counts) noexcept {
  std::uint32_t seen = 0;
  for (const std::uint32_t count : counts) seen += count != 0 ? 1u : 0u;
  constexpr std::uint64_t kBiasPerSymbol = 185;  // 256 / (2 ln 2) = 184.66
  return seen > 1 ? (seen - 1) * kBiasPerSymbol : 0;
}

std::uint64_t SplitGain(const Histogram& a, const Histogram& b) noexcept {
  Histogram both = a;
  for (std::size_t symbol = 0; symbol < both.size(); ++symbol) both[symbol] += b[symbol];
  const std::uint64_t together = EstimateBits(both);
  const std::uint64_t apart = EstimateBits(a) + EstimateBits(b);
  return together > apart ? together - apart : 0;
}

}  // namespace sigma::kernels::statistics
