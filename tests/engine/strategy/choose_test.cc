#include "engine/strategy/choose.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "engine/strategy/detect/ask.h"
#include "engine/strategy/rank.h"
#include "engine/strategy/sections.h"
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
        ChoosePlan(bytes.view(), features, StrategyChoice::kAuto, ScopeOf(level, pool)).first();
    EXPECT_FALSE(plan.transform);
    EXPECT_EQ(plan.coder, CoderId::kRaw);
  }
}

TEST(Strategy, AWalkOfSixteenBitSamplesGetsDifferencesOfThatWidth) {
  BufferPool pool;
  const Buffer bytes = tests::Padded(tests::Generate(tests::Kind::kWalk16, 1 << 20));
  const Features features = MeasureFeatures(bytes.view(), pool);
  const Plan plan =
      ChoosePlan(bytes.view(), features, StrategyChoice::kAuto, ScopeOf(*FindLevel(3), pool))
          .first();
  ASSERT_EQ(plan.transform, records::kId);
  EXPECT_TRUE(records::Transform().describe(plan.params).starts_with("records2:16d"));
  const PlanChoice cheap =
      ChoosePlan(bytes.view(), features, StrategyChoice::kAuto, ScopeOf(*FindLevel(1), pool));
  const Plan& delta = cheap.others().empty() ? cheap.first() : cheap.others().front().plan;
  ASSERT_EQ(delta.transform, kDeltaId);
  EXPECT_EQ(delta.params.bytes[0], 1 | 4);  // width 2, difference
}

// Triangles of a strip, 50 bytes each, as meshes are stored: a column for each byte promises much,
// but each corner is that of two more triangles.
Bytes Mesh(std::size_t size) {
  tests::Random random(5);
  Bytes bytes;
  std::vector<std::array<float, 3>> corners(size / 50 + 3);
  for (std::size_t i = 0; i < corners.size(); ++i) {
    for (std::size_t k = 0; k < 3; ++k) {
      corners[i][k] = static_cast<float>(i) / 8 + static_cast<float>(random.Below(1000)) / 4096;
    }
  }
  for (std::size_t i = 0; bytes.size() < size; ++i) {
    std::array<float, 12> triangle{};
    for (std::size_t k = 0; k < 9; ++k) triangle[3 + k] = corners[i + k / 3][k % 3];
    const auto* const begin = reinterpret_cast<const std::uint8_t*>(triangle.data());
    bytes.insert(bytes.end(), begin, begin + sizeof(triangle));
    bytes.insert(bytes.end(), 2, std::uint8_t{0});
  }
  bytes.resize(size);
  return bytes;
}

// Nothing is taken on trust where the whole can be coded.
TEST(Strategy, SmallSourcesTakeTheSmallestOfThePromisingPlans) {
  BufferPool pool;
  for (const std::size_t size : {700u, 2048u, 5000u, 16384u}) {
    std::vector<std::pair<std::string, Bytes>> sources = {{"mesh", Mesh(size)}};
    for (const tests::Kind kind : tests::kAllKinds) {
      sources.emplace_back(tests::KindName(kind), tests::Generate(kind, size));
    }
    for (const auto& [name, bytes] : sources) {
      const Buffer source = tests::Padded(bytes);
      const Features features = MeasureFeatures(source.view(), pool);
      for (const int number : {3, 4, 5}) {
        Scope scope = ScopeOf(*FindLevel(number), pool);
        scope.coder.pattern_period = features.period;
        Bytes target(size);
        const PlanChoice choice = ChoosePlan(source.view(), features, StrategyChoice::kAuto, scope);
        if (choice.first().coder == CoderId::kRaw && !choice.first().transform) continue;
        const std::size_t chosen = EncodeChoice(source.view(), choice, scope, target).size;
        std::size_t least = size;
        const auto code = [&](const Plan& plan) {
          const std::size_t coded = EncodePlan(source.view(), plan, scope, target).size;
          if (coded != 0) least = std::min(least, coded);
        };
        code(kReferences);
        if (!choice.others().empty() && WorthATransform(Classify(features))) {
          const Candidates candidates = Detect(source.view(), features, std::nullopt, scope);
          const Hopefuls hopefuls = Promising(candidates, features, scope.level, size);
          for (const Candidate* const hopeful : hopefuls.view()) code(PlanOf(*hopeful));
        }
        // A pattern that leaves so little is not compared.
        EXPECT_LE(chosen == 0 ? size : chosen, std::max(least, size / 1024))
            << name << " " << size << " level " << number;
      }
    }
  }
}

TEST(Strategy, AForcedChoiceIsTaken) {
  BufferPool pool;
  const Buffer bytes = tests::Padded(tests::Generate(tests::Kind::kText, 100000));
  const Features features = MeasureFeatures(bytes.view(), pool);
  const LevelRow& level = *FindLevel(3);
  EXPECT_EQ(ChoosePlan(bytes.view(), features, StrategyChoice::kEntropy, ScopeOf(level, pool))
                .first()
                .coder,
            CoderId::kEntropy);
  EXPECT_EQ(ChoosePlan(bytes.view(), features, StrategyChoice::kPattern, ScopeOf(level, pool))
                .first()
                .coder,
            CoderId::kPattern);
  EXPECT_TRUE(ChoosePlan(bytes.view(), features, StrategyChoice::kDelta, ScopeOf(level, pool))
                  .first()
                  .transform);
  EXPECT_EQ(
      ChoosePlan(bytes.view(), features, StrategyChoice::kRaw, ScopeOf(level, pool)).first().coder,
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
