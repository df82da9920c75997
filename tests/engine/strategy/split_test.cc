// A source is cut where its parts deserve plans of their own, if that gains something; not where
// one plan suits all of it, nor where the pieces would gain nothing.
#include "engine/strategy/split.h"

#include <gtest/gtest.h>

#include "engine/strategy/sections.h"
#include "engine/transform/split.h"
#include "tests/data.h"
#include "tests/inputs.h"
#include "tests/media.h"

namespace sigma {
namespace {

// Text, then an image: two plans.
Bytes TextAndPicture() {
  Bytes bytes = tests::Generate(tests::Kind::kText, 300000);
  const Bytes picture = tests::Picture({.width = 640, .height = 500});
  bytes.insert(bytes.end(), picture.begin(), picture.end());
  return bytes;
}

TEST(Split, PartsOfTwoKindsAreCutAndSmaller) {
  BufferPool pool;
  const Buffer source = tests::Padded(TextAndPicture());
  const Scope scope = ScopeOf(*FindLevel(4), pool);
  Splits considered;
  const std::optional<Winner> split = BestSplit(source.view(), {}, scope, &considered);
  ASSERT_TRUE(split);
  EXPECT_EQ(split->candidate.transform, kSplitId);
  EXPECT_GT(split->gain, 0u);
  EXPECT_GE(considered.count, 1u);
  Bytes target(source.size());
  const Plan references{std::nullopt, {}, CoderId::kLz};
  const std::size_t whole = EncodePlan(source.view(), references, scope, target).size;
  const std::size_t cut = EncodePlan(source.view(), PlanOf(split->candidate), scope, target).size;
  ASSERT_NE(whole, 0u);
  ASSERT_NE(cut, 0u);
  EXPECT_LT(cut, whole);
}

TEST(Split, DataOfOneKindStaysInOnePiece) {
  BufferPool pool;
  const Scope scope = ScopeOf(*FindLevel(4), pool);
  for (const tests::Kind kind :
       {tests::Kind::kText, tests::Kind::kRandom, tests::Kind::kZeros, tests::Kind::kSkewed}) {
    const Buffer source = tests::Padded(tests::Generate(kind, 600000));
    EXPECT_FALSE(BestSplit(source.view(), {}, scope)) << tests::KindName(kind);
  }
}

TEST(Split, SmallSourcesAreNotCut) {
  BufferPool pool;
  const Scope scope = ScopeOf(*FindLevel(4), pool);
  for (const std::size_t size : {0u, 1u, 300u, 10000u}) {
    const Buffer source = tests::Padded(tests::Generate(tests::Kind::kMixed, size));
    EXPECT_FALSE(BestSplit(source.view(), {}, scope)) << size;
  }
}

}  // namespace
}  // namespace sigma
