#include "kernels/statistics/match_density.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "tests/kernels/samples.h"

namespace sigma::kernels::statistics {
namespace {

using tests::RandomBytes;
using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

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

}  // namespace
}  // namespace sigma::kernels::statistics
