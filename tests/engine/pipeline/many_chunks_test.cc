// Streams of very many small chunks, and files of very many streams: what is held does not grow
// with their number, and the bytes are the same whether the seek table was in memory or not.
#include <gtest/gtest.h>

#include <cstdlib>

#include "engine/format/stream_format.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/decompress.h"
#include "engine/pipeline/seek_table.h"
#include "engine/pipeline/stream_index.h"
#include "tests/engine/pipeline/test_streams.h"
#include "tests/one_byte_chunks.h"

namespace sigma {
namespace {

using tests::OneByteChunks;
using tests::SourceKind;
using tests::TestSink;
using tests::TestSource;

Options Limited(std::uint64_t limit) {
  Options options;
  options.threads = 1;
  options.memory_limit = limit;
  return options;
}

TEST(ManyChunks, AreRestoredForwardWhereTheirTableDoesNotFit) {
  constexpr std::size_t kCount = 20000;
  const Bytes stream = OneByteChunks(kCount);
  for (const std::uint64_t limit : {std::uint64_t{0}, std::uint64_t{8000000}}) {
    const Decompressor decompressor(Limited(limit));
    TestSource source(stream, SourceKind::kFile);
    const Result<StreamIndex> index = decompressor.Index(source);
    EXPECT_EQ(index.has_value(), limit == 0);
    if (!index) {
      EXPECT_EQ(index.error().code, ErrorCode::kLimit);
    }
    for (const SourceKind kind : {SourceKind::kMemory, SourceKind::kFile, SourceKind::kPipe}) {
      Decompressor run(Limited(limit));
      TestSource from(stream, kind);
      TestSink sink;
      const Result<Summary> done = run.Run(from, sink, {});
      ASSERT_TRUE(done) << done.error().text;
      EXPECT_EQ(done->chunks, kCount);
      EXPECT_EQ(done->compressed, stream.size());
      ASSERT_EQ(sink.written.size(), kCount);
      EXPECT_EQ(sink.written[kCount - 1], static_cast<std::uint8_t>((kCount - 1) * 7));
    }
  }
}

// After the entries that a forward reader keeps, too, every byte of the footer counts.
TEST(ManyChunks, ADamagedFooterIsRefusedWhereverItIs) {
  constexpr std::size_t kCount = ChunkTally::kKept + 300;
  const Bytes stream = OneByteChunks(kCount);
  const std::size_t footer = stream.size() - FooterSize(kCount);
  for (const std::size_t at :
       {std::size_t{0}, std::size_t{1}, 24 * ChunkTally::kKept, 24 * ChunkTally::kKept + 1,
        24 * kCount - 5, 24 * kCount, 24 * kCount + 1, 24 * kCount + 40}) {
    Bytes damaged = stream;
    damaged[footer + at] ^= 4;
    TestSource source(damaged, SourceKind::kPipe);
    TestSink sink;
    const Result<Summary> done = Decompressor(Limited(0)).Run(source, sink, {});
    ASSERT_FALSE(done) << at;
    EXPECT_EQ(done.error().code, ErrorCode::kCorrupt) << at;
    // To the byte before and after the entries that are not kept.
    const std::size_t first = 1 + 24 * ChunkTally::kKept;
    const bool kept = at < first || at >= 1 + 24 * kCount;
    EXPECT_EQ(done.error().offset, footer + (kept ? at : first)) << at;
  }
  for (const std::size_t cut : {std::size_t{1}, std::size_t{39}, std::size_t{41}, 24 * 200ul}) {
    TestSource source(ByteView{stream}.first(stream.size() - cut), SourceKind::kPipe);
    TestSink sink;
    const Result<Summary> done = Decompressor(Limited(0)).Run(source, sink, {});
    ASSERT_FALSE(done) << cut;
    EXPECT_EQ(done.error().code, ErrorCode::kTruncated);
    EXPECT_EQ(done.error().offset, stream.size() - cut);
  }
}

TEST(ManyChunks, StreamsAreWalkedWithoutBeingKept) {
  const Bytes empty = OneByteChunks(0);
  Bytes all;
  for (int i = 0; i < 5000; ++i) all.insert(all.end(), empty.begin(), empty.end());
  TestSource seekable(all, SourceKind::kFile);
  EXPECT_EQ(Decompressor(Limited(8000000)).Index(seekable).error().code, ErrorCode::kLimit);
  for (const SourceKind kind : {SourceKind::kFile, SourceKind::kPipe}) {
    TestSource source(all, kind);
    TestSink sink;
    const Result<Summary> done = Decompressor(Limited(8000000)).Run(source, sink, {});
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(done->streams, 5000u);
    EXPECT_EQ(done->original, 0u);
  }
}

TEST(ManyChunks, ARangeSaysWhatItsTableTakes) {
  const Bytes stream = OneByteChunks(200000);
  TestSource source(stream, SourceKind::kFile);
  TestSink sink;
  const Result<Summary> refused =
      Decompressor(Limited(8000000)).RunRange(source, sink, {.offset = 5, .length = 3});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kLimit);
  const Result<Summary> done =
      Decompressor(Limited(24000000)).RunRange(source, sink, {.offset = 5, .length = 3});
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(sink.written, (Bytes{35, 42, 49}));
}

// The footer of `entries` as a table writes it that holds `most_bytes` in memory.
Bytes FooterOf(const std::vector<SeekEntry>& entries, std::uint64_t offset,
               std::uint64_t most_bytes, std::uint64_t* spilled) {
  SeekTable table(most_bytes);
  for (const SeekEntry& entry : entries) EXPECT_TRUE(table.Add(entry));
  EXPECT_EQ(table.count(), entries.size());
  *spilled = table.spilled();
  Bytes footer;
  EXPECT_TRUE(table.WriteFooter(offset, [&](ByteView piece) -> Result<void> {
    footer.insert(footer.end(), piece.begin(), piece.end());
    return {};
  }));
  return footer;
}

TEST(SeekTable, WritesTheVeryFooterWhereverItsEntriesAre) {
  const std::size_t block = SeekTable::kBlockEntries;
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{2}, block - 1, block,
                                  block + 1, 3 * block, 3 * block + 17}) {
    std::vector<SeekEntry> entries;
    std::uint64_t offset = 12;
    for (std::size_t i = 0; i < count; ++i) {
      const auto stored = static_cast<std::uint32_t>(100 + i * i % 977);
      const auto original =
          static_cast<std::uint32_t>(1 + i * 31 % 65536);  // flushed here and there
      entries.push_back({offset, stored, original, i * 0x9E3779B97F4A7C15u});
      offset += stored;
    }
    const Bytes wanted = WriteFooter(entries, offset);
    std::uint64_t spilled = 0;
    EXPECT_EQ(FooterOf(entries, offset, ~std::uint64_t{0}, &spilled), wanted) << count;
    EXPECT_EQ(spilled, 0u);
    EXPECT_EQ(FooterOf(entries, offset, 0, &spilled), wanted) << count;
    EXPECT_EQ(spilled, count == 0 ? 0 : (count - 1) / block * SeekTable::kBlock) << count;
    EXPECT_EQ(FooterOf(entries, offset, 2 * SeekTable::kBlock, &spilled), wanted) << count;
  }
}

TEST(SeekTable, SaysWhatToDoWhereThereIsNoTemporaryFile) {
  const char* const before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  setenv("TMPDIR", "/nonexistent/folder", 1);
  SeekTable table(0);
  Result<void> added;
  for (std::size_t i = 0; i <= SeekTable::kBlockEntries && added; ++i) {
    added = table.Add({.offset = i, .stored = 1, .original = 1, .hash = i});
  }
  if (before == nullptr) {
    unsetenv("TMPDIR");
  } else {
    setenv("TMPDIR", kept.c_str(), 1);
  }
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::kLimit);
  EXPECT_NE(added.error().text.find("/nonexistent/folder"), std::string::npos);
  EXPECT_NE(added.error().text.find("TMPDIR"), std::string::npos);
}

}  // namespace
}  // namespace sigma
