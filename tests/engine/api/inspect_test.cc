// Inspect, as a program that links the library meets it.
#include <gtest/gtest.h>

#include "sigma/sigma.hpp"
#include "tests/engine/api/small_options.h"
#include "tests/engine/pipeline/test_streams.h"

namespace sigma {
namespace {

using tests::kChunk;
using tests::MixedBytes;
using tests::Small;

TEST(Inspection, InspectAgreesWithTheRun) {
  const Bytes first = MixedBytes(3 * kChunk + 7, 1);
  const Bytes second = MixedBytes(500, 2);
  Bytes streams = *Compress(first, Small());
  const Bytes more = *Compress(second, Small());
  streams.insert(streams.end(), more.begin(), more.end());
  const Result<FileInfo> info = Inspect(streams);
  ASSERT_TRUE(info) << info.error().text;
  EXPECT_EQ(info->compressed, streams.size());
  EXPECT_EQ(info->original, first.size() + second.size());
  EXPECT_EQ(info->streams, 2u);
  EXPECT_EQ(info->chunk_size, kChunk);
  EXPECT_EQ(info->level, Options{}.level);
  EXPECT_EQ(info->checksum, "XXH3-64");
  ASSERT_EQ(info->chunks.size(), 5u);
  std::uint64_t original = 0;
  for (const ChunkInfo& chunk : info->chunks) {
    EXPECT_EQ(chunk.original_offset, original);
    EXPECT_FALSE(chunk.strategy.empty());
    original += chunk.original;
  }
  std::uint64_t chunks = 0;
  for (const StrategyTotals& totals : info->strategies) chunks += totals.chunks;
  EXPECT_EQ(chunks, 5u);

  const Result<FileInfo> other = Inspect(ByteView{first});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kNotSigma);
  EXPECT_FALSE(Inspect(ByteView{streams}.first(streams.size() - 1)));
}

}  // namespace
}  // namespace sigma
