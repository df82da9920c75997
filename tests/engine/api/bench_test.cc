// Bench measures what Compress and Decompress do.
#include <gtest/gtest.h>

#include "sigma/sigma.hpp"
#include "tests/engine/api/small_options.h"
#include "tests/engine/pipeline/test_streams.h"

namespace sigma {
namespace {

using tests::kChunk;
using tests::MixedBytes;
using tests::Small;

TEST(BenchCall, BenchMeasuresAndChecks) {
  const Bytes bytes = MixedBytes(20 * kChunk);
  for (const std::uint32_t threads : {1u, 2u}) {
    const Result<BenchResult> result = Bench(bytes, Small(threads), 0);
    ASSERT_TRUE(result) << result.error().text;
    EXPECT_EQ(result->original, bytes.size());
    EXPECT_EQ(result->compressed, Compress(bytes, Small())->size());
    EXPECT_EQ(result->threads, threads);
    EXPECT_GT(result->compress_seconds, 0);
    EXPECT_GT(result->decompress_seconds, 0);
    EXPECT_GT(result->peak_workspace, 0u);
  }
}

}  // namespace
}  // namespace sigma
