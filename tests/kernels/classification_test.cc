// The classification kernels against scalar references: every length 0…300, shifting alignments,
// every target.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "kernels/histogram.h"
#include "kernels/match_density.h"
#include "kernels/period.h"
#include "kernels/runs.h"
#include "kernels/shannon.h"
#include "kernels/text_density.h"
#include "tests/kernels/samples.h"
#include "tests/per_target.h"

namespace sigma::kernels {
namespace {

using tests::ForEachTarget;
using tests::RandomBytes;
using tests::RunnyBytes;
using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

// Every length 0…300 of random and of runny bytes, in memory of exactly that size behind a shift.
template <typename Body>
void ForEachInput(Body body) {
  const Bytes random = RandomBytes(600, 3);
  const Bytes runny = RunnyBytes(5000, 4);
  ForEachTarget([&] {
    for (std::size_t size = 0; size <= 300; ++size) {
      for (const View from : {View(random).subspan(size), View(runny).subspan(13 * size)}) {
        const std::size_t shift = size % 19;
        Bytes store(shift + size);
        std::copy_n(from.begin(), size, store.begin() + static_cast<std::ptrdiff_t>(shift));
        SCOPED_TRACE("size " + std::to_string(size));
        body(View(store).subspan(shift));
        if (testing::Test::HasFatalFailure()) return;
      }
    }
    body(View(runny));
  });
}

TEST(Histogram, CountsBytesAndFolds) {
  ForEachInput([](View source) {
    WordHistograms counts{};
    CountBytes(source, counts);
    for (const std::size_t width : {1u, 2u, 4u, 8u}) {
      for (std::size_t plane = 0; plane < width; ++plane) {
        Histogram expected{};
        for (std::size_t i = plane; i < source.size(); i += width) ++expected[source[i]];
        ASSERT_EQ(FoldPlane(counts, width, plane), expected);
      }
    }
  });
}

TEST(Histogram, CountsDifferences) {
  ForEachInput([](View source) {
    for (const std::size_t width : {1u, 2u, 4u, 8u}) {
      WordHistograms counts{}, expected{};
      CountDifferences(source, width, counts);
      const std::size_t end = source.size() / 8 * 8;
      for (std::size_t i = 8; i < end; i += width) {
        std::uint64_t now = 0, before = 0;
        for (std::size_t k = width; k-- > 0;) {
          now = now << 8 | source[i + k];
          before = before << 8 | source[i + k - width];
        }
        for (std::size_t k = 0; k < width; ++k) {
          ++expected[(i + k) % 8][static_cast<std::uint8_t>((now - before) >> (8 * k))];
        }
      }
      ASSERT_EQ(counts, expected) << width;
    }
  });
}

TEST(Histogram, HalvesPlanesAsItFoldsThem) {
  WordHistograms counts{};
  CountBytes(RandomBytes(5000, 9), counts);
  WordHistograms halved = counts;
  for (std::size_t planes = 8; planes > 1; planes /= 2) {
    HalvePlanes(halved, planes);
    for (std::size_t k = 0; k < planes / 2; ++k) {
      ASSERT_EQ(halved[k], FoldPlane(counts, planes / 2, k)) << planes;
    }
  }
}

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

TEST(Runs, EqualTheReference) {
  ForEachInput([](View source) {
    RunStatistics expected;
    for (std::size_t i = 0; i < source.size();) {
      std::size_t j = i;
      while (j < source.size() && source[j] == source[i]) ++j;
      if (j - i >= kMinRun) {
        ++expected.count;
        expected.covered += j - i;
        expected.longest = std::max(expected.longest, j - i);
      }
      i = j;
    }
    const RunStatistics measured = MeasureRuns(source);
    ASSERT_EQ(measured.count, expected.count);
    ASSERT_EQ(measured.covered, expected.covered);
    ASSERT_EQ(measured.longest, expected.longest);
  });
}

TEST(Runs, FindEveryBreakOfARun) {
  ForEachTarget([] {
    for (std::size_t size = 1; size <= 300; ++size) {
      Bytes bytes(size, 9);
      ASSERT_EQ(MeasureRuns(bytes).longest, size >= kMinRun ? size : 0);
      for (std::size_t at = size % 7; at < size; at += 7) {
        bytes[at] = 8;
        const std::size_t left = at >= kMinRun ? at : 0;
        const std::size_t right = size - at - 1 >= kMinRun ? size - at - 1 : 0;
        const RunStatistics measured = MeasureRuns(bytes);
        ASSERT_EQ(measured.covered, left + right);
        ASSERT_EQ(measured.longest, std::max(left, right));
        bytes[at] = 9;
      }
    }
  });
}

TEST(Runs, RepeatedPrefixStopsAtTheFirstDifference) {
  const Bytes random = RandomBytes(100, 5);
  ForEachTarget([&] {
    for (const std::size_t distance : {1u, 2u, 3u, 16u, 31u, 64u, 100u}) {
      for (std::size_t size = 0; size <= 300; ++size) {
        Bytes bytes(size);
        for (std::size_t i = 0; i < size; ++i) bytes[i] = random[i % distance];
        ASSERT_EQ(RepeatedPrefix(bytes, distance), size);
        for (std::size_t at = size % 11 + distance; at < size; at += 11) {
          bytes[at] ^= 0x10;
          ASSERT_EQ(RepeatedPrefix(bytes, distance), at) << distance << " " << size;
          bytes[at] ^= 0x10;
        }
      }
    }
  });
}

TEST(Period, CountsAtEveryDistance) {
  ForEachInput([](View source) {
    if (source.size() < 2) return;
    const std::size_t distances = std::min<std::size_t>(source.size() / 2, 2000);
    std::vector<std::uint32_t> positions;
    for (std::size_t p = distances; p < source.size() && positions.size() < kMaxPositions; p += 3) {
      positions.push_back(static_cast<std::uint32_t>(p));
    }
    Bytes counts(distances + 1, 0xEE);
    CountEqualDistances(source, positions, std::span(counts).first(distances));
    ASSERT_EQ(counts.back(), 0xEE);
    for (std::size_t distance = 1; distance <= distances; ++distance) {
      unsigned expected = 0;
      for (const std::uint32_t p : positions) expected += source[p] == source[p - distance];
      ASSERT_EQ(counts[distances - distance], expected);
    }
  });
}

TEST(Period, CountsAtOneDistance) {
  ForEachInput([](View source) {
    for (const std::size_t distance : {1u, 2u, 13u, 64u, 250u}) {
      if (distance > source.size()) continue;
      std::size_t expected = 0;
      for (std::size_t i = distance; i < source.size(); ++i) {
        expected += source[i] == source[i - distance];
      }
      ASSERT_EQ(CountEqualAt(source, distance, source.size(), distance), expected);
    }
  });
  ForEachTarget([] {  // long enough for the byte counters to be folded
    const Bytes same(200000, 7);
    ASSERT_EQ(CountEqualAt(same, 5, same.size(), 5), same.size() - 5);
  });
}

std::size_t ReferenceMatched(View sample, std::size_t length) {
  // With few distinct grams no two share a hash in the table, so the last equal one is found.
  std::map<std::string, std::size_t> seen;
  std::vector<bool> covered(sample.size());
  for (std::size_t i = 0; i + 8 <= sample.size(); ++i) {
    const std::string gram(sample.begin() + static_cast<std::ptrdiff_t>(i),
                           sample.begin() + static_cast<std::ptrdiff_t>(i + length));
    if (!seen.emplace(gram, i).second) {
      for (std::size_t k = 0; k < length; ++k) covered[i + k] = true;
    }
  }
  return static_cast<std::size_t>(std::count(covered.begin(), covered.end(), true));
}

TEST(MatchDensity, CoversRepeatedGrams) {
  std::vector<std::uint16_t> table(kMatchTableEntries);
  const Bytes random = RandomBytes(40, 6);
  for (const std::size_t gram : {4u, 5u, 6u}) {
    for (std::size_t size = 0; size <= 300; ++size) {
      Bytes bytes(size);
      for (std::size_t i = 0; i < size; ++i) bytes[i] = random[i % 40];
      ASSERT_EQ(CountMatched(bytes, table, gram), ReferenceMatched(bytes, gram)) << size;
    }
  }
  EXPECT_EQ(CountMatched(Bytes(1000, 0), table), 997u);  // all but the first and the last two
  EXPECT_LT(CountMatched(RandomBytes(kMaxMatchSample, 7), table), 100u);
  Bytes twice = RandomBytes(4000, 8);
  twice.insert(twice.end(), twice.begin(), twice.end());
  const std::size_t matched = CountMatched(twice, table);
  EXPECT_GT(matched, 3000u);  // entries overwritten meanwhile are lost
  EXPECT_LE(matched, 4000u);
  const std::size_t few = CountMatched(twice, std::span(table).first(256));
  EXPECT_LT(few, matched);
}

TEST(MatchDensity, CountsTheBytesThatNoGramCovers) {
  std::vector<std::uint16_t> table(kMatchTableEntries);
  const Bytes random = RandomBytes(400, 9);
  for (std::size_t size = 0; size <= 300; ++size) {
    Bytes bytes(random.begin(), random.begin() + static_cast<std::ptrdiff_t>(size));
    for (std::size_t i = 120; i < size; ++i) bytes[i] = i % 50 < 30 ? bytes[i - 100] : bytes[i];
    Histogram literals{};
    const std::size_t matched = CountMatched(bytes, table, literals);
    ASSERT_EQ(matched, CountMatched(bytes, table));
    std::size_t count = 0;
    for (std::size_t value = 0; value < literals.size(); ++value) {
      ASSERT_LE(literals[value], static_cast<std::size_t>(std::ranges::count(bytes, value)));
      count += literals[value];
    }
    ASSERT_EQ(count + matched, size);
  }
}

std::size_t ReferenceText(View s) {
  const auto in = [&](std::size_t i, unsigned first, unsigned last) {
    return i < s.size() && s[i] >= first && s[i] <= last;
  };
  std::size_t count = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const bool ascii = in(i, 0x20, 0x7E) || s[i] == 9 || s[i] == 10 || s[i] == 13;
    const bool lead = in(i, 0xC2, 0xF4) && in(i + 1, 0x80, 0xBF);
    const bool continued = in(i, 0x80, 0xBF) && (in(i - 1, 0xC2, 0xF4) || in(i - 2, 0xE0, 0xF4) ||
                                                 in(i - 3, 0xF0, 0xF4));
    count += ascii || lead || continued;
  }
  return count;
}

TEST(TextDensity, EqualsTheReference) {
  ForEachInput([](View source) { ASSERT_EQ(CountText(source), ReferenceText(source)); });
}

TEST(TextDensity, TakesUtf8WholeAndLatin1NotAtAll) {
  ForEachTarget([] {
    std::string utf8;
    while (utf8.size() < 1000) utf8 += "aż€😀\n";
    EXPECT_EQ(CountText({reinterpret_cast<const std::uint8_t*>(utf8.data()), utf8.size()}),
              utf8.size());
    const Bytes binary(1000, 0x81);
    EXPECT_EQ(CountText(binary), 0u);
  });
}

}  // namespace
}  // namespace sigma::kernels
