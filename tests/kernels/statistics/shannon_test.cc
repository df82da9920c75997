#include "kernels/statistics/shannon.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "tests/kernels/samples.h"
#include "tests/per_target.h"

namespace sigma::kernels::statistics {
namespace {

using tests::RandomBytes;
using Bytes = std::vector<std::uint8_t>;

TEST(Shannon, Log2IsCloseToTheRealOne) {
  for (std::uint64_t value = 1; value < (std::uint64_t{1} << 32); value += 1 + value / 700) {
    const auto number = static_cast<std::uint32_t>(value);
    ASSERT_NEAR(Log2Fixed(number), std::log2(static_cast<double>(number)) * 65536, 3.0) << number;
  }
  EXPECT_EQ(Log2Fixed(1), 0u);
  EXPECT_EQ(Log2Fixed(1u << 31), 31u << 16);
}

TEST(Shannon, BitsAreCloseToTheRealOnes) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    const Bytes random = RandomBytes(256, seed);
    Histogram counts{};
    double total = 0;
    for (std::size_t i = 0; i < 256; ++i) {
      if (i % (1 + seed % 13) != 0) continue;
      counts[i] = random[i] * (seed < 100 ? 3u : 40000u);
      total += counts[i];
    }
    double bits = 0;
    for (const std::uint32_t count : counts) {
      if (count != 0) bits += count * std::log2(total / count);
    }
    ASSERT_NEAR(static_cast<double>(ShannonBits(counts)), bits * 256, total * 256 / 4096 + 1);
  }
  Histogram counts{};
  EXPECT_EQ(ShannonBits(counts), 0u);
  EXPECT_EQ(SmallSampleBias(counts), 0u);
  counts[7] = 1234567;
  EXPECT_EQ(ShannonBits(counts), 0u);
  counts[8] = 1234567;
  EXPECT_EQ(ShannonBits(counts), 2u * 1234567 * 256);
  EXPECT_EQ(SmallSampleBias(counts), 185u);
}

// The scalar target is among them: it goes over all counts one by one, as all do where many counts
// are large.
TEST(Shannon, EveryTargetSaysTheSame) {
  std::vector<Histogram> histograms;
  for (unsigned seed = 0; seed < 300; ++seed) {
    const Bytes random = RandomBytes(512, seed);
    Histogram counts{};
    for (std::size_t i = 0; i < 256; ++i) {
      // Mostly 0 … 15 and, more with each seed, counts from 16 to 2^24.
      counts[i] = random[i] % (2 + seed % 15);
      if (random[256 + i] < seed) counts[i] = 16u + (random[i] << (seed % 17));
    }
    histograms.push_back(counts);
  }
  std::vector<std::uint64_t> first;
  tests::ForEachTarget([&] {
    std::vector<std::uint64_t> bits;
    for (const Histogram& counts : histograms) {
      bits.push_back(ShannonBits(counts));
      bits.push_back(EstimateBits(counts));
      EXPECT_EQ(CorrectedBits(counts, 2), ShannonBits(counts) + 2 * SmallSampleBias(counts));
    }
    if (first.empty()) first = bits;
    EXPECT_EQ(bits, first);
  });
}

TEST(Shannon, EstimatesTheSourceOfASmallSample) {
  for (const std::size_t symbols : {2u, 16u, 100u, 256u}) {
    double bits = 0;
    constexpr unsigned kRounds = 50;
    constexpr std::size_t kSample = 384;
    for (unsigned round = 0; round < kRounds; ++round) {
      Histogram counts{};
      for (const std::uint8_t byte : RandomBytes(kSample, 100 + round)) {
        ++counts[byte * symbols / 256];
      }
      bits += static_cast<double>(EstimateBits(counts)) / 256 / kSample / kRounds;
    }
    EXPECT_NEAR(bits, std::log2(static_cast<double>(symbols)), 0.06) << symbols;
  }
  // A large sample needs no correction.
  Histogram counts{};
  for (const std::uint8_t byte : RandomBytes(1 << 20, 10)) ++counts[byte * 10u / 256];
  EXPECT_NEAR(static_cast<double>(EstimateBits(counts)), static_cast<double>(ShannonBits(counts)),
              0.001 * static_cast<double>(ShannonBits(counts)));
  Histogram one{};
  EXPECT_EQ(EstimateBits(one), 0u);
  one[3] = 1000;
  EXPECT_LE(EstimateBits(one), 256u);  // a bit in all
}

TEST(Shannon, SplittingGainsNothingWithinOneSource) {
  const auto histogram = [](unsigned symbols, unsigned first, unsigned seed) {
    Histogram counts{};
    for (const std::uint8_t byte : RandomBytes(4096, seed)) ++counts[first + byte % symbols];
    return counts;
  };
  const Histogram a = histogram(64, 0, 1), b = histogram(64, 0, 2), c = histogram(64, 128, 3);
  EXPECT_LT(SplitGain(a, b), 4096u * 256 / 50);  // 0.02 bits per byte and side
  // Nothing in common: which of the two it is costs a bit a symbol.
  EXPECT_NEAR(static_cast<double>(SplitGain(a, c)), 8192.0 * 256, 8192.0 * 256 / 50);
  EXPECT_EQ(SplitGain(a, Histogram{}), 0u);
}

}  // namespace
}  // namespace sigma::kernels::statistics
