// Branch counts against a plain reading of the patterns: every length 0…300, every target.
#include "kernels/code/branches.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "tests/per_target.h"

namespace sigma::kernels::code {
namespace {

// Bytes from a small set, so that all patterns are frequent.
std::vector<std::uint8_t> Codelike(std::size_t size) {
  constexpr std::uint8_t kSet[] = {0xE8, 0xE9, 0x00, 0xFF, 0x48, 0x4C, 0x89, 0x8B,
                                   0x8D, 0x83, 0x85, 0x94, 0x97, 0x3F, 0xC0, 0x12};
  std::mt19937 random(7);
  std::vector<std::uint8_t> bytes(size);
  for (std::uint8_t& byte : bytes) byte = kSet[random() % std::size(kSet)];
  return bytes;
}

BranchCounts Reference(std::span<const std::uint8_t> s) {
  BranchCounts counts;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (i + 5 <= s.size() && (s[i] == 0xE8 || s[i] == 0xE9) && (s[i + 4] == 0 || s[i + 4] == 0xFF))
      ++counts.x86;
    if (i + 2 <= s.size() && s[i] >= 0x48 && s[i] <= 0x4F &&
        (s[i + 1] == 0x83 || s[i + 1] == 0x85 || s[i + 1] == 0x89 || s[i + 1] == 0x8B ||
         s[i + 1] == 0x8D))
      ++counts.rex;
    if (i % 4 == 0 && i + 4 <= s.size()) {
      const std::uint32_t word = static_cast<std::uint32_t>(s[i] | s[i + 1] << 8 | s[i + 2] << 16) |
                                 static_cast<std::uint32_t>(s[i + 3]) << 24;
      const auto target = static_cast<std::int32_t>(word << 6) >> 6;
      if (word >> 26 == 0x25 && target >= -(1 << 22) && target < 1 << 22) ++counts.arm64;
    }
  }
  return counts;
}

TEST(Branches, CountsEqualTheReference) {
  tests::ForEachTarget([] {
    for (std::size_t size = 0; size <= 300; ++size) {
      const std::vector<std::uint8_t> bytes = Codelike(size + size % 13);
      const auto view = std::span(bytes).subspan(size % 13);
      const BranchCounts found = CountBranches(view), expected = Reference(view);
      ASSERT_EQ(found.x86, expected.x86) << size;
      ASSERT_EQ(found.rex, expected.rex) << size;
      ASSERT_EQ(found.arm64, expected.arm64) << size;
    }
    const std::vector<std::uint8_t> bytes = Codelike(100000);
    EXPECT_EQ(CountBranches(bytes).x86, Reference(bytes).x86);
    EXPECT_EQ(CountBranches(bytes).rex, Reference(bytes).rex);
    EXPECT_EQ(CountBranches(bytes).arm64, Reference(bytes).arm64);
  });
}

}  // namespace
}  // namespace sigma::kernels::code
