// The probing parsers: sequences that restore the source, block by block, the same on every target.
#include "kernels/lz/probe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "kernels/lz/match.h"
#include "tests/per_target.h"

namespace sigma::kernels::lz {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Words of a small vocabulary, a run now and then, and bytes that match nothing.
Bytes Mixed(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  Bytes bytes;
  while (bytes.size() < size) {
    const auto kind = static_cast<unsigned>(random() % 16);
    const auto word = static_cast<unsigned>(random() % 700);
    if (kind == 0) {
      bytes.insert(bytes.end(), 1 + random() % 300, static_cast<std::uint8_t>(random()));
    } else if (kind == 1) {
      for (unsigned i = 0; i < 40; ++i) bytes.push_back(static_cast<std::uint8_t>(random()));
    } else {
      for (unsigned k = 0; k < 3 + word % 9; ++k) {
        bytes.push_back(static_cast<std::uint8_t>('a' + (word * (k + 3) + k * k) % 26));
      }
    }
  }
  bytes.resize(size);
  return bytes;
}

using Parser = std::size_t (*)(const std::uint8_t*, std::size_t, std::size_t, const ProbeTables&,
                               const ProbeSearch&, Sequence*) noexcept;

bool SameSequence(const Sequence& a, const Sequence& b) {
  return a.literals == b.literals && a.match == b.match && a.offset == b.offset;
}

// All sequences of the source in blocks, checked to be true copies within reach.
std::vector<Sequence> Parse(Parser parser, const Bytes& source, const ProbeSearch& search,
                            std::size_t block) {
  std::vector<std::uint32_t> shorts(std::size_t{1} << 11);
  std::vector<std::uint32_t> longs(std::size_t{1} << 12);
  const ProbeTables tables{shorts.data(), longs.data(), 11, 12, PositionLog(source.size())};
  std::vector<Sequence> all;
  std::vector<Sequence> out(block / 4 + 1);
  for (std::size_t begin = 0; begin < source.size(); begin += block) {
    const std::size_t end = std::min(begin + block, source.size());
    // A buffer that ends where the block ends: reading beyond it is a finding of the sanitizers.
    const Bytes known(source.begin(), source.begin() + static_cast<std::ptrdiff_t>(end));
    const std::size_t count = parser(known.data(), begin, end, tables, search, out.data());
    std::size_t at = begin;
    for (std::size_t i = 0; i < count; ++i) {
      at += out[i].literals;
      EXPECT_GE(out[i].match, 4u);
      EXPECT_GE(out[i].offset, search.nearest);
      EXPECT_LE(out[i].offset, std::min(at, search.farthest));
      EXPECT_LE(at + out[i].match, end);
      if (testing::Test::HasFailure()) return all;
      EXPECT_TRUE(std::equal(known.begin() + static_cast<std::ptrdiff_t>(at),
                             known.begin() + static_cast<std::ptrdiff_t>(at + out[i].match),
                             known.begin() + static_cast<std::ptrdiff_t>(at - out[i].offset)));
      at += out[i].match;
    }
    all.insert(all.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return all;
}

void SameOnEveryTarget(Parser parser, unsigned least_bytes, unsigned most_bytes) {
  const bool single = parser == &ParseSingleProbes;
  for (unsigned bytes = least_bytes; bytes <= most_bytes; ++bytes) {
    for (const std::size_t size : {0u, 31u, 32u, 33u, 300u, 70'001u}) {
      const Bytes source = Mixed(size, bytes);
      ProbeSearch search{bytes, 6, bytes % 2 == 0 ? std::size_t{4096} : source.size() + 1, 1};
      if (single) {
        search.farthest = 65'535;
        search.nearest = bytes % 2 == 0 ? 64 : 1;
      }
      std::vector<Sequence> first;
      bool have_first = false;
      tests::ForEachTarget([&] {
        const std::vector<Sequence> found = Parse(parser, source, search, 16'384);
        if (!have_first) first = found;
        have_first = true;
        EXPECT_TRUE(
            std::equal(first.begin(), first.end(), found.begin(), found.end(), SameSequence));
      });
      if (size > 1000) {
        EXPECT_GT(first.size(), size / 60);
      }
    }
  }
}

TEST(LzProbe, SingleGivesTheSameOnEveryTarget) { SameOnEveryTarget(&ParseSingleProbes, 5, 8); }

TEST(LzProbe, FastGivesTheSameOnEveryTarget) { SameOnEveryTarget(&ParseFastProbes, 4, 8); }

TEST(LzProbe, DoubleFastGivesTheSameOnEveryTarget) {
  SameOnEveryTarget(&ParseDoubleFastProbes, 4, 6);
}

}  // namespace
}  // namespace sigma::kernels::lz
