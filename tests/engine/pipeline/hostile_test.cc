// Input that never was a stream, promises that nothing keeps, and sources and sinks that fail
// midway.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

#include "engine/format/stream_format.h"
#include "sigma/sigma.hpp"
#include "tests/engine/pipeline/decoders.h"
#include "tests/engine/pipeline/watchdog.h"

namespace sigma {
namespace {

using tests::Decoders;
using tests::Encoded;
using tests::Joined;
using tests::kChunk;
using tests::kKinds;
using tests::MixedBytes;
using tests::Parts;
using tests::SourceKind;
using tests::Split;
using tests::TestSink;
using tests::TestSource;
using tests::WithThreads;

TEST(Hostile, RandomBytes) {
  tests::Watchdog watchdog(60);
  std::mt19937 random(11);
  const Bytes header = Split(Encoded(MixedBytes(100))).header;
  Decoders decoders(2);
  for (int round = 0; round < 3000; ++round) {
    Bytes garbage = round % 2 == 0 ? Bytes{} : header;
    for (auto i = random() % 300; i > 0; --i) {
      garbage.push_back(static_cast<std::uint8_t>(random()));
    }
    decoders.Refused(garbage, {}, "garbage " + std::to_string(round));
    if (HasFailure()) return;
  }
}

TEST(Hostile, PromisesAreNotAllocated) {
  // A header and a chunk header that promise 64 MiB, and next to nothing after them.
  Bytes stream;
  std::array<std::uint8_t, kMaxStreamHeader> header;
  const std::size_t header_size = WriteStreamHeader(
      StreamHeader{.level = 3, .chunk_size = kMaxChunkSize, .original_size = std::nullopt}, header);
  stream.insert(stream.end(), header.begin(),
                header.begin() + static_cast<std::ptrdiff_t>(header_size));
  ChunkHeader chunk{.plan_id = 0,
                    .sequence = 0,
                    .original = kMaxChunkSize,
                    .payload = kMaxChunkSize,
                    .hash = 1,
                    .payload_hash = 1};
  std::array<std::uint8_t, kMaxFrameHeader> chunk_bytes;
  const std::size_t chunk_size = WriteChunkHeader(chunk, chunk_bytes);
  stream.insert(stream.end(), chunk_bytes.begin(),
                chunk_bytes.begin() + static_cast<std::ptrdiff_t>(chunk_size));
  stream.resize(stream.size() + 1000);
  for (const SourceKind kind : kKinds) {
    Decompressor decompressor(WithThreads(8));
    TestSource source(stream, kind);
    TestSink sink;
    const Result<Summary> done = decompressor.Run(source, sink, {});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kTruncated);
    EXPECT_EQ(done.error().offset, stream.size());
    EXPECT_LE(decompressor.Workspace(), 2u << 20);
  }
}

TEST(Failing, SourceSinkOrChunkInTheMiddleWithManyThreads) {
  tests::Watchdog watchdog(120);
  const Bytes original = MixedBytes(100 * kChunk);
  const Bytes stream = Encoded(original, 2);
  for (const std::uint32_t threads : {1u, 2u, 64u}) {
    for (const std::size_t chunk : {std::size_t{0}, std::size_t{3}, std::size_t{50}}) {
      const std::uint64_t at = chunk * kChunk + 5;
      for (const SourceKind kind : {SourceKind::kFile, SourceKind::kPipe}) {
        Compressor compressor(*PlanCompression(WithThreads(threads)));
        TestSource failing(original, kind, at);
        TestSink sink;
        const Result<Summary> done = compressor.Run(failing, sink, {});
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().text, "made to fail");
        EXPECT_EQ(sink.finished, 0);
      }
      Compressor compressor(*PlanCompression(WithThreads(threads)));
      TestSource source(original, SourceKind::kFile);
      TestSink full(stream.size() * chunk / 100);
      ASSERT_FALSE(compressor.Run(source, full, {}));
      for (const SourceKind kind : kKinds) {
        Decompressor decompressor(WithThreads(threads));
        TestSource good(stream, kind);
        TestSink full_disk(at);
        const Result<Summary> done = decompressor.Run(good, full_disk, {});
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, ErrorCode::kIo);
        EXPECT_EQ(full_disk.written.size(), chunk * kChunk);

        TestSource broken(stream, kind, stream.size() * (chunk + 1) / 100);
        TestSink sink;
        if (kind != SourceKind::kMemory) {
          EXPECT_FALSE(decompressor.Run(broken, sink, {}));
        }
      }
      // Several damaged chunks: always the first of them.
      Parts parts = Split(stream);
      for (const std::size_t damaged : {chunk, chunk + 1, chunk + 20}) {
        parts.chunks[damaged].back() ^= 0x10;
      }
      Decoders decoders(threads);
      EXPECT_EQ(decoders.Refused(Joined(parts), original, "damaged").chunk, chunk);
    }
  }
}

}  // namespace
}  // namespace sigma
