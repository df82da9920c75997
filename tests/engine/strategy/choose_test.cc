#include "engine/strategy/choose.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/transform/delta.h"
#include "engine/transform/records/transform.h"
#include "sigma/sigma.hpp"
#include "tests/data.h"

namespace sigma {
namespace {

DataClass ClassOf(ByteView bytes) {
  BufferPool pool;
  const Buffer padded = tests::Padded(bytes);
  return Classify(MeasureFeatures(padded.view(), pool));
}

TEST(Strategy, KnowsTheSixClasses) {
  using tests::Generate;
  using tests::Kind;
  constexpr std::size_t kSize = 1 << 20;
  EXPECT_EQ(ClassOf(Generate(Kind::kZeros, kSize)), DataClass::kRepetitive);
  EXPECT_EQ(ClassOf(Generate(Kind::kPeriodic, kSize)), DataClass::kRepetitive);
  EXPECT_EQ(ClassOf(Generate(Kind::kRandom, kSize)), DataClass::kRandom);
  EXPECT_EQ(ClassOf(Generate(Kind::kText, kSize)), DataClass::kText);
  EXPECT_EQ(ClassOf(Generate(Kind::kRuns, kSize)), DataClass::kRuns);
  EXPECT_EQ(ClassOf(Generate(Kind::kWalk16, kSize)), DataClass::kDelta);
  EXPECT_EQ(ClassOf(Generate(Kind::kWalk32, kSize)), DataClass::kDelta);
  EXPECT_EQ(ClassOf(Generate(Kind::kSkewed, kSize)), DataClass::kStructured);
}

// Copies of what is packed or encrypted, at any distance, and plain parts between.
TEST(Strategy, RandomBytesThatRepeatOrHoldOthersAreNotRandom) {
  using tests::Generate;
  using tests::Kind;
  constexpr std::size_t kSize = 1 << 20;
  const Bytes random = Generate(Kind::kRandom, kSize);
  for (const std::size_t block : {4096u, 12'000u, 65'537u, 300'000u}) {
    Bytes repeated(kSize);
    for (std::size_t i = 0; i < kSize; ++i) repeated[i] = random[i % block];
    EXPECT_NE(ClassOf(repeated), DataClass::kRandom) << block;
  }
  const Bytes text = Generate(Kind::kText, kSize / 16);
  for (const std::size_t place : {std::size_t{0}, kSize / 3, kSize - text.size()}) {
    Bytes mixed = random;
    std::ranges::copy(text, mixed.begin() + static_cast<std::ptrdiff_t>(place));
    EXPECT_NE(ClassOf(mixed), DataClass::kRandom) << place;
  }
}

// Once a block has been coded, its copies cost next to nothing where the window holds it.
TEST(Strategy, CopiesOfRandomBlocksAreFoundAtEveryLevel) {
  constexpr std::size_t kBlock = 40'000;
  const Bytes random = tests::Generate(tests::Kind::kRandom, kBlock);
  Bytes repeated(8 * kBlock);
  for (std::size_t i = 0; i < repeated.size(); ++i) repeated[i] = random[i % kBlock];
  for (const LevelRow& level : LevelRows()) {
    Options options;
    options.level = level.level;
    options.threads = 1;
    const Result<Bytes> stream = Compress(repeated, options);
    ASSERT_TRUE(stream);
    EXPECT_LT(stream->size(), kBlock + kBlock / 8) << level.level;
  }
}

TEST(Strategy, RandomBytesAreStoredAtEveryLevel) {
  BufferPool pool;
  const Buffer bytes = tests::Padded(tests::Generate(tests::Kind::kRandom, 1 << 20));
  const Features features = MeasureFeatures(bytes.view(), pool);
  for (const LevelRow& level : LevelRows()) {
    const Plan plan =
        ChoosePlan(bytes.view(), features, StrategyChoice::kAuto, ScopeOf(level, pool)).first;
    EXPECT_FALSE(plan.transform);
    EXPECT_EQ(plan.coder, CoderId::kRaw);
  }
}

TEST(Strategy, AWalkOfSixteenBitSamplesGetsDifferencesOfThatWidth) {
  BufferPool pool;
  const Buffer bytes = tests::Padded(tests::Generate(tests::Kind::kWalk16, 1 << 20));
  const Features features = MeasureFeatures(bytes.view(), pool);
  const Plan plan =
      ChoosePlan(bytes.view(), features, StrategyChoice::kAuto, ScopeOf(*FindLevel(3), pool)).first;
  ASSERT_EQ(plan.transform, records::kId);
  EXPECT_TRUE(records::Transform().describe(plan.params).starts_with("records2:16d"));
  const PlanChoice cheap =
      ChoosePlan(bytes.view(), features, StrategyChoice::kAuto, ScopeOf(*FindLevel(1), pool));
  const Plan& delta = cheap.second ? cheap.second->plan : cheap.first;
  ASSERT_EQ(delta.transform, kDeltaId);
  EXPECT_EQ(delta.params.bytes[0], 1 | 4);  // width 2, difference
}

TEST(Strategy, AForcedChoiceIsTaken) {
  BufferPool pool;
  const Buffer bytes = tests::Padded(tests::Generate(tests::Kind::kText, 100000));
  const Features features = MeasureFeatures(bytes.view(), pool);
  const LevelRow& level = *FindLevel(3);
  EXPECT_EQ(ChoosePlan(bytes.view(), features, StrategyChoice::kEntropy, ScopeOf(level, pool))
                .first.coder,
            CoderId::kEntropy);
  EXPECT_EQ(ChoosePlan(bytes.view(), features, StrategyChoice::kPattern, ScopeOf(level, pool))
                .first.coder,
            CoderId::kPattern);
  EXPECT_TRUE(ChoosePlan(bytes.view(), features, StrategyChoice::kDelta, ScopeOf(level, pool))
                  .first.transform);
  EXPECT_EQ(
      ChoosePlan(bytes.view(), features, StrategyChoice::kRaw, ScopeOf(level, pool)).first.coder,
      CoderId::kRaw);
}

TEST(Strategy, NamesAndChoicesAgree) {
  for (const std::string_view name : StrategyChoiceNames()) {
    const auto choice = FindStrategyChoice(name);
    ASSERT_TRUE(choice);
    EXPECT_EQ(StrategyChoiceNames()[static_cast<std::size_t>(*choice)], name);
  }
  EXPECT_FALSE(FindStrategyChoice("best"));
}

TEST(Levels, AreAscendingAndWithinTheFormatsLimits) {
  int before = 0;
  for (const LevelRow& row : LevelRows()) {
    EXPECT_GT(row.level, before);
    before = row.level;
    EXPECT_EQ(FindLevel(row.level), &row);
    EXPECT_EQ(row.chunk_size % kChunkSizeUnit, 0u);
    EXPECT_GE(row.chunk_size, kMinChunkSize);
    EXPECT_LE(row.chunk_size, kMaxChunkSize);
  }
  EXPECT_EQ(FindLevel(0), nullptr);
}

TEST(Levels, EachHasADecodeFirstRowThatRestoresFaster) {
  ASSERT_EQ(DecodeFirstRows().size(), LevelRows().size());
  for (const LevelRow& row : DecodeFirstRows()) {
    EXPECT_EQ(FindLevel(row.level, true), &row);
    const LevelRow* const level = FindLevel(row.level);
    ASSERT_NE(level, nullptr);
    EXPECT_GT(row.price.decode, level->price.decode);
    const lz::Params& lz = row.coder.lz;
    const bool codes_nothing =
        lz.form == lz::Form::kWide || lz.form == lz::Form::kNarrow || lz.stored_planes;
    EXPECT_EQ(codes_nothing, row.level <= 4) << row.level;
    EXPECT_EQ(row.chunk_size % kChunkSizeUnit, 0u);
    EXPECT_GE(row.chunk_size, kMinChunkSize);
    EXPECT_LE(row.chunk_size, kMaxChunkSize);
  }
}

}  // namespace
}  // namespace sigma
