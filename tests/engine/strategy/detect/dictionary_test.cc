// Integers of few different values are found, of the right width; many values, text and noise are
// left alone. The cost of a dictionary, from the values of a sample.
#include "engine/transform/dictionary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "engine/strategy/detect/detect.h"
#include "engine/strategy/detect/value_counts.h"
#include "tests/data.h"

namespace sigma {
namespace {

// `count` integers of `width` bytes out of `values` different ones, in no order.
Bytes Chosen(std::size_t count, std::size_t width, std::size_t values) {
  tests::Random random(width);
  std::vector<std::uint64_t> list(values);
  for (std::uint64_t& value : list) value = random();
  Bytes bytes;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t value = list[random.Below(values)];
    for (std::size_t k = 0; k < width; ++k) {
      bytes.push_back(static_cast<std::uint8_t>(value >> (8 * k)));
    }
  }
  return bytes;
}

Candidates Found(ByteView bytes) {
  BufferPool pool;
  const Buffer source = tests::Padded(bytes);
  const Features features = MeasureFeatures(source.view(), pool);
  Candidates candidates;
  DetectDictionary({source.view(), features, ScopeOf(*FindLevel(4), pool), false}, candidates);
  return candidates;
}

TEST(DictionaryDetection, FindsTheWidth) {
  for (const std::size_t width : {4u, 8u}) {
    const Candidates found = Found(Chosen(40000, width, 200));
    ASSERT_FALSE(found.view().empty()) << width;
    EXPECT_EQ(found.view()[0].transform, kDictionaryId);
    EXPECT_EQ(found.view()[0].params, DictionaryParams(width));
    // A byte a number, and the list.
    EXPECT_NEAR(static_cast<double>(found.view()[0].estimate), 40000, 4000) << width;
  }
}

TEST(DictionaryDetection, LeavesManyValuesTextAndNoiseAlone) {
  EXPECT_TRUE(Found(Chosen(40000, 4, 30000)).view().empty());
  for (const tests::Kind kind : {tests::Kind::kText, tests::Kind::kRandom, tests::Kind::kWalk32}) {
    EXPECT_TRUE(Found(tests::Generate(kind, 200000)).view().empty()) << tests::KindName(kind);
  }
}

constexpr std::uint64_t kUnfit = ~std::uint64_t{0};

std::vector<std::uint64_t> Sampled(std::size_t count, std::size_t different) {
  std::vector<std::uint64_t> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = i % different * 1000003;
  return values;
}

TEST(ValueCounts, CostTheirEntropyAndTheirShareOfTheList) {
  constexpr std::size_t kAll = 1u << 20;
  for (const std::size_t different : {2u, 16u, 64u, 100u}) {
    const std::uint64_t bits = DictionaryBits(Sampled(kMaxValueSample, different), 8, kAll);
    ASSERT_NE(bits, kUnfit) << different;
    const double entropy =
        256.0 * static_cast<double>(kMaxValueSample) * std::log2(static_cast<double>(different));
    EXPECT_GE(static_cast<double>(bits), entropy);
    EXPECT_LE(static_cast<double>(bits), entropy * 1.15) << different;
  }
  // A list as long as the data is dear.
  EXPECT_GT(DictionaryBits(Sampled(kMaxValueSample, 100), 8, kMaxValueSample),
            DictionaryBits(Sampled(kMaxValueSample, 100), 8, kAll));
}

TEST(ValueCounts, FewAndNewValuesDoNotSuit) {
  EXPECT_EQ(DictionaryBits(Sampled(127, 2), 8, 127), kUnfit);
  EXPECT_EQ(DictionaryBits(Sampled(kMaxValueSample, kMaxValueSample), 8, 1u << 20), kUnfit);
  EXPECT_EQ(DictionaryBits(Sampled(200, 150), 8, 1u << 20), kUnfit);
}

TEST(ValueCounts, LookAtNoMoreThanTheirSample) {
  std::vector<std::uint64_t> values = Sampled(kMaxValueSample, 16);
  const std::uint64_t bits = DictionaryBits(values, 4, 1u << 20);
  for (std::uint64_t i = 0; i < 1000; ++i) values.push_back(~i);
  EXPECT_EQ(DictionaryBits(values, 4, 1u << 20), bits);
}

}  // namespace
}  // namespace sigma
