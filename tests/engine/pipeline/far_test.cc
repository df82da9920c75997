// Far copies through the whole pipeline: the same bytes by any number of threads, restored from every
// kind of source into every kind of sink, by ranges, within their memory, and around damage.
#include <gtest/gtest.h>

#include <thread>

#include "engine/io/memory_stream.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/decompress.h"
#include "sigma/sigma.hpp"
#include "tests/data.h"
#include "tests/engine/pipeline/decoders.h"
#include "tests/engine/pipeline/test_streams.h"

namespace sigma {
namespace {

using tests::PlaceSink;
using tests::SourceKind;
using tests::TestSink;
using tests::TestSource;

constexpr std::uint32_t kChunk = 64u << 10;

// Pieces of text and noise again and again in other orders, so that chunks copy from several others.
Bytes Repetitive(std::size_t size) {
  const Bytes text = tests::MixedBytes(200'000);
  const Bytes noise = tests::Generate(tests::Kind::kRandom, 150'000);
  tests::Random random(11);
  Bytes bytes = text;
  bytes.insert(bytes.end(), noise.begin(), noise.end());
  while (bytes.size() < size) {
    const Bytes& from = random() % 2 == 0 ? text : noise;
    const std::size_t length = 500 + random.Below(40'000);
    const std::size_t begin = random.Below(from.size() - length);
    bytes.insert(bytes.end(), from.begin() + static_cast<std::ptrdiff_t>(begin),
                 from.begin() + static_cast<std::ptrdiff_t>(begin + length));
    bytes.insert(bytes.end(), random.Below(60), static_cast<std::uint8_t>(random()));
  }
  bytes.resize(size);
  return bytes;
}

Options Far(int level, std::uint32_t threads) {
  Options options;
  options.level = level;
  options.threads = threads;
  options.chunk_size = kChunk;
  options.far = true;
  return options;
}

Bytes CompressFrom(const Bytes& bytes, SourceKind kind, const Options& options) {
  TestSource source(bytes, kind);
  TestSink sink;
  Compressor compressor(*PlanCompression(options));
  const Result<Summary> done = compressor.Run(source, sink, {});
  EXPECT_TRUE(done) << done.error().text;
  return sink.written;
}

std::uint64_t FarChunks(const Summary& summary) {
  for (const StrategyTotals& totals : summary.strategies) {
    if (totals.name == "far") return totals.chunks;
  }
  return 0;
}

TEST(Far, TheBytesDependOnNoThreadAndNoKindOfSource) {
  const Bytes bytes = Repetitive(3'000'000);
  for (const int level : Levels()) {
    Options options = Far(level, 1);
    options.verify = level == 3;
    const Bytes once = CompressFrom(bytes, SourceKind::kFile, options);
    options.far = false;
    EXPECT_LT(once.size(), CompressFrom(bytes, SourceKind::kFile, options).size() / 2) << level;
    for (const std::uint32_t threads : {2u, 5u}) {
      EXPECT_EQ(CompressFrom(bytes, SourceKind::kFile, Far(level, threads)), once) << level;
    }
    EXPECT_EQ(CompressFrom(bytes, SourceKind::kMemory, Far(level, 3)), once) << level;
    const Result<Bytes> back = Decompress(once);
    ASSERT_TRUE(back) << back.error().text;
    EXPECT_EQ(*back, bytes) << level;
    if (level == 5) break;  // the others are slow, and nothing here is theirs
  }
}

TEST(Far, RestoresFromEverySourceIntoEverySink) {
  const Bytes bytes = Repetitive(2'000'000);
  const Bytes stream = CompressFrom(bytes, SourceKind::kFile, Far(3, 2));
  // Two streams and what has no copies between them: positions are of each stream.
  Options plain = Far(1, 1);
  plain.far = false;
  Bytes file = stream;
  const Bytes between = *Compress(Bytes(100'000, 7), plain);
  file.insert(file.end(), between.begin(), between.end());
  file.insert(file.end(), stream.begin(), stream.end());
  Bytes all = bytes;
  all.insert(all.end(), 100'000, 7);
  all.insert(all.end(), bytes.begin(), bytes.end());
  for (const std::uint32_t threads : {1u, 4u}) {
    Options options;
    options.threads = threads;
    for (const SourceKind kind : {SourceKind::kMemory, SourceKind::kFile, SourceKind::kPipe}) {
      Decompressor decompressor(options);
      TestSource source(file, kind);
      TestSink sink;
      const Result<Summary> done = decompressor.Run(source, sink, {});
      ASSERT_TRUE(done) << done.error().text;
      EXPECT_TRUE(sink.written == all);
      EXPECT_GT(FarChunks(*done), 40u);
      TestSource again(file, kind);
      PlaceSink places(all.size());
      ASSERT_TRUE(decompressor.Run(again, places, {}));
      EXPECT_TRUE(places.bytes == all);
    }
  }
}

TEST(Far, RangesRestoreWhatTheyNameAlone) {
  const Bytes bytes = Repetitive(2'000'000);
  const Bytes stream = CompressFrom(bytes, SourceKind::kFile, Far(3, 2));
  Decompressor decompressor(Options{});
  tests::Random random(5);
  for (int i = 0; i < 60; ++i) {
    const std::uint64_t offset = random.Below(bytes.size());
    const std::uint64_t length = random.Below(200'000);
    TestSource source(stream, SourceKind::kFile);
    TestSink sink;
    const Result<Summary> done = decompressor.RunRange(source, sink, {offset, length});
    ASSERT_TRUE(done) << done.error().text;
    const std::uint64_t end = std::min<std::uint64_t>(bytes.size(), offset + length);
    EXPECT_TRUE(std::equal(sink.written.begin(), sink.written.end(),
                           bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                           bytes.begin() + static_cast<std::ptrdiff_t>(end)));
    // A chunk and the eight that it copies from, of 31.
    EXPECT_LE(source.asked(), stream.size() + (length / kChunk + 2) * 9 * kChunk);
  }
}

TEST(Far, AReaderReadsAnywhereByManyThreads) {
  const Bytes bytes = Repetitive(1'500'000);
  Options options = Far(3, 2);
  const Bytes stream = *Compress(bytes, options);
  ReaderOptions choices;
  choices.threads = 3;
  choices.cache_bytes = 4 * kChunk;
  Result<Reader> reader = Reader::OpenMemory(stream, choices);
  ASSERT_TRUE(reader) << reader.error().text;
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      tests::Random random(t + 1);
      Bytes piece(5000);
      for (int i = 0; i < 100; ++i) {
        const std::uint64_t offset = random.Below(bytes.size());
        const Result<std::size_t> got = reader->Read(offset, piece);
        ASSERT_TRUE(got) << got.error().text;
        EXPECT_TRUE(std::equal(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(*got),
                               bytes.begin() + static_cast<std::ptrdiff_t>(offset)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Far, OneChunkAndAPipeHaveNone) {
  const Bytes bytes = Repetitive(kChunk);
  Options plain = Far(3, 1);
  plain.far = false;
  EXPECT_EQ(CompressFrom(bytes, SourceKind::kFile, Far(3, 1)),
            CompressFrom(bytes, SourceKind::kFile, plain));
  TestSource pipe(bytes, SourceKind::kPipe);
  TestSink sink;
  const Result<Summary> done = Compressor(*PlanCompression(Far(3, 1))).Run(pipe, sink, {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(sink.written.empty());
  Options both = Far(3, 1);
  both.rsyncable = true;
  EXPECT_FALSE(PlanCompression(both));
}

// A damaged source takes with it the chunks that copy from it, which name it.
TEST(Far, DamageNamesTheChunkThatIsCopiedFrom) {
  Bytes bytes = tests::Generate(tests::Kind::kRandom, 3 * kChunk);
  bytes.insert(bytes.end(), bytes.begin(), bytes.begin() + kChunk);  // chunk 3 is chunk 0
  Bytes stream = CompressFrom(bytes, SourceKind::kFile, Far(3, 1));
  stream[100] ^= 1;
  for (const SourceKind kind : {SourceKind::kFile, SourceKind::kPipe}) {
    TestSource source(stream, kind);
    TestSink sink;
    const Result<Summary> done = Decompressor(Options{}).Run(source, sink, {});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().chunk, 0u);
  }
  TestSource source(stream, SourceKind::kFile);
  TestSink sink;
  const Result<Summary> range =
      Decompressor(Options{}).RunRange(source, sink, {3 * std::uint64_t{kChunk}, 10});
  ASSERT_FALSE(range);
  EXPECT_EQ(range.error().chunk, 3u);
  EXPECT_EQ(range.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(range.error().text.find("chunk 0"), std::string::npos) << range.error().text;
}

// Wherever it is damaged, all decoders say the same.
TEST(Far, EveryBit) {
  // 64 KiB of one byte, and twice 300 bytes of noise with a run beside them.
  const Bytes noise = tests::Generate(tests::Kind::kRandom, 300);
  Bytes bytes(kChunk, 'a');
  std::copy(noise.begin(), noise.end(), bytes.begin() + 1000);
  bytes.insert(bytes.end(), 5000, 'b');
  bytes.insert(bytes.end(), bytes.begin() + 900, bytes.begin() + 1400);
  const Bytes stream = CompressFrom(bytes, SourceKind::kFile, Far(3, 1));
  TestSource source(stream, SourceKind::kFile);
  TestSink sink;
  const Result<Summary> done = Decompressor(Options{}).Run(source, sink, {});
  ASSERT_TRUE(done) << done.error().text;
  ASSERT_GT(FarChunks(*done), 0u);
  tests::Decoders decoders;
  decoders.RefusedWhateverIsDamaged(stream, bytes);
}

// A source that fails, or a caller who stops, ends the run, whoever waits for his turn.
TEST(Far, FailuresAndCancelsEnd) {
  const Bytes bytes = Repetitive(2'000'000);
  for (const std::uint32_t threads : {1u, 2u, 8u}) {
    Compressor compressor(*PlanCompression(Far(2, threads)));
    for (const std::uint64_t place : {0u, 1u, 500'000u, 1'234'567u, 1'999'999u}) {
      TestSource source(bytes, SourceKind::kFile, place);
      TestSink sink;
      const Result<Summary> done = compressor.Run(source, sink, {});
      ASSERT_FALSE(done);
      EXPECT_EQ(done.error().code, ErrorCode::kIo);
    }
    TestSource source(bytes, SourceKind::kFile);
    TestSink sink;
    int left = 7;
    const Result<Summary> done =
        compressor.Run(source, sink, [&](const Progress&) { return --left > 0; });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kCancelled);
    TestSource whole(bytes, SourceKind::kFile);
    TestSink good;
    ASSERT_TRUE(compressor.Run(whole, good, {}));
    EXPECT_EQ(*Decompress(good.written), bytes);
  }
}

// Under a limit the table is a quarter of it at most, and what the formula says is enough.
TEST(Far, KeepsToAMemoryLimit) {
  Options options = Far(3, 2);
  options.memory_limit = 24u << 20;
  const Result<CompressionPlan> plan = PlanCompression(options);
  ASSERT_TRUE(plan) << plan.error().text;
  EXPECT_LE(plan->far_table, options.memory_limit / 4);
  EXPECT_LE(MemoryNeed(plan->job(), plan->shape), options.memory_limit);
  const Bytes bytes = Repetitive(2'000'000);
  TestSource source(bytes, SourceKind::kFile);
  TestSink sink;
  Compressor compressor(*plan);
  ASSERT_TRUE(compressor.Run(source, sink, {}));
  EXPECT_LE(compressor.Workspace(), options.memory_limit);
  Options back;
  back.threads = 2;
  back.memory_limit = 16u << 20;
  for (const SourceKind kind : {SourceKind::kFile, SourceKind::kPipe}) {
    Decompressor decompressor(back);
    TestSource stored(sink.written, kind);
    TestSink restored;
    const Result<Summary> done = decompressor.Run(stored, restored, {});
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(restored.written, bytes);
    EXPECT_LE(done->memory_need, back.memory_limit);
  }
}

}  // namespace
}  // namespace sigma
