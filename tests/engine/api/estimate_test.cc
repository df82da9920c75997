// Estimate: exact where the sample is the whole, near where it is not, the same for any number of
// threads; and the choice of a level.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>
#include <fstream>

#include "sigma/sigma.hpp"
#include "tests/engine/api/small_options.h"
#include "tests/engine/io/temp_dir.h"
#include "tests/engine/pipeline/test_streams.h"

namespace sigma {
namespace {

using tests::MixedBytes;
using tests::TempDir;

Bytes TextBytes(std::size_t size) {
  std::string text;
  for (std::uint32_t i = 0, x = 1; text.size() < size; ++i) {
    x = x * 1664525 + 1013904223;
    text += "line " + std::to_string(i) + ": value " + std::to_string(x >> 20) + ", state ";
    text += (x >> 10) % 3 == 0 ? "open\n" : "closed\n";
  }
  return {text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size)};
}

std::uint64_t RealSize(ByteView bytes, Options options, int level) {
  options.level = level;
  const Result<Bytes> stream = Compress(bytes, options);
  return stream ? stream->size() : 0;
}

TEST(EstimateCall, OfAWholeSourceIsItsSize) {
  const Bytes bytes = MixedBytes(700'000);
  const auto rows = Estimate(bytes);
  ASSERT_TRUE(rows) << rows.error().text;
  ASSERT_EQ(rows->size(), Levels().size());
  for (const LevelEstimate& row : *rows) {
    EXPECT_TRUE(row.exact());
    EXPECT_EQ(row.original, bytes.size());
    EXPECT_EQ(row.compressed, RealSize(bytes, {}, row.level)) << row.level;
    EXPECT_GT(row.compress_seconds, 0);
    EXPECT_GT(row.decompress_seconds, 0);
    EXPECT_GT(row.compress_memory, 2 * bytes.size());
    EXPECT_GT(row.decompress_memory, 2 * bytes.size());
    EXPECT_EQ(row.threads, 1u);  // one chunk
  }
}

TEST(EstimateCall, OfNothing) {
  const auto rows = Estimate({}, {}, 1, 3);
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 3u);
  EXPECT_TRUE(rows->front().exact());
  EXPECT_EQ(rows->front().compressed, RealSize({}, {}, 1));
}

TEST(EstimateCall, OfASampleIsNearAndTheSameForAnyThreads) {
  Bytes bytes = TextBytes(12u << 20);
  const Bytes mixed = MixedBytes(10u << 20);
  bytes.insert(bytes.end(), mixed.begin(), mixed.end());
  Options options;
  options.threads = 1;
  for (const int level : {1, 3, 6}) {
    options.threads = 1;
    const auto alone = Estimate(bytes, options, level, level);
    options.threads = 2;
    const auto two = Estimate(bytes, options, level, level);
    ASSERT_TRUE(alone && two);
    const LevelEstimate& row = alone->front();
    EXPECT_FALSE(row.exact());
    EXPECT_LE(row.sampled, kEstimateSample);
    EXPECT_EQ(row.compressed, two->front().compressed);
    EXPECT_EQ(two->front().threads, 2u);
    const auto real = static_cast<double>(RealSize(bytes, options, level));
    EXPECT_LT(std::abs(static_cast<double>(row.compressed) / real - 1), 0.15) << level;
  }
}

TEST(EstimateCall, SlowLevelsOfAFileAboveTheirSample) {
  const Bytes bytes = TextBytes(5u << 20);
  const auto rows = Estimate(bytes, {}, 5, 6);
  ASSERT_TRUE(rows);
  EXPECT_TRUE(rows->front().exact());
  EXPECT_FALSE(rows->back().exact());
  EXPECT_EQ(rows->back().sampled, 4u << 20);
  const auto real = static_cast<double>(RealSize(bytes, {}, 6));
  EXPECT_LT(std::abs(static_cast<double>(rows->back().compressed) / real - 1), 0.05);
}

TEST(EstimateCall, KeepsToTheOptions) {
  const Bytes bytes = MixedBytes(3'000'000);
  Options options = tests::Small();
  options.strategy = "raw";
  const auto raw = Estimate(bytes, options, 2, 2);
  ASSERT_TRUE(raw);
  EXPECT_GE(raw->front().compressed, bytes.size());
  EXPECT_EQ(raw->front().chunk_size, tests::kChunk);
  options = {};
  options.memory_limit = 8u << 20;
  options.threads = 1;
  const auto limited = Estimate(bytes, options);
  ASSERT_TRUE(limited) << limited.error().text;
  for (const LevelEstimate& row : *limited) {
    EXPECT_LE(row.compress_memory, options.memory_limit);
    EXPECT_EQ(row.compressed, RealSize(bytes, options, row.level)) << row.level;
  }
  EXPECT_LT(limited->size(), Levels().size());
  options.memory_limit = 1;
  const auto none = Estimate(bytes, options);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kLimit);
  const auto no_level = Estimate(bytes, {}, 10, 12);
  ASSERT_FALSE(no_level);
  EXPECT_EQ(no_level.error().code, ErrorCode::kInvalidArgument);
}

TEST(EstimateCall, OfFiles) {
  const TempDir folder;
  const Bytes bytes = MixedBytes(200'000);
  std::ofstream(folder / "a", std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
  std::ofstream(folder / "empty").flush();
  const auto rows = EstimateFile(folder / "a", {}, 3, 3);
  ASSERT_TRUE(rows) << rows.error().text;
  EXPECT_EQ(rows->front().compressed, RealSize(bytes, {}, 3));
  const auto empty = EstimateFile(folder / "empty", {}, 3, 3);
  ASSERT_TRUE(empty) << empty.error().text;
  EXPECT_EQ(empty->front().original, 0u);
  EXPECT_EQ(EstimateFile(folder / "none").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(EstimateFile(folder.path()).error().code, ErrorCode::kSkipped);
  EXPECT_EQ(EstimateFile("/dev/zero").error().code, ErrorCode::kInvalidArgument);
}

TEST(ChooseLevelCall, TheLowestLevelOfARatioAndTheHighestOfASpeed) {
  const TempDir folder;
  const Bytes bytes = TextBytes(400'000);
  std::ofstream(folder / "a", std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
  const auto rows = EstimateFile(folder / "a");
  ASSERT_TRUE(rows);
  const auto ratio = [](const LevelEstimate& row) {
    return static_cast<double>(row.original) / static_cast<double>(row.compressed);
  };
  const LevelEstimate& third = (*rows)[2];
  const auto reached = ChooseLevel(folder / "a", {}, {.ratio = ratio(third) * 0.999});
  ASSERT_TRUE(reached);
  EXPECT_TRUE(reached->reached);
  EXPECT_LE(reached->estimate.level, third.level);
  EXPECT_GE(ratio(reached->estimate), ratio(third) * 0.999);
  for (const LevelEstimate& row : *rows) {
    if (row.level >= reached->estimate.level) break;
    EXPECT_LT(ratio(row), ratio(third) * 0.999);
  }
  const auto missed = ChooseLevel(folder / "a", {}, {.ratio = 1e6});
  ASSERT_TRUE(missed);
  EXPECT_FALSE(missed->reached);
  for (const LevelEstimate& row : *rows) {
    EXPECT_GE(row.compressed, missed->estimate.compressed);
  }
  const auto slow = ChooseLevel(folder / "a", {}, {.mega_bytes = 1e-6});
  ASSERT_TRUE(slow);
  EXPECT_TRUE(slow->reached);
  EXPECT_EQ(slow->estimate.level, Levels().back());
  const auto fast = ChooseLevel(folder / "a", {}, {.mega_bytes = 1e9});
  ASSERT_TRUE(fast);
  EXPECT_FALSE(fast->reached);
  EXPECT_EQ(fast->estimate.level, Levels().front());
  EXPECT_EQ(ChooseLevel(folder / "a", {}, {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ChooseLevel(folder / "a", {}, {2, 3}).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sigma
