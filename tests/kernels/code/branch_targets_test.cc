// Branch conversion against a plain reading of the grammar: every length 0…300, every target, both
// ways; and on bytes where every pattern runs into the next.
#include "kernels/code/branch_targets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#include "tests/per_target.h"

namespace sigma::kernels::code {
namespace {

using Code = std::vector<std::uint8_t>;

constexpr BranchWay kWays[] = {BranchWay::kToAbsolute, BranchWay::kToRelative};

bool IsIn(unsigned byte, std::initializer_list<unsigned> set) {
  return std::ranges::find(set, byte) != set.end();
}

bool HasModRm(unsigned byte) {
  const unsigned row = byte >> 4, column = byte & 15;
  if (IsIn(row, {0, 2, 3, 6}) && IsIn(column, {1, 3, 9, 11})) return true;
  return IsIn(byte,
              {0x80, 0x81, 0x83, 0x85, 0x88, 0x89, 0x8A, 0x8B, 0x8D, 0xC6, 0xC7, 0xF6, 0xF7, 0xFF});
}

void ReferenceX86(Code& code, std::uint32_t address, bool wide, BranchWay way) {
  std::size_t at = 0;
  while (at + 5 <= code.size()) {
    const unsigned first = code[at], second = code[at + 1];
    const bool room = at + 6 <= code.size();
    const bool shielded = at > 0 && IsIn(code[at - 1], {0x39, 0x45, 0x4D, 0x83, 0x89, 0x8B, 0xC1});
    std::size_t opcode = 0;
    if ((first & 0xFE) == 0xE8 && !shielded) {
      opcode = 1;
    } else if (wide && room &&
               ((HasModRm(first) && (second & 0xC7) == 5) ||
                (first == 0x0F && (second & 0xF0) == 0x80))) {
      opcode = 2;
    } else {
      ++at;
      continue;
    }
    std::uint8_t* const operand = code.data() + at + opcode;
    at += opcode + 4;
    std::uint32_t value;
    std::memcpy(&value, operand, 4);
    const auto number = static_cast<std::int32_t>(value);
    if (number < -(1 << 26) || number >= 1 << 26) continue;
    const std::uint32_t here = address + static_cast<std::uint32_t>(at);
    const std::uint32_t sum = way == BranchWay::kToAbsolute ? value + here : value - here;
    value = static_cast<std::uint32_t>(static_cast<std::int32_t>(sum << 5) >> 5);
    std::memcpy(operand, &value, 4);
  }
}

void ReferenceArm64(Code& code, std::uint32_t address, BranchWay way) {
  for (std::size_t at = 0; at + 4 <= code.size(); at += 4) {
    std::uint32_t word;
    std::memcpy(&word, code.data() + at, 4);
    const std::uint32_t here = address + static_cast<std::uint32_t>(at);
    const auto moved = [&](std::uint32_t value, unsigned shift) {
      return way == BranchWay::kToAbsolute ? value + (here >> shift) : value - (here >> shift);
    };
    if (word >> 26 == 0x25) {
      word = 0x94000000u | (moved(word, 2) & 0x3FFFFFF);
    } else if ((word >> 24 & 0x9F) == 0x90) {
      const std::uint32_t page = moved((word >> 5 & 0x7FFFF) << 2 | (word >> 29 & 3), 12);
      word = (word & 0x9F00001F) | (page >> 2 & 0x7FFFF) << 5 | (page & 3) << 29;
    }
    std::memcpy(code.data() + at, &word, 4);
  }
}

// Bytes of which most belong to a pattern.
Code Dense(std::size_t size, unsigned seed) {
  constexpr std::uint8_t kSet[] = {0xE8, 0xE9, 0x00, 0xFF, 0x0F, 0x84, 0x8B, 0x05,
                                   0x0D, 0x83, 0xC1, 0x39, 0x4D, 0x45, 0x15, 0x81,
                                   0x94, 0x97, 0x90, 0xB0, 0xFC, 0x03};
  std::mt19937 random(seed);
  Code code(size);
  for (std::uint8_t& byte : code) {
    byte =
        random() % 8 == 0 ? static_cast<std::uint8_t>(random()) : kSet[random() % std::size(kSet)];
  }
  return code;
}

// Long stretches with one place in 40, as code has them, and long operands across block ends.
Code Sparse(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  Code code(size, 0x90);
  for (std::size_t i = 0; i + 6 < size; i += 1 + random() % 80) {
    code[i] = random() % 2 == 0 ? 0xE8 : 0x0F;
    code[i + 1] = 0x85;
    code[i + 2] = static_cast<std::uint8_t>(random());
    code[i + 3] = static_cast<std::uint8_t>(random());
    code[i + 4] = code[i + 5] = random() % 2 == 0 ? 0 : 0xFF;
  }
  return code;
}

TEST(BranchTargets, EqualTheReferenceBothWays) {
  tests::ForEachTarget([] {
    for (std::size_t size = 0; size <= 300; ++size) {
      const std::size_t shift = size % 13;
      const Code source = Dense(size + shift, static_cast<unsigned>(size));
      const auto address = static_cast<std::uint32_t>(size * 0x01234567u);
      for (const BranchWay way : kWays) {
        for (const int kind : {0, 1, 2}) {
          Code expected(source.begin() + static_cast<std::ptrdiff_t>(shift), source.end());
          Code found = source;
          const auto view = std::span(found).subspan(shift);
          if (kind == 2) {
            ReferenceArm64(expected, address, way);
            ConvertArm64(view, address, way);
          } else {
            ReferenceX86(expected, address, kind == 1, way);
            ConvertX86(view, address, kind == 1, way);
          }
          ASSERT_TRUE(std::ranges::equal(view, expected)) << size << " kind " << kind;
        }
      }
    }
    for (const std::size_t size : {2047u, 2048u, 2053u, 2054u, 4097u, 20000u}) {
      for (const Code& source : {Dense(size, 1), Sparse(size, 2)}) {
        for (const BranchWay way : kWays) {
          for (const bool wide : {false, true}) {
            Code expected = source, found = source;
            ReferenceX86(expected, 77, wide, way);
            ConvertX86(found, 77, wide, way);
            ASSERT_EQ(found, expected) << size << " wide " << wide;
          }
        }
      }
    }
  });
}

TEST(BranchTargets, ComeBack) {
  tests::ForEachTarget([] {
    for (unsigned seed = 0; seed < 200; ++seed) {
      const std::size_t size = seed % 2 == 0 ? seed : 5000 + seed;
      for (const Code& source : {Dense(size, seed), Sparse(size, seed)}) {
        for (const bool wide : {false, true}) {
          Code code = source;
          ConvertX86(code, seed << 24, wide, BranchWay::kToAbsolute);
          ConvertX86(code, seed << 24, wide, BranchWay::kToRelative);
          ASSERT_EQ(code, source);
        }
        Code code = source;
        ConvertArm64(code, seed << 24, BranchWay::kToAbsolute);
        ConvertArm64(code, seed << 24, BranchWay::kToRelative);
        ASSERT_EQ(code, source);
      }
    }
  });
}

TEST(BranchTargets, AreWhereTheyLead) {
  // call +0x100 at 0x1000; jz −0x10; mov eax, [rip + 0x20]; shr eax, 1, after which E8 is no call.
  const Code relative = {0xE8, 0x00, 0x01, 0x00, 0x00, 0x0F, 0x84, 0xF0, 0xFF,
                         0xFF, 0xFF, 0x8B, 0x05, 0x20, 0x00, 0x00, 0x00, 0xC1,
                         0xE8, 0x01, 0x90, 0x00, 0x00, 0x90, 0x90};
  const Code absolute = {0xE8, 0x05, 0x11, 0x00, 0x00, 0x0F, 0x84, 0xFB, 0x0F,
                         0x00, 0x00, 0x8B, 0x05, 0x31, 0x10, 0x00, 0x00, 0xC1,
                         0xE8, 0x01, 0x90, 0x00, 0x00, 0x90, 0x90};
  Code code = relative;
  ConvertX86(code, 0x1000, true, BranchWay::kToAbsolute);
  EXPECT_EQ(code, absolute);
  // bl +4, at 0x4000.
  Code arm = {0x01, 0x00, 0x00, 0x94};
  ConvertArm64(arm, 0x4000, BranchWay::kToAbsolute);
  EXPECT_EQ(arm, (Code{0x01, 0x10, 0x00, 0x94}));
}

}  // namespace
}  // namespace sigma::kernels::code
