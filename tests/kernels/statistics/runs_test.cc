#include "kernels/statistics/runs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "tests/kernels/every_length.h"
#include "tests/kernels/samples.h"
#include "tests/per_target.h"

namespace sigma::kernels::statistics {
namespace {

using tests::ForEachLength;
using tests::ForEachTarget;
using tests::RandomBytes;
using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

TEST(Runs, EqualTheReference) {
  ForEachLength([](View source) {
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

}  // namespace
}  // namespace sigma::kernels::statistics
