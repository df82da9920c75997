// The copy loop for literals in contexts against a byte-by-byte reference: offsets and lengths
// around every branch, every number of contexts, every distance from the end, at the start of a
// chunk and after it; what lies beyond the room must stay untouched.
#include "kernels/lz/context_copy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include "tests/per_target.h"

namespace sigma::kernels::lz {
namespace {

using Plane = std::vector<std::uint8_t>;
constexpr std::size_t kPadding = 128;

struct Case {
  Plane literal_lengths, match_lengths, long_literals, long_matches, map;
  std::array<Plane, kMaxLiteralContexts> streams;
  std::vector<std::uint32_t> offsets;
  std::size_t before = 0;  // bytes of `want` that are there already
  Plane want;
  std::size_t literals = 0;
};

void Append32(Plane* list, std::size_t value) {
  for (unsigned k = 0; k < 4; ++k) list->push_back(static_cast<std::uint8_t>(value >> 8 * k));
}

void AddLiterals(Case* c, std::size_t count, std::size_t last, std::mt19937* random) {
  for (std::size_t k = 0; k < count; ++k) {
    const std::uint8_t expected = c->want.size() < last ? 0 : c->want[c->want.size() - last];
    const auto literal = static_cast<std::uint8_t>((*random)());
    c->streams[c->map[expected]].push_back(literal);
    c->want.push_back(literal);
  }
  c->literals += count;
}

Case MakeCase(unsigned seed, std::size_t sequences) {
  std::mt19937 random(seed);
  Case c;
  const unsigned contexts = 1 + seed % kMaxLiteralContexts;
  for (unsigned m = 0; m < 256; ++m) {
    c.map.push_back(static_cast<std::uint8_t>(random() % contexts));
  }
  c.before = seed % 3 == 0 ? 0 : random() % 200;
  for (std::size_t i = 0; i < c.before; ++i) {
    c.want.push_back(static_cast<std::uint8_t>(random()));
  }
  std::size_t last = 1;
  for (std::size_t i = 0; i < sequences; ++i) {
    std::size_t literal = random() % 3 == 0 ? random() % 30 : random() % 3;
    std::size_t match = random() % 4 == 0 ? random() % 120 : 3 + random() % 31;
    if (random() % 23 == 0) literal = 255 + random() % 100;
    if (random() % 23 == 0) match = 255 + random() % 100;
    if (c.want.empty()) literal = std::max<std::size_t>(literal, 1);
    c.literal_lengths.push_back(static_cast<std::uint8_t>(std::min<std::size_t>(literal, 255)));
    c.match_lengths.push_back(static_cast<std::uint8_t>(std::min<std::size_t>(match, 255)));
    if (literal >= 255) Append32(&c.long_literals, literal);
    if (match >= 255) Append32(&c.long_matches, match);
    AddLiterals(&c, literal, last, &random);
    const std::size_t most = random() % 2 == 0 ? 40 : c.want.size();
    last = std::min(c.want.size(), 1 + random() % most);
    c.offsets.push_back(static_cast<std::uint32_t>(last));
    for (std::size_t k = 0; k < match; ++k) c.want.push_back(c.want[c.want.size() - last]);
  }
  AddLiterals(&c, random() % 40, last, &random);
  for (Plane* plane : {&c.literal_lengths, &c.match_lengths}) plane->resize(sequences + kPadding);
  c.offsets.resize(sequences + kPadding);
  return c;
}

struct Outcome {
  bool done;
  bool ends;  // every stream was used up exactly
};

Outcome Restore(const Case& c, std::size_t count, std::size_t spare, Plane* out) {
  std::copy_n(c.want.begin(), c.before, out->begin());
  CopyJob copy{};
  copy.literal_lengths = c.literal_lengths.data();
  copy.match_lengths = c.match_lengths.data();
  copy.long_literals = c.long_literals.data();
  copy.long_matches = c.long_matches.data();
  copy.count = count;
  copy.begin = out->data();
  copy.to = out->data() + c.before;
  LiteralStreams streams{};
  streams.map = c.map.data();
  std::array<Plane, kMaxLiteralContexts> readable = c.streams;
  for (unsigned k = 0; k < kMaxLiteralContexts; ++k) {
    readable[k].resize(readable[k].size() + c.literals + 1);
    streams.next[k] = readable[k].data();
  }
  const bool done =
      CopyWithContexts(copy, spare, c.offsets.data(), out->data() + c.want.size(), &streams);
  bool ends = true;
  for (unsigned k = 0; k < kMaxLiteralContexts; ++k) {
    ends = ends && streams.next[k] == readable[k].data() + c.streams[k].size();
  }
  return {done, ends};
}

TEST(LzContextCopy, MatchesTheReferenceAndStaysInside) {
  tests::ForEachTarget([] {
    for (unsigned seed = 0; seed < 900; ++seed) {
      const std::size_t sequences = seed % 41;
      const Case c = MakeCase(seed, sequences);
      const std::size_t spare = seed % 7 * 16;
      Plane out(c.want.size() + spare + 64, 0xEE);
      const Outcome outcome = Restore(c, sequences, spare, &out);
      ASSERT_TRUE(outcome.done) << seed;
      ASSERT_TRUE(outcome.ends) << seed;
      ASSERT_TRUE(std::equal(c.want.begin(), c.want.end(), out.begin())) << seed;
      const auto outside = out.begin() + static_cast<std::ptrdiff_t>(c.want.size() + spare);
      ASSERT_EQ(std::count(outside, out.end(), 0xEE), 64) << seed;
    }
  });
}

TEST(LzContextCopy, RefusesImpossibleOffsetsWhereverTheyAre) {
  tests::ForEachTarget([] {
    for (unsigned seed = 1; seed < 300; ++seed) {
      Case c = MakeCase(seed, 30);
      c.offsets[seed % 30] = seed % 2 == 0 ? 0 : static_cast<std::uint32_t>(c.want.size());
      Plane out(c.want.size(), 0xEE);
      EXPECT_FALSE(Restore(c, 30, 0, &out).done) << seed;
    }
  });
}

}  // namespace
}  // namespace sigma::kernels::lz
