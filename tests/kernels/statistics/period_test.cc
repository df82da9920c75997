#include "kernels/statistics/period.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "tests/kernels/every_length.h"
#include "tests/per_target.h"

namespace sigma::kernels::statistics {
namespace {

using tests::ForEachLength;
using tests::ForEachTarget;
using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

TEST(Period, CountsAtEveryDistance) {
  ForEachLength([](View source) {
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
  ForEachLength([](View source) {
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

}  // namespace
}  // namespace sigma::kernels::statistics
