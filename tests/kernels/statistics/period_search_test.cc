// The search for periods, built on the counts of equal bytes.
#include "kernels/statistics/period_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tests/kernels/samples.h"
#include "tests/per_target.h"

namespace sigma::kernels::statistics {
namespace {

using tests::ForEachTarget;
using tests::RandomBytes;
using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

TEST(PeriodSearch, FindsTheSmallestPeriodOfNoisyRecords) {
  for (const std::size_t period : {2u, 3u, 13u, 24u, 56u, 216u, 1000u, 1024u, 4096u}) {
    const Bytes unit = RandomBytes(period, 31);
    Bytes bytes = RandomBytes(200000, 32);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] % 4 != 0) bytes[i] = unit[i % period];
    }
    std::vector<Stretch> windows;
    for (std::size_t i = 0; i < 16; ++i) windows.push_back({5000 + 12000 * i, 256});
    Period first;
    bool again = false;
    ForEachTarget([&] {
      const Period found = FindPeriod(bytes, windows, {});
      EXPECT_EQ(found.distance, period);
      EXPECT_NEAR(found.density, 256 * 9 / 16, 24);  // both bytes are the record's
      if (again) {
        EXPECT_EQ(found.density, first.density);
      }
      first = found;
      again = true;
    });
  }
}

TEST(PeriodSearch, FindsNoneInNoiseNorInSmallSources) {
  const Bytes random = RandomBytes(20000, 33);
  ForEachTarget([&] {
    for (std::size_t size = 0; size <= 300; ++size) {
      const Stretch whole{0, size};
      const View source = View(random).subspan(size, size);
      const Period found = FindPeriod(source, {&whole, 1}, {});
      EXPECT_LE(found.distance, size / 2);
      if (size >= 200) {
        EXPECT_EQ(found.distance, 0u) << size;
      }
    }
    const Stretch window{8000, 2048};
    EXPECT_EQ(FindPeriod(random, {&window, 1}, {}).distance, 0u);
    EXPECT_EQ(FindPeriod(Bytes(20000, 7), {&window, 1}, {}).distance, 0u);  // all distances alike
  });
}

}  // namespace
}  // namespace sigma::kernels::statistics
