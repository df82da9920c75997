// The source comes out again, by the same bytes every time, through every kind of source and sink.
#include <gtest/gtest.h>

#include <map>

#include "engine/base/hash.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/decompress.h"
#include "tests/engine/pipeline/test_streams.h"
#include "tests/engine/pipeline/watchdog.h"

namespace sigma {
namespace {

using tests::MixedBytes;
using tests::PlaceSink;
using tests::SourceKind;
using tests::TestSink;
using tests::TestSource;

constexpr SourceKind kKinds[] = {SourceKind::kMemory, SourceKind::kFile, SourceKind::kPipe};
constexpr std::uint32_t kChunk = 64u << 10;

Options WithThreads(std::uint32_t threads, std::uint32_t chunk_size = kChunk) {
  Options options;
  options.threads = threads;
  options.chunk_size = chunk_size;
  return options;
}

Bytes Encoded(ByteView bytes, const Options& options, SourceKind kind = SourceKind::kMemory) {
  const Result<CompressionPlan> plan = PlanCompression(options);
  EXPECT_TRUE(plan);
  Compressor compressor(*plan);
  TestSource source(bytes, kind);
  TestSink sink;
  const Result<Summary> done = compressor.Run(source, sink, {});
  EXPECT_TRUE(done) << done.error().text;
  EXPECT_EQ(done->original, bytes.size());
  EXPECT_EQ(done->compressed, sink.written.size());
  EXPECT_EQ(sink.finished, 1);
  return std::move(sink.written);
}

Bytes Decoded(ByteView stream, const Options& options, SourceKind kind) {
  Decompressor decompressor(options);
  TestSource source(stream, kind);
  TestSink sink;
  const Result<Summary> done = decompressor.Run(source, sink, {});
  EXPECT_TRUE(done) << done.error().text << " at " << done.error().offset;
  if (!done) return {};
  EXPECT_EQ(done->original, sink.written.size());
  EXPECT_EQ(done->compressed, stream.size());
  EXPECT_EQ(sink.finished, 1);
  return std::move(sink.written);
}

TEST(RoundTrip, SmallSizes) {
  const Bytes all = MixedBytes(300);
  for (std::size_t size = 0; size <= 300; ++size) {
    const ByteView bytes = ByteView{all}.first(size);
    const Bytes stream = Encoded(bytes, WithThreads(1));
    ASSERT_EQ(Encoded(bytes, WithThreads(1), SourceKind::kPipe), stream) << size;
    for (const SourceKind kind : kKinds) {
      const Bytes back = Decoded(stream, WithThreads(1), kind);
      ASSERT_EQ(back, Bytes(bytes.begin(), bytes.end())) << size;
    }
  }
}

TEST(RoundTrip, AroundChunkBoundaries) {
  const Bytes all = MixedBytes(3 * kChunk + 2);
  for (const std::size_t chunks : {1u, 2u, 3u}) {
    for (std::size_t size = chunks * kChunk - 2; size <= chunks * kChunk + 2; ++size) {
      const ByteView bytes = ByteView{all}.first(size);
      const Bytes stream = Encoded(bytes, WithThreads(2));
      for (const SourceKind kind : kKinds) {
        ASSERT_EQ(Encoded(bytes, WithThreads(2), kind), stream) << size;
        ASSERT_EQ(Decoded(stream, WithThreads(2), kind), Bytes(bytes.begin(), bytes.end())) << size;
      }
    }
  }
}

// The levels that search long take less of the same: how chunks are handed around is one for all.
TEST(RoundTrip, OneStreamForAnyNumberOfThreads) {
  constexpr int kFirstSlowLevel = 4;
  tests::Watchdog watchdog(120);
  const Bytes all = MixedBytes(20 * kChunk + 12345);
  for (const int level : Levels()) {
    const bool slow = level >= kFirstSlowLevel;
    const ByteView part = ByteView(all).first(slow ? 5 * kChunk + 12345 : all.size());
    const Bytes bytes(part.begin(), part.end());
    for (const std::uint32_t chunk_size : {kChunk, 4 * kChunk, 0u}) {
      if (slow && chunk_size != kChunk) continue;
      Options options = WithThreads(1, chunk_size);
      options.level = level;
      const Bytes stream = Encoded(bytes, options);
      for (const std::uint32_t threads : {2u, 3u, 8u, 64u}) {
        options.threads = threads;
        for (const SourceKind kind : kKinds) {
          if (slow && kind != kKinds[threads % std::size(kKinds)]) continue;
          ASSERT_EQ(Hash64(Encoded(bytes, options, kind)), Hash64(stream)) << threads;
          ASSERT_EQ(Decoded(stream, options, kind), bytes) << threads;
        }
      }
    }
  }
}

TEST(RoundTrip, VerifyingChangesNothing) {
  const Bytes bytes = MixedBytes(5 * kChunk);
  Options options = WithThreads(2);
  options.verify = true;
  EXPECT_EQ(Encoded(bytes, options), Encoded(bytes, WithThreads(2)));
}

TEST(RoundTrip, InPlace) {
  const Bytes bytes = MixedBytes(9 * kChunk + 77);
  const Bytes stream = Encoded(bytes, WithThreads(2));
  for (const SourceKind kind : kKinds) {
    Decompressor decompressor(WithThreads(2));
    TestSource source(stream, kind);
    PlaceSink sink(bytes.size());
    const Result<Summary> done = decompressor.Run(source, sink, {});
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(sink.bytes, bytes);
  }
}

TEST(RoundTrip, StreamsBackToBack) {
  const Bytes first = MixedBytes(3 * kChunk + 1, 1);
  const Bytes second = MixedBytes(1000, 2);
  const Bytes third = MixedBytes(5 * kChunk, 3);
  Bytes bytes = first;
  bytes.insert(bytes.end(), second.begin(), second.end());
  bytes.insert(bytes.end(), third.begin(), third.end());
  Bytes streams;
  const Bytes parts[] = {Encoded({}, WithThreads(2)),
                         Encoded(first, WithThreads(2)),
                         Encoded(second, WithThreads(2)),
                         Encoded({}, WithThreads(2)),
                         Encoded(third, WithThreads(2, 2 * kChunk)),
                         Encoded({}, WithThreads(2))};
  for (const Bytes& part : parts) streams.insert(streams.end(), part.begin(), part.end());
  for (const SourceKind kind : kKinds) {
    for (const std::uint32_t threads : {1u, 2u, 8u}) {
      ASSERT_EQ(Decoded(streams, WithThreads(threads), kind), bytes);
    }
  }
}

TEST(RoundTrip, ACompressorIsUsedAgain) {
  const Result<CompressionPlan> plan = PlanCompression(WithThreads(3));
  ASSERT_TRUE(plan);
  Compressor compressor(*plan);
  Decompressor decompressor(WithThreads(3));
  for (const std::size_t size : {std::size_t{300000}, std::size_t{0}, std::size_t{1000000}}) {
    const Bytes bytes = MixedBytes(size);
    TestSource source(bytes, SourceKind::kMemory);
    TestSink sink;
    ASSERT_TRUE(compressor.Run(source, sink, {}));
    EXPECT_EQ(sink.written, Encoded(bytes, WithThreads(1)));
    TestSource stream(sink.written, SourceKind::kMemory);
    TestSink back;
    ASSERT_TRUE(decompressor.Run(stream, back, {}));
    EXPECT_EQ(back.written, bytes);
  }
  EXPECT_GT(compressor.Workspace(), 0u);
}

TEST(RoundTrip, RangesReadTheirChunksOnly) {
  const Bytes bytes = MixedBytes(40 * kChunk + 99);
  Options options = WithThreads(2);
  options.strategy = "raw";
  Bytes streams = Encoded(ByteView{bytes}.first(17 * kChunk + 5), options);
  const Bytes rest = Encoded(ByteView{bytes}.subspan(17 * kChunk + 5), options);
  streams.insert(streams.end(), rest.begin(), rest.end());
  const std::size_t offsets[] = {0,
                                 1,
                                 kChunk - 1,
                                 kChunk,
                                 5 * kChunk,
                                 17 * kChunk,
                                 17 * kChunk + 5,
                                 39 * kChunk + 1,
                                 bytes.size(),
                                 bytes.size() + 5};
  for (const std::size_t offset : offsets) {
    for (const std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{kChunk},
                                     std::size_t{100000}, ~std::size_t{0}}) {
      Decompressor decompressor(options);
      TestSource source(streams, SourceKind::kFile);
      TestSink sink;
      const Result<Summary> done = decompressor.RunRange(source, sink, ByteRange{offset, length});
      ASSERT_TRUE(done) << done.error().text;
      const std::size_t from = std::min(offset, bytes.size());
      const std::size_t size = std::min(length, bytes.size() - from);
      ASSERT_EQ(sink.written, Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                                    bytes.begin() + static_cast<std::ptrdiff_t>(from + size)));
      EXPECT_LE(done->chunks, size / kChunk + 3);
      if (size <= kChunk) {
        EXPECT_LE(source.asked(), 4 * kChunk + 5000);
      }
    }
  }
}

TEST(RoundTrip, ObserverSeesTheRunAndMayEndIt) {
  const Bytes bytes = MixedBytes(10 * kChunk);
  for (const std::uint32_t threads : {1u, 4u}) {
    const Result<CompressionPlan> plan = PlanCompression(WithThreads(threads));
    ASSERT_TRUE(plan);
    Compressor compressor(*plan);
    TestSource source(bytes, SourceKind::kFile);
    TestSink sink;
    int calls = 0;
    int chunks = 0;
    std::uint64_t written = 0;
    const Observer watching = [&](const Progress& progress) {
      ++calls;
      // Where a chunk takes long it is told of that as well, and nothing more is written.
      chunks += progress.written > written ? 1 : 0;
      written = progress.written;
      EXPECT_EQ(progress.total, bytes.size());
      EXPECT_LE(progress.read, bytes.size());
      return true;
    };
    ASSERT_TRUE(compressor.Run(source, sink, watching));
    EXPECT_EQ(chunks, 10);
    EXPECT_GE(calls, chunks);

    TestSource again(bytes, SourceKind::kFile);
    TestSink dropped;
    calls = 0;
    const Observer ending = [&](const Progress&) { return ++calls < 3; };
    const Result<Summary> ended = compressor.Run(again, dropped, ending);
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, ErrorCode::kCancelled);
    EXPECT_EQ(calls, 3);
    EXPECT_EQ(dropped.finished, 0);

    Decompressor decompressor(WithThreads(threads));
    TestSource stream(sink.written, SourceKind::kPipe);
    calls = 0;
    const Result<Summary> stopped = decompressor.Run(stream, dropped, ending);
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
  }
}

TEST(RoundTrip, OutputLimit) {
  const Bytes bytes = MixedBytes(4 * kChunk + 10);
  const Bytes stream = Encoded(bytes, WithThreads(2));
  for (const SourceKind kind : kKinds) {
    Options options = WithThreads(2);
    options.output_limit = bytes.size();
    EXPECT_EQ(Decoded(stream, options, kind), bytes);
    options.output_limit = bytes.size() - 1;
    Decompressor decompressor(options);
    TestSource source(stream, kind);
    TestSink sink;
    const Result<Summary> done = decompressor.Run(source, sink, {});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kLimit);
    EXPECT_EQ(done.error().chunk, 4u);
    EXPECT_LE(sink.written.size(), options.output_limit);
  }
}

TEST(RoundTrip, MemoryLimit) {
  Options options = WithThreads(8);
  options.memory_limit = 1u << 20;
  const Result<CompressionPlan> plan = PlanCompression(options);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kLimit);
  options.memory_limit = MemoryNeed(PlanCompression(WithThreads(8))->job(), Shape{});
  const Result<CompressionPlan> least = PlanCompression(options);
  ASSERT_TRUE(least);
  EXPECT_EQ(least->shape.in_flight, 1u);
  const Bytes bytes = MixedBytes(10 * kChunk);
  const Bytes stream = Encoded(bytes, options);
  EXPECT_EQ(stream, Encoded(bytes, WithThreads(8)));
  for (const SourceKind kind : kKinds) {
    options.memory_limit = MemoryNeed({Direction::kDecompress, kChunk}, Shape{});
    EXPECT_EQ(Decoded(stream, options, kind), bytes);
    options.memory_limit -= 1;
    Decompressor decompressor(options);
    TestSource source(stream, kind);
    TestSink sink;
    const Result<Summary> done = decompressor.Run(source, sink, {});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kLimit);
  }
}

}  // namespace
}  // namespace sigma
