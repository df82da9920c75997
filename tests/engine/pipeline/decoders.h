// Streams of small chunks, whole and in parts, and decoders that must refuse damaged ones alike
// from every kind of source.
#ifndef SIGMA_TESTS_PIPELINE_DECODERS_H_
#define SIGMA_TESTS_PIPELINE_DECODERS_H_

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "engine/format/stream_format.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/decompress.h"
#include "tests/engine/pipeline/test_streams.h"

namespace sigma::tests {

inline constexpr SourceKind kKinds[] = {SourceKind::kMemory, SourceKind::kFile, SourceKind::kPipe};
inline constexpr std::uint32_t kChunk = kMinChunkSize;

inline Options WithThreads(std::uint32_t threads) {
  Options options;
  options.threads = threads;
  options.chunk_size = kChunk;
  return options;
}

inline Bytes Encoded(ByteView bytes, std::uint32_t threads = 1) {
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

  // Each bit flipped, and each cut.
  void RefusedWhateverIsDamaged(const Bytes& stream, const Bytes& original) {
    for (std::size_t bit = 0; bit < 8 * stream.size(); ++bit) {
      Bytes damaged = stream;
      damaged[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
      Refused(damaged, original, "bit " + std::to_string(bit));
      if (testing::Test::HasFailure()) return;
    }
    for (std::size_t size = 0; size < stream.size(); ++size) {
      Refused(ByteView{stream}.first(size), original, "cut to " + std::to_string(size));
    }
  }

 private:
  Decompressor decompressor_;
};

// The frames of a stream of several chunks, to be put together in other ways.
struct Parts {
  Bytes header, footer;
  std::vector<Bytes> chunks;
};

inline Parts Split(const Bytes& stream) {
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

inline Bytes Joined(const Parts& parts) {
  Bytes stream = parts.header;
  for (const Bytes& chunk : parts.chunks) stream.insert(stream.end(), chunk.begin(), chunk.end());
  stream.insert(stream.end(), parts.footer.begin(), parts.footer.end());
  return stream;
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_PIPELINE_DECODERS_H_
