// The optimal parser: sequences that restore the source, prices against exhaustive search, bounded
// work on runs and periods, the same result every time.
#include "engine/coder/lz/parsers/optimal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "engine/coder/lz/coder.h"
#include "engine/coder/lz/parsers/parser.h"
#include "engine/coder/lz/parsers/priced.h"
#include "engine/memory/buffer.h"

namespace sigma::lz {
namespace {

// Rows of these bytes and sets of more bytes.
Params Optimal(std::uint8_t arrivals, std::uint8_t row_bytes, std::uint8_t sets = 4) {
  return {.parser = Parser::kOptimal,
          .long_hash_log = 12,
          .attempts = 16,
          .block_log = 14,
          .row_sets = sets,
          .row_bytes = {row_bytes, 10, 16, 40},
          .nice = 64,
          .passes = 2,
          .arrivals = arrivals};
}

// Words of a small vocabulary with noise, so that repeats, near and far matches all occur.
Bytes Words(std::size_t size, unsigned vocabulary, unsigned seed) {
  std::mt19937 random(seed);
  Bytes bytes;
  while (bytes.size() < size) {
    const unsigned word = static_cast<unsigned>(random()) % vocabulary;
    for (unsigned i = 0; i < 2 + word % 6; ++i) {
      bytes.push_back(static_cast<std::uint8_t>('a' + (word * 7 + i * (word % 5 + 1)) % 26));
    }
    if (random() % 9 == 0) bytes.push_back(static_cast<std::uint8_t>(random()));
  }
  bytes.resize(size);
  return bytes;
}

Bytes Period(std::size_t size, std::size_t period) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i % period * 37);
  return bytes;
}

std::span<std::uint32_t> WordsOf(Buffer& memory) {
  return {reinterpret_cast<std::uint32_t*>(memory.data()), memory.size() / sizeof(std::uint32_t)};
}

std::vector<Sequence> ParseAll(const Bytes& source, const Params& params) {
  Buffer memory(OptimalParser::Words(params, source.size()) * sizeof(std::uint32_t));
  const std::span<std::uint32_t> words = WordsOf(memory);
  std::fill(words.begin(), words.end(), 0xABABABAB);
  OptimalParser parser(params, source.size(), words);
  std::vector<Sequence> all;
  const std::size_t block = std::size_t{1} << params.block_log;
  Tables tables;
  tables.optimal = &parser;
  for (std::size_t begin = 0; begin < source.size(); begin += block) {
    const std::size_t end = std::min(source.size(), begin + block);
    std::vector<Sequence> out(SequenceBound(end - begin));
    out.resize(ParseSequences({source, begin, end}, params, tables, out.data()));
    std::size_t at = begin;
    for (const Sequence& sequence : out) {
      at += sequence.literals;
      EXPECT_GE(sequence.match, kMinMatch);
      EXPECT_GE(sequence.offset, 1u);
      EXPECT_LE(sequence.offset, at);
      EXPECT_LE(at + sequence.match, end);
      for (std::size_t i = 0; i < sequence.match; ++i, ++at) {
        EXPECT_EQ(source[at], source[at - sequence.offset]) << at;
        if (source[at] != source[at - sequence.offset]) return all;
      }
    }
    all.insert(all.end(), out.begin(), out.end());
  }
  return all;
}

bool Same(const std::vector<Sequence>& a, const std::vector<Sequence>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(Sequence)) == 0);
}

constexpr std::uint8_t kArrivals[] = {1, 2};
constexpr std::uint8_t kMinBytes[] = {5, 6, 7, 8};
constexpr std::uint8_t kSets[] = {1, 4};
constexpr std::size_t kSizes[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 63, 300, 16383, 16385, 50000};
constexpr std::size_t kPeriods[] = {1, 2, 3, 100, 254, 255, 256, 1000};

TEST(LzOptimal, SequencesRestoreTheSource) {
  for (const std::uint8_t arrivals : kArrivals) {
    for (const std::uint8_t bytes : kMinBytes) {
      for (const std::uint8_t sets : kSets) {
        const Params params = Optimal(arrivals, bytes, sets);
        for (const std::size_t size : kSizes) {
          ParseAll(Words(size, 3, 1), params);
          ParseAll(Words(size, 400, 2), params);
          ParseAll(Period(size, 1), params);
          ParseAll(Period(size, 5), params);
          ParseAll(Period(size, 257), params);
        }
      }
    }
  }
}

// A long match that the end of the sub-block cuts to any length, also below the least.
TEST(LzOptimal, LongMatchesAcrossTheEndOfASubBlock) {
  for (const std::uint8_t sets : kSets) {
    const Params params = Optimal(2, 6, sets);
    const std::size_t block = std::size_t{1} << params.block_log;
    std::mt19937 random(11);
    for (std::size_t before = 0; before < 70; ++before) {
      Bytes source(block + 500);
      for (auto& byte : source) byte = static_cast<std::uint8_t>(random());
      std::copy_n(source.begin() + 1000, 300, source.end() - 500 - static_cast<int>(before));
      ParseAll(source, params);
    }
  }
}

TEST(LzOptimal, StaleMemoryDoesNotMatter) {
  for (const std::uint8_t sets : kSets) {
    const Params params = Optimal(2, 6, sets);
    const Bytes source = Words(60000, 300, 3);
    EXPECT_TRUE(Same(ParseAll(source, params), ParseAll(source, params)));
    Buffer memory(OptimalParser::Words(params, source.size()) * sizeof(std::uint32_t));
    std::memset(memory.data(), 0, memory.size());
    OptimalParser parser(params, source.size(), WordsOf(memory));
    std::vector<Sequence> out(SequenceBound(source.size()));
    Tables tables;
    tables.optimal = &parser;
    const std::size_t count =
        ParseSequences({source, 0, std::size_t{1} << 14}, params, tables, out.data());
    out.resize(count);
    std::vector<Sequence> first = ParseAll(source, params);
    first.resize(std::min(first.size(), count));
    EXPECT_TRUE(Same(out, first));
  }
}

TEST(LzOptimal, Log2IsCloseAndMonotone) {
  std::uint32_t before = 0;
  for (std::uint32_t value = 1; value < 70000; ++value) {
    const std::uint32_t log = FixedLog2(value);
    EXPECT_NEAR(log, std::log2(value) * kOneBit, 2) << value;
    EXPECT_GE(log, before) << value;
    before = log;
  }
  EXPECT_EQ(FixedLog2(1u << 31), 31 * kOneBit);
}

// Every parse of a tiny source with any offset, by exhaustive search.
class Exhaustive {
 public:
  Exhaustive(const Bytes& source, const Prices& prices) : source_(source), prices_(prices) {}
  std::uint64_t Best() {
    best_ = ~std::uint64_t{0};
    Try(0, 0);
    return best_;
  }

 private:
  void Try(std::size_t at, std::uint32_t literals) {
    best_ = std::min(best_, PriceOf(sequences_, {source_, 0, source_.size()}, prices_));
    for (; at + kMinMatch <= source_.size(); ++at, ++literals) {
      for (std::uint32_t offset = 1; offset <= at; ++offset) {
        std::uint32_t length = 0;
        while (at + length < source_.size() &&
               source_[at + length] == source_[at + length - offset]) {
          if (++length < kMinMatch) continue;
          sequences_.push_back({literals, length, offset});
          Try(at + length, 0);
          sequences_.pop_back();
        }
      }
    }
  }

  const Bytes& source_;
  const Prices& prices_;
  std::vector<Sequence> sequences_;
  std::uint64_t best_ = 0;
};

struct Candidates {
  std::vector<std::uint8_t> counts;
  std::vector<MatchCandidate> all;
};

// The nearest match of each length at each position.
Candidates AllCandidates(const Bytes& source) {
  Candidates found;
  for (std::size_t at = 0; at < source.size(); ++at) {
    std::uint8_t count = 0;
    std::uint32_t best = kMinMatch - 1;
    for (std::uint32_t offset = 1; offset <= at; ++offset) {
      std::uint32_t length = 0;
      while (at + length < source.size() && length < 255 &&
             source[at + length] == source[at + length - offset]) {
        ++length;
      }
      if (length <= best) continue;
      best = length;
      found.all.push_back(offset << 8 | length);
      ++count;
    }
    found.counts.push_back(count);
  }
  return found;
}

std::vector<Sequence> Greedy(const Candidates& found) {
  std::vector<Sequence> sequences;
  std::uint32_t literals = 0;
  std::size_t cursor = 0;
  for (std::size_t at = 0; at < found.counts.size();) {
    std::size_t step = 1;
    if (found.counts[at] != 0) {
      const MatchCandidate longest = found.all[cursor + found.counts[at] - 1];
      step = CandidateLength(longest);
      sequences.push_back({literals, CandidateLength(longest), CandidateOffset(longest)});
      literals = 0;
    } else {
      ++literals;
    }
    for (; step > 0; --step) cursor += found.counts[at++];
  }
  return sequences;
}

TEST(LzOptimal, NeverWorseThanGreedyAndCloseToExhaustive) {
  Counts counts;
  Prices prices;
  for (std::size_t arrivals = 1; arrivals <= kMaxArrivals; ++arrivals) {
    std::uint64_t total = 0;
    std::uint64_t least = 0;
    for (unsigned seed = 0; seed < 300; ++seed) {
      std::mt19937 random(seed);
      Bytes source(4 + random() % 15);
      const unsigned letters = 2 + static_cast<unsigned>(random()) % 3;
      for (auto& byte : source) byte = static_cast<std::uint8_t>('a' + random() % letters);
      GuessCounts(source, &counts);
      for (auto& count : counts.token) count = static_cast<std::uint32_t>(random() % 100);
      for (auto& count : counts.near) count = static_cast<std::uint32_t>(random() % 30);
      counts.contexts.count = 1 + seed % 2;
      for (unsigned m = 0; m < 256 && seed % 2 != 0; ++m) {
        counts.contexts.map[m] = static_cast<std::uint8_t>(m % 2);
      }
      for (auto& literal : counts.literal) {
        for (auto& count : literal) count = static_cast<std::uint32_t>(random() % 10);
      }
      SetPrices(counts, 0, &prices);
      const Candidates found = AllCandidates(source);
      std::vector<std::uint32_t> steps(OptimalScratch(source.size(), arrivals));
      std::vector<Sequence> out(SequenceBound(source.size()));
      const Range whole{source, 0, source.size()};
      out.resize(ParseWithPrices(whole, {arrivals, 255}, {found.counts, found.all}, prices, steps,
                                 out.data()));
      const std::uint64_t price = PriceOf(out, whole, prices);
      // Prices of literals in contexts depend on offsets that a cheaper way may have dropped.
      if (counts.contexts.count == 1) {
        EXPECT_LE(price, PriceOf(Greedy(found), whole, prices)) << seed;
      }
      // Partial ways pay for the token of a run in advance, which the last literals never owe.
      EXPECT_LE(price, PriceOf({}, whole, prices) + prices.run[source.size()]) << seed;
      const std::uint64_t best = Exhaustive(source, prices).Best();
      EXPECT_GE(price, best) << seed;
      total += price;
      least += best;
    }
    // Not every offset is a candidate, and older offsets are not always remembered.
    EXPECT_LE(total * 100, least * 102) << arrivals;
  }
}

TEST(LzOptimal, MoreArrivalsPayOnRecords) {
  // Records with two alternating distances: the cheap way needs a last offset kept for later.
  Bytes source = Words(40000, 50, 9);
  for (std::size_t i = 600; i < source.size(); ++i) {
    if (i % 11 < 7) source[i] = source[i - (i % 22 < 11 ? 220 : 330)];
  }
  const auto size = [&](std::uint8_t arrivals) {
    BufferPool pool;
    Bytes coded(source.size());
    CoderParams params;
    params.lz = Optimal(arrivals, 6);
    return Encode(source, params, pool, coded);
  };
  EXPECT_LE(size(2), size(1));
  EXPECT_GT(size(2), 0u);
}

TEST(LzOptimal, RunsAndPeriodsTakeLinearTime) {
  for (const std::uint8_t sets : kSets) {
    Params params = Optimal(2, 6, sets);
    params.nice = 255;
    for (const std::size_t period : kPeriods) {
      const Bytes source = Period(std::size_t{1} << 20, period);
      const auto start = std::chrono::steady_clock::now();
      ParseAll(source, params);
      const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
      EXPECT_LT(taken.count(), 3.0) << period;
    }
  }
}

TEST(LzOptimal, RoundTripsThroughTheCoder) {
  BufferPool pool;
  for (const std::size_t size :
       {std::size_t{40}, std::size_t{300}, std::size_t{5000}, std::size_t{70000}}) {
    for (const unsigned vocabulary : {2u, 30u, 3000u}) {
      const Bytes source = Words(size, vocabulary, 5);
      CoderParams params;
      params.lz = Optimal(2, 7);
      Bytes coded(source.size());
      coded.resize(Encode(source, params, pool, coded));
      if (coded.empty()) continue;
      Buffer padded(coded.size());
      std::memcpy(padded.data(), coded.data(), coded.size());
      Buffer restored(source.size());
      const auto done = Decode(padded.view(), pool, restored.bytes());
      ASSERT_TRUE(done) << done.error().text;
      EXPECT_EQ(std::memcmp(restored.data(), source.data(), source.size()), 0);
    }
  }
}

}  // namespace
}  // namespace sigma::lz
