#include "engine/strategy/features.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/per_target.h"

namespace sigma {
namespace {

constexpr std::size_t kMiB = 1u << 20;

// Any generator of bytes, as a chunk with its pad.
Bytes Make(std::size_t size, const std::function<unsigned(std::size_t, std::uint32_t)>& byte) {
  Bytes bytes(size + kPad);
  std::uint64_t seed = 1;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    bytes[i] = static_cast<std::uint8_t>(byte(i, static_cast<std::uint32_t>(seed >> 40)));
  }
  return bytes;
}

Features Measure(const Bytes& padded) {
  BufferPool pool;
  return MeasureFeatures(ByteView(padded).first(padded.size() - kPad), pool);
}

TEST(Features, OfAConstantChunkAreExact) {
  for (const std::size_t size : {std::size_t{8}, std::size_t{300}, kMiB}) {
    const Features f = Measure(Make(size, [](std::size_t, std::uint32_t) { return 'a'; }));
    EXPECT_EQ(f.size, size);
    EXPECT_EQ(f.sampled, size);
    EXPECT_EQ(f.entropy, 0u);
    EXPECT_EQ(f.run_density, 256u);
    EXPECT_EQ(f.longest_run, size);
    EXPECT_EQ(f.text_density, 256u);
    EXPECT_EQ(f.period, 0u);
  }
}

TEST(Features, FindTheSmallestPeriodAndWhetherItIsExact) {
  for (const std::size_t period : {2u, 3u, 13u, 56u, 216u, 1000u, 4096u}) {
    for (const std::size_t size : {std::size_t{20000}, std::size_t{70000}, kMiB, 3 * kMiB}) {
      const Bytes unit = Make(period, [](std::size_t, std::uint32_t r) { return r; });
      Bytes bytes = Make(size, [&](std::size_t i, std::uint32_t) { return unit[i % period]; });
      Features f = Measure(bytes);
      EXPECT_EQ(f.period, period) << size;
      EXPECT_EQ(f.period_density, 256u) << size;
      bytes[size - 1] ^= 1;
      f = Measure(bytes);
      EXPECT_EQ(f.period, period) << size;
      EXPECT_EQ(f.period_density, 255u) << size;
    }
  }
}

TEST(Features, FindTheRecordSizeUnderNoise) {
  const Bytes unit = Make(24, [](std::size_t, std::uint32_t r) { return r; });
  const Features f = Measure(
      Make(kMiB, [&](std::size_t i, std::uint32_t r) { return i % 24 < 14 ? unit[i % 24] : r; }));
  EXPECT_EQ(f.period, 24u);
  EXPECT_NEAR(f.period_density, 256 * 14 / 24, 8);
}

TEST(Features, OfRandomBytesShowNothing) {
  for (const std::size_t size : {std::size_t{40000}, kMiB, 8 * kMiB}) {
    const Features f = Measure(Make(size, [](std::size_t, std::uint32_t r) { return r; }));
    EXPECT_GT(f.entropy, 2030u);
    for (const std::uint32_t entropy : f.plane_entropy) EXPECT_GT(entropy, 2000u);
    for (const std::uint32_t entropy : f.delta_entropy) EXPECT_GT(entropy, 2000u);
    EXPECT_LE(f.run_density, 1u);
    EXPECT_EQ(f.period, 0u);
    EXPECT_LE(f.match_density, 1u);
    EXPECT_NEAR(f.text_density, 120, 20);
    EXPECT_LE(f.sampled, 64u << 10);
  }
}

TEST(Features, ShowTheWidthWhoseDifferencesAreSmall) {
  for (std::size_t k = 0; k < 4; ++k) {
    const std::size_t width = std::size_t{1} << k;
    std::uint64_t level = 0x7FFFFFFFFFFFFF00u;
    const Features f = Measure(Make(kMiB, [&](std::size_t i, std::uint32_t r) {
      if (i % width == 0) level += r % 16;
      return static_cast<unsigned>(level >> (8 * (i % width)) & 0xFF);
    }));
    EXPECT_NEAR(f.delta_entropy[k], 1024.0 / static_cast<double>(width), 40) << width;
    for (std::size_t other = 0; other < 4; ++other) {
      EXPECT_GE(f.delta_entropy[other] + 40, f.delta_entropy[k]) << width << " " << other;
    }
  }
}

TEST(Features, OfTextAreText) {
  const std::string words = "the quick brown fox jumps over a lazy dog\n";
  const Features f = Measure(Make(kMiB, [&](std::size_t, std::uint32_t r) {
    return static_cast<unsigned char>(words[r % words.size()]);
  }));
  EXPECT_EQ(f.text_density, 256u);
  EXPECT_EQ(f.period, 0u);
  EXPECT_EQ(f.entropy, f.plane_entropy[0]);
}

TEST(Features, AreTheSameOnEveryTargetForEverySize) {
  const Bytes bytes = Make(70000, [](std::size_t i, std::uint32_t r) {
    return i % 1000 < 300 ? 7u : (i % 3 == 0 ? r : r % 5);
  });
  std::vector<std::vector<Features>> all;
  tests::ForEachTarget([&] {
    BufferPool pool;
    std::vector<Features>& mine = all.emplace_back();
    for (std::size_t size = 0; size <= 300; ++size) {
      mine.push_back(MeasureFeatures(ByteView(bytes).subspan(size, size), pool));
    }
    for (const std::size_t size : {32767u, 32768u, 32769u, 65536u, 69000u}) {
      mine.push_back(MeasureFeatures(ByteView(bytes).first(size), pool));
    }
  });
  for (const auto& mine : all) {
    ASSERT_EQ(mine.size(), all.front().size());
    for (std::size_t i = 0; i < mine.size(); ++i) {
      const Features &a = mine[i], &b = all.front()[i];
      EXPECT_EQ(a.plane_entropy, b.plane_entropy);
      EXPECT_EQ(a.delta_entropy, b.delta_entropy);
      EXPECT_EQ(a.run_density, b.run_density);
      EXPECT_EQ(a.longest_run, b.longest_run);
      EXPECT_EQ(a.period, b.period);
      EXPECT_EQ(a.period_density, b.period_density);
      EXPECT_EQ(a.match_density, b.match_density);
      EXPECT_EQ(a.text_density, b.text_density);
    }
  }
}

}  // namespace
}  // namespace sigma
