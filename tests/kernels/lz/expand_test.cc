// Expansion of LZ tokens against a scalar reference: every length 0 … 300, every target.
#include "kernels/lz/expand.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "tests/per_target.h"

namespace sigma::kernels::lz {
namespace {

using Plane = std::vector<std::uint8_t>;

Plane Padded(Plane plane) {
  plane.resize(plane.size() + 64, 0xA5);
  return plane;
}

struct Reference {
  Plane tokens, literal_escapes, match_escapes, near, low, middle, high;
  Plane literals, matches;
  std::vector<std::uint32_t> offsets;
  TokenCounts counts;
};

Reference MakeSections(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  Reference r;
  std::vector<std::uint32_t> history{1, 1, 1};
  const unsigned bias = random() % 4;
  for (std::size_t i = 0; i < count; ++i) {
    auto token = static_cast<std::uint8_t>(random());
    if (bias == 1) token |= 0x3F;
    if (bias == 2) token &= 0x7F;
    r.tokens.push_back(token);
    unsigned literal = token >> 4 & 3;
    unsigned match = token & 15;
    if (literal == 3) {
      ++r.counts.literal_escapes;
      r.literal_escapes.push_back(
          static_cast<std::uint8_t>(random() % 2 ? 240 + random() % 16 : random() % 20));
      literal += r.literal_escapes.back();
    }
    if (match == 15) {
      ++r.counts.match_escapes;
      r.match_escapes.push_back(
          static_cast<std::uint8_t>(random() % 2 ? 230 + random() % 26 : random() % 20));
      match += r.match_escapes.back();
    }
    r.literals.push_back(static_cast<std::uint8_t>(std::min(literal, 255u)));
    r.matches.push_back(static_cast<std::uint8_t>(std::min(match + 3, 255u)));
    const unsigned kind = token >> 6;
    std::uint32_t offset = history.back();
    if (kind == 1) {
      ++r.counts.near_offsets;
      r.near.push_back(static_cast<std::uint8_t>(random() % 2 ? random() % 4 : random()));
      const unsigned code = r.near.back();
      offset = code < 2 ? history[history.size() - 2 - code] : code - 1;
    } else if (kind >= 2) {
      ++r.counts.far_offsets;
      r.low.push_back(static_cast<std::uint8_t>(random()));
      r.middle.push_back(static_cast<std::uint8_t>(random()));
      offset = r.low.back() + 256u * r.middle.back();
      if (kind == 3) {
        ++r.counts.wide_offsets;
        r.high.push_back(static_cast<std::uint8_t>(random()));
        offset += 65536u * r.high.back();
      }
    }
    history.push_back(offset);
  }
  r.offsets.assign(history.begin() + 3, history.end());
  return r;
}

TEST(LzExpand, SectionsMatchTheReference) {
  tests::ForEachTarget([] {
    for (std::size_t count = 0; count <= 300; ++count) {
      const Reference r = MakeSections(count, static_cast<unsigned>(count));
      const Plane tokens = Padded(r.tokens), escapes = Padded(r.literal_escapes),
                  more = Padded(r.match_escapes), near = Padded(r.near), low = Padded(r.low),
                  middle = Padded(r.middle), high = Padded(r.high);
      const TokenCounts counts = CountTokens(tokens.data(), count);
      EXPECT_EQ(counts.literal_escapes, r.counts.literal_escapes);
      EXPECT_EQ(counts.match_escapes, r.counts.match_escapes);
      EXPECT_EQ(counts.near_offsets, r.counts.near_offsets);
      EXPECT_EQ(counts.far_offsets, r.counts.far_offsets);
      EXPECT_EQ(counts.wide_offsets, r.counts.wide_offsets);
      Plane literals(count + 16), matches(count + 16);
      std::vector<std::uint32_t> offsets(count + 19, 1);
      ExpandSections({tokens.data(), escapes.data(), more.data(), near.data(), low.data(),
                      middle.data(), high.data()},
                     count, literals.data(), matches.data(), offsets.data() + 3);
      literals.resize(count);
      matches.resize(count);
      ASSERT_EQ(literals, r.literals) << count;
      ASSERT_EQ(matches, r.matches) << count;
      ASSERT_TRUE(std::equal(r.offsets.begin(), r.offsets.end(), offsets.begin() + 3)) << count;
    }
  });
}

TEST(LzExpand, NarrowTokensMatchTheReference) {
  tests::ForEachTarget([] {
    for (std::size_t count = 0; count <= 300; ++count) {
      std::mt19937 random(static_cast<unsigned>(count));
      Plane tokens, escapes, more, want_literals, want_matches;
      for (std::size_t i = 0; i < count; ++i) {
        auto token = static_cast<std::uint8_t>(random());
        if (random() % 3 == 0) token |= 0xF0;
        if (random() % 3 == 0) token |= 0x0F;
        tokens.push_back(token);
        unsigned literal = token >> 4;
        unsigned match = token & 15;
        if (literal == 15) {
          escapes.push_back(static_cast<std::uint8_t>(random()));
          literal += escapes.back();
        }
        if (match == 15) {
          more.push_back(static_cast<std::uint8_t>(random()));
          match += more.back();
        }
        want_literals.push_back(static_cast<std::uint8_t>(std::min(literal, 255u)));
        want_matches.push_back(static_cast<std::uint8_t>(std::min(match + 4, 255u)));
      }
      const NarrowCounts counts = CountNarrow(tokens.data(), count);
      EXPECT_EQ(counts.literal_escapes, escapes.size());
      EXPECT_EQ(counts.match_escapes, more.size());
      tokens = Padded(tokens), escapes = Padded(escapes), more = Padded(more);
      Plane literals(count + 16), matches(count + 16);
      ExpandNarrow(tokens.data(), escapes.data(), more.data(), count, literals.data(),
                   matches.data());
      literals.resize(count);
      matches.resize(count);
      ASSERT_EQ(literals, want_literals) << count;
      ASSERT_EQ(matches, want_matches) << count;
    }
  });
}

TEST(LzExpand, CountsAndSumsEveryLengthAndAlignment) {
  tests::ForEachTarget([] {
    Plane bytes(400);
    std::mt19937 random(1);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    for (std::size_t start = 0; start < 64; start += 7) {
      for (std::size_t count = 0; count <= 300; ++count) {
        std::uint64_t sum = 0;
        std::size_t found = 0;
        std::size_t top = 0;
        for (std::size_t i = 0; i < count; ++i) {
          sum += bytes[start + i];
          found += bytes[start + i] >= 100;
          top += bytes[start + i] == 255;
        }
        ASSERT_EQ(SumBytes(bytes.data() + start, count), sum);
        ASSERT_EQ(CountAtLeast(bytes.data() + start, count, 100), found);
        ASSERT_EQ(CountAtLeast(bytes.data() + start, count, 255), top);
      }
    }
  });
}

}  // namespace
}  // namespace sigma::kernels::lz
