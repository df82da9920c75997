// Workers read the whole chunks of a file themselves: every byte once, and a file that is cut or
// grows meanwhile is what was there, or an error.
#include <gtest/gtest.h>

#include <atomic>

#include "engine/pipeline/compress.h"
#include "engine/pipeline/decompress.h"
#include "tests/engine/pipeline/test_streams.h"

namespace sigma {
namespace {

using tests::MixedBytes;
using tests::SourceKind;
using tests::TestSink;
using tests::TestSource;

constexpr std::uint32_t kChunk = 64u << 10;
// What tells that a source is no tar.
constexpr std::size_t kHeader = 512;

// A file that says it has `told` bytes and has `there`: less if it was cut after its size was asked
// for, more if it has grown. From `back` on there are bytes again.
class ChangedFile final : public Source {
 public:
  ChangedFile(ByteView bytes, std::size_t told, std::size_t there,
              std::size_t back = ~std::size_t{0})
      : bytes_(bytes), told_(told), there_(there), back_(back) {}
  Result<std::size_t> Read(MutableBytes target) override {
    const std::size_t got = Copy(position_, target);
    position_ += got;
    in_order_ += got;
    return got;
  }
  [[nodiscard]] std::optional<std::uint64_t> Size() const override { return told_; }
  [[nodiscard]] bool Seekable() const override { return true; }
  Result<std::size_t> ReadAt(std::uint64_t offset, MutableBytes target) override {
    const std::size_t got = Copy(static_cast<std::size_t>(offset), target);
    anywhere_ += got;
    return got;
  }
  [[nodiscard]] bool Skip(std::uint64_t bytes) override {
    position_ += static_cast<std::size_t>(bytes);
    return true;
  }
  [[nodiscard]] std::size_t in_order() const { return in_order_; }
  [[nodiscard]] std::size_t anywhere() const { return anywhere_; }

 private:
  std::size_t Copy(std::size_t offset, MutableBytes target) const {
    const std::size_t end = offset >= back_ ? bytes_.size() : there_;
    const std::size_t size = std::min(target.size(), end - std::min(offset, end));
    if (size != 0) std::memcpy(target.data(), bytes_.data() + offset, size);
    return size;
  }

  ByteView bytes_;
  std::size_t told_;
  std::size_t there_;
  std::size_t back_;
  std::size_t position_ = 0;
  std::size_t in_order_ = 0;
  std::atomic<std::size_t> anywhere_ = 0;
};

Result<Summary> Compress(Source& source, TestSink& sink, std::uint32_t threads) {
  Options options;
  options.threads = threads;
  options.chunk_size = kChunk;
  const Result<CompressionPlan> plan = PlanCompression(options);
  EXPECT_TRUE(plan);
  Compressor compressor(*plan);
  return compressor.Run(source, sink, {});
}

Bytes Restored(ByteView stream) {
  Decompressor decompressor({});
  TestSource source(stream, SourceKind::kMemory);
  TestSink sink;
  const Result<Summary> done = decompressor.Run(source, sink, {});
  EXPECT_TRUE(done) << done.error().text;
  return std::move(sink.written);
}

TEST(OwnReads, WholeChunksAreReadByTheWorkersAndTheRestInOrder) {
  const Bytes bytes = MixedBytes(7 * kChunk + 999);
  for (const std::uint32_t threads : {1u, 2u, 5u}) {
    ChangedFile file(bytes, bytes.size(), bytes.size());
    TestSink sink;
    const Result<Summary> done = Compress(file, sink, threads);
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(file.anywhere(), 7 * kChunk + kHeader);
    EXPECT_EQ(file.in_order(), 999u);
    EXPECT_EQ(Restored(sink.written), bytes);
    EXPECT_GT(done->serial_seconds, 0);
    EXPECT_LE(done->serial_seconds, done->seconds);
  }
}

TEST(OwnReads, WhatAFileHasGrownByIsReadAsWell) {
  const Bytes bytes = MixedBytes(6 * kChunk + 5);
  for (const std::size_t told : {2 * kChunk, 2 * kChunk + 100, 6 * kChunk}) {
    ChangedFile file(bytes, told, bytes.size());
    TestSink sink;
    ASSERT_TRUE(Compress(file, sink, 3));
    EXPECT_EQ(Restored(sink.written), bytes) << told;
  }
}

TEST(OwnReads, OfACutFileThereIsWhatItStillHad) {
  const Bytes bytes = MixedBytes(6 * kChunk + 5);
  for (const std::size_t there : {0u, 1u, 2 * kChunk, 2 * kChunk + 100, 6 * kChunk}) {
    for (const std::uint32_t threads : {1u, 4u}) {
      ChangedFile file(bytes, bytes.size(), there);
      TestSink sink;
      const Result<Summary> done = Compress(file, sink, threads);
      ASSERT_TRUE(done) << done.error().text;
      EXPECT_EQ(done->original, there);
      EXPECT_EQ(Restored(sink.written), Bytes(bytes.begin(), bytes.begin() + there)) << there;
    }
  }
}

// A hole of unknown bytes is no stream.
TEST(OwnReads, AFileThatIsCutAndGrowsAgainIsAnError) {
  const Bytes bytes = MixedBytes(6 * kChunk + 5);
  for (const std::size_t there : {2 * kChunk, 2 * kChunk + 100}) {
    for (const std::uint32_t threads : {1u, 4u}) {
      ChangedFile file(bytes, bytes.size(), there, 4 * kChunk);
      TestSink sink;
      const Result<Summary> done = Compress(file, sink, threads);
      ASSERT_FALSE(done);
      EXPECT_EQ(done.error().code, ErrorCode::kIo);
      EXPECT_EQ(done.error().chunk, 4u);
    }
  }
}

}  // namespace
}  // namespace sigma
