// The lazy parser: sequences that reproduce the source, the same on every target, in bounded time
// on data made to cost the most.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <random>
#include <vector>

#include "engine/coder/lz/parsers/parser.h"
#include "kernels/lz/rows.h"
#include "tests/per_target.h"

namespace sigma::lz {
namespace {

struct Kind {
  const char* name;
  Bytes (*make)(std::size_t size);
};

Bytes Words(std::size_t size) {
  std::mt19937 random(5);
  Bytes bytes;
  while (bytes.size() < size) {
    const auto word = static_cast<unsigned>(std::min(random() % 900, random() % 900));
    for (unsigned k = 0; k < 2 + word % 7; ++k) {
      bytes.push_back(static_cast<std::uint8_t>('a' + (word * (k + 3) + k * k) % 26));
    }
    bytes.push_back(' ');
  }
  bytes.resize(size);
  return bytes;
}

Bytes Random(std::size_t size) {
  std::mt19937 random(6);
  Bytes bytes(size);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

Bytes Zeros(std::size_t size) { return Bytes(size); }

Bytes Alternating(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = i % 2 != 0 ? 0xAA : 0x55;
  return bytes;
}

// Two symbols at random: every candidate of every row matches for a few bytes.
Bytes Coins(std::size_t size) {
  std::mt19937 random(7);
  Bytes bytes(size);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random() & 1);
  return bytes;
}

// Equal blocks that differ in one byte just below the length that ends the search: each position
// has candidates that agree for long and then fail.
Bytes NearMisses(std::size_t size) {
  std::mt19937 random(8);
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t within = i % 250;
    bytes[i] = within == 249 ? static_cast<std::uint8_t>(random())
                             : static_cast<std::uint8_t>(within * 7 + within / 9);
  }
  return bytes;
}

// Runs whose lengths grow: matches at almost every offset.
Bytes Runs(std::size_t size) {
  Bytes bytes(size);
  std::size_t length = 1;
  for (std::size_t i = 0; i < size; ++length) {
    const std::size_t end = std::min(size, i + length % 700);
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(i),
              bytes.begin() + static_cast<std::ptrdiff_t>(end), std::uint8_t{0});
    i = end;
    if (i < size) bytes[i++] = static_cast<std::uint8_t>(length);
  }
  return bytes;
}

constexpr Kind kKinds[] = {
    {"words", Words}, {"random", Random},          {"zeros", Zeros}, {"alternating", Alternating},
    {"coins", Coins}, {"near misses", NearMisses}, {"runs", Runs}};

struct Parsed {
  std::vector<Sequence> sequences;
  std::vector<std::size_t> counts;  // of each sub-block
};

Parsed Parse(ByteView source, const Params& params) {
  BufferPool pool;
  BufferPool::Lease rows = pool.AcquireFor<std::uint32_t>(std::size_t{1} << params.long_hash_log);
  std::vector<std::uint32_t> middle(std::size_t{1} << params.hash_log);
  std::vector<std::uint32_t> near(std::size_t{1} << kNearLog);
  const Tables tables{middle, rows.As<std::uint32_t>(std::size_t{1} << params.long_hash_log), near};
  std::memset(rows.data(), 0, tables.long_hash.size_bytes());
  Parsed parsed;
  const std::size_t block = std::size_t{1} << params.block_log;
  std::vector<Sequence> out(SequenceBound(block));
  for (std::size_t begin = 0; begin < source.size(); begin += block) {
    const Range range{source, begin, std::min(begin + block, source.size())};
    const std::size_t count = ParseSequences(range, params, tables, out.data());
    parsed.counts.push_back(count);
    parsed.sequences.insert(parsed.sequences.end(), out.begin(),
                            out.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return parsed;
}

Params Lazy() {
  Params params;
  params.parser = Parser::kLazyRows;
  params.hash_log = 14;
  params.long_hash_log = 16;
  params.min_match = 7;
  params.skip_log = 8;
  params.block_log = 16;
  return params;
}

void ExpectReproduces(ByteView source, const Parsed& parsed, const Params& params) {
  const std::size_t block = std::size_t{1} << params.block_log;
  const bool sections = params.form == Form::kSections;
  std::size_t next = 0;
  for (std::size_t i = 0; i < parsed.counts.size(); ++i) {
    std::size_t at = i * block;
    const std::size_t end = std::min(at + block, source.size());
    for (std::size_t k = 0; k < parsed.counts[i]; ++k) {
      const Sequence& sequence = parsed.sequences[next++];
      at += sequence.literals;
      ASSERT_GE(sequence.match, sections ? kMinMatch : kRawMinMatch);
      ASSERT_GE(sequence.offset, 1u);
      ASSERT_LE(sequence.offset, std::min(at, sections ? kMaxOffset : kRawMaxOffset));
      ASSERT_LE(at + sequence.match, end);
      for (std::size_t j = 0; j < sequence.match; ++j, ++at) {
        ASSERT_EQ(source[at], source[at - sequence.offset]);
      }
    }
  }
}

TEST(LzLazy, SequencesReproduceTheSourceUnderEveryTarget) {
  std::vector<std::vector<std::uint32_t>> first;
  tests::ForEachTarget([&] {
    std::size_t index = 0;
    for (const Kind& kind : kKinds) {
      SCOPED_TRACE(kind.name);
      for (const std::size_t size : {31u, 32u, 65536u + 17u, 400000u}) {
        for (const Form records : {Form::kSections, Form::kNarrow}) {
          Params params = Lazy();
          params.form = records;
          const Bytes source = kind.make(size);
          const Parsed parsed = Parse(source, params);
          ExpectReproduces(source, parsed, params);
          std::vector<std::uint32_t> flat;
          for (const Sequence& sequence : parsed.sequences) {
            flat.insert(flat.end(), {sequence.literals, sequence.match, sequence.offset});
          }
          if (first.size() == index) first.push_back(flat);
          ASSERT_EQ(flat, first[index]);
          ++index;
        }
      }
    }
  });
}

TEST(LzLazy, SeesRowsOfEarlierSubBlocks) {
  Params params = Lazy();
  params.block_log = 12;
  Bytes source = Random(20000);
  // Copies that straddle the ends of sub-blocks.
  std::copy_n(source.begin() + 4200, 200, source.begin() + 8112);
  const Parsed parsed = Parse(source, params);
  ExpectReproduces(source, parsed, params);
  std::size_t matched = 0;
  for (const Sequence& sequence : parsed.sequences) matched += sequence.match;
  EXPECT_GE(matched, 190u);
}

TEST(LzLazy, TimeIsBoundedOnAdversarialData) {
  // A quadratic step on 8 MiB would take minutes where this takes a second.
  Params params = Lazy();
  params.long_hash_log = 20;
  params.block_log = 20;
  for (const Kind& kind : kKinds) {
    const Bytes source = kind.make(std::size_t{2} << 20);
    const Parsed parsed = Parse(source, params);
    EXPECT_LE(parsed.sequences.size(), SequenceBound(source.size())) << kind.name;
  }
}

TEST(LzLazy, RunsTakeFewSequences) {
  const Bytes zeros = Zeros(std::size_t{1} << 16);
  EXPECT_LE(Parse(zeros, Lazy()).sequences.size(), 2u);
  const Bytes alternating = Alternating(std::size_t{1} << 16);
  EXPECT_LE(Parse(alternating, Lazy()).sequences.size(), 2u);
}

}  // namespace
}  // namespace sigma::lz
