// A sum over 256 counts of a table's value for each. In samples most counts are below 16: all 256 are
// packed as bytes, three shuffles look up the three bytes of such values, and horizontal sums of
// bytes add them, exactly. The larger counts are few then and are walked one by one; where more than
// kFew of them there are, two loads a symbol from the table do better.
#include "kernels/statistics/shannon.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "kernels/statistics/products.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/statistics/shannon.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#ifndef SIGMA_KERNELS_STATISTICS_SHANNON_ONCE_
#define SIGMA_KERNELS_STATISTICS_SHANNON_ONCE_
namespace sigma::kernels::statistics {

// Of a histogram: the sum of the counts, of the table's values for them, and how many are not 0.
struct HistogramSums {
  std::uint64_t total = 0;
  std::int64_t inside = 0;
  std::uint32_t seen = 0;
};

}  // namespace sigma::kernels::statistics
#endif

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::statistics {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE std::int64_t Product(const ProductTable& table, std::uint32_t count) {
  return count < kSmall ? table.products[count] : std::int64_t{count} * Log2Fixed(count);
}

HWY_INLINE void SumEach(const Histogram& counts, const ProductTable& table, HistogramSums& sums) {
  // Two counts at a time, in whole registers: compilers make a worse job of vectors here.
  std::uint64_t all = 0;
  std::uint64_t totals = 0;  // of the even and of the odd symbols; neither overflows
  std::int64_t inside[2] = {};
  std::uint32_t seen = 0;
  for (std::size_t s = 0; s < counts.size(); s += 2) {
    const std::uint64_t pair = std::uint64_t{counts[s + 1]} << 32 | counts[s];
    all |= pair;
    totals += pair;
    inside[0] += table.products[pair % kSmall];
    inside[1] += table.products[(pair >> 32) % kSmall];
    seen += (counts[s] != 0 ? 1u : 0u) + (counts[s + 1] != 0 ? 1u : 0u);
  }
  sums.total = static_cast<std::uint32_t>(totals + (totals >> 32));
  sums.inside = inside[0] + inside[1];
  sums.seen = seen;
  if (static_cast<std::uint32_t>(all | all >> 32) < kSmall) return;
  sums.inside = 0;
  for (const std::uint32_t count : counts) sums.inside += Product(table, count);
}

#if HWY_TARGET == HWY_SCALAR

void SumTarget(const Histogram& counts, const ProductTable& table, HistogramSums& sums) {
  SumEach(counts, table, sums);
}

#else

void SumTarget(const Histogram& counts, const ProductTable& table, HistogramSums& sums) {
  // Counts of 16 and more from which on a walk over them takes longer than over all 256.
  constexpr std::size_t kFew = 48;
  const hn::CappedTag<std::uint8_t, 64> d8;
  const hn::Repartition<std::int32_t, decltype(d8)> d32;
  const hn::Repartition<std::uint64_t, decltype(d8)> d64;
  constexpr std::size_t kLanes = hn::MaxLanes(decltype(d8)());
  const std::size_t quarter = hn::Lanes(d32);
  const auto low = hn::LoadDup128(d8, table.planes[0].data());
  const auto middle = hn::LoadDup128(d8, table.planes[1].data());
  const auto high = hn::LoadDup128(d8, table.planes[2].data());
  auto totals = hn::Zero(d32);
  auto low_sum = hn::Zero(d64);
  auto middle_sum = hn::Zero(d64);
  auto high_sum = hn::Zero(d64);
  std::array<std::uint64_t, 4> large{};
  std::array<std::uint64_t, 4> none{};
  for (std::size_t s = 0; s < counts.size(); s += kLanes) {
    // Counts are below 2^31: a chunk is at most 64 MiB.
    const auto load = [&](std::size_t part) HWY_ATTR {
      return hn::LoadU(d32, reinterpret_cast<const std::int32_t*>(&counts[s + part * quarter]));
    };
    const auto a = load(0), b = load(1), c = load(2), d = load(3);
    totals = hn::Add(totals, hn::Add(hn::Add(a, b), hn::Add(c, d)));
    // Byte 4 · lane + part: the count of symbol s + part · quarter + lane, 16 if it is more.
    const auto clamp = [&](auto v) HWY_ATTR { return hn::Min(v, hn::Set(d32, 16)); };
    const auto bytes =
        hn::BitCast(d8, hn::Or(hn::Or(clamp(a), hn::ShiftLeft<8>(clamp(b))),
                               hn::Or(hn::ShiftLeft<16>(clamp(c)), hn::ShiftLeft<24>(clamp(d)))));
    const auto is_large = hn::Eq(bytes, hn::Set(d8, 16));
    const auto store = [&](auto mask, std::array<std::uint64_t, 4>& words) HWY_ATTR {
      std::uint8_t bits[8] = {};
      hn::StoreMaskBits(d8, mask, bits);
      std::uint64_t part = 0;
      std::memcpy(&part, bits, kLanes / 8);
      words[s / 64] |= part << (s % 64);
    };
    store(is_large, large);
    store(hn::Eq(bytes, hn::Zero(d8)), none);
    const auto index = hn::IfThenZeroElse(is_large, bytes);
    low_sum = hn::Add(low_sum, hn::SumsOf8(hn::TableLookupBytes(low, index)));
    middle_sum = hn::Add(middle_sum, hn::SumsOf8(hn::TableLookupBytes(middle, index)));
    high_sum = hn::Add(high_sum, hn::SumsOf8(hn::TableLookupBytes(high, index)));
  }
  std::size_t many = 0;
  std::size_t absent = 0;
  for (const std::uint64_t word : large) many += hwy::PopCount(word);
  for (const std::uint64_t word : none) absent += hwy::PopCount(word);
  if (many > kFew) return SumEach(counts, table, sums);
  sums.seen = static_cast<std::uint32_t>(256 - absent);
  sums.total = static_cast<std::uint32_t>(hn::GetLane(hn::SumOfLanes(d32, totals)));
  const auto sum =
      hn::Add(low_sum, hn::Add(hn::ShiftLeft<8>(middle_sum), hn::ShiftLeft<16>(high_sum)));
  sums.inside =
      static_cast<std::int64_t>(hn::GetLane(hn::SumOfLanes(d64, sum))) + 256 * table.least;
  for (std::size_t word = 0; word < 4; ++word) {
    for (std::uint64_t left = large[word]; left != 0; left &= left - 1) {
      const std::size_t place = 64 * word + static_cast<std::size_t>(std::countr_zero(left));
      const std::size_t within = place % kLanes;
      const std::size_t symbol = place - within + within % 4 * quarter + within / 4;
      sums.inside += Product(table, counts[symbol]) - table.products[0];
    }
  }
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::statistics
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::statistics {
HWY_EXPORT(SumTarget);
namespace {

HistogramSums Sums(const Histogram& counts, const ProductTable& table) noexcept {
  HistogramSums sums;
  HWY_DYNAMIC_DISPATCH(SumTarget)(counts, table, sums);
  return sums;
}

// total · log2(total) − Σ product(count), in 1/256 bits.
std::uint64_t Bits(const HistogramSums& sums) noexcept {
  if (sums.total == 0) return 0;
  const std::int64_t whole =
      static_cast<std::int64_t>(sums.total) * Log2Fixed(static_cast<std::uint32_t>(sums.total));
  // Interpolation may put the sum of the parts a hair above the whole.
  return whole > sums.inside ? std::min(static_cast<std::uint64_t>(whole - sums.inside) >> 8,
                                        sums.total * (8 * 256))
                             : 0;
}

std::uint64_t Bias(std::uint32_t seen) noexcept {
  constexpr std::uint64_t kBiasPerSymbol = 185;  // 256 / (2 ln 2) = 184.66
  return seen > 1 ? (seen - 1) * kBiasPerSymbol : 0;
}

}  // namespace

std::uint64_t ShannonBits(const Histogram& counts) noexcept {
  return Bits(Sums(counts, kSmallProducts));
}

std::uint64_t EstimateBits(const Histogram& counts) noexcept {
  return Bits(Sums(counts, kEstimateProducts));
}

std::uint64_t SmallSampleBias(const Histogram& counts) noexcept {
  return Bias(static_cast<std::uint32_t>(
      std::count_if(counts.begin(), counts.end(), [](std::uint32_t c) { return c != 0; })));
}

std::uint64_t CorrectedBits(const Histogram& counts, unsigned times) noexcept {
  const HistogramSums sums = Sums(counts, kSmallProducts);
  return Bits(sums) + times * Bias(sums.seen);
}

std::uint64_t SplitGain(const Histogram& a, const Histogram& b) noexcept {
  Histogram both = a;
  for (std::size_t symbol = 0; symbol < both.size(); ++symbol) both[symbol] += b[symbol];
  const std::uint64_t together = EstimateBits(both);
  const std::uint64_t apart = EstimateBits(a) + EstimateBits(b);
  return together > apart ? together - apart : 0;
}

}  // namespace sigma::kernels::statistics
#endif  // HWY_ONCE
