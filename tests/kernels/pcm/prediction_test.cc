#include "kernels/pcm/prediction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include "tests/per_target.h"

namespace sigma::kernels::pcm {
namespace {

std::int32_t Wrapped(std::int64_t value, unsigned bits) {
  const std::uint64_t low = static_cast<std::uint64_t>(value) << (64 - bits);
  return static_cast<std::int32_t>(static_cast<std::int64_t>(low) >> (64 - bits));
}

std::int32_t Predicted(const std::int32_t* x, const std::vector<std::int16_t>& weights,
                       unsigned bits) {
  std::uint64_t sum = 0;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    sum += static_cast<std::uint64_t>(std::int64_t{weights[k]} * *(x - 1 - k));
  }
  if (bits <= 16) return static_cast<std::int32_t>(static_cast<std::uint32_t>(sum)) >> kShift;
  return static_cast<std::int32_t>(static_cast<std::int64_t>(sum) >> kShift);
}

std::vector<std::int16_t> RandomWeights(std::size_t order, std::mt19937& random) {
  std::vector<std::int16_t> weights(order);
  for (std::int16_t& weight : weights) {
    weight = static_cast<std::int16_t>(random() >> (random() % 2 == 0 ? 16 : 20));
  }
  return weights;
}

TEST(Pcm, PredictsFoldsAndMeasuresLikeTheReference) {
  tests::ForEachTarget([] {
    std::mt19937 random(1);
    for (std::size_t count = 0; count <= 300; ++count) {
      const unsigned bits = 8 * (1 + static_cast<unsigned>(count % 4));
      const std::vector<std::int16_t> weights = RandomWeights(count % (kMaxOrder + 1), random);
      std::vector<std::int32_t> x(kMaxOrder + count);
      for (std::int32_t& value : x) {
        value = Wrapped(static_cast<std::int64_t>(random() >> (random() % 2 == 0 ? 0 : 20)), bits);
      }
      std::vector<std::int32_t> residuals(count + 1, 77);
      Residuals(x.data() + kMaxOrder, count, weights.data(), weights.size(), bits,
                residuals.data());
      ASSERT_EQ(residuals[count], 77);
      std::vector<std::uint32_t> codes(count + 1, 77);
      Fold(residuals.data(), count, codes.data());
      ASSERT_EQ(codes[count], 77u);
      std::uint64_t cost = 0;
      for (std::size_t i = 0; i < count; ++i) {
        const std::int32_t* now = x.data() + kMaxOrder + i;
        const std::int64_t expected = std::int64_t{*now} - Predicted(now, weights, bits);
        ASSERT_EQ(residuals[i], Wrapped(expected, bits)) << count << " " << i;
        const std::int64_t r = residuals[i];
        ASSERT_EQ(codes[i], static_cast<std::uint32_t>(r < 0 ? -2 * r - 1 : 2 * r));
        const auto magnitude = static_cast<std::uint64_t>(r < 0 ? -r : r) + 1;
        unsigned log = 0;
        while (magnitude >> (log + 1) != 0) ++log;
        cost += 256 * log + ((magnitude - (std::uint64_t{1} << log)) * 256 >> log);
      }
      const std::uint64_t measured = Cost(residuals.data(), count);
      ASSERT_LE(measured, cost + count);  // floats round large magnitudes
      ASSERT_LE(cost, measured + count);
    }
  });
}

TEST(Pcm, CorrelationsAreExact) {
  tests::ForEachTarget([] {
    std::mt19937 random(2);
    for (std::size_t count = 0; count <= 300; count += 7) {
      std::vector<std::int32_t> x(kMaxOrder + count);
      for (std::int32_t& value : x) value = Wrapped(static_cast<std::int64_t>(random()), 24);
      std::array<std::int64_t, kMaxOrder + 1> sums{};
      Correlations(x.data() + kMaxOrder, count, sums.size(), sums.data());
      for (std::size_t lag = 0; lag < sums.size(); ++lag) {
        std::int64_t expected = 0;
        for (std::size_t i = kMaxOrder; i < x.size(); ++i) {
          expected += std::int64_t{x[i]} * x[i - lag];
        }
        ASSERT_EQ(sums[lag], expected);
      }
    }
  });
}

// Random codes of every lane become the samples whose residuals they are.
template <typename T>
void RestoresItsResiduals(unsigned bits) {
  std::mt19937 random(bits);
  for (const std::size_t order : {0u, 1u, 2u, 4u, 7u, 8u, 13u, 32u}) {
    for (const std::size_t count : {32u, 96u, 128u, 160u, 512u}) {
      const std::size_t stride = count + 32;
      std::vector<T> planes(kLanes * stride);
      for (T& code : planes) {
        code = static_cast<T>((std::uint64_t{random()} >> (random() % 2 == 0 ? 0 : 24)) &
                              ((std::uint64_t{1} << bits) - 1));
      }
      const std::vector<T> codes = planes;
      const std::vector<std::int16_t> weights = RandomWeights(order * kLanes, random);
      Restore(planes.data(), stride, count, weights.data(), order, bits);
      for (std::size_t l = 0; l < kLanes; ++l) {
        std::vector<std::int16_t> own;
        for (std::size_t k = 0; k < order; ++k) own.push_back(weights[k * kLanes + l]);
        std::vector<std::int32_t> x(kMaxOrder);
        for (std::size_t i = 0; i < count; ++i) {
          const std::uint32_t code = codes[l * stride + i];
          const std::int64_t residual =
              (code & 1) != 0 ? -std::int64_t{code >> 1} - 1 : std::int64_t{code >> 1};
          x.push_back(0);
          const std::int32_t value = Wrapped(Predicted(&x.back(), own, bits) + residual, bits);
          x.back() = value;
          ASSERT_EQ(planes[l * stride + i], static_cast<T>(value)) << order << " " << l << " " << i;
        }
        ASSERT_TRUE(std::equal(planes.begin() + static_cast<std::ptrdiff_t>(l * stride + count),
                               planes.begin() + static_cast<std::ptrdiff_t>((l + 1) * stride),
                               codes.begin() + static_cast<std::ptrdiff_t>(l * stride + count)));
      }
    }
  }
}

TEST(Pcm, SixteenLanesAreRestored) {
  tests::ForEachTarget([] {
    RestoresItsResiduals<std::uint16_t>(8);
    RestoresItsResiduals<std::uint16_t>(16);
    RestoresItsResiduals<std::uint32_t>(24);
    RestoresItsResiduals<std::uint32_t>(32);
  });
}

TEST(Pcm, GroupsArePackedAndBack) {
  tests::ForEachTarget([] {
    std::mt19937 random(3);
    for (unsigned raw_bits = 0; raw_bits <= 24; ++raw_bits) {
      std::vector<std::uint32_t> codes(kGroup);
      for (std::uint32_t& code : codes) {
        code = static_cast<std::uint32_t>(random() & ((std::uint64_t{1} << (raw_bits + 8)) - 1));
      }
      std::vector<std::uint8_t> tops(kGroup + 1, 0xA5);
      std::vector<std::uint8_t> raw(kGroup / 8 * raw_bits + 1, 0xA5);
      Pack(codes.data(), raw_bits, tops.data(), raw.data());
      ASSERT_EQ(tops.back(), 0xA5);
      ASSERT_EQ(raw.back(), 0xA5);
      for (std::size_t i = 0; i < kGroup; ++i) ASSERT_EQ(tops[i], codes[i] >> raw_bits);
      std::vector<std::uint32_t> wide(kGroup + 1, 7);
      Unpack(tops.data(), raw.data(), raw_bits, wide.data());
      ASSERT_EQ(wide.back(), 7u);
      wide.pop_back();
      ASSERT_EQ(wide, codes);
      if (raw_bits > 8) continue;
      std::vector<std::uint16_t> narrow(kGroup + 1, 7);
      Unpack(tops.data(), raw.data(), raw_bits, narrow.data());
      ASSERT_EQ(narrow.back(), 7u);
      for (std::size_t i = 0; i < kGroup; ++i) ASSERT_EQ(narrow[i], codes[i]);
    }
  });
}

}  // namespace
}  // namespace sigma::kernels::pcm
