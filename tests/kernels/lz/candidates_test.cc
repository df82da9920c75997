// Candidates: true matches, as long as they are said to be, the same on every target and however
// the source is cut into calls; nothing is read beyond the source.
#include "kernels/lz/candidates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/per_target.h"

namespace sigma {
namespace {

using kernels::lz::kCandidateRow;
using kernels::lz::kShortTables;

using Source = std::vector<std::uint8_t>;

// Words of a small vocabulary with noise.
Source Words(std::size_t size, unsigned vocabulary) {
  std::mt19937 random(vocabulary);
  Source bytes;
  while (bytes.size() < size) {
    const auto word = static_cast<unsigned>(std::min(random() % vocabulary, random() % vocabulary));
    for (unsigned k = 0; k < 2 + word % 7; ++k) {
      bytes.push_back(static_cast<std::uint8_t>('a' + (word * (k + 3) + k * k) % 26));
    }
    if (random() % 5 == 0) bytes.push_back(static_cast<std::uint8_t>(random()));
  }
  bytes.resize(size);
  return bytes;
}

Source Period(std::size_t size, std::size_t period) {
  Source bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i % period * 37);
  return bytes;
}

struct Found {
  std::vector<std::uint8_t> counts;
  std::vector<std::uint32_t> candidates;
  bool operator==(const Found&) const = default;
};

struct Shape {
  std::vector<unsigned> row_bytes = {6};
  unsigned attempts = kCandidateRow;
  std::size_t nice = 64;
  std::size_t call = 1000;      // bytes a call
  std::size_t room_a_byte = 8;  // candidates that a call has room for
};

// All candidates of `source`, in calls of shape.call bytes; checks each of them.
Found FindAll(const Source& source, const Shape& shape) {
  constexpr unsigned kRowLog = 6;
  constexpr unsigned kLastLog = 9;
  constexpr std::size_t kRows = std::size_t{kCandidateRow} << kRowLog;
  constexpr std::size_t kLast = std::size_t{1} << kLastLog;
  constexpr std::size_t kLine = 64;
  const auto sets = static_cast<unsigned>(shape.row_bytes.size());
  std::vector<std::uint32_t> words(sets * kRows + kShortTables * kLast + kLine);
  auto* first = words.data();
  while (reinterpret_cast<std::uintptr_t>(first) % kLine != 0) ++first;
  kernels::lz::CandidateTables tables{};
  for (std::size_t i = 0; i < kShortTables; ++i) {
    tables.last[i] = first + sets * kRows + i * kLast;
    tables.last_log[i] = kLastLog;
  }
  constexpr std::size_t kFarthest = 30000;
  kernels::lz::CandidateSearch search{sets, {}, shape.attempts, shape.nice, kFarthest};
  for (unsigned k = 0; k < sets; ++k) {
    search.row_bytes[k] = shape.row_bytes[k];
    tables.rows[k] = first + k * kRows;
    tables.row_log[k] = kRowLog;
  }
  Found all;
  for (std::size_t begin = 0; begin < source.size(); begin += shape.call) {
    const std::size_t end = std::min(source.size(), begin + shape.call);
    std::vector<std::uint8_t> counts(end - begin, 0xEE);
    std::vector<std::uint32_t> candidates(shape.room_a_byte * (end - begin));
    kernels::lz::FindCandidates(source.data(), source.size(), begin, end, tables, search,
                                counts.data(), candidates.data(), candidates.size());
    std::size_t used = 0;
    for (std::size_t at = begin; at < end; ++at) {
      std::size_t before = kernels::lz::kShortestCandidate - 1;
      for (unsigned i = 0; i < counts[at - begin]; ++i) {
        const std::size_t offset = candidates[used] >> 8;
        const std::size_t length = candidates[used++] & 255;
        EXPECT_GT(length, before);
        before = length;
        EXPECT_TRUE(offset >= 1 && offset <= std::min(at, kFarthest)) << at;
        if (offset < 1 || offset > at) return all;
        const std::size_t limit = std::min(shape.nice, source.size() - at);
        std::size_t common = 0;
        while (common < limit && source[at + common] == source[at - offset + common]) ++common;
        EXPECT_EQ(common, length) << at;
      }
    }
    EXPECT_LE(used, candidates.size());
    candidates.resize(std::min(used, candidates.size()));
    all.counts.insert(all.counts.end(), counts.begin(), counts.end());
    all.candidates.insert(all.candidates.end(), candidates.begin(), candidates.end());
  }
  return all;
}

// FindAll on every target, which must agree.
Found FindOnAll(const Source& source, const Shape& shape) {
  Found first;
  bool have = false;
  tests::ForEachTarget([&] {
    const Found found = FindAll(source, shape);
    if (!have) first = found;
    have = true;
    EXPECT_TRUE(found == first);
  });
  return first;
}

TEST(LzCandidates, AreTrueAndTheSameOnEveryTarget) {
  for (std::size_t size = 0; size <= 300; ++size) {
    FindOnAll(Words(size, 5), {});
    FindOnAll(Words(size, 5), {.row_bytes = {8, 9, 17, 64}});
  }
  for (const std::size_t size : {4000u, 70000u}) {
    for (const std::vector<unsigned>& row_bytes :
         std::vector<std::vector<unsigned>>{{5}, {6}, {7}, {8}, {5, 16}, {6, 8, 11, 16, 24, 40}}) {
      const Shape shape{.row_bytes = row_bytes, .attempts = 2 * row_bytes[0]};
      FindOnAll(Words(size, 3), shape);
      FindOnAll(Words(size, 500), shape);
      for (const std::size_t period : {1u, 2u, 5u, 100u, 257u}) {
        FindOnAll(Period(size, period), shape);
      }
    }
  }
}

TEST(LzCandidates, LengthsOnEitherSideOfAVector) {
  for (const std::size_t nice : {16u, 31u, 32u, 33u, 96u, 255u}) {
    for (std::size_t length = 8; length < 300; length += 1 + length / 40) {
      Source source = Words(1500, 100000);
      std::copy_n(source.begin() + 100, length, source.begin() + 1100);
      source[1100 + length] = static_cast<std::uint8_t>(source[100 + length] + 1);
      const Found found = FindOnAll(source, {.nice = nice, .call = 1500});
      std::size_t used = 0;
      for (std::size_t at = 0; at < 1100; ++at) used += found.counts[at];
      ASSERT_GT(found.counts[1100], 0) << length;
      const std::uint32_t longest = found.candidates[used + found.counts[1100] - 1];
      EXPECT_EQ(longest, 1000u << 8 | std::min(length, nice));
      // A match taken whole has no candidates inside.
      if (length >= nice) {
        EXPECT_EQ(found.counts[1101], 0);
      }
    }
  }
}

// More sets find whatever one of them does, and longer matches farther back than many of the same
// beginning.
TEST(LzCandidates, SetsOfMoreBytesFindWhatRowsOfFewHaveLost) {
  // Few positions: no row is full of others.
  Source source = Words(520, 100000);
  std::copy_n(source.begin() + 40, 60, source.begin() + 440);
  source[500] = static_cast<std::uint8_t>(source[100] + 1);
  for (std::ptrdiff_t i = 0; i < 18; ++i) {
    std::copy_n(source.begin() + 40, 12, source.begin() + 110 + 18 * i);
  }
  const auto longest = [&](const Shape& shape) {
    const Found found = FindOnAll(source, shape);
    std::size_t used = 0;
    for (std::size_t at = 0; at <= 440; ++at) used += found.counts[at];
    return found.candidates[used - 1];
  };
  EXPECT_LT(longest({.row_bytes = {6}}) & 255, 60u);
  EXPECT_EQ(longest({.row_bytes = {6, 24}}), 400u << 8 | 60);
}

TEST(LzCandidates, WhereRoomRunsShortTheLongestStay) {
  const Source source = Words(20000, 40);
  const Found all = FindOnAll(source, {});
  const Found few = FindOnAll(source, {.room_a_byte = 1});
  ASSERT_EQ(all.counts.size(), few.counts.size());
  std::size_t a = 0;
  std::size_t b = 0;
  for (std::size_t i = 0; i < all.counts.size(); ++i) {
    ASSERT_LE(few.counts[i], all.counts[i]);
    a += all.counts[i];
    b += few.counts[i];
    if (few.counts[i] != 0) {
      ASSERT_EQ(all.candidates[a - 1], few.candidates[b - 1]);
    }
  }
  EXPECT_LT(b, a);
}

}  // namespace
}  // namespace sigma
