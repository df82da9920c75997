// Options::content_hash in every call that compresses, as a program that links the library meets it.
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <string>

#include "sigma/sigma.h"
#include "sigma/sigma.hpp"
#include "tests/engine/api/small_options.h"
#include "tests/engine/io/temp_dir.h"
#include "tests/engine/pipeline/test_streams.h"

namespace sigma {
namespace {

using tests::kChunk;
using tests::MixedBytes;
using tests::Small;

Options WithHash(ContentHash kind = ContentHash::kSha256) {
  Options options = Small();
  options.content_hash = kind;
  return options;
}

TEST(ContentHash, EveryWayOfCompressingWritesTheSame) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{100}, 2 * kChunk + std::size_t{1}}) {
    const Bytes original = MixedBytes(size);
    for (const ContentHash kind : {ContentHash::kXxh3, ContentHash::kSha256}) {
      const Options options = WithHash(kind);
      const Result<Bytes> stream = Compress(original, options);
      ASSERT_TRUE(stream) << stream.error().text;
      EXPECT_LE(stream->size(), CompressBound(size, options));
      EXPECT_EQ(*Decompress(*stream), original);

      Result<Context> context = Context::Create(options);
      ASSERT_TRUE(context);
      Bytes target(static_cast<std::size_t>(CompressBound(size, options)));
      const Result<std::size_t> used = context->Compress(original, target);
      ASSERT_TRUE(used) << used.error().text;
      target.resize(*used);
      EXPECT_EQ(target, *stream);
      Bytes restored(size);
      const Result<std::size_t> back = context->Decompress(target, restored);
      ASSERT_TRUE(back) << back.error().text;
      EXPECT_EQ(*back, size);
      EXPECT_EQ(restored, original);
    }
  }
}

TEST(ContentHash, NoiseFitsTheBound) {
  Bytes noise(3 * kChunk);
  std::mt19937 random(1);
  for (std::uint8_t& byte : noise) byte = static_cast<std::uint8_t>(random());
  Options options = WithHash();
  options.index = false;
  Bytes target(static_cast<std::size_t>(CompressBound(noise.size(), options)));
  EXPECT_TRUE(Compress(noise, target, options));
}

TEST(ContentHash, InspectTellsIt) {
  const std::string text = "abc";
  const ByteView bytes{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  Bytes streams = *Compress(bytes, WithHash(ContentHash::kSha256));
  for (const ContentHash kind : {ContentHash::kXxh3, ContentHash::kNone}) {
    const Bytes more = *Compress(bytes, WithHash(kind));
    streams.insert(streams.end(), more.begin(), more.end());
  }
  const Result<FileInfo> info = Inspect(streams);
  ASSERT_TRUE(info) << info.error().text;
  ASSERT_EQ(info->stream_table.size(), 3u);
  const auto& sha = info->stream_table[0].content_hash;
  const auto& xxh = info->stream_table[1].content_hash;
  ASSERT_TRUE(sha && xxh);
  EXPECT_EQ(sha->algorithm, "SHA-256");
  EXPECT_EQ(sha->hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(xxh->algorithm, "XXH3-128");
  EXPECT_EQ(xxh->hash, "06b05ab6733a618578af5f94892f3950");
  EXPECT_FALSE(info->stream_table[2].content_hash);
}

TEST(ContentHash, PartsHaveNone) {
  const tests::TempDir folder;
  const std::string source = folder / "source";
  std::ofstream(source) << "some bytes";
  const Result<Summary> part =
      CompressShard(source, folder / "part", Shard{1, 2}, WithHash(), FileOptions{});
  ASSERT_FALSE(part);
  EXPECT_EQ(part.error().code, ErrorCode::kInvalidArgument);
  const Result<SharedCompressor> shared = SharedCompressor::Open(source, WithHash());
  ASSERT_FALSE(shared);
  EXPECT_EQ(shared.error().code, ErrorCode::kInvalidArgument);
}

TEST(ContentHash, TheOptionOfC) {
  sigma_options* const options = sigma_options_new();
  ASSERT_NE(options, nullptr);
  EXPECT_EQ(sigma_options_set(options, SIGMA_CONTENT_HASH, 3), SIGMA_INVALID_ARGUMENT);
  ASSERT_EQ(sigma_options_set(options, SIGMA_CONTENT_HASH, 2), SIGMA_OK);
  sigma_context* context = nullptr;
  ASSERT_EQ(sigma_context_new(options, &context), SIGMA_OK);
  const Bytes original = MixedBytes(100);
  Bytes target(static_cast<std::size_t>(sigma_compress_bound(original.size(), options)));
  std::size_t written = 0;
  EXPECT_EQ(sigma_compress(context, original.data(), original.size(), target.data(), target.size(),
                           &written),
            SIGMA_OK);
  target.resize(written);
  Options same;
  same.content_hash = ContentHash::kSha256;
  EXPECT_EQ(target, *Compress(original, same));
  sigma_context_free(context);
  sigma_options_free(options);
}

}  // namespace
}  // namespace sigma
