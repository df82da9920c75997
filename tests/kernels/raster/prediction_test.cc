#include "kernels/raster/prediction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "tests/kernels/raster/lanes.h"
#include "tests/per_target.h"

namespace sigma::kernels::raster {
namespace {

int Predicted(Predictor predictor, int w, int n, int nw) {
  switch (predictor) {
    case Predictor::kLeft:
      return w;
    case Predictor::kUp:
      return n;
    case Predictor::kGradient:
      return w + n - nw;
    case Predictor::kTempered:
      return w + n - nw + (static_cast<std::int16_t>(2 * nw - w - n + 2) >> 2);
    case Predictor::kAverage:
      return (w + n) / 2;
    case Predictor::kMedian: {
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
      const std::size_t channels = 1 + count % 5 % kMaxChannels;
      const auto predictor = static_cast<Predictor>(count / 3 % kPredictorCount);
      const auto seed = static_cast<unsigned>(count);
      const Lanes row = RandomLanes(count, bits, seed);
      const Lanes above = RandomLanes(count, bits, seed + 1000);
      const std::uint16_t* now = row.data() + kMargin;
      const std::uint16_t* up = above.data() + kMargin;
      Lanes residuals(count + 1, 0xA5A5);
      Residuals(now, up, count, channels, predictor, residuals.data());
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
      ASSERT_EQ(Cost(residuals.data(), count, bits), cost);

      Lanes codes(count + 1, 0xA5A5);
      Lanes magnitudes(count + 1, 0xA5A5);
      Fold(residuals.data(), count, bits, codes.data(), magnitudes.data());
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
      const std::size_t stride = count + 2 * kReach;
      for (std::size_t p = 0; p < kPredictorCount; ++p) {
        const auto predictor = static_cast<Predictor>(p);
        Lanes residuals = RandomLanes(stride * kGroup, 16, static_cast<unsigned>(count));
        const Lanes above = RandomLanes(count, bits, 77);
        Lanes rows = residuals;
        Restore(rows.data() + kMargin, stride, above.data() + kMargin, count, predictor, bits);
        const std::uint16_t* up = above.data() + kMargin;
        for (std::size_t k = 0; k < kGroup; ++k) {
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

}  // namespace
}  // namespace sigma::kernels::raster
