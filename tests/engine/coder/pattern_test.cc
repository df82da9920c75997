#include "engine/coder/pattern.h"

#include <gtest/gtest.h>

#include "tests/data.h"

namespace sigma {
namespace {

using tests::Padded;

// The coded size, 0 for no gain; fails the test if what was coded does not come back.
std::size_t RoundTrip(ByteView bytes, std::uint32_t period) {
  BufferPool pool;
  CoderParams params;
  params.pattern_period = period;
  const Buffer source = Padded(bytes);
  Buffer coded(bytes.size());
  const std::size_t size = EncodePattern(source.view(), params, pool, coded.bytes());
  if (size == 0) return 0;
  EXPECT_LT(size, bytes.size());
  Buffer restored(bytes.size());
  const auto done = DecodePattern(coded.view().first(size), pool, restored.bytes());
  EXPECT_TRUE(done) << done.error().text;
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), restored.data()));
  return size;
}

TEST(Pattern, ConstantFillTakesAFewBytes) {
  for (const std::size_t size : {64u, 1000u, 1u << 20}) {
    const std::size_t coded = RoundTrip(Bytes(size, 0x5A), 0);
    EXPECT_GT(coded, 0u);
    EXPECT_LE(coded, 12u);
  }
}

TEST(Pattern, EveryPeriodUpToTheMostIsCodedAsOneTile) {
  for (std::size_t period = 1; period <= kMaxPeriod; period += period < 40 ? 1 : 97) {
    Bytes bytes = tests::Generate(tests::Kind::kRandom, period);
    for (std::size_t i = period; i < 8 * kMaxPeriod; ++i) bytes.push_back(bytes[i - period]);
    const std::size_t coded = RoundTrip(bytes, static_cast<std::uint32_t>(period));
    EXPECT_GT(coded, 0u);
    EXPECT_LE(coded, period + 16);
  }
}

TEST(Pattern, ExceptionsCostOnlyThemselves) {
  Bytes bytes(1 << 20, 0);
  tests::Random random(3);
  for (int i = 0; i < 1000; ++i) bytes[random.Below(bytes.size())] = 1;
  EXPECT_LE(RoundTrip(bytes, 0), 4096u);
}

TEST(Pattern, RunsAreCoded) {
  const Bytes bytes = tests::Generate(tests::Kind::kRuns, 1 << 18);
  const std::size_t coded = RoundTrip(bytes, 0);
  EXPECT_GT(coded, 0u);
  EXPECT_LE(coded, bytes.size() / 20);
}

TEST(Pattern, RandomBytesDoNotGain) {
  EXPECT_EQ(RoundTrip(tests::Generate(tests::Kind::kRandom, 1 << 16), 8), 0u);
}

TEST(Pattern, EverySizeAndKindComesBack) {
  for (const tests::Kind kind : tests::kAllKinds) {
    for (std::size_t size = 0; size <= 300; ++size) {
      RoundTrip(tests::Generate(kind, size), static_cast<std::uint32_t>(size % 40));
    }
    RoundTrip(tests::Generate(kind, 70001), 12);
  }
}

TEST(Pattern, DamageNeverReachesOutside) {
  BufferPool pool;
  CoderParams params;
  params.pattern_period = 12;
  Bytes bytes(3000);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(i % 251 == 7 ? 99 : i % 12);
  }
  const Buffer source = Padded(bytes);
  Buffer coded(3000);
  const std::size_t size = EncodePattern(source.view(), params, pool, coded.bytes());
  ASSERT_GT(size, 0u);
  Buffer restored(3000);
  for (std::size_t cut = 0; cut < size; ++cut) {
    const Buffer part = Padded(coded.view().first(cut));
    EXPECT_FALSE(DecodePattern(part.view(), pool, restored.bytes())) << cut;
  }
  for (std::size_t bit = 0; bit < 8 * size; ++bit) {
    Buffer damaged = Padded(coded.view().first(size));
    damaged.data()[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    (void)DecodePattern(damaged.view(), pool, restored.bytes());
  }
}

}  // namespace
}  // namespace sigma
