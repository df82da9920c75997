// Literal contexts: found where they pay, one where they do not, the same every time.
#include "engine/coder/lz/contexts.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>

namespace sigma::lz {
namespace {

struct Counted {
  std::unique_ptr<LiteralCounts> counts = std::make_unique<LiteralCounts>();
};

// Literals near one of `kinds` centres; which one, the low bits of the expected byte say.
Counted Separable(unsigned kinds, unsigned literals) {
  std::mt19937 random(kinds);
  Counted made;
  for (unsigned i = 0; i < literals; ++i) {
    const auto expected = static_cast<std::uint8_t>(random());
    const unsigned centre = expected % kinds * (256 / kinds);
    ++(*made.counts)[expected][(centre + random() % 8) % 256];
  }
  return made;
}

TEST(LzLiterals, FindsTheContextsThereAre) {
  const Counted made = Separable(4, 40000);
  const LiteralContexts contexts = ClusterLiterals(*made.counts, kMaxLiteralContexts, 0);
  EXPECT_GE(contexts.count, 4u);
  for (unsigned m = 0; m < 256; ++m) {
    EXPECT_LT(contexts.map[m], contexts.count);
    // Expected bytes of two kinds never share a context.
    for (unsigned other = m + 1; other < m + 4 && other < 256; ++other) {
      EXPECT_NE(contexts.map[m], contexts.map[other]) << m;
    }
  }
  const LiteralContexts again = ClusterLiterals(*made.counts, kMaxLiteralContexts, 0);
  EXPECT_EQ(again.map, contexts.map);
}

TEST(LzLiterals, OneContextWhereMoreDoNotPay) {
  EXPECT_EQ(ClusterLiterals(*Counted().counts, kMaxLiteralContexts, 0).count, 1u);
  EXPECT_EQ(ClusterLiterals(*Separable(1, 40000).counts, kMaxLiteralContexts, 0).count, 1u);
  EXPECT_EQ(ClusterLiterals(*Separable(4, 60).counts, kMaxLiteralContexts, 0).count, 1u);
  EXPECT_EQ(ClusterLiterals(*Separable(4, 40000).counts, 1, 0).count, 1u);
  // Two bits a literal are to be won: not at a price of three.
  EXPECT_EQ(
      ClusterLiterals(*Separable(4, 40000).counts, kMaxLiteralContexts, 3 * 256 * 40000).count, 1u);
}

TEST(LzLiterals, NamesTheByteAtTheLastOffset) {
  const std::uint8_t chunk[] = {5, 6, 7, 8, 6, 7, 9, 1};
  const Sequence sequence{4, 2, 3};
  std::vector<unsigned> seen;
  ForEachLiteral(
      std::span(&sequence, 1), {chunk, 0, 8, 1},
      [&](unsigned literal, unsigned expected) { seen.push_back(literal << 8 | expected); });
  EXPECT_EQ(seen, (std::vector<unsigned>{5 << 8, 6 << 8 | 5, 7 << 8 | 6, 8 << 8 | 7, 9 << 8 | 8,
                                         1 << 8 | 6}));
}

}  // namespace
}  // namespace sigma::lz
