// The differences are taken eight bytes at a time in one 64-bit register: subtracting with the top
// bit of each lane set keeps borrows inside the lane, and the top bits are put right by an
// exclusive or (Lamport 1975, "Multiple byte processing with full-word instructions").
#include "kernels/statistics/histogram.h"

#include "kernels/endian.h"

namespace sigma::kernels::statistics {
namespace {

inline void CountWord(std::uint64_t word, WordHistograms& counts) noexcept {
  for (std::size_t k = 0; k < 8; ++k) ++counts[k][(word >> (8 * k)) & 0xFF];
}

// The top bit of each lane of `kWidth` bytes.
template <std::size_t kWidth>
constexpr std::uint64_t kTops = kWidth == 1   ? 0x8080808080808080u
                                : kWidth == 2 ? 0x8000800080008000u
                                : kWidth == 4 ? 0x8000000080000000u
                                              : 0x8000000000000000u;

template <std::size_t kWidth>
void CountDifferencesOf(std::span<const std::uint8_t> source, WordHistograms& counts) noexcept {
  for (std::size_t at = 8; at + 8 <= source.size(); at += 8) {
    const auto now = LoadInteger<std::uint64_t>(source.data() + at);
    const auto before = LoadInteger<std::uint64_t>(source.data() + at - kWidth);
    constexpr std::uint64_t tops = kTops<kWidth>;
    CountWord(((now | tops) - (before & ~tops)) ^ ((now ^ ~before) & tops), counts);
  }
}

}  // namespace

void CountBytes(std::span<const std::uint8_t> source, WordHistograms& counts) noexcept {
  std::size_t at = 0;
  for (; at + 8 <= source.size(); at += 8) {
    CountWord(LoadInteger<std::uint64_t>(source.data() + at), counts);
  }
  for (; at < source.size(); ++at) ++counts[at % 8][source[at]];
}

void CountDifferences(std::span<const std::uint8_t> source, std::size_t width,
                      WordHistograms& counts) noexcept {
  switch (width) {
    case 1:
      return CountDifferencesOf<1>(source, counts);
    case 2:
      return CountDifferencesOf<2>(source, counts);
    case 4:
      return CountDifferencesOf<4>(source, counts);
    default:
      return CountDifferencesOf<8>(source, counts);
  }
}

void HalvePlanes(WordHistograms& counts, std::size_t planes) noexcept {
  for (std::size_t k = 0; k < planes / 2; ++k) {
    for (std::size_t symbol = 0; symbol < 256; ++symbol) {
      counts[k][symbol] += counts[k + planes / 2][symbol];
    }
  }
}

Histogram FoldPlane(const WordHistograms& counts, std::size_t width, std::size_t plane) noexcept {
  Histogram folded = counts[plane];
  for (std::size_t k = plane + width; k < 8; k += width) {
    for (std::size_t symbol = 0; symbol < 256; ++symbol) folded[symbol] += counts[k][symbol];
  }
  return folded;
}

}  // namespace sigma::kernels::statistics
