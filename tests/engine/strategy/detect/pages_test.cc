// Pages of a database are found by the lists that follow from their cells, at the right length; a
// few such pages in other data, and bytes that only look like a head, are not.
#include "engine/transform/pages.h"

#include <gtest/gtest.h>

#include "engine/strategy/detect/detect.h"
#include "tests/data.h"
#include "tests/inputs.h"

namespace sigma {
namespace {

Candidates Found(ByteView bytes) {
  BufferPool pool;
  const Buffer source = tests::Padded(bytes);
  const Features features = MeasureFeatures(source.view(), pool);
  Candidates candidates;
  DetectPages({source.view(), features, ScopeOf(*FindLevel(4), pool), false}, candidates);
  return candidates;
}

TEST(PagesDetection, FindsTheLengthAndWhatItSaves) {
  const Bytes pages = tests::InputOf("pages");  // 1 KiB each
  const Candidates found = Found(pages);
  ASSERT_EQ(found.view().size(), 1u);
  EXPECT_EQ(found.view()[0].transform, kPagesId);
  EXPECT_EQ(found.view()[0].params, PagesParams(10));
  EXPECT_EQ(found.view()[0].unit, 1024u);
  std::size_t listed = 0;
  for (std::size_t at = 0; at + 1024 <= pages.size(); at += 1024) {
    listed += ListedBytes(ByteView(pages).subspan(at, 1024));
  }
  EXPECT_GT(found.view()[0].saves, listed / 2);
  EXPECT_LT(found.view()[0].saves, listed);
}

TEST(PagesDetection, FewPagesAmongOtherDataAreNotWorthIt) {
  const Bytes pages = tests::InputOf("pages");
  Bytes bytes = tests::Generate(tests::Kind::kText, 256 << 10);
  std::copy_n(pages.begin(), 16 << 10, bytes.begin() + (64 << 10));
  EXPECT_TRUE(Found(bytes).view().empty());
  EXPECT_TRUE(Found(ByteView(pages).first(1024)).view().empty());
  EXPECT_TRUE(Found({}).view().empty());
}

TEST(PagesDetection, HeadsAloneAreNoPages) {
  Bytes bytes = tests::Generate(tests::Kind::kRandom, 64 << 10);
  for (std::size_t at = 0; at < bytes.size(); at += 1024) bytes[at] = 13;
  EXPECT_TRUE(Found(bytes).view().empty());
}

}  // namespace
}  // namespace sigma
