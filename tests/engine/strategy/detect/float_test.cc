// Floating-point numbers are found by their exponents, of each width, in files and in fields of
// records; integers, text and noise are not taken for any.
#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <string>

#include "engine/strategy/detect/detect.h"
#include "engine/transform/floats/transform.h"
#include "tests/data.h"
#include "tests/inputs.h"

namespace sigma {
namespace {

// A walk of numbers of type T.
template <typename T>
Bytes Numbers(std::size_t count) {
  tests::Random random(5);
  Bytes bytes(count * sizeof(T));
  double value = 300;
  for (std::size_t i = 0; i < count; ++i) {
    value += (static_cast<double>(random.Below(2001)) - 1000) / 977;
    const T number = static_cast<T>(value);
    std::memcpy(bytes.data() + i * sizeof(T), &number, sizeof(T));
  }
  return bytes;
}

Candidates Found(ByteView bytes, bool forced = false) {
  BufferPool pool;
  const Buffer source = tests::Padded(bytes);
  const Features features = MeasureFeatures(source.view(), pool);
  Candidates candidates;
  DetectFloat({source.view(), features, ScopeOf(*FindLevel(4), pool), forced}, candidates);
  return candidates;
}

TEST(FloatDetection, FindsTheWidth) {
  const Candidates four = Found(Numbers<float>(50000));
  ASSERT_EQ(four.view().size(), 1u);
  EXPECT_EQ(four.view()[0].params, floats::Params(4));
  const Candidates eight = Found(Numbers<double>(50000));
  ASSERT_EQ(eight.view().size(), 1u);
  EXPECT_EQ(eight.view()[0].params, floats::Params(8));
  EXPECT_EQ(eight.view()[0].transform, floats::kId);
}

TEST(FloatDetection, TakesNothingElseForNumbers) {
  for (const tests::Kind kind : {tests::Kind::kText, tests::Kind::kRandom, tests::Kind::kWalk16,
                                 tests::Kind::kZeros, tests::Kind::kRecords}) {
    EXPECT_TRUE(Found(tests::Generate(kind, 200000)).view().empty()) << tests::KindName(kind);
  }
}

// Where numbers fill less than a quarter, only who asks for them gets them.
TEST(FloatDetection, AFewNumbersAreForWhoeverAsks) {
  Bytes bytes = tests::Generate(tests::Kind::kRandom, 360000);
  const Bytes numbers = Numbers<double>(5000);
  std::ranges::copy(numbers, bytes.begin() + 160000);
  EXPECT_TRUE(Found(bytes).view().empty());
  EXPECT_FALSE(Found(bytes, true).view().empty());
}

TEST(FloatDetection, OfAFieldNeedsEveryIntegerToLookLikeOne) {
  const Bytes numbers = Numbers<double>(1000);
  const std::optional<Candidate> found = FloatsOfField(numbers, {SectionKind::kIntegers, 8});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->params, floats::Params(8, true));
  EXPECT_FALSE(FloatsOfField(numbers, {SectionKind::kPiece, 8}));
  EXPECT_FALSE(FloatsOfField(numbers, {SectionKind::kIntegers, 2}));
  EXPECT_FALSE(FloatsOfField({}, {SectionKind::kIntegers, 8}));
  EXPECT_FALSE(
      FloatsOfField(tests::Generate(tests::Kind::kRandom, 8000), {SectionKind::kIntegers, 8}));
}

}  // namespace
}  // namespace sigma
