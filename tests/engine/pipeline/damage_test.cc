// Damage: whatever happens to a stream, the answer is an error that names a place, never wrong
// bytes, and the same through the seek table, from memory and from a pipe.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sigma/sigma.hpp"
#include "tests/engine/pipeline/decoders.h"

namespace sigma {
namespace {

using tests::Decoders;
using tests::Encoded;
using tests::kChunk;
using tests::kKinds;
using tests::MixedBytes;
using tests::SourceKind;
using tests::TestSink;
using tests::TestSource;
using tests::WithThreads;

// Three chunks whose stream is short enough for every single bit of it.
Bytes SmallMultiChunk() {
  Bytes bytes(kChunk, 7);
  for (std::uint32_t i = 0; i < kChunk; ++i) bytes.push_back(static_cast<std::uint8_t>(i % 12));
  const Bytes tail = MixedBytes(90);
  bytes.insert(bytes.end(), tail.begin(), tail.end());
  return bytes;
}

class Damage : public ::testing::TestWithParam<int> {
 protected:
  Bytes Original() const {
    switch (GetParam()) {
      case 0:
        return SmallMultiChunk();
      case 1:
        return MixedBytes(300);
      default:
        return {};
    }
  }
};

TEST_P(Damage, EveryTruncation) {
  const Bytes original = Original();
  const Bytes stream = Encoded(original);
  Decoders decoders;
  for (std::size_t size = 0; size < stream.size(); ++size) {
    const Error error =
        decoders.Refused(ByteView{stream}.first(size), original, "cut to " + std::to_string(size));
    EXPECT_EQ(error.code, ErrorCode::kTruncated) << size << ": " << error.text;
  }
}

TEST_P(Damage, EveryBit) {
  const Bytes original = Original();
  const Bytes stream = Encoded(original);
  Decoders decoders;
  for (std::size_t bit = 0; bit < 8 * stream.size(); ++bit) {
    Bytes damaged = stream;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    decoders.Refused(damaged, original, "bit " + std::to_string(bit));
    if (HasFailure()) return;
  }
}

TEST_P(Damage, EveryByteLostOrDoubled) {
  const Bytes original = Original();
  const Bytes stream = Encoded(original);
  Decoders decoders;
  for (std::size_t at = 0; at < stream.size(); ++at) {
    Bytes damaged = stream;
    damaged.erase(damaged.begin() + static_cast<std::ptrdiff_t>(at));
    decoders.Refused(damaged, original, "byte lost " + std::to_string(at));
    damaged = stream;
    damaged.insert(damaged.begin() + static_cast<std::ptrdiff_t>(at), stream[at]);
    decoders.Refused(damaged, original, "byte doubled " + std::to_string(at));
    if (HasFailure()) return;
  }
}

// The summaries of Run for `stream` from each kind of source; it must deliver all of `original`.
std::vector<Summary> Delivered(ByteView stream, const Bytes& original) {
  std::vector<Summary> all;
  for (const SourceKind kind : kKinds) {
    Decompressor decompressor(WithThreads(2));
    TestSource source(stream, kind);
    TestSink sink;
    const Result<Summary> done = decompressor.Run(source, sink, {});
    EXPECT_TRUE(done) << done.error().text;
    if (!done) continue;
    EXPECT_EQ(sink.written, original);
    EXPECT_EQ(sink.finished, 1);
    all.push_back(*done);
  }
  return all;
}

TEST_P(Damage, ZerosAfterTheEndArePadding) {
  const Bytes original = Original();
  const Bytes stream = Encoded(original);
  for (const std::size_t more : {1u, 2u, 39u, 40u, 41u, 511u, 512u, 16384u, 65536u, 200001u}) {
    SCOPED_TRACE(more);
    Bytes padded = stream;
    padded.resize(padded.size() + more);
    for (const Summary& done : Delivered(padded, original)) {
      EXPECT_FALSE(done.trailing);
      EXPECT_EQ(done.streams, 1u);
      EXPECT_EQ(done.compressed, padded.size());
    }
    const Result<Bytes> back = Decompress(ByteView{padded});
    ASSERT_TRUE(back) << back.error().text;
    EXPECT_EQ(*back, original);
    const Result<FileInfo> info = Inspect(ByteView{padded});
    ASSERT_TRUE(info) << info.error().text;
    EXPECT_EQ(info->original, original.size());
    EXPECT_EQ(info->compressed, padded.size());
    Decompressor decompressor(WithThreads(1));
    TestSource source(padded, SourceKind::kFile);
    TestSink sink;
    ASSERT_TRUE(decompressor.RunRange(source, sink, {.offset = 7, .length = 20}));
    const std::size_t from = std::min<std::size_t>(7, original.size());
    const std::size_t size = std::min<std::size_t>(20, original.size() - from);
    EXPECT_TRUE(std::ranges::equal(sink.written, ByteView{original}.subspan(from, size)));
  }
}

TEST_P(Damage, OtherDataAfterTheEndIsNamedOnceTheResultIsThere) {
  const Bytes original = Original();
  const Bytes stream = Encoded(original);
  std::mt19937 random(3);
  const auto expect_at = [&](const Bytes& longer, std::size_t at) {
    for (const Summary& done : Delivered(longer, original)) {
      ASSERT_TRUE(done.trailing);
      EXPECT_EQ(done.trailing->code, ErrorCode::kCorrupt);
      EXPECT_EQ(done.trailing->offset, at);
      EXPECT_EQ(done.streams, 1u);
    }
    // Where no result is given beside it, it is the error.
    const Result<Bytes> back = Decompress(ByteView{longer});
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().offset, at);
    const Result<FileInfo> info = Inspect(ByteView{longer});
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(info.error().offset, at);
  };
  for (std::size_t more = 1; more < 100; ++more) {
    Bytes longer = stream;
    longer.push_back(static_cast<std::uint8_t>(1 + random() % 127));  // no magic begins so
    for (std::size_t i = 1; i < more; ++i) longer.push_back(static_cast<std::uint8_t>(random()));
    expect_at(longer, stream.size());
    // After padding as well, even if it is a stream: it may have lost its neighbours.
    Bytes padded = stream;
    padded.resize(stream.size() + 300 * more);
    padded.push_back(1);
    expect_at(padded, padded.size() - 1);
  }
  Bytes padded = stream;
  padded.resize(stream.size() + 70000);
  const std::size_t at = padded.size();
  padded.insert(padded.end(), stream.begin(), stream.end());
  for (const Summary& done : Delivered(padded, original)) {
    ASSERT_TRUE(done.trailing);
    EXPECT_EQ(done.trailing->offset, at);
  }
}

INSTANTIATE_TEST_SUITE_P(Streams, Damage, ::testing::Values(0, 1, 2));

}  // namespace
}  // namespace sigma
