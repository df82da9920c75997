#include "engine/far/copy_table.h"

#include <gtest/gtest.h>

#include "tests/data.h"

namespace sigma {
namespace {

TEST(CopyTable, GivesBackWhatWasAddedLast) {
  CopyTable table(10);
  tests::Random random(3);
  const std::uint64_t hash = random();
  EXPECT_FALSE(table.Find(hash));
  table.Add(hash, {1000, 10, 20});
  table.Add(hash, {5000, 30, 40});
  const auto found = table.Find(hash);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->position, 5000u);
  EXPECT_EQ(found->before, 30u);
  EXPECT_EQ(found->after, 40u);
  EXPECT_FALSE(table.Find(hash ^ 1));  // in the same place, of another tag
}

// However much is added, what is kept is what the hashes say, and is found.
TEST(CopyTable, KeepsFewerAsItFillsUp) {
  CopyTable table(10);
  tests::Random random(4);
  std::vector<std::uint64_t> hashes(20'000);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    hashes[i] = random();
    table.Add(hashes[i], {i, 1, 1});
  }
  // 20,000 in 512 places: every 64th or so.
  EXPECT_GE(table.thinned(), 5u);
  EXPECT_LE(table.thinned(), 7u);
  std::size_t wanted = 0;
  std::size_t found = 0;
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (!table.Wants(hashes[i])) {
      EXPECT_FALSE(table.Find(hashes[i])) << i;
      continue;
    }
    ++wanted;
    const auto place = table.Find(hashes[i]);
    found += place && place->position == i ? 1u : 0u;
  }
  EXPECT_GT(wanted, 100u);
  EXPECT_GT(found, wanted / 2);
}

TEST(CopyTable, KeepsNoPositionThatItCannotHold) {
  CopyTable table(10);
  table.Add(0x1230000, {CopyTable::kMostPosition, 0, 1});
  EXPECT_FALSE(table.Find(0x1230000));
  table.Add(0x1230000, {CopyTable::kMostPosition - 1, 0, 1});
  ASSERT_TRUE(table.Find(0x1230000));
  EXPECT_EQ(table.Find(0x1230000)->position, CopyTable::kMostPosition - 1);
}

}  // namespace
}  // namespace sigma
