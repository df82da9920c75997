#include "kernels/raster/rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "tests/kernels/raster/lanes.h"
#include "tests/kernels/samples.h"
#include "tests/per_target.h"

namespace sigma::kernels::raster {
namespace {

TEST(RasterRows, NarrowsLanesToBytes) {
  tests::ForEachTarget([] {
    for (std::size_t count = 0; count <= 300; ++count) {
      for (const unsigned bits : {3u, 8u, 11u, 16u}) {
        const Lanes lanes = RandomLanes(count, bits, static_cast<unsigned>(count));
        const auto view = std::span(lanes).subspan(0, count);
        std::vector<std::uint8_t> bytes(count);
        NarrowLanes(view, bytes.data());
        if (count == 0) continue;
        const auto [least, most] = std::ranges::minmax(view);
        int spare = 0;
        while ((most - least) >> spare > 255) ++spare;
        for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(bytes[i], (lanes[i] - least) >> spare);
      }
    }
  });
}

TEST(RasterRows, DistancesAreSumsOfAbsoluteDifferences) {
  tests::ForEachTarget([] {
    for (std::size_t distances = 0; distances <= 300; ++distances) {
      const auto bytes = tests::RandomBytes(8 * (2 * distances + kPlace), 7);
      std::vector<const std::uint8_t*> places(distances % 9);
      for (std::size_t p = 0; p < places.size(); ++p) {
        places[p] = bytes.data() + p * (2 * distances + kPlace) + 2 * distances;
      }
      std::vector<std::uint16_t> sums(distances, 3);
      Distances(places, sums);
      for (std::size_t k = 0; k < distances; ++k) {
        unsigned expected = 0;
        for (const std::uint8_t* place : places) {
          for (std::size_t i = 0; i < kPlace; ++i) {
            const int difference = place[i] - *(place + i - 2 * k);
            expected += static_cast<unsigned>(difference < 0 ? -difference : difference);
          }
        }
        ASSERT_EQ(sums[k], expected);
      }
    }
  });
}

}  // namespace
}  // namespace sigma::kernels::raster
