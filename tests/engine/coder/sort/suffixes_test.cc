// Sorting against comparison of suffixes, on texts that reach every depth of the recursion, and the
// way back.
#include "engine/coder/sort/suffixes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <numeric>
#include <string>
#include <vector>

#include "engine/coder/sort/inverse.h"
#include "tests/data.h"

namespace sigma::sort {
namespace {

struct Sorted {
  Bytes bytes;
  std::vector<std::uint32_t> rows;
};

Sorted Sort(ByteView text, std::size_t step) {
  std::vector<std::uint32_t> order(text.size());
  std::vector<std::uint32_t> words(SortingWords(text.size()));
  Sorted sorted{Bytes(text.size()), std::vector<std::uint32_t>((text.size() + step - 1) / step)};
  const Buffer padded = tests::Padded(text);
  SortSuffixes(padded.view(), step, order, words, sorted.rows);
  for (std::size_t i = 0; i < text.size(); ++i) {
    sorted.bytes[i] = static_cast<std::uint8_t>(order[i]);
  }
  return sorted;
}

void ExpectAsByComparison(ByteView text, std::size_t step) {
  std::vector<std::uint32_t> order(text.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::lexicographical_compare(text.begin() + a, text.end(), text.begin() + b, text.end());
  });
  const Sorted sorted = Sort(text, step);
  for (std::size_t row = 0; row < text.size(); ++row) {
    const std::uint32_t suffix = order[row];
    ASSERT_EQ(sorted.bytes[row], text[suffix == 0 ? text.size() - 1 : suffix - 1]) << row;
    if (suffix % step == 0) {
      ASSERT_EQ(sorted.rows[suffix / step], row) << suffix;
    }
  }
}

void ExpectBack(ByteView text, std::size_t parts) {
  const std::size_t step = (text.size() + parts - 1) / parts;
  const Sorted sorted = Sort(text, step);
  std::vector<std::uint32_t> links(text.size());
  Bytes restored(text.size());
  ASSERT_TRUE(RestoreText(sorted.bytes, sorted.rows, step, links, restored));
  EXPECT_TRUE(std::equal(text.begin(), text.end(), restored.begin()));
}

TEST(Suffixes, AreOrderedAsByComparison) {
  tests::Random random(1);
  for (int trial = 0; trial < 4000; ++trial) {
    Bytes text(1 + random.Below(trial < 2000 ? 40 : 200));
    const std::uint64_t symbols = 1 + random.Below(4);
    for (std::uint8_t& byte : text) byte = static_cast<std::uint8_t>(random.Below(symbols) * 85);
    if (trial % 3 == 0)
      std::copy_n(text.begin(), text.size() / 2,
                  text.end() - static_cast<std::ptrdiff_t>(text.size() / 2));
    ExpectAsByComparison(text, 1 + random.Below(9));
    if (testing::Test::HasFailure()) return;
  }
  for (const tests::Kind kind : tests::kAllKinds) {
    if (kind == tests::Kind::kZeros || kind == tests::Kind::kRuns) continue;  // slow to compare
    ExpectAsByComparison(tests::Generate(kind, 20000), 640);
  }
}

// Words of Fibonacci and of Thue and Morse, whose stretches repeat at every depth, and what is
// worst for comparison.
TEST(Suffixes, RepetitiveTextsComeBack) {
  std::string fibonacci = "a";
  for (std::string before = "b"; fibonacci.size() < 300000;) {
    before.swap(fibonacci);
    fibonacci = before + fibonacci;
  }
  Bytes morse(1u << 18);
  for (std::size_t i = 0; i < morse.size(); ++i) {
    morse[i] = static_cast<std::uint8_t>('a' + std::popcount(i) % 2);
  }
  const Bytes zeros(200000, 0);
  Bytes tail = zeros;
  tail.back() = 1;
  Bytes head = zeros;
  head.front() = 255;
  Bytes halves = tests::Generate(tests::Kind::kText, 100000);
  halves.insert(halves.end(), halves.begin(), halves.end());
  const auto* letters = reinterpret_cast<const std::uint8_t*>(fibonacci.data());
  for (const ByteView text : {ByteView(letters, fibonacci.size()), ByteView(morse), ByteView(zeros),
                              ByteView(tail), ByteView(head), ByteView(halves)}) {
    for (const std::size_t parts : {1u, 5u, 32u}) ExpectBack(text, parts);
  }
}

TEST(Suffixes, EverySizeComesBackInAnyNumberOfParts) {
  const Bytes text = tests::Generate(tests::Kind::kText, 1400);
  for (std::size_t size = 1; size <= text.size(); size += size < 300 ? 1 : 37) {
    for (const std::size_t parts : {1u, 2u, 3u, 31u, 32u}) {
      if (parts * parts <= size) ExpectBack(ByteView(text).first(size), parts);
    }
  }
}

// Beyond 2^24 bytes links hold no bytes.
TEST(Inverse, LargeTextsComeBack) {
  Bytes text = tests::Generate(tests::Kind::kText, (1u << 24) + 4099);
  ExpectBack(text, 32);
  text.resize(1u << 24);
  ExpectBack(text, 32);
}

TEST(Inverse, AnyBytesAndRowsEndInsideTheText) {
  tests::Random random(3);
  for (int trial = 0; trial < 300; ++trial) {
    Bytes bytes(1024 + random.Below(1000));
    for (std::uint8_t& byte : bytes)
      byte = static_cast<std::uint8_t>(random.Below(1 + random.Below(256)));
    const std::size_t parts = 1 + random.Below(32);
    std::vector<std::uint32_t> rows(parts);
    for (std::uint32_t& row : rows) row = static_cast<std::uint32_t>(random.Below(bytes.size()));
    std::vector<std::uint32_t> links(bytes.size());
    Bytes restored(bytes.size());
    // A walk of all rows from one of them, in one cycle, would be right by chance.
    if (RestoreText(bytes, rows, (bytes.size() + parts - 1) / parts, links, restored)) {
      EXPECT_EQ(Sort(restored, bytes.size()).bytes, bytes);
    }
  }
}

}  // namespace
}  // namespace sigma::sort
