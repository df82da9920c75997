#include "kernels/raster.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "kernels/raster_rows.h"
#include "tests/kernels/samples.h"
#include "tests/per_target.h"

namespace sigma::kernels {
namespace {

using Lanes = std::vector<std::uint16_t>;

constexpr std::size_t kMargin = kRasterReach;

// Rows with a margin on both sides.
Lanes RandomLanes(std::size_t size, unsigned bits, unsigned seed) {
  std::mt19937 random(seed);
  Lanes lanes(size + 2 * kMargin);
  for (std::uint16_t& lane : lanes) {
    lane = static_cast<std::uint16_t>(random() % (random() % 2 == 0 ? 16 : 65536) &
                                      ((1u << bits) - 1));
  }
  return lanes;
}

int Predicted(RasterPredictor predictor, int w, int n, int nw) {
  switch (predictor) {
    case RasterPredictor::kLeft:
      return w;
    case RasterPredictor::kUp:
      return n;
    case RasterPredictor::kGradient:
      return w + n - nw;
    case RasterPredictor::kTempered:
      return w + n - nw + (static_cast<std::int16_t>(2 * nw - w - n + 2) >> 2);
    case RasterPredictor::kAverage:
      return (w + n) / 2;
    case RasterPredictor::kMedian: {
      int three[] = {w, n, w + n - nw};
      std::sort(three, three + 3);
      return three[1];
    }
  }
  return 0;
}

TEST(Raster, PredictsRestoresAndFoldsLikeTheReference) {
  tests::ForEachTarget([] {
    for (std::size_t count = 0; count <= 300; ++count) {
      const unsigned bits = count % 2 == 0 ? 8 : 16;
      const int mask = (1 << bits) - 1;
      const std::size_t channels = 1 + count % 5 % kMaxRasterChannels;
      const auto predictor = static_cast<RasterPredictor>(count / 3 % kRasterPredictors);
      const auto seed = static_cast<unsigned>(count);
      const Lanes row = RandomLanes(count, bits, seed);
      const Lanes above = RandomLanes(count, bits, seed + 1000);
      const std::uint16_t* now = row.data() + kMargin;
      const std::uint16_t* up = above.data() + kMargin;
      Lanes residuals(count + 1, 0xA5A5);
      RasterResiduals(now, up, count, channels, predictor, residuals.data());
      ASSERT_EQ(residuals[count], 0xA5A5);
      std::uint64_t cost = 0;
      for (std::size_t i = 0; i < count; ++i) {
        const int expected =
            now[i] - Predicted(predictor, *(now + i - channels), up[i], *(up + i - channels));
        ASSERT_EQ(residuals[i], static_cast<std::uint16_t>(expected)) << count << " " << i;
        int value = expected & mask;
        if (value > mask / 2) value -= mask + 1;
        const auto magnitude = static_cast<unsigned>(value < 0 ? -value : value) + 1;
        unsigned log = 0;
        while (magnitude >> (log + 1) != 0) ++log;
        cost += 256 * log + ((magnitude - (1u << log)) * 256 >> log);
      }
      ASSERT_EQ(RasterCost(residuals.data(), count, bits), cost);

      Lanes codes(count + 1, 0xA5A5);
      Lanes magnitudes(count + 1, 0xA5A5);
      RasterFold(residuals.data(), count, bits, codes.data(), magnitudes.data());
      for (std::size_t i = 0; i < count; ++i) {
        int value = residuals[i] & mask;
        if (value > mask / 2) value -= mask + 1;
        ASSERT_EQ(codes[i], value < 0 ? -2 * value - 1 : 2 * value);
        ASSERT_EQ(magnitudes[i], std::min(value < 0 ? -value : value, 2047));
      }
    }
  });
}

TEST(Raster, RestoresGroupsOfRowsLikeTheReference) {
  tests::ForEachTarget([] {
    for (std::size_t count = 1; count <= 300; count += count < 70 ? 1 : 13) {
      const unsigned bits = count % 2 == 0 ? 8 : 16;
      const int mask = (1 << bits) - 1;
      const std::size_t stride = count + 2 * kRasterReach;
      for (std::size_t p = 0; p < kRasterPredictors; ++p) {
        const auto predictor = static_cast<RasterPredictor>(p);
        Lanes residuals = RandomLanes(stride * kRasterGroup, 16, static_cast<unsigned>(count));
        const Lanes above = RandomLanes(count, bits, 77);
        Lanes rows = residuals;
        RasterRestore(rows.data() + kMargin, stride, above.data() + kMargin, count, predictor,
                      bits);
        const std::uint16_t* up = above.data() + kMargin;
        for (std::size_t k = 0; k < kRasterGroup; ++k) {
          std::uint16_t* const now = residuals.data() + kMargin + k * stride;
          for (std::size_t i = 0; i < count; ++i) {
            const int predicted =
                i == 0 ? up[0] : Predicted(predictor, now[i - 1], up[i], up[i - 1]);
            now[i] = static_cast<std::uint16_t>((predicted + now[i]) & mask);
            ASSERT_EQ(rows[kMargin + k * stride + i], now[i])
                << count << " predictor " << p << " row " << k << " lane " << i;
          }
          up = now;
        }
      }
    }
  });
}

TEST(Raster, NarrowsLanesToBytes) {
  tests::ForEachTarget([] {
    for (std::size_t count = 0; count <= 300; ++count) {
      for (const unsigned bits : {3u, 8u, 11u, 16u}) {
        const Lanes lanes = RandomLanes(count, bits, static_cast<unsigned>(count));
        const auto view = std::span(lanes).subspan(0, count);
        std::vector<std::uint8_t> bytes(count);
        RasterNarrow(view, bytes.data());
        if (count == 0) continue;
        const auto [least, most] = std::ranges::minmax(view);
        int spare = 0;
        while ((most - least) >> spare > 255) ++spare;
        for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(bytes[i], (lanes[i] - least) >> spare);
      }
    }
  });
}

TEST(Raster, DistancesAreSumsOfAbsoluteDifferences) {
  tests::ForEachTarget([] {
    for (std::size_t distances = 0; distances <= 300; ++distances) {
      const auto bytes = tests::RandomBytes(8 * (2 * distances + kRasterPlace), 7);
      std::vector<const std::uint8_t*> places(distances % 9);
      for (std::size_t p = 0; p < places.size(); ++p) {
        places[p] = bytes.data() + p * (2 * distances + kRasterPlace) + 2 * distances;
      }
      std::vector<std::uint16_t> sums(distances, 3);
      RasterDistances(places, sums);
      for (std::size_t k = 0; k < distances; ++k) {
        unsigned expected = 0;
        for (const std::uint8_t* place : places) {
          for (std::size_t i = 0; i < kRasterPlace; ++i) {
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
}  // namespace sigma::kernels
