// The hash of a whole content: written the same by any number of threads, checked by whoever restores
// the whole, from every kind of source and into every kind of sink.
#include "engine/format/content_hash.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "engine/format/stream_format.h"
#include "tests/engine/pipeline/decoders.h"

namespace sigma {
namespace {

using tests::Decoders;
using tests::Encoded;
using tests::kChunk;
using tests::kKinds;
using tests::MixedBytes;
using tests::Parts;
using tests::PlaceSink;
using tests::SourceKind;
using tests::Split;
using tests::TestSink;
using tests::TestSource;
using tests::WithThreads;

constexpr ContentHash kHashes[] = {ContentHash::kXxh3, ContentHash::kSha256};

Digest HashOf(ContentHash kind, ByteView bytes) {
  ContentHasher hasher(kind);
  hasher.Add(bytes);
  return hasher.Value();
}

Bytes Hashed(Source& source, ContentHash kind, std::uint32_t threads = 1) {
  Options options = WithThreads(threads);
  options.content_hash = kind;
  Compressor compressor(*PlanCompression(options));
  TestSink sink;
  EXPECT_TRUE(compressor.Run(source, sink, {}));
  return std::move(sink.written);
}

Bytes Hashed(ByteView bytes, ContentHash kind, std::uint32_t threads = 1) {
  TestSource source(bytes, SourceKind::kMemory);
  return Hashed(source, kind, threads);
}

// The stream of `bytes` with these frames in front of its chunks and after them.
Bytes Framed(ByteView bytes, const Bytes& front, const Bytes& back) {
  const Bytes plain = Encoded(bytes);
  Parts parts;
  if (bytes.empty()) {
    parts.header.assign(plain.begin(), plain.end() - static_cast<std::ptrdiff_t>(FooterSize(0)));
  } else {
    parts = Split(plain);
  }
  Bytes out = parts.header;
  out.insert(out.end(), front.begin(), front.end());
  std::vector<SeekEntry> entries;
  for (const Bytes& chunk : parts.chunks) {
    const Result<ChunkHeader> header = ParseChunkHeader(chunk, kChunk);
    EXPECT_TRUE(header);
    entries.push_back(SeekEntry{.offset = out.size(),
                                .stored = static_cast<std::uint32_t>(chunk.size()),
                                .original = header->original,
                                .hash = header->hash});
    out.insert(out.end(), chunk.begin(), chunk.end());
  }
  out.insert(out.end(), back.begin(), back.end());
  const Bytes footer = WriteFooter(entries, out.size());
  out.insert(out.end(), footer.begin(), footer.end());
  return out;
}

Bytes WithHash(ByteView bytes, ContentHash kind, const Digest& digest) {
  return Framed(bytes, WriteContentHashFrame(kind), WriteContentHashFrame(kind, digest));
}

Digest Wrong(ContentHash kind, ByteView bytes) {
  Digest digest = HashOf(kind, bytes);
  digest.bytes[digest.size - 1u] ^= 1;
  return digest;
}

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

// Takes pieces from the workers, in any order.
class PieceSink final : public Sink, public Pieces {
 public:
  explicit PieceSink(std::size_t size) : bytes(size) {}
  Result<void> Write(ByteView) override { return Fail(ErrorCode::kIo, "not in pieces"); }
  Result<void> Finish() override {
    finished = true;
    return {};
  }
  Result<void> WriteAt(std::uint64_t offset, ByteView piece) override {
    std::ranges::copy(piece, bytes.begin() + static_cast<std::ptrdiff_t>(offset));
    return {};
  }
  void WrittenTo(std::uint64_t) override {}
  Delivery delivery() override { return static_cast<Pieces*>(this); }
  Bytes bytes;
  bool finished = false;
};

TEST(ContentHash, IsWrittenTheSameByAnyNumberOfThreads) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, 3 * kChunk + std::size_t{9}}) {
    const Bytes original = MixedBytes(size);
    for (const ContentHash kind : kHashes) {
      const Bytes stream = Hashed(original, kind);
      EXPECT_EQ(stream, WithHash(original, kind, HashOf(kind, original))) << size;
      for (const SourceKind from : kKinds) {
        TestSource source(original, from);
        EXPECT_EQ(Hashed(source, kind, 4), stream) << size;
      }
      Decoders decoders(4);
      for (const SourceKind from : kKinds) {
        const std::optional<Error> error = decoders.Decode(stream, from, original);
        EXPECT_FALSE(error) << error->text;
      }
    }
  }
}

// A sparse file: zeros in front that nobody reads.
class HoleSource final : public Source {
 public:
  HoleSource(std::uint64_t zeros, Bytes rest) : zeros_(zeros), rest_(std::move(rest)) {}
  Result<std::size_t> Read(MutableBytes target) override {
    EXPECT_EQ(zeros_, 0u) << "a hole is read";
    const std::size_t size = std::min(target.size(), rest_.size());
    std::copy_n(rest_.begin(), size, target.begin());
    rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(size));
    return size;
  }
  [[nodiscard]] std::optional<std::uint64_t> Size() const override { return std::nullopt; }
  [[nodiscard]] bool Seekable() const override { return false; }
  Result<std::size_t> ReadAt(std::uint64_t, MutableBytes) override {
    return Fail(ErrorCode::kIo, "not seekable");
  }
  [[nodiscard]] std::uint64_t ZerosAhead() override { return zeros_; }
  [[nodiscard]] bool Skip(std::uint64_t bytes) override {
    zeros_ -= bytes;
    return true;
  }

 private:
  std::uint64_t zeros_;
  Bytes rest_;
};

TEST(ContentHash, HolesAreHashedAsTheZerosTheyAre) {
  const Bytes rest = MixedBytes(1000);
  const Bytes original = Bytes(std::size_t{4} * kChunk) + rest;
  for (const ContentHash kind : kHashes) {
    HoleSource source(4 * kChunk, rest);
    EXPECT_EQ(Hashed(source, kind, 2), Hashed(original, kind));
  }
}

TEST(ContentHash, AnotherHashIsCorruptWhereverTheBytesGo) {
  const Bytes original = MixedBytes(3 * kChunk + 9);
  for (const ContentHash kind : kHashes) {
    const Bytes stream = WithHash(original, kind, Wrong(kind, original));
    const Bytes last = WriteContentHashFrame(kind, HashOf(kind, original));
    const std::uint64_t place = stream.size() - FooterSize(4) - last.size();
    for (const std::uint32_t threads : {1u, 4u}) {
      Decoders decoders(threads);
      const Error error = decoders.Refused(stream, original, "another hash");
      EXPECT_EQ(error.code, ErrorCode::kCorrupt);
      EXPECT_EQ(error.offset, place);
      EXPECT_EQ(error.text, kContentDiffersText);
      Decompressor decompressor(WithThreads(threads));
      TestSource source(stream, SourceKind::kFile);
      PieceSink pieces(original.size());
      EXPECT_FALSE(decompressor.Run(source, pieces, {}));
      EXPECT_FALSE(pieces.finished);
      PlaceSink places(original.size());
      EXPECT_FALSE(decompressor.Run(source, places, {}));
      // Only what is restored whole is checked.
      TestSink part;
      EXPECT_TRUE(decompressor.RunRange(source, part, {.offset = 1}));
      // The right one is taken from the same sinks.
      const Bytes right = Hashed(original, kind);
      TestSource good(right, SourceKind::kFile);
      EXPECT_TRUE(decompressor.Run(good, pieces, {}));
      EXPECT_TRUE(decompressor.Run(good, places, {}));
      EXPECT_EQ(pieces.bytes, original);
      EXPECT_EQ(places.bytes, original);
    }
  }
}

TEST(ContentHash, StreamsBackToBackHaveTheirOwn) {
  const Bytes first = MixedBytes(2 * kChunk + 5, 1);
  const Bytes second = MixedBytes(kChunk + 5, 2);
  const Bytes good = Hashed(first, ContentHash::kXxh3);
  const Bytes other = Hashed(second, ContentHash::kSha256);
  const Bytes bad = WithHash(first, ContentHash::kXxh3, Wrong(ContentHash::kXxh3, first));
  const Bytes empty = Hashed({}, ContentHash::kSha256);
  const Bytes plain = Encoded(second);
  Decoders decoders(4);
  for (const SourceKind kind : kKinds) {
    EXPECT_FALSE(decoders.Decode(empty + good + plain + empty + other + empty, kind,
                                 first + second + second));
    EXPECT_FALSE(decoders.Decode(good + good, kind, first + first));
    EXPECT_FALSE(decoders.Decode(plain + good + plain, kind, second + first + second));
  }
  const std::uint64_t place = decoders.Refused(bad, first, "alone").offset;
  EXPECT_EQ(decoders.Refused(bad + plain, first + second, "first").offset, place);
  EXPECT_EQ(decoders.Refused(bad + empty, first, "with an empty one").offset, place);
  EXPECT_EQ(decoders.Refused(bad + other, first + second, "with another kind").offset, place);
  EXPECT_EQ(decoders.Refused(empty + other + bad + empty, second + first, "last").offset,
            empty.size() + other.size() + place);
}

TEST(ContentHash, AnEmptyStreamHasThatOfNothing) {
  const Digest wrong = HashOf(ContentHash::kXxh3, Bytes{1});
  const Bytes stream = WithHash({}, ContentHash::kXxh3, wrong);
  Decoders decoders;
  const Error error = decoders.Refused(stream, {}, "empty");
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_EQ(error.text, kContentDiffersText);
}

TEST(ContentHash, FramesInAnotherOrderAreCorrupt) {
  const Bytes original = MixedBytes(100);
  const ContentHash kind = ContentHash::kXxh3;
  const Bytes announced = WriteContentHashFrame(kind);
  const Bytes hash = WriteContentHashFrame(kind, HashOf(kind, original));
  Decoders decoders;
  for (const Bytes& stream :
       {Framed(original, announced, {}), Framed(original, {}, hash),
        Framed(original, {}, announced + hash), Framed(original, announced + hash, {}),
        Framed(original, announced, hash + hash), Framed(original, announced + announced, hash)}) {
    EXPECT_EQ(decoders.Refused(stream, original, "order").code, ErrorCode::kCorrupt);
  }
}

TEST(ContentHash, AnUnknownKindIsPassedOverWithAWarning) {
  const Bytes original = MixedBytes(2 * kChunk);
  const Bytes data = {0, 9, 4, 1, 2, 3, 4};
  UserDataHeader header{.type = kContentHashType,
                        .size = static_cast<std::uint32_t>(data.size()),
                        .hash = Hash64(data)};
  std::array<std::uint8_t, kMaxFrameHeader> bytes;
  const std::size_t used = WriteUserDataHeader(header, bytes);
  const Bytes frame =
      Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(used)) + data;
  const Bytes stream = Framed(original, {}, frame);
  for (const SourceKind kind : kKinds) {
    Decompressor decompressor(WithThreads(2));
    TestSource source(stream, kind);
    TestSink sink;
    const Result<Summary> done = decompressor.Run(source, sink, {});
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(sink.written, original);
    ASSERT_EQ(done->warnings.size(), 1u);
    EXPECT_EQ(done->warnings.front(), kUnknownContentHashText);
  }
}

TEST(ContentHash, EveryBit) {
  const Bytes original = MixedBytes(100);
  const Bytes stream = Hashed(original, ContentHash::kSha256);
  Decoders decoders;
  decoders.RefusedWhateverIsDamaged(stream, original);
}

}  // namespace
}  // namespace sigma
