// log2 is split into the exponent and a 257-entry table of log2(1 + i / 256) with linear
// interpolation. The table is computed at compile time, bit by bit: squaring a number in [1, 2)
// doubles its logarithm, and the result's exponent is the next binary digit (Briggs' method).
// Histograms hold mostly small counts, so count · log2(count) below 512 is a table of its own: 2
// KiB, half the counts of a 16 KiB sample never leave it.
#include "kernels/shannon.h"

#include <array>
#include <bit>

namespace sigma::kernels {
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
  // 8 bits of index and 16 of fraction behind the leading one.
  const auto fraction =
      static_cast<std::uint32_t>((static_cast<std::uint64_t>(value) << 24 >> exponent) & 0xFFFFFF);
  const std::uint32_t low = kLog2Mantissa[fraction >> 16];
  const std::uint32_t step = kLog2Mantissa[(fraction >> 16) + 1] - low;
  return (exponent << 16) + low + ((step * (fraction & 0xFFFF) + 0x8000) >> 16);
}

constexpr std::uint32_t kSmall = 512;

// count · log2(count) · 65536: at most 511 · 9 · 65536 < 2^32.
constexpr std::array<std::uint32_t, kSmall> kSmallProducts = [] {
  std::array<std::uint32_t, kSmall> table{};
  for (std::uint32_t count = 1; count < kSmall; ++count) table[count] = count * Log2(count);
  return table;
}();

}  // namespace

std::uint32_t Log2Fixed(std::uint32_t value) noexcept { return Log2(value); }

std::uint64_t ShannonBits(const Histogram& counts) noexcept {
  std::uint64_t total = 0;
  std::uint64_t inside = 0;
  for (const std::uint32_t count : counts) {
    total += count;
    inside +=
        count < kSmall ? kSmallProducts[count] : static_cast<std::uint64_t>(count) * Log2(count);
  }
  if (total == 0) return 0;
  const std::uint64_t whole = total * Log2(static_cast<std::uint32_t>(total));
  // Interpolation may put the sum of the parts a hair above the whole.
  return whole > inside ? (whole - inside) >> 8 : 0;
}

std::uint64_t SmallSampleBias(const Histogram& counts) noexcept {
  std::uint64_t seen = 0;
  for (const std::uint32_t count : counts) seen += count != 0;
  constexpr std::uint64_t kBiasPerSymbol = 185;  // 256 / (2 ln 2) = 184.66
  return seen > 1 ? (seen - 1) * kBiasPerSymbol : 0;
}

}  // namespace sigma::kernels
