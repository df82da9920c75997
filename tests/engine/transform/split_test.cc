// SPLIT: cuts that cannot be are refused, pieces must have the sizes that the cuts say.
#include "engine/transform/split.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/data.h"

namespace sigma {
namespace {

TransformParams Cuts(std::initializer_list<std::uint16_t> cuts) {
  return SplitParams(std::span(cuts.begin(), cuts.size()));
}

Result<void> Inverse(const TransformParams& params, const std::vector<std::size_t>& sizes,
                     MutableBytes target) {
  static const Bytes zeros(64 << 10);
  std::vector<ByteView> sections;
  for (const std::size_t size : sizes) sections.push_back(ByteView(zeros).first(size));
  BufferPool pool;
  return SplitTransform().inverse(sections, params, pool, target);
}

TEST(Split, PiecesComeBackInOrder) {
  BufferPool pool;
  const Buffer source = tests::Padded(tests::Generate(tests::Kind::kText, 10000));
  const TransformParams params = Cuts({2, 9});
  EXPECT_EQ(SplitTransform().describe(params), "split3");
  Buffer memory(SectionList::MemoryFor(source.size()));
  SectionList sections(memory.bytes(), source.size());
  ASSERT_TRUE(SplitTransform().forward(source.view(), params, pool, sections));
  ASSERT_EQ(sections.count(), 3u);
  EXPECT_EQ(sections[0].bytes.size(), 2048u);
  EXPECT_EQ(sections[1].bytes.size(), 7 * 1024u);
  EXPECT_EQ(sections[2].bytes.size(), 10000u - 9 * 1024u);
  EXPECT_EQ(sections[1].hint.kind, SectionKind::kPiece);
}

TEST(Split, RefusesCutsThatCannotBe) {
  Bytes target(10000);
  EXPECT_TRUE(Inverse(Cuts({2}), {2048, 7952}, target));
  EXPECT_FALSE(Inverse(Cuts({0}), {0, 10000}, target));
  EXPECT_FALSE(Inverse(Cuts({2, 2}), {2048, 0, 7952}, target));
  EXPECT_FALSE(Inverse(Cuts({3, 2}), {3072, 0, 6928}, target));
  EXPECT_FALSE(Inverse(Cuts({10}), {10000, 0}, target));
  EXPECT_FALSE(Inverse(Cuts({2}), {2048, 7951}, target));
  EXPECT_FALSE(Inverse(Cuts({2}), {10000}, target));
  EXPECT_FALSE(Inverse(Cuts({2}), {2048, 7952, 0}, target));
  TransformParams odd = Cuts({2});
  odd.size = 1;
  EXPECT_FALSE(Inverse(odd, {2048, 7952}, target));
  odd.size = 0;
  EXPECT_FALSE(Inverse(odd, {10000}, target));
}

}  // namespace
}  // namespace sigma
