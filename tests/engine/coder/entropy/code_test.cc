// Code lengths against an exhaustive optimum, and code tables on the wire.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <random>

#include "engine/coder/entropy/code_lengths.h"
#include "engine/coder/entropy/code_table.h"
#include "engine/coder/entropy/packed_codes.h"
#include "engine/coder/entropy/static_tables.h"
#include "engine/coder/entropy/tree.h"

namespace sigma::entropy {
namespace {

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  unsigned operator()() { return static_cast<unsigned>(engine_()); }

 private:
  std::mt19937 engine_;
};

std::uint64_t Cost(const std::vector<std::uint32_t>& counts,
                   const std::vector<std::uint8_t>& lengths) {
  return std::inner_product(counts.begin(), counts.end(), lengths.begin(), std::uint64_t{0});
}

// Least cost of a complete code over sorted counts: lengths fall as counts grow, so trying every
// non-increasing row of lengths is exhaustive.
std::uint64_t LeastCost(std::vector<std::uint32_t> counts, unsigned limit) {
  std::sort(counts.begin(), counts.end());
  std::uint64_t best = ~std::uint64_t{0};
  const std::function<void(std::size_t, unsigned, unsigned, std::uint64_t)> choose =
      [&](std::size_t at, unsigned most, unsigned left, std::uint64_t cost) {
        if (at == counts.size()) {
          if (left == 0) best = std::min(best, cost);
          return;
        }
        for (unsigned length = 1; length <= most; ++length) {
          const unsigned share = 1U << (limit - length);
          if (share <= left) choose(at + 1, length, left - share, cost + counts[at] * length);
        }
      };
  choose(0, limit, 1U << limit, 0);
  return best;
}

TEST(CodeLengths, AreOptimal) {
  Random random(1);
  for (int round = 0; round < 300; ++round) {
    const unsigned limit = 4 + random() % 3;
    std::vector<std::uint32_t> counts(2 + random() % 8);
    for (std::uint32_t& count : counts) {
      count = 1 + random() % (1U << random() % 12);
    }
    std::vector<std::uint8_t> lengths(counts.size());
    BuildCodeLengths(counts, Alphabet(counts), limit, lengths);
    unsigned kraft = 0;
    for (const std::uint8_t length : lengths) {
      ASSERT_GE(length, 1);
      ASSERT_LE(length, limit);
      kraft += 1U << (limit - length);
    }
    ASSERT_EQ(kraft, 1U << limit);
    ASSERT_EQ(Cost(counts, lengths), LeastCost(counts, limit));
  }
}

TEST(CodeLengths, FillWholeAlphabetsWithinTheLimit) {
  Random random(2);
  for (int round = 0; round < 200; ++round) {
    std::array<std::uint32_t, 256> counts{};
    for (std::uint32_t& count : counts) count = (random() % 250000) >> (random() % 18);
    counts[3] = 1;
    counts[200] = 5;
    CodeLengths lengths;
    BuildCodeLengths(counts, Alphabet(counts), kMaxCodeLength, lengths);
    ASSERT_TRUE(IsCompleteCode(lengths));
    for (unsigned i = 0; i < 256; ++i) ASSERT_EQ(lengths[i] == 0, counts[i] == 0);
  }
}

CodeLengths RandomCode(Random& random, unsigned used, unsigned spread) {
  std::array<std::uint32_t, 256> counts{};
  while (used > 0) {
    const unsigned symbol = random() % 256;
    if (counts[symbol] != 0) continue;
    counts[symbol] = 1 + (random() >> (random() % spread)) % 100000;
    --used;
  }
  CodeLengths lengths;
  BuildCodeLengths(counts, Alphabet(counts), kMaxCodeLength, lengths);
  return lengths;
}

TEST(CodeTable, EveryKindRoundTrips) {
  Random random(3);
  std::array<int, 3> kinds{};
  for (int round = 0; round < 2000; ++round) {
    const unsigned used = 2 + random() % (round % 2 == 0 ? 20 : 255);
    CodeLengths lengths = RandomCode(random, used, 1 + random() % 30);
    if (round % 3 == 0) std::sort(lengths.begin(), lengths.end());
    std::array<std::uint8_t, kMaxCodeTable + 8> bytes{};
    const CodeTable table = WriteCodeTable(lengths, Alphabet(lengths), bytes.data());
    ASSERT_LE(table.size, kMaxCodeTable);
    ASSERT_GE(table.size, LeastCodeTable(used));
    ++kinds[static_cast<std::size_t>(table.kind)];
    CodeLengths parsed;
    const auto size = ParseCodeTable({bytes.data(), table.size}, table.kind, parsed);
    ASSERT_TRUE(size);
    ASSERT_EQ(*size, table.size);
    ASSERT_EQ(parsed, lengths);
    for (std::size_t cut = 0; cut < table.size; ++cut) {
      ASSERT_FALSE(ParseCodeTable({bytes.data(), cut}, table.kind, parsed));
    }
  }
  for (const int count : kinds) EXPECT_GT(count, 50);
}

TEST(StaticTables, AreDistinctCompleteCodes) {
  for (std::size_t i = 0; i < kStaticTables; ++i) {
    EXPECT_TRUE(IsCompleteCode(StaticTable(i))) << i;
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(StaticTable(i), StaticTable(j));
  }
}

// As looking at each table by itself finds, up to the most symbols a block of packed codes has.
TEST(StaticTables, TheOneWithTheFewestBitsIsChosen) {
  Random random(4);
  std::array<int, kStaticTables + 1> chosen{};
  for (int round = 0; round < 3000; ++round) {
    // Symbols of one table, now and then one that it lacks.
    const CodeLengths& table = StaticTable(random() % kStaticTables);
    std::array<std::uint32_t, 256> counts{};
    for (std::size_t left = 1 + random() % (round % 9 == 0 ? kMostPacked : 40); left > 0; --left) {
      std::size_t symbol = random() % 256;
      while (table[symbol] == 0 || random() % (1U << table[symbol] / 2) != 0) {
        symbol = random() % 256;
      }
      ++counts[symbol];
    }
    if (round % 5 == 0) {
      const std::size_t other = random() % 256;
      counts[other] += counts[other] == 0 ? 1 : 0;
    }
    StaticChoice best;
    for (std::size_t i = 0; i < kStaticTables; ++i) {
      std::size_t bits = 0;
      bool all = true;
      for (std::size_t s = 0; s < 256; ++s) {
        bits += std::size_t{counts[s]} * StaticTable(i)[s];
        all = all && (counts[s] == 0 || StaticTable(i)[s] != 0);
      }
      if (all && bits < best.bits) best = {i, bits};
    }
    const StaticChoice choice = ChooseStatic(counts, Alphabet(counts));
    ASSERT_EQ(choice.index, best.index);
    ASSERT_EQ(choice.bits, best.bits);
    ++chosen[choice.index];
  }
  for (std::size_t i = 0; i < kStaticTables; ++i) EXPECT_GT(chosen[i], 0) << i;
}

TEST(StaticTables, AreNothingToParse) {
  const std::array<std::uint8_t, 16> bytes{};
  CodeLengths lengths;
  EXPECT_FALSE(ParseCodeTable({bytes.data(), 8}, CodeTableKind::kStatic, lengths));
}

TEST(PackedCodes, RoundTripInTheirBitsAndRefuseEveryCut) {
  Random random(5);
  for (int round = 0; round < 400; ++round) {
    const CodeLengths lengths = round % 4 == 0
                                    ? StaticTable(random() % kStaticTables)
                                    : RandomCode(random, 2 + random() % 255, 1 + random() % 30);
    Bytes symbols(1 + random() % (round % 10 == 0 ? kMostPacked : 60));
    std::size_t bits = 0;
    for (std::uint8_t& symbol : symbols) {
      do symbol = static_cast<std::uint8_t>(random());
      while (lengths[symbol] == 0);
      bits += lengths[symbol];
    }
    const std::size_t bound = PackedBound(symbols.size(), bits);
    Bytes packed(bound + 8);
    const std::size_t size = PackCodes(symbols, MakeCodes(SortedCode(lengths)), packed.data());
    ASSERT_LE(size, bound);
    ASSERT_GE(size, (bits + 7) / 8);
    if (symbols.size() < kLeastLaned) {
      ASSERT_EQ(size, bound);
    }
    packed.resize(size + 8);
    packed.shrink_to_fit();
    Bytes restored(symbols.size());
    const Unpacked whole = UnpackCodes({packed.data(), size}, lengths, restored);
    ASSERT_TRUE(whole.whole);
    ASSERT_EQ(whole.bytes, size);
    ASSERT_EQ(restored, symbols);
    const std::size_t step = size < 400 ? 1 : 1 + size / 100;
    for (std::size_t cut = 0; cut < size; cut += step) {
      Bytes front(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(cut));
      front.resize(cut + 8, 0xFF);
      front.shrink_to_fit();
      ASSERT_FALSE(UnpackCodes({front.data(), cut}, lengths, restored).whole);
    }
  }
}

TEST(PackedCodes, LanesEndWhereTheirSizesSay) {
  Random random(6);
  const CodeLengths lengths = RandomCode(random, 40, 9);
  for (std::size_t count = kLeastLaned - 2; count < kLeastLaned + 10; ++count) {
    Bytes symbols(count);
    for (std::uint8_t& symbol : symbols) {
      do symbol = static_cast<std::uint8_t>(random());
      while (lengths[symbol] == 0);
    }
    Bytes packed(2 * count + 16);
    const std::size_t size = PackCodes(symbols, MakeCodes(SortedCode(lengths)), packed.data());
    packed.resize(size + 8);
    Bytes restored(count);
    ASSERT_TRUE(UnpackCodes({packed.data(), size}, lengths, restored).whole);
    ASSERT_EQ(restored, symbols);
    if (count < kLeastLaned) continue;
    for (std::size_t field = 0; field < kLaneSizes; ++field) {
      for (int value = 0; value < 256; ++value) {
        Bytes damaged = packed;
        damaged.shrink_to_fit();
        damaged[field] = static_cast<std::uint8_t>(value);
        const bool same = value == packed[field];
        ASSERT_EQ(UnpackCodes({damaged.data(), size}, lengths, restored).whole, same) << field;
      }
    }
  }
}

TEST(Tree, CoversEveryLeafOnce) {
  Random random(4);
  for (int round = 0; round < 500; ++round) {
    const CodeLengths lengths = RandomCode(random, 2 + random() % 255, 1 + random() % 30);
    Tree tree;
    tree.Build(lengths, SortedCode(lengths));
    ASSERT_EQ(tree.node(0).low, 0);
    ASSERT_EQ(tree.node(0).high, tree.leaf_count());
    std::vector<int> seen(tree.leaf_count());
    for (std::size_t i = 0; i < tree.node_count(); ++i) {
      const Node& node = tree.node(i);
      ASSERT_LT(node.low, node.high);
      if (node.flat != 0) {
        ASSERT_EQ(node.high - node.low, 1 << node.flat);
        for (unsigned leaf = node.low; leaf < node.high; ++leaf) ++seen[leaf];
        continue;
      }
      ASSERT_LT(node.low, node.mid);
      ASSERT_LT(node.mid, node.high);
      if (node.left < 0) ++seen[static_cast<std::size_t>(~node.left)];
      if (node.right < 0) ++seen[static_cast<std::size_t>(~node.right)];
    }
    for (const int times : seen) ASSERT_EQ(times, 1);
  }
}

}  // namespace
}  // namespace sigma::entropy
