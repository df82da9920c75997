// The evidence for machine code, and the plans that level 3 chooses by it.
#include "engine/strategy/detect/code/evidence.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/memory/buffer.h"
#include "engine/strategy/choose.h"
#include "engine/strategy/detect/detect.h"
#include "tests/data.h"
#include "tests/machine_code.h"

namespace sigma {
namespace {

constexpr std::size_t kSize = 1 << 20;

TEST(CodeEvidence, NothingSpeaksForCodeInData) {
  for (const tests::Kind kind : tests::kAllKinds) {
    const CodeEvidence code = LookForCode(tests::Generate(kind, kSize));
    EXPECT_EQ(code.saves, 0u) << tests::KindName(kind);
    EXPECT_FALSE(code.MostOf(kSize)) << tests::KindName(kind);
  }
  EXPECT_EQ(LookForCode({}).x86, 0u);
}

TEST(CodeEvidence, ProgramsAreToldFromHalfPrograms) {
  Bytes bytes = tests::X86Code(kSize, true, 0);
  bytes.resize(kSize);
  const CodeEvidence all = LookForCode(bytes);
  EXPECT_GT(all.saves, 0u);
  EXPECT_TRUE(all.AllOf(kSize));
  EXPECT_EQ(all.arm64, 0u);
  const Bytes text = tests::Generate(tests::Kind::kText, kSize / 4);
  std::copy(text.begin(), text.end(), bytes.begin());
  const CodeEvidence most = LookForCode(bytes);
  EXPECT_FALSE(most.AllOf(kSize));
  EXPECT_TRUE(most.MostOf(kSize));
}

TEST(SuitedCoder, OnlyLevel2LooksForShortMatchesAndNotInText) {
  Features features;
  features.period = 7;
  const std::uint8_t usual = FindLevel(2)->coder.lz.min_match;
  EXPECT_EQ(SuitedCoder(FindLevel(2)->coder, features).pattern_period, 7u);
  EXPECT_LT(SuitedCoder(FindLevel(2)->coder, features).lz.min_match, usual);
  for (const LevelRow& level : LevelRows()) {
    if (level.level == 2) continue;
    EXPECT_EQ(SuitedCoder(level.coder, features).lz.min_match, level.coder.lz.min_match);
  }
  for (const LevelRow& level : DecodeFirstRows()) {
    EXPECT_EQ(SuitedCoder(level.coder, features).lz.min_match, level.coder.lz.min_match);
  }
  features.text_density = 256;
  EXPECT_EQ(SuitedCoder(FindLevel(2)->coder, features).lz.min_match, usual);
  features.text_density = 0;
  features.match_density = 250;
  EXPECT_EQ(SuitedCoder(FindLevel(2)->coder, features).lz.min_match, usual);
}

}  // namespace
}  // namespace sigma
