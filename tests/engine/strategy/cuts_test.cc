// Cuts: found where the data changes, not found where it does not.
#include "engine/strategy/cuts.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/strategy/choose.h"
#include "engine/strategy/period_cuts.h"
#include "engine/strategy/sections.h"
#include "engine/transform/split.h"
#include "sigma/sigma.hpp"
#include "tests/data.h"

namespace sigma {
namespace {

using tests::Generate;
using tests::Kind;

Bytes Joined(std::initializer_list<std::pair<Kind, std::size_t>> parts) {
  Bytes all;
  for (const auto& [kind, size] : parts) {
    const Bytes part = Generate(kind, size);
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

PieceList Find(ByteView bytes) {
  BufferPool pool;
  const Buffer padded = tests::Padded(bytes);
  return FindPieces(padded.view(), kLeastPiece, pool);
}

TEST(Cuts, LieWhereTheDataChanges) {
  const PieceList pieces =
      Find(Joined({{Kind::kText, 300000}, {Kind::kRandom, 200000}, {Kind::kSkewed, 500000}}));
  ASSERT_EQ(pieces.count, 3u);
  EXPECT_NEAR(static_cast<double>(pieces.begin[1]), 300000, 2048);
  EXPECT_NEAR(static_cast<double>(pieces.begin[2]), 500000, 2048);
  EXPECT_EQ(pieces.begin[3], 1000000u);
}

TEST(Cuts, AreNotInDataThatStaysTheSame) {
  for (const Kind kind : {Kind::kText, Kind::kRandom, Kind::kZeros, Kind::kSkewed}) {
    EXPECT_EQ(Find(Generate(kind, 1 << 20)).count, 1u) << tests::KindName(kind);
  }
}

TEST(Cuts, SmallSourcesAreOnePiece) {
  for (const std::size_t size : {0u, 1u, 1000u, 131071u}) {
    const PieceList pieces = Find(Generate(Kind::kText, size));
    EXPECT_EQ(pieces.count, 1u);
    EXPECT_EQ(pieces.begin[1], size);
  }
}

TEST(Cuts, AscendForEverySize) {
  const Bytes all = Joined({{Kind::kText, 90000},
                            {Kind::kZeros, 70000},
                            {Kind::kRandom, 66000},
                            {Kind::kText, 70000},
                            {Kind::kWalk32, 80000}});
  for (std::size_t size = 0; size < all.size(); size += 7919) {
    const PieceList pieces = Find(ByteView(all).first(size));
    ASSERT_LE(pieces.count, PieceList::kMost);
    for (std::size_t i = 0; i < pieces.count; ++i) {
      if (size > 0) {
        ASSERT_LT(pieces.begin[i], pieces.begin[i + 1]);
      }
      ASSERT_EQ(pieces.begin[i] % kSplitUnit, 0u);
    }
    ASSERT_EQ(pieces.begin[pieces.count], size);
  }
}

TEST(Cuts, TextBehindNumbersIsCutAndSmaller) {
  BufferPool pool;
  const Buffer bytes = tests::Padded(Joined({{Kind::kWalk16, 600000}, {Kind::kText, 600000}}));
  const LevelRow& level = *FindLevel(4);
  const Features features = MeasureFeatures(bytes.view(), pool);
  const PlanChoice choice =
      ChoosePlan(bytes.view(), features, StrategyChoice::kAuto, ScopeOf(level, pool));
  ASSERT_EQ(choice.first().transform, kSplitId);
  Buffer target(bytes.size());
  const std::size_t split =
      EncodeChoice(bytes.view(), choice, ScopeOf(level, pool), target.bytes()).size;
  const Plan reference{std::nullopt, {}, CoderId::kLz};
  const std::size_t whole =
      EncodePlan(bytes.view(), reference, ScopeOf(level, pool), target.bytes()).size;
  EXPECT_LT(split * 20, whole * 19);
}

// Lines of one length with the same letters: the bytes' statistics do not change with the length.
Bytes Lines(std::size_t length, std::size_t count) {
  tests::Random random(length);
  std::string line(length - 1, ' ');
  for (char& letter : line) letter = static_cast<char>('a' + random.Below(16));
  Bytes lines;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < 6; ++k) {
      line[7 * k + 3] = static_cast<char>('a' + random.Below(16));
    }
    lines.insert(lines.end(), line.begin(), line.end());
    lines.push_back('\n');
  }
  return lines;
}

TEST(PeriodCuts, LieWhereLinesGetAnotherLength) {
  Bytes all = Lines(113, 12000);
  const std::size_t border = all.size();
  const Bytes others = Lines(77, 9000);
  all.insert(all.end(), others.begin(), others.end());
  const PieceList pieces = FindPeriodPieces(all);
  ASSERT_EQ(pieces.count, 2u);
  EXPECT_NEAR(static_cast<double>(pieces.begin[1]), static_cast<double>(border), 2048);
  EXPECT_EQ(pieces.begin[2], all.size());
}

TEST(PeriodCuts, AreNotInDataOfOneLayoutOrNone) {
  EXPECT_EQ(FindPeriodPieces(Lines(113, 20000)).count, 1u);
  for (const Kind kind : tests::kAllKinds) {
    EXPECT_EQ(FindPeriodPieces(Generate(kind, 1 << 20)).count, 1u) << tests::KindName(kind);
  }
  for (const std::size_t size : {0u, 1u, 1000u, 131071u}) {
    EXPECT_EQ(FindPeriodPieces(Generate(Kind::kRecords, size)).count, 1u);
  }
}

// A level of larger chunks has both layouts in one.
TEST(PeriodCuts, LinesOfTwoLengthsTakeNoMoreInOneChunkThanInTwo) {
  Bytes all = Lines(113, 6000);
  const auto border = static_cast<std::uint32_t>(all.size() / kChunkSizeUnit * kChunkSizeUnit);
  const Bytes others = Lines(77, 8000);
  all.insert(all.end(), others.begin(), others.end());
  for (const int level : {4, 6, 7}) {
    Options options;
    options.level = level;
    options.threads = 1;
    const Result<Bytes> one = Compress(all, options);
    options.chunk_size = border;
    const Result<Bytes> two = Compress(all, options);
    ASSERT_TRUE(one && two);
    EXPECT_LE(one->size(), two->size() + two->size() / 12) << level;
  }
}

}  // namespace
}  // namespace sigma
