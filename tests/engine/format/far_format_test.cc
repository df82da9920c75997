#include "engine/format/far_format.h"

#include <gtest/gtest.h>

#include "tests/data.h"

namespace sigma {
namespace {

std::vector<FarCopy> RandomCopies(std::uint64_t seed, std::uint64_t position,
                                  std::size_t original) {
  tests::Random random(seed);
  std::vector<FarCopy> copies;
  std::uint64_t end = 0;
  while (true) {
    const std::uint64_t begin = end + (random() % 2 == 0 ? 0 : random.Below(3000));
    const std::uint64_t length = kLeastFarCopy + (random() % 3 == 0 ? 0 : random.Below(9000));
    if (begin + length > original) break;
    copies.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(length),
                      random.Below(position - length + 1)});
    end = begin + length;
  }
  return copies;
}

TEST(FarFormat, ComesBack) {
  for (std::uint64_t seed = 1; seed < 60; ++seed) {
    const std::uint64_t position = std::uint64_t{1} << (17 + seed % 40);
    const std::vector<FarCopy> copies = RandomCopies(seed, position, 65536);
    ASSERT_LE(copies.size(), MostFarCopies(65536));
    Bytes block(FarBlockBound(copies.size()));
    block.resize(WriteFarCopies(copies, position, block));
    std::vector<FarCopy> back(copies.size());
    const Result<std::size_t> copied = ParseFarCopies(block, position, 65536, back);
    ASSERT_TRUE(copied) << copied.error().text;
    EXPECT_EQ(back, copies);
    std::size_t sum = 0;
    for (const FarCopy& copy : copies) sum += copy.length;
    EXPECT_EQ(*copied, sum);
  }
}

TEST(FarFormat, CutsAndChangesAreRefusedOrInBounds) {
  const std::uint64_t position = 10 * 65536;
  const std::vector<FarCopy> copies = RandomCopies(5, position, 65536);
  Bytes block(FarBlockBound(copies.size()));
  block.resize(WriteFarCopies(copies, position, block));
  std::vector<FarCopy> back(copies.size());
  for (std::size_t size = 0; size < block.size(); ++size) {
    EXPECT_FALSE(ParseFarCopies(ByteView{block}.first(size), position, 65536, back)) << size;
  }
  tests::Random random(8);
  std::size_t accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    Bytes changed = block;
    changed[random.Below(changed.size())] = static_cast<std::uint8_t>(random());
    if (!ParseFarCopies(changed, position, 65536, back)) continue;
    ++accepted;
    std::size_t end = 0;
    for (const FarCopy& copy : back) {
      ASSERT_GE(copy.begin, end);
      end = copy.begin + copy.length;
      ASSERT_LE(end, 65536u);
      ASSERT_LE(copy.source + copy.length, position);
    }
  }
  EXPECT_GT(accepted, 100u);
}

TEST(FarFormat, TheFrontComesBack) {
  for (const std::uint32_t count : {1u, 2u, 1000u}) {
    FarFront front{.count = count, .plan = 2, .block = 17 * count, .coded = 5};
    Bytes bytes(kMaxFarFront + 5);
    const std::size_t size = WriteFarFront(front, bytes);
    bytes.resize(size + 5);
    const Result<FarFront> back = ParseFarFront(bytes, 64000);
    ASSERT_TRUE(back) << back.error().text;
    EXPECT_EQ(back->count, front.count);
    EXPECT_EQ(back->plan, front.plan);
    EXPECT_EQ(back->block, front.block);
    EXPECT_EQ(back->coded, front.coded);
    EXPECT_EQ(back->bytes, size);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      EXPECT_FALSE(ParseFarFront(ByteView{bytes}.first(cut), 64000)) << cut;
    }
    // More copies than so few bytes can have.
    EXPECT_FALSE(ParseFarFront(bytes, count * kLeastFarCopy - 1));
  }
}

}  // namespace
}  // namespace sigma
