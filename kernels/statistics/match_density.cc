// No branch depends on the data: each position looks up, compares and stores; 64 results make a
// mask, which is widened by the length of a gram and counted. A parser that branched on a match
// would mispredict its way through exactly the data the question is about.
#include "kernels/statistics/match_density.h"

#include <algorithm>
#include <bit>

#include "kernels/endian.h"

namespace sigma::kernels::statistics {
namespace {

// The bytes of the gram in the upper part of the word.
template <unsigned kGram>
inline std::uint64_t LoadGram(const std::uint8_t* from) noexcept {
  return LoadInteger<std::uint64_t>(from) << (64 - 8 * kGram);
}

// Fibonacci hashing: 2^64 / golden ratio, odd (Knuth 1973, volume 3, section 6.4).
inline std::size_t Hash(std::uint64_t gram, int shift) noexcept {
  return static_cast<std::size_t>(gram * 0x9E3779B97F4A7C15u >> shift);
}

// `literal` is called with each byte that no gram covers.
template <unsigned kGram, class Literal>
std::size_t Count(std::span<const std::uint8_t> sample, std::span<std::uint16_t> table,
                  Literal literal) noexcept {
  // An empty entry means position 0, which is as good a candidate as any.
  std::fill(table.begin(), table.end(), std::uint16_t{0});
  const std::uint8_t* const bytes = sample.data();
  if (sample.size() < 9) {
    for (const std::uint8_t byte : sample) literal(byte);
    return 0;
  }
  const int shift = 64 - std::countr_zero(table.size());
  const std::size_t end = sample.size() - 7;  // positions with eight bytes to load
  std::size_t covered = 0;
  std::uint64_t over = 0;  // bytes of the next 64 that earlier matches cover
  // Whether the gram at `at` equals its candidate, which it replaces.
  const auto matches = [&](std::size_t at) {
    const std::uint64_t gram = LoadGram<kGram>(bytes + at);
    std::uint16_t& entry = table[Hash(gram, shift)];
    const bool equal = LoadGram<kGram>(bytes + entry) == gram;
    entry = static_cast<std::uint16_t>(at);
    return static_cast<std::uint64_t>(equal);
  };
  literal(bytes[0]);
  std::size_t base = 1;
  for (; base < end; base += 64) {
    std::uint64_t found = 0;
    if (base + 64 <= end) {
      for (std::size_t k = 0; k < 64; k += 8) {  // shifts by constants
        std::uint64_t part = 0;
        for (std::size_t j = 0; j < 8; ++j) part |= matches(base + k + j) << j;
        found |= part << k;
      }
    } else {
      for (std::size_t k = 0; base + k < end; ++k) found |= matches(base + k) << k;
    }
    std::uint64_t cover = over | found;
    over = 0;
    for (unsigned k = 1; k < kGram; ++k) {
      cover |= found << k;
      over |= found >> (64 - k);
    }
    covered += static_cast<std::size_t>(std::popcount(cover));
    for (std::uint64_t rest = ~cover; rest != 0; rest &= rest - 1) {
      const std::size_t at = base + static_cast<std::size_t>(std::countr_zero(rest));
      if (at >= sample.size()) break;
      literal(bytes[at]);
    }
  }
  for (std::size_t k = 0; base + k < sample.size(); ++k) {
    if ((over >> k & 1) == 0) literal(bytes[base + k]);
  }
  return covered + static_cast<std::size_t>(std::popcount(over));
}

}  // namespace

std::size_t CountMatched(std::span<const std::uint8_t> sample, std::span<std::uint16_t> table,
                         std::size_t gram) noexcept {
  const auto ignore = [](std::uint8_t) {};
  if (gram == 4) return Count<4>(sample, table, ignore);
  if (gram == 5) return Count<5>(sample, table, ignore);
  return Count<6>(sample, table, ignore);
}

std::size_t CountMatched(std::span<const std::uint8_t> sample, std::span<std::uint16_t> table,
                         Histogram& literals) noexcept {
  return Count<6>(sample, table, [&](std::uint8_t byte) { ++literals[byte]; });
}

}  // namespace sigma::kernels::statistics
