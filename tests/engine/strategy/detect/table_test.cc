// Tables are found by a few of their lines, without a trial at the levels that cannot afford one;
// what a table does not suit keeps references to fall back on.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "engine/strategy/choose.h"
#include "engine/strategy/detect/detect.h"
#include "engine/strategy/sections.h"
#include "engine/transform/table/transform.h"
#include "tests/data.h"

namespace sigma {
namespace {

PlanChoice Choose(const Buffer& padded, int level) {
  BufferPool pool;
  const Features features = MeasureFeatures(padded.view(), pool);
  return ChoosePlan(padded.view(), features, StrategyChoice::kAuto,
                    ScopeOf(*FindLevel(level), pool));
}

Buffer Text(const std::string& text) { return tests::Padded(Bytes(text.begin(), text.end())); }

std::string Rows(std::size_t count, bool repeating) {
  std::mt19937 random(9);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += std::to_string(100000 + i * 7) + ";" + std::to_string(random() % 5000) + ";";
    text += random() % 3 != 0 ? "open;" : "closed;";
    for (int word = 0; word < (repeating ? 1 : 40); ++word) {
      for (int letter = 0; letter < 4; ++letter) text += static_cast<char>('a' + random() % 26);
    }
    text += "\n";
  }
  return text;
}

TEST(TableDetection, LinesOfAsManyFieldsAreATableWithoutATrial) {
  const Buffer rows = Text(Rows(20000, true));
  for (const int level : {3, 4}) {
    const PlanChoice choice = Choose(rows, level);
    EXPECT_EQ(choice.first().transform, table::kId) << level;
    ASSERT_EQ(choice.others().size(), 1u);
    EXPECT_EQ(choice.others()[0].plan.coder, CoderId::kLz);
    EXPECT_LT(choice.others()[0].estimate, rows.view().size() / 2);
  }
}

TEST(TableDetection, LinesOfFewTemplatesAreATableOfWords) {
  std::mt19937 random(10);
  std::string text;
  for (int i = 0; i < 12000; ++i) {
    text += "[12:" + std::to_string(10 + i / 240) + ":" + std::to_string(10 + i / 5 % 50) + "] ";
    text += random() % 2 != 0 ? "worker " + std::to_string(random() % 100000) + " has begun\n"
                              : "request " + std::to_string(random() % 100000) + " is served\n";
  }
  const PlanChoice choice = Choose(Text(text), 3);
  ASSERT_EQ(choice.first().transform, table::kId);
  EXPECT_EQ(choice.first().params.bytes[0], choice.first().params.bytes[1]);
}

TEST(TableDetection, WhereTheTableDisappointsReferencesAreCodedToo) {
  // Rows that differ in nothing but noise: whatever the detector says, no plan is much larger than
  // references.
  const Buffer rows = Text(Rows(4000, false));
  BufferPool pool;
  const LevelRow& level = *FindLevel(3);
  const PlanChoice choice = Choose(rows, 3);
  Bytes target(rows.view().size());
  const std::size_t chosen = EncodeChoice(rows.view(), choice, ScopeOf(level, pool), target).size;
  const Plan references{std::nullopt, {}, CoderId::kLz};
  const std::size_t plain = EncodePlan(rows.view(), references, ScopeOf(level, pool), target).size;
  ASSERT_NE(plain, 0u);
  EXPECT_LE(chosen, plain + plain / 200);
}

TEST(TableDetection, TextIsLeftAlone) {
  const Buffer text = tests::Padded(tests::Generate(tests::Kind::kText, 1 << 20));
  EXPECT_FALSE(Choose(text, 3).first().transform);
}

}  // namespace
}  // namespace sigma
