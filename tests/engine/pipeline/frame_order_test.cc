// Frames dropped, doubled, swapped or of another stream are damage, though each of them is intact.
#include <gtest/gtest.h>

#include <string>

#include "sigma/sigma.hpp"
#include "tests/engine/pipeline/decoders.h"

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

TEST(DamagedOrder, ChunksDroppedDoubledSwapped) {
  const Bytes original = MixedBytes(5 * kChunk);
  const Parts parts = Split(Encoded(original));
  ASSERT_EQ(parts.chunks.size(), 5u);
  Decoders decoders;
  for (std::size_t i = 0; i < 5; ++i) {
    const auto at = static_cast<std::ptrdiff_t>(i);
    Parts damaged = parts;
    damaged.chunks.erase(damaged.chunks.begin() + at);
    decoders.Refused(Joined(damaged), original, "dropped " + std::to_string(i));
    damaged = parts;
    damaged.chunks.insert(damaged.chunks.begin() + at, parts.chunks[i]);
    decoders.Refused(Joined(damaged), original, "doubled " + std::to_string(i));
    for (std::size_t j = 0; j < i; ++j) {
      damaged = parts;
      std::swap(damaged.chunks[i], damaged.chunks[j]);
      decoders.Refused(Joined(damaged), original,
                       "swapped " + std::to_string(i) + " and " + std::to_string(j));
    }
  }
}

TEST(DamagedOrder, AChunkOrFooterOfAnotherStream) {
  Options raw = WithThreads(1);
  raw.strategy = "raw";
  const Bytes original = MixedBytes(3 * kChunk, 1);
  const Bytes other = MixedBytes(3 * kChunk, 2);
  const auto encode = [&](const Bytes& bytes) {
    Compressor compressor(*PlanCompression(raw));
    TestSource source(bytes, SourceKind::kMemory);
    TestSink sink;
    EXPECT_TRUE(compressor.Run(source, sink, {}));
    return Split(sink.written);
  };
  const Parts mine = encode(original);
  const Parts theirs = encode(other);
  ASSERT_EQ(mine.chunks[1].size(), theirs.chunks[1].size());
  for (const SourceKind kind : kKinds) {
    // A foreign chunk is good in itself; only the footer can tell, and a pipe has passed it on by
    // then.
    Parts mixed = mine;
    mixed.chunks[1] = theirs.chunks[1];
    const Bytes stream = Joined(mixed);
    Decompressor decompressor(WithThreads(2));
    TestSource source(stream, kind);
    TestSink sink;
    const Result<Summary> done = decompressor.Run(source, sink, {});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(done.error().offset, kNoPosition);
  }
  // By the table the first chunk is wrong, to a pipe it is the footer.
  Parts mixed = mine;
  mixed.footer = theirs.footer;
  Decoders decoders;
  for (const SourceKind kind : kKinds) EXPECT_TRUE(decoders.Decode(Joined(mixed), kind, original));
}

TEST(DamagedOrder, DamageInALaterStreamKeepsItsOffset) {
  const Bytes original = MixedBytes(2 * kChunk + 5);
  const Bytes stream = Encoded(original);
  Bytes twice = stream;
  twice.insert(twice.end(), stream.begin(), stream.end());
  Bytes both = original;
  both.insert(both.end(), original.begin(), original.end());
  const Parts parts = Split(stream);
  const std::size_t second = parts.header.size() + parts.chunks[0].size();
  twice[stream.size() + second + 40] ^= 1;
  Decoders decoders(3);
  const Error error = decoders.Refused(twice, both, "second stream");
  EXPECT_EQ(error.chunk, 1u);
  EXPECT_GE(error.offset, stream.size() + second);
}

}  // namespace
}  // namespace sigma
