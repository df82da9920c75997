// The public functions from memory to memory, as a program that links the library meets them.
#include <gtest/gtest.h>

#include "sigma/sigma.hpp"
#include "tests/engine/api/small_options.h"
#include "tests/engine/pipeline/test_streams.h"

namespace sigma {
namespace {

using tests::kChunk;
using tests::MixedBytes;
using tests::Small;

TEST(Memory, MemoryToMemory) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{kChunk}, std::size_t{5 * kChunk + 3}}) {
    const Bytes bytes = MixedBytes(size);
    const Result<Bytes> stream = Compress(bytes, Small());
    ASSERT_TRUE(stream);
    EXPECT_LE(stream->size(), CompressBound(size, Small()));
    Bytes buffer(stream->size());
    const Result<std::size_t> used = Compress(bytes, buffer, Small());
    ASSERT_TRUE(used);
    EXPECT_EQ(*used, stream->size());
    EXPECT_EQ(buffer, *stream);
    const Result<Bytes> back = Decompress(*stream, Small());
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, bytes);
    Bytes restored(size);
    const Result<std::size_t> got = Decompress(*stream, restored, Small());
    ASSERT_TRUE(got) << got.error().text;
    EXPECT_EQ(*got, size);
    EXPECT_EQ(restored, bytes);

    buffer.pop_back();
    const Result<std::size_t> small = Compress(bytes, buffer, Small());
    ASSERT_FALSE(small);
    EXPECT_EQ(small.error().code, ErrorCode::kLimit);
    if (size == 0) continue;
    restored.pop_back();
    const Result<std::size_t> tight = Decompress(*stream, restored, Small());
    ASSERT_FALSE(tight);
    EXPECT_EQ(tight.error().code, ErrorCode::kLimit);
  }
}

TEST(Memory, BoundHoldsForNoise) {
  std::mt19937 random(5);
  Bytes noise(3 * kChunk + 1);
  for (std::uint8_t& byte : noise) byte = static_cast<std::uint8_t>(random());
  for (const std::size_t size : {std::size_t{1}, std::size_t{100}, noise.size()}) {
    Bytes target(static_cast<std::size_t>(CompressBound(size, Small())));
    EXPECT_TRUE(Compress(ByteView{noise}.first(size), target, Small()));
  }
}

TEST(Memory, ARunExpandsWithoutTrustAndWithinTheLimit) {
  const Bytes zeros(40u << 20);
  Options options = Small();
  options.chunk_size = 1u << 20;
  const Result<Bytes> stream = Compress(zeros, options);
  ASSERT_TRUE(stream);
  EXPECT_LT(stream->size(), 10000u);
  const Result<Bytes> back = Decompress(*stream, options);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, zeros);
  options.output_limit = 1u << 20;
  const Result<Bytes> limited = Decompress(*stream, options);
  ASSERT_FALSE(limited);
  EXPECT_EQ(limited.error().code, ErrorCode::kLimit);
}

}  // namespace
}  // namespace sigma
