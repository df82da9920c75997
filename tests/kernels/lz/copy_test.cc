// The LZ copy loop against a byte-by-byte reference: all offsets 1 … 80, lengths around every
// branch, every distance from the end; what lies beyond the room must stay untouched.
#include "kernels/lz/copy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "tests/per_target.h"

namespace sigma::kernels::lz {
namespace {

using Plane = std::vector<std::uint8_t>;

struct Case {
  Plane literal_lengths, match_lengths, long_literals, long_matches, literals, narrow;
  std::vector<std::uint32_t> offsets;
  Plane want;
};

void Append32(Plane* list, std::size_t value) {
  for (unsigned k = 0; k < 4; ++k) list->push_back(static_cast<std::uint8_t>(value >> 8 * k));
}

Case MakeCase(unsigned seed, std::size_t sequences, std::size_t least_offset) {
  std::mt19937 random(seed);
  Case c;
  for (std::size_t i = 0; i < sequences; ++i) {
    std::size_t literal = random() % 4 == 0 ? random() % 60 : random() % 18;
    std::size_t match = random() % 4 == 0 ? random() % 120 : 3 + random() % 31;
    if (random() % 23 == 0) literal = 255 + random() % 100;
    if (random() % 23 == 0) match = 255 + random() % 100;
    if (i == 0) literal += least_offset;
    c.literal_lengths.push_back(static_cast<std::uint8_t>(std::min<std::size_t>(literal, 255)));
    c.match_lengths.push_back(static_cast<std::uint8_t>(std::min<std::size_t>(match, 255)));
    if (literal >= 255) Append32(&c.long_literals, literal);
    if (match >= 255) Append32(&c.long_matches, match);
    for (std::size_t k = 0; k < literal; ++k) {
      c.literals.push_back(static_cast<std::uint8_t>(random()));
      c.want.push_back(c.literals.back());
    }
    const std::size_t most = random() % 2 == 0 ? 80 : c.want.size();
    std::size_t offset = std::min(c.want.size(), least_offset + random() % most);
    offset = std::max<std::size_t>(1, std::min<std::size_t>(offset, 65535));
    if (c.want.empty()) {
      c.want.push_back(0);
      c.literals.push_back(0);
      c.literal_lengths.back() = 1;
    }
    c.offsets.push_back(static_cast<std::uint32_t>(offset));
    c.narrow.push_back(static_cast<std::uint8_t>(offset));
    c.narrow.push_back(static_cast<std::uint8_t>(offset >> 8));
    for (std::size_t k = 0; k < match; ++k) c.want.push_back(c.want[c.want.size() - offset]);
  }
  c.literals.resize(c.literals.size() + 128);
  return c;
}

enum class Form { kSequences, kNarrow, kWide };

Copied RunForm(const Case& c, Form form, Plane* out, std::size_t spare) {
  CopyJob copy{};
  copy.literal_lengths = c.literal_lengths.data();
  copy.match_lengths = c.match_lengths.data();
  copy.long_literals = c.long_literals.data();
  copy.long_matches = c.long_matches.data();
  copy.count = c.offsets.size();
  // Not the sums: every other case takes the loop for many literals or long matches, whatever it
  // has.
  copy.match_bytes = c.offsets.size() % 2 == 0 ? 0 : 100 * c.offsets.size();
  copy.literal_bytes = c.offsets.size() % 2 == 0 ? 0 : 100 * c.offsets.size();
  copy.literals = c.literals.data();
  copy.begin = out->data();
  copy.to = out->data();
  switch (form) {
    case Form::kSequences:
      return CopySequences(copy, spare, c.offsets.data());
    case Form::kNarrow:
      return CopyNarrow(copy, spare, c.narrow.data());
    default:
      return CopyWide(copy, spare, c.narrow.data());
  }
}

TEST(CopyJob, MatchesTheReferenceAndStaysInside) {
  tests::ForEachTarget([] {
    for (unsigned seed = 0; seed < 900; ++seed) {
      const auto form = static_cast<Form>(seed % 3);
      const Case c = MakeCase(seed, seed % 41, form == Form::kWide ? 64 : 1);
      const std::size_t spare = seed % 7 * 16;
      Plane out(c.want.size() + spare + 64, 0xEE);
      const Copied copied = RunForm(c, form, &out, spare);
      ASSERT_EQ(copied.to, out.data() + c.want.size()) << seed;
      ASSERT_EQ(copied.literals, c.literals.data() + c.literals.size() - 128) << seed;
      ASSERT_TRUE(std::equal(c.want.begin(), c.want.end(), out.begin())) << seed;
      const auto outside = out.begin() + static_cast<std::ptrdiff_t>(c.want.size() + spare);
      ASSERT_EQ(std::count(outside, out.end(), 0xEE), 64) << seed;
    }
  });
}

TEST(CopyJob, RefusesImpossibleOffsetsWhereverTheyAre) {
  tests::ForEachTarget([] {
    for (unsigned seed = 1; seed < 300; ++seed) {
      const auto form = static_cast<Form>(seed % 3);
      Case c = MakeCase(seed, 30, form == Form::kWide ? 64 : 1);
      const std::size_t where = seed % 30;
      const std::size_t wrong = seed % 2 == 0 ? (form == Form::kWide ? 63 : 0) : 65535;
      if (wrong == 65535 && c.want.size() >= wrong) continue;
      c.offsets[where] = static_cast<std::uint32_t>(wrong);
      c.narrow[2 * where] = static_cast<std::uint8_t>(wrong);
      c.narrow[2 * where + 1] = static_cast<std::uint8_t>(wrong >> 8);
      Plane out(c.want.size(), 0xEE);
      EXPECT_EQ(RunForm(c, form, &out, 0).to, nullptr);
    }
  });
}

}  // namespace
}  // namespace sigma::kernels::lz
