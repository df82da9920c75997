// The delimiters of text tables: how many there are, and whether every line has the same number.
//
// Nothing outside the span is read; no allocation; safe from any thread.
// Cost on AVX2 (Zen 5): 0.9 cycles per byte for lines of 64 bytes. Pays from 64 bytes on.
#ifndef SIGMA_KERNELS_DELIMITERS_H_
#define SIGMA_KERNELS_DELIMITERS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sigma::kernels {

// In the order of kDelimiters.
enum class Delimiter : std::uint8_t { kComma, kTab, kSemicolon, kPipe, kQuote, kSpace };
inline constexpr std::size_t kDelimiterCount = 6;
inline constexpr std::array<std::uint8_t, kDelimiterCount> kDelimiters = {',', '\t', ';',
                                                                          '|', '"',  ' '};

struct DelimiterProfile {
  std::size_t newlines = 0;
  std::array<std::size_t, kDelimiterCount> total{};  // in the whole span
  // Over the `lines` whole lines, those between two newlines: how many of each delimiter a line
  // has, and the square of that.
  std::size_t lines = 0;
  std::array<std::uint64_t, kDelimiterCount> sum{};
  std::array<std::uint64_t, kDelimiterCount> squares{};

  // Adds what another stretch of the same text has.
  void Add(const DelimiterProfile& other) noexcept;
  // Variance of the number per line, in 1/256; 0 if every line has the same number.
  [[nodiscard]] std::uint64_t Variance(Delimiter delimiter) const noexcept;
};

[[nodiscard]] DelimiterProfile ProfileDelimiters(std::span<const std::uint8_t> source) noexcept;

}  // namespace sigma::kernels

#endif  // SIGMA_KERNELS_DELIMITERS_H_
