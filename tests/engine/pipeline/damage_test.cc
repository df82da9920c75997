// Damage: whatever happens to a stream, the answer is an error that names a place, never wrong
// bytes, and the same through the seek table, from memory and from a pipe.
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <random>

#include "engine/base/hash.h"
#include "engine/format/stream_format.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/decompress.h"
#include "tests/engine/pipeline/test_streams.h"
#include "tests/engine/pipeline/watchdog.h"

namespace sigma {
namespace {

using tests::MixedBytes;
using tests::SourceKind;
using tests::TestSink;
using tests::TestSource;

constexpr SourceKind kKinds[] = {SourceKind::kMemory, SourceKind::kFile, SourceKind::kPipe};
constexpr std::uint32_t kChunk = kMinChunkSize;

Options WithThreads(std::uint32_t threads) {
  Options options;
  options.threads = threads;
  options.chunk_size = kChunk;
  return options;
}

Bytes Encoded(ByteView bytes, std::uint32_t threads = 1) {
  Compressor compressor(*PlanCompression(WithThreads(threads)));
  TestSource source(bytes, SourceKind::kMemory);
  TestSink sink;
  EXPECT_TRUE(compressor.Run(source, sink, {}));
  return std::move(sink.written);
}

// Decoders that are kept from damage to damage, as a server would.
class Decoders {
 public:
  explicit Decoders(std::uint32_t threads = 1) : decompressor_(WithThreads(threads)) {}

  // The error of decoding `stream`, nothing if there is none; what was written must be a prefix of
  // `original` and all of it if there is no error.
  std::optional<Error> Decode(ByteView stream, SourceKind kind, const Bytes& original) {
    TestSource source(stream, kind);
    TestSink sink;
    const Result<Summary> done = decompressor_.Run(source, sink, {});
    EXPECT_LE(sink.written.size(), original.size());
    EXPECT_TRUE(std::equal(sink.written.begin(), sink.written.end(), original.begin()))
        << "wrong output";
    if (!done) return done.error();
    // With trailing data, what comes before it is whole streams.
    if (done->trailing) return done->trailing;
    EXPECT_EQ(sink.written.size(), original.size());
    return std::nullopt;
  }

  // Expects the same error everywhere.
  Error Refused(ByteView stream, const Bytes& original, const std::string& what) {
    std::optional<Error> first;
    for (const SourceKind kind : kKinds) {
      const std::optional<Error> error = Decode(stream, kind, original);
      EXPECT_TRUE(error) << what << ": accepted";
      if (!error) return {};
      EXPECT_NE(error->offset, kNoPosition) << what << ": " << error->text;
      EXPECT_LE(error->offset, stream.size()) << what << ": " << error->text;
      EXPECT_FALSE(error->text.empty()) << what;
      if (!first) first = error;
      EXPECT_EQ(error->code, first->code) << what << ": " << error->text << " / " << first->text;
      EXPECT_EQ(error->offset, first->offset) << what << ": " << error->text;
      EXPECT_EQ(error->chunk, first->chunk) << what << ": " << error->text;
    }
    return *first;
  }

 private:
  Decompressor decompressor_;
};

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

// What Run gives for `stream` from each kind of source; it must deliver all of `original`.
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

TEST_P(Damage, ZerosBehindTheEndArePadding) {
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

TEST_P(Damage, OtherDataBehindTheEndIsNamedAfterTheResult) {
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
    // Behind padding as well, even if it is a stream: it may have lost its neighbours.
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

// The frames of a stream of several chunks, to be put together in other ways.
struct Parts {
  Bytes header, footer;
  std::vector<Bytes> chunks;
};

Parts Split(const Bytes& stream) {
  TestSource source(stream, SourceKind::kMemory);
  const Result<StreamIndex> index = LoadIndex(source, 1u << 20);
  EXPECT_TRUE(index);
  const IndexedStream& only = index->streams.front();
  const auto cut = [&](std::uint64_t begin, std::uint64_t end) {
    return Bytes(stream.begin() + static_cast<std::ptrdiff_t>(begin),
                 stream.begin() + static_cast<std::ptrdiff_t>(end));
  };
  Parts parts;
  parts.header = cut(0, only.header.bytes);
  std::uint64_t end = only.header.bytes;
  for (const SeekEntry& entry : only.footer.entries) {
    end = entry.offset + entry.stored;
    parts.chunks.push_back(cut(entry.offset, end));
  }
  parts.footer = cut(end, stream.size());
  return parts;
}

Bytes Joined(const Parts& parts) {
  Bytes stream = parts.header;
  for (const Bytes& chunk : parts.chunks) stream.insert(stream.end(), chunk.begin(), chunk.end());
  stream.insert(stream.end(), parts.footer.begin(), parts.footer.end());
  return stream;
}

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

// A stream with user data in front of, between and behind its chunks.
Bytes WithUserData(const Bytes& stream, std::size_t size) {
  const Parts parts = Split(stream);
  Bytes out = parts.header;
  std::uint32_t type = 1;
  const auto add_user_data = [&] {
    const Bytes data = MixedBytes(size, type);
    UserDataHeader header{
        .type = type++, .size = static_cast<std::uint32_t>(size), .hash = Hash64(data)};
    std::array<std::uint8_t, kMaxFrameHeader> bytes;
    const std::size_t used = WriteUserDataHeader(header, bytes);
    out.insert(out.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(used));
    out.insert(out.end(), data.begin(), data.end());
  };
  std::vector<SeekEntry> entries;
  for (const Bytes& chunk : parts.chunks) {
    add_user_data();
    const Result<ChunkHeader> header = ParseChunkHeader(chunk, kChunk);
    EXPECT_TRUE(header);
    entries.push_back(SeekEntry{.offset = out.size(),
                                .stored = static_cast<std::uint32_t>(chunk.size()),
                                .original = header->original,
                                .hash = header->hash});
    out.insert(out.end(), chunk.begin(), chunk.end());
  }
  add_user_data();
  add_user_data();
  const Bytes footer = WriteFooter(entries, out.size());
  out.insert(out.end(), footer.begin(), footer.end());
  return out;
}

TEST(UserData, IsPassedOver) {
  const Bytes original = MixedBytes(3 * kChunk + 9);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{3000000}}) {
    const Bytes stream = WithUserData(Encoded(original), size);
    for (const std::uint32_t threads : {1u, 4u}) {
      Decoders decoders(threads);
      for (const SourceKind kind : kKinds) {
        const std::optional<Error> error = decoders.Decode(stream, kind, original);
        EXPECT_FALSE(error) << error->text << " at " << error->offset;
      }
    }
  }
}

TEST(UserData, EveryBit) {
  const Bytes original = MixedBytes(100);
  const Bytes stream = WithUserData(Encoded(original), 7);
  Decoders decoders;
  for (std::size_t bit = 0; bit < 8 * stream.size(); ++bit) {
    Bytes damaged = stream;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    decoders.Refused(damaged, original, "bit " + std::to_string(bit));
    if (HasFailure()) return;
  }
  for (std::size_t size = 0; size < stream.size(); ++size) {
    decoders.Refused(ByteView{stream}.first(size), original, "cut to " + std::to_string(size));
  }
}

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
  // A header and a chunk header that promise 64 MiB, and next to nothing behind them.
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
