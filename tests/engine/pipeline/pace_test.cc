#include "engine/pipeline/pace.h"

#include <gtest/gtest.h>

#include <vector>

#include "engine/io/memory_stream.h"
#include "engine/pipeline/compress.h"
#include "sigma/sigma.hpp"
#include "tests/data.h"

namespace sigma {
namespace {

const LevelRow& Level(int level) { return *FindLevel(level); }

// The levels of so many chunks, one at a time, whose times are these; coding takes 10 ms at level 1
// and twice as long at each next one.
std::vector<int> LevelsOf(Pace& pace, int chunks, double read, double write, unsigned workers = 1) {
  std::vector<int> levels;
  for (int i = 0; i < chunks; ++i) {
    const LevelRow& row = pace.Next(read);
    levels.push_back(row.level);
    pace.Written(0.01 * (1 << (row.level - 1)) * workers, write);
  }
  return levels;
}

TEST(Pace, OneLevelStays) {
  Pace pace(Level(3), Level(3), 2);
  for (const int level : LevelsOf(pace, 50, 1, 1)) EXPECT_EQ(level, 3);
}

TEST(Pace, BeginsWithTheHighestAndFallsToTheLowestWhereNothingElseTakesTime) {
  Pace pace(Level(1), Level(7), 1);
  const std::vector<int> levels = LevelsOf(pace, 100, 0, 0);
  EXPECT_EQ(levels.front(), 7);
  EXPECT_EQ(levels.back(), 1);
  for (std::size_t i = 1; i < levels.size(); ++i) EXPECT_LE(levels[i], levels[i - 1]);
}

TEST(Pace, RisesAgainWhereTheSinkOrTheSourceIsSlow) {
  for (const bool sink : {false, true}) {
    Pace pace(Level(1), Level(7), 2);
    (void)LevelsOf(pace, 100, 0, 0, 2);
    const std::vector<int> levels = LevelsOf(pace, 100, sink ? 0 : 10, sink ? 10 : 0, 2);
    EXPECT_EQ(levels.front(), 1) << sink;
    EXPECT_EQ(levels.back(), 7) << sink;
  }
}

// A source that gives a chunk in 45 ms is met by level 3, whose chunk takes 40.
TEST(Pace, StaysAtTheLevelThatKeepsUp) {
  Pace pace(Level(1), Level(7), 1);
  const std::vector<int> levels = LevelsOf(pace, 300, 0.045, 0);
  for (std::size_t i = 200; i < levels.size(); ++i) EXPECT_EQ(levels[i], 3);
}

// Chunks in flight at a change have the level before it: they say nothing about the new one.
TEST(Pace, WaitsForWhatWasInFlight) {
  Pace pace(Level(1), Level(7), 1);
  int given = 0;
  while (pace.Next(0).level == 7) {
    ++given;
    pace.Written(1, 0);
    ASSERT_LT(given, 100);
  }
  // Four more are given before any is written: no further change, however long those took.
  const int level = pace.Next(0).level;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pace.Next(0).level, level);
  EXPECT_EQ(pace.Next(0).level, level);
}

TEST(Pace, AStreamOfSeveralLevelsRestoresWithinItsMemory) {
  const Bytes source = tests::Generate(tests::Kind::kText, 4u << 20);
  for (const std::uint32_t threads : {1u, 3u}) {
    Options options;
    options.level = 6;
    options.threads = threads;
    options.chunk_size = 64u << 10;
    options.adapt = true;
    const Result<Bytes> stream = Compress(source, options);
    ASSERT_TRUE(stream);
    const Result<Bytes> restored = Decompress(*stream, options);
    ASSERT_TRUE(restored);
    EXPECT_EQ(*restored, source);
  }
}

// The formula has room for the level that needs most, which need not be the highest.
TEST(Pace, TheMemoryIsThatOfTheLevelThatNeedsMost) {
  for (int level = 1; level <= 8; ++level) {
    Options options;
    options.chunk_size = 1u << 20;
    options.level = level;
    options.adapt = true;
    const std::uint64_t all = LeastMemory(options, true);
    options.adapt = false;
    for (; options.level > 0; --options.level) {
      EXPECT_GE(all, LeastMemory(options, true)) << level << " " << options.level;
    }
  }
}

// Nothing but coding takes time here: of 64 chunks the last have the lowest level.
TEST(Pace, TheSummaryTellsTheLevelsTaken) {
  Options options;
  options.level = 5;
  options.threads = 1;
  options.chunk_size = 64u << 10;
  options.adapt = true;
  const Result<CompressionPlan> plan = PlanCompression(options);
  ASSERT_TRUE(plan);
  const Bytes source = tests::Generate(tests::Kind::kText, 4u << 20);
  MemorySource from(source);
  BytesSink sink;
  Compressor compressor(*plan);
  const Result<Summary> summary = compressor.Run(from, sink, {});
  ASSERT_TRUE(summary);
  ASSERT_EQ(summary->level_chunks.size(), 5u);
  std::uint64_t all = 0;
  for (const std::uint64_t chunks : summary->level_chunks) all += chunks;
  EXPECT_EQ(all, 64u);
  EXPECT_NE(summary->level_chunks[4], 0u);
  EXPECT_NE(summary->level_chunks[0], 0u);
  const Result<Bytes> plain = Compress(source, Options{.level = 5, .chunk_size = 64u << 10});
  ASSERT_TRUE(plain);
  EXPECT_GT(sink.Take().size(), plain->size());
}

TEST(Pace, PartsHaveOneLevel) {
  Options options;
  options.adapt = true;
  const Result<Summary> part = CompressShard("source", "target", {1, 2}, options, {});
  ASSERT_FALSE(part);
  EXPECT_EQ(part.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sigma
