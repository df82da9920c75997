// Record lengths and fields are found in synthetic data, also after headers; text and noise are
// left alone.
#include "engine/strategy/detect/detect.h"

#include <gtest/gtest.h>

#include <bit>
#include <random>
#include <string>

#include "engine/strategy/choose.h"
#include "engine/strategy/detect/records/fields.h"
#include "engine/strategy/sections.h"
#include "engine/transform/records/layout.h"
#include "engine/transform/records/transform.h"
#include "engine/transform/registry.h"
#include "tests/data.h"

namespace sigma {
namespace {

void Put(Bytes& to, std::uint64_t value, std::size_t width, bool big_endian = false) {
  for (std::size_t i = 0; i < width; ++i) {
    const std::size_t k = big_endian ? width - 1 - i : i;
    to.push_back(static_cast<std::uint8_t>(value >> (8 * k)));
  }
}

// 23-byte records: counter, small signed number, big-endian walk, noise, a class.
Bytes Table(std::size_t header, std::size_t records) {
  std::mt19937 random(7);
  Bytes bytes(header, 'h');
  std::int64_t walk = 1 << 29;
  for (std::size_t i = 0; i < records; ++i) {
    Put(bytes, 1000 + 3 * i, 8);
    Put(bytes, static_cast<std::uint64_t>(static_cast<int>(random() % 2001) - 1000), 4);
    walk += static_cast<int>(random() % 4000001) - 2000000;
    Put(bytes, static_cast<std::uint64_t>(walk), 4, true);
    Put(bytes, random(), 4);
    Put(bytes, random() % 5, 1);
    Put(bytes, 0, 2);
  }
  return bytes;
}

Plan PlanOf(ByteView bytes, int level = 4) {
  BufferPool pool;
  const Buffer padded = tests::Padded(bytes);
  const Features features = MeasureFeatures(padded.view(), pool);
  return ChoosePlan(padded.view(), features, StrategyChoice::kAuto,
                    ScopeOf(*FindLevel(level), pool))
      .first();
}

// Columns of which each is predicted otherwise than the one before: more runs of equal fields than
// the parameters hold.
TEST(RecordDetection, FieldsOfTooManyKindsStayPlain) {
  constexpr std::size_t kStride = 240;
  std::mt19937 random(3);
  Bytes bytes;
  for (std::size_t i = 0; i < 1500; ++i) {
    for (std::size_t k = 0; k < kStride; ++k) {
      Put(bytes, k % 2 == 0 ? i / 4 * (k + 1) : random() % 64, 1);
    }
  }
  BufferPool pool;
  const Buffer padded = tests::Padded(bytes);
  const Features features = MeasureFeatures(padded.view(), pool);
  Candidates candidates;
  DetectRecords({padded.view(), features, ScopeOf(*FindLevel(4), pool), true}, candidates);
  ASSERT_FALSE(candidates.view().empty());
  const auto layout = records::ParseLayout(candidates.view().front().params);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->stride, kStride);
  EXPECT_EQ(layout->count, kStride);
}

TEST(RecordDetection, FindsRecordsAndTheirFields) {
  for (const std::size_t header : {0u, 5u, 1000u}) {
    const Plan plan = PlanOf(Table(header, 20000));
    ASSERT_EQ(plan.transform, records::kId);
    const auto layout = records::ParseLayout(plan.params);
    ASSERT_TRUE(layout);
    EXPECT_EQ(layout->stride, 23u);
    bool walk = false;
    std::size_t place = layout->phase;
    for (const records::Field& field : layout->view()) {
      walk |= field.big_endian && field.width() >= 2 &&
              field.predictor == records::Predictor::kLag1 &&
              (place + field.width()) % 23 == (header + 16) % 23;
      place += field.width();
    }
    EXPECT_TRUE(walk) << FindTransform(2)->describe(plan.params);
  }
}

// Decimals of three places among bytes: numbers that FLOAT halves, in 15-byte records.
TEST(RecordDetection, TakesFloatingPointFieldsWhole) {
  std::mt19937 random(9);
  Bytes bytes(6, 'h');
  for (std::size_t i = 0; i < 20000; ++i) {
    Put(bytes, random() % 7, 3);
    Put(bytes, std::bit_cast<std::uint64_t>(static_cast<double>(random() % 2000000) / 1000), 8);
    Put(bytes, std::bit_cast<std::uint32_t>(static_cast<float>(random() % 500000) / 100), 4);
  }
  const Plan plan = PlanOf(bytes, 6);
  ASSERT_EQ(plan.transform, records::kId);
  const auto layout = records::ParseLayout(plan.params);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->stride, 15u);
  std::size_t whole = 0;
  for (const records::Field& field : layout->view()) whole += field.whole() ? field.width() : 0;
  EXPECT_EQ(whole, 12u) << FindTransform(2)->describe(plan.params);
  BufferPool pool;
  const Buffer padded = tests::Padded(bytes);
  Bytes coded(bytes.size());
  const EncodedPlan result = EncodePlan(padded.view(), plan, ScopeOf(*FindLevel(6), pool), coded);
  EXPECT_LT(result.size, 20000u * (21 + 19 + 7) / 8);
}

// Big-endian numbers in sixteenths, whose highest byte tells how many of the lower bits are zero.
TEST(RecordDetection, FindsBytesThatTellOthers) {
  std::mt19937 random(10);
  Bytes bytes;
  for (std::size_t i = 0; i < 20000; ++i) {
    const unsigned kind = random() % 4;
    Put(bytes, 0x40 + kind, 1);
    Put(bytes, random() << 4 * kind, 2, true);
  }
  const Plan plan = PlanOf(bytes);
  ASSERT_EQ(plan.transform, records::kId);
  const auto layout = records::ParseLayout(plan.params);
  ASSERT_TRUE(layout);
  std::size_t contexted = 0;
  for (const records::Field& field : layout->view()) contexted += field.contexted ? 1 : 0;
  EXPECT_GE(contexted * 3, layout->stride) << FindTransform(2)->describe(plan.params);
  BufferPool pool;
  const Buffer padded = tests::Padded(bytes);
  Bytes coded(bytes.size());
  const EncodedPlan result = EncodePlan(padded.view(), plan, ScopeOf(*FindLevel(4), pool), coded);
  EXPECT_LT(result.size, 20000u * (2 + 8 + 4) / 8);
}

TEST(RecordDetection, FindsLinesOfOneLengthAmongOthers) {
  std::mt19937 random(8);
  std::string text = "# a comment of some length\n# and another one\n";
  for (int i = 0; i < 20000; ++i) {
    std::string number = std::to_string(random() % 100000);
    text.append("N").append(6 - number.size(), ' ').append(number).append(" ");
    text.append(std::to_string(100000 + i * 3)).append(random() % 2 != 0 ? " yes\n" : " no \n");
    if (i % 50 == 0) text.append("  remark ").append(number).append("\n");
  }
  const Plan plan = PlanOf(Bytes(text.begin(), text.end()));
  ASSERT_EQ(plan.transform, records::kId);
  const auto layout = records::ParseLayout(plan.params);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->gaps, records::Gaps::kLines);
  EXPECT_EQ(layout->stride, 19u);
}

// Lines of one length: a third like the line above, and by chance alone.
TEST(RecordDetection, LinesLikeThoseAboveAreTakenWithoutATrial) {
  std::mt19937 random(12);
  std::string rows;
  std::string noise;
  for (int i = 0; i < 20000; ++i) {
    std::string number = std::to_string(random() % 1000000);
    rows.append("HD ").append(8 - number.size(), ' ').append(number).append("  +");
    number = std::to_string(random() % 100000);
    rows.append(6 - number.size(), '0').append(number).append(1, "ABFGKM"[random() % 6]);
    rows.append(random() % 3 != 0 ? " --- \n" : " V   \n");
    for (int k = 0; k < 63; ++k) noise.append(1, static_cast<char>('A' + random() % 20));
    noise.append(1, '\n');
  }
  const Plan plan = PlanOf(Bytes(rows.begin(), rows.end()), 3);
  ASSERT_EQ(plan.transform, records::kId);
  const auto layout = records::ParseLayout(plan.params);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->gaps, records::Gaps::kLines);
  EXPECT_NE(PlanOf(Bytes(noise.begin(), noise.end()), 3).transform, records::kId);
}

TEST(RecordDetection, LeavesTextAndNoiseAlone) {
  EXPECT_FALSE(PlanOf(tests::Generate(tests::Kind::kText, 1 << 20)).transform);
  EXPECT_FALSE(PlanOf(tests::Generate(tests::Kind::kRandom, 1 << 20)).transform);
  EXPECT_FALSE(PlanOf(tests::Generate(tests::Kind::kSkewed, 1 << 20)).transform);
}

TEST(RecordDetection, SmallSourcesAreMeasuredWithinTheirBounds) {
  BufferPool pool;
  const Bytes table = Table(0, 40);
  for (std::size_t size = 0; size <= table.size(); ++size) {
    Bytes exact(table.begin(), table.begin() + static_cast<std::ptrdiff_t>(size));
    exact.shrink_to_fit();
    for (const std::size_t stride : {1u, 2u, 23u, 512u}) {
      EXPECT_LE(MeasureColumns(exact, stride).predicted, size);
      std::size_t cost = 0;
      const records::Layout layout = ChooseFields(exact, stride, true, pool, cost);
      EXPECT_LE(cost, size);
      std::size_t filled = 0;
      for (const records::Field& field : layout.view()) filled += field.width();
      EXPECT_EQ(filled, stride);
    }
  }
}

}  // namespace
}  // namespace sigma
