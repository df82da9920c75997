// The public functions, as a program that links the library meets them.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "sigma/sigma.hpp"
#include "tests/engine/pipeline/test_streams.h"

namespace sigma {
namespace {

using tests::MixedBytes;

constexpr std::uint32_t kChunk = 64u << 10;

Options Small(std::uint32_t threads = 2) {
  Options options;
  options.threads = threads;
  options.chunk_size = kChunk;
  return options;
}

TEST(Api, SaysWhatItCanDo) {
  EXPECT_FALSE(Version().empty());
  EXPECT_FALSE(SimdTarget().empty());
  EXPECT_GE(AvailableThreads(), 1u);
  EXPECT_EQ(StrategyNames().front(), "auto");
  const std::vector<int> levels = Levels();
  ASSERT_FALSE(levels.empty());
  EXPECT_TRUE(std::is_sorted(levels.begin(), levels.end()));
}

TEST(Api, ValidateNamesWhatExists) {
  EXPECT_TRUE(Validate({}));
  Options options;
  options.level = 77;
  Result<void> bad = Validate(options);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(bad.error().text.find(std::to_string(Levels().back())), std::string::npos);
  options = {};
  options.strategy = "magic";
  bad = Validate(options);
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().text.find("reference"), std::string::npos);
  for (const std::uint32_t size : {1u, 60u << 10, (64u << 10) + 1, (64u << 20) + 4096}) {
    options = {};
    options.chunk_size = size;
    EXPECT_FALSE(Validate(options)) << size;
  }
  options = {};
  options.threads = 100000;
  EXPECT_FALSE(Validate(options));
}

TEST(Api, LeastMemoryIsTheLeast) {
  for (const int level : Levels()) {
    Options options = Small(8);
    options.level = level;
    options.memory_limit = LeastMemory(options, true);
    EXPECT_TRUE(Validate(options));
    const std::string least = std::to_string(options.memory_limit);
    options.memory_limit -= 1;
    const Result<void> bad = Validate(options);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, ErrorCode::kLimit);
    EXPECT_NE(bad.error().text.find(least), std::string::npos);
  }
}

TEST(Api, MemoryToMemory) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{kChunk}, std::size_t{5 * kChunk + 3}}) {
    const Bytes bytes = MixedBytes(size);
    const Result<Bytes> stream = Compress(bytes, Small());
    ASSERT_TRUE(stream);
    EXPECT_LE(stream->size(), CompressBound(size, Small()));
    Bytes buffer(stream->size());
    const Result<std::size_t> used = Compress(bytes, buffer, Small());
    ASSERT_TRUE(used);
    EXPECT_EQ(*used, stream->size());
    EXPECT_EQ(buffer, *stream);
    const Result<Bytes> back = Decompress(*stream, Small());
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, bytes);
    Bytes restored(size);
    const Result<std::size_t> got = Decompress(*stream, restored, Small());
    ASSERT_TRUE(got) << got.error().text;
    EXPECT_EQ(*got, size);
    EXPECT_EQ(restored, bytes);

    buffer.pop_back();
    const Result<std::size_t> small = Compress(bytes, buffer, Small());
    ASSERT_FALSE(small);
    EXPECT_EQ(small.error().code, ErrorCode::kLimit);
    if (size == 0) continue;
    restored.pop_back();
    const Result<std::size_t> tight = Decompress(*stream, restored, Small());
    ASSERT_FALSE(tight);
    EXPECT_EQ(tight.error().code, ErrorCode::kLimit);
  }
}

TEST(Api, BoundHoldsForNoise) {
  std::mt19937 random(5);
  Bytes noise(3 * kChunk + 1);
  for (std::uint8_t& byte : noise) byte = static_cast<std::uint8_t>(random());
  for (const std::size_t size : {std::size_t{1}, std::size_t{100}, noise.size()}) {
    Bytes target(static_cast<std::size_t>(CompressBound(size, Small())));
    EXPECT_TRUE(Compress(ByteView{noise}.first(size), target, Small()));
  }
}

TEST(Api, ARunExpandsWithoutTrustAndWithinTheLimit) {
  const Bytes zeros(40u << 20);
  Options options = Small();
  options.chunk_size = 1u << 20;
  const Result<Bytes> stream = Compress(zeros, options);
  ASSERT_TRUE(stream);
  EXPECT_LT(stream->size(), 10000u);
  const Result<Bytes> back = Decompress(*stream, options);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, zeros);
  options.output_limit = 1u << 20;
  const Result<Bytes> limited = Decompress(*stream, options);
  ASSERT_FALSE(limited);
  EXPECT_EQ(limited.error().code, ErrorCode::kLimit);
}

TEST(Api, InspectAgreesWithTheRun) {
  const Bytes first = MixedBytes(3 * kChunk + 7, 1);
  const Bytes second = MixedBytes(500, 2);
  Bytes streams = *Compress(first, Small());
  const Bytes more = *Compress(second, Small());
  streams.insert(streams.end(), more.begin(), more.end());
  const Result<FileInfo> info = Inspect(streams);
  ASSERT_TRUE(info) << info.error().text;
  EXPECT_EQ(info->compressed, streams.size());
  EXPECT_EQ(info->original, first.size() + second.size());
  EXPECT_EQ(info->streams, 2u);
  EXPECT_EQ(info->chunk_size, kChunk);
  EXPECT_EQ(info->level, Options{}.level);
  EXPECT_EQ(info->checksum, "XXH3-64");
  ASSERT_EQ(info->chunks.size(), 5u);
  std::uint64_t original = 0;
  for (const ChunkInfo& chunk : info->chunks) {
    EXPECT_EQ(chunk.original_offset, original);
    EXPECT_FALSE(chunk.strategy.empty());
    original += chunk.original;
  }
  std::uint64_t chunks = 0;
  for (const StrategyTotals& totals : info->strategies) chunks += totals.chunks;
  EXPECT_EQ(chunks, 5u);

  const Result<FileInfo> other = Inspect(ByteView{first});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kNotSigma);
  EXPECT_FALSE(Inspect(ByteView{streams}.first(streams.size() - 1)));
}

TEST(Api, BenchMeasuresAndChecks) {
  const Bytes bytes = MixedBytes(20 * kChunk);
  for (const std::uint32_t threads : {1u, 2u}) {
    const Result<BenchResult> result = Bench(bytes, Small(threads), 0);
    ASSERT_TRUE(result) << result.error().text;
    EXPECT_EQ(result->original, bytes.size());
    EXPECT_EQ(result->compressed, Compress(bytes, Small())->size());
    EXPECT_EQ(result->threads, threads);
    EXPECT_GT(result->compress_seconds, 0);
    EXPECT_GT(result->decompress_seconds, 0);
    EXPECT_GT(result->peak_workspace, 0u);
  }
}

class ApiFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "sigma-api-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string Path(const std::string& name) const {
    return (folder_ / name).string();
  }
  void Write(const std::string& name, const Bytes& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  std::filesystem::path folder_;
};

TEST_F(ApiFiles, ThereAndBack) {
  const Bytes bytes = MixedBytes(7 * kChunk + 1);
  Write("a", bytes);
  const Result<Summary> there = CompressFile(Path("a"), Path("a.sigma"), Small(), {});
  ASSERT_TRUE(there) << there.error().text;
  EXPECT_EQ(there->original, bytes.size());
  EXPECT_EQ(there->chunks, 8u);
  EXPECT_GT(there->pool.acquisitions, 0u);
  EXPECT_EQ(*ReadFile(Path("a.sigma")), *Compress(bytes, Small(1)));
  const Result<Summary> tested = TestFile(Path("a.sigma"), Small(), {});
  ASSERT_TRUE(tested) << tested.error().text;
  EXPECT_EQ(tested->original, bytes.size());
  EXPECT_EQ(tested->compressed, there->compressed);
  const Result<Summary> back = DecompressFile(Path("a.sigma"), Path("b"), Small(), {});
  ASSERT_TRUE(back) << back.error().text;
  EXPECT_EQ(*ReadFile(Path("b")), bytes);
  const Result<Summary> range =
      DecompressRange(Path("a.sigma"), Path("r"), {kChunk - 3, 10}, Small(), {});
  ASSERT_TRUE(range) << range.error().text;
  EXPECT_EQ(*ReadFile(Path("r")), Bytes(bytes.begin() + kChunk - 3, bytes.begin() + kChunk + 7));
  EXPECT_EQ(range->chunks, 2u);
  const Result<FileInfo> info = InspectFile(Path("a.sigma"));
  ASSERT_TRUE(info);
  EXPECT_EQ(info->chunks.size(), 8u);
}

TEST_F(ApiFiles, ErrorsSayWhichFileTheySpeakOf) {
  Write("a", MixedBytes(100));
  Write("old", MixedBytes(100));
  const auto missing = CompressFile(Path("nosuch"), Path("b"), Small(), {});
  ASSERT_FALSE(missing);
  EXPECT_FALSE(missing.error().at_target);
  const auto taken = CompressFile(Path("a"), Path("old"), Small(), {});
  ASSERT_FALSE(taken);
  EXPECT_TRUE(taken.error().at_target);
  EXPECT_TRUE(taken.error().force_overwrites);
  const auto nowhere = CompressFile(Path("a"), Path("nosuch/b"), Small(), {});
  ASSERT_FALSE(nowhere);
  EXPECT_TRUE(nowhere.error().at_target);
  EXPECT_FALSE(nowhere.error().force_overwrites);
  ASSERT_TRUE(CompressFile(Path("a"), Path("a.sigma"), Small(), {}));
  FileOptions named;
  named.target_name = TargetName::kGiven;
  for (const auto& full :
       {CompressFile(Path("a"), "/dev/full", Small(), named),
        DecompressFile(Path("a.sigma"), "/dev/full", Small(), named),
        DecompressRange(Path("a.sigma"), "/dev/full", {0, 10}, Small(), named)}) {
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, ErrorCode::kIo);
    EXPECT_TRUE(full.error().at_target) << full.error().text;
  }
}

TEST_F(ApiFiles, VerifyingIsToldOfEachResult) {
  const Bytes bytes = MixedBytes(7 * kChunk + 1);
  Write("a", bytes);
  Write("b", bytes);
  FileOptions files;
  files.remove_source = true;
  Result<FileSeries> series = FileSeries::Create(Small());
  ASSERT_TRUE(series);
  for (const char* name : {"a", "b"}) {
    ASSERT_TRUE(series->Compress(Path(name), Path(name) + std::string(".sigma"), files));
  }
  std::vector<std::string> verified;
  Progress last;
  series->Settle([](const FileSeries::Settled& settled) { EXPECT_FALSE(settled.error); },
                 [&](const std::string& source, const Progress& progress) {
                   if (verified.empty() || verified.back() != source) verified.push_back(source);
                   last = progress;
                 });
  EXPECT_EQ(verified, (std::vector<std::string>{Path("a"), Path("b")}));
  EXPECT_EQ(last.written, bytes.size());
  EXPECT_EQ(last.total, std::filesystem::file_size(Path("b.sigma")));
}

// Small files, one of several chunks, one that is not there and one that is no stream.
TEST_F(ApiFiles, ManyAtOnceGiveTheBytesOfEachAlone) {
  constexpr std::size_t kFiles = 300;  // more than a batch holds
  const Bytes bytes = MixedBytes(6 * kChunk);
  std::vector<FileSeries::Job> jobs;
  FileOptions files;
  files.remove_source = true;
  const auto part = [&](std::size_t i) {
    return i == 7 ? bytes
                  : Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(37 * i));
  };
  for (std::size_t i = 0; i < kFiles; ++i) {
    const std::string name = Path("f" + std::to_string(i));
    if (i != 11) Write("f" + std::to_string(i), part(i));
    jobs.push_back({name, name + ".sigma", files, true});
  }
  for (const bool restores : {false, true}) {
    Result<FileSeries> series = FileSeries::Create(Small(4));
    ASSERT_TRUE(series);
    std::span<const FileSeries::Job> left = jobs;
    std::size_t settled = 0;
    while (!left.empty()) {
      const auto results = series->Run(left);
      ASSERT_TRUE(results);
      ASSERT_FALSE(results->empty());
      for (std::size_t i = 0; i < results->size(); ++i) {
        const std::size_t file = kFiles - left.size() + i;
        ASSERT_EQ((*results)[i].has_value(), file != 11) << file;
        if (file == 11) continue;
        EXPECT_EQ((*results)[i]->original, part(file).size()) << file;
        if (restores) continue;
        EXPECT_EQ(*ReadFile(left[i].target), *Compress(part(file), Small())) << file;
      }
      left = left.subspan(results->size());
      series->Settle([&](const FileSeries::Settled& one) {
        EXPECT_FALSE(one.error) << one.source;
        ++settled;
      });
    }
    EXPECT_EQ(settled, kFiles - 1);
    for (FileSeries::Job& job : jobs) {
      EXPECT_FALSE(std::filesystem::exists(job.source));
      std::swap(job.source, job.target);
      job.compress = false;
    }
  }
  for (std::size_t i = 0; i < kFiles; ++i) {
    if (i == 11) continue;
    EXPECT_EQ(*ReadFile(Path("f" + std::to_string(i))), part(i)) << i;
  }
}

TEST_F(ApiFiles, NothingIsLeftOfAFailure) {
  const Bytes bytes = MixedBytes(7 * kChunk + 1);
  Bytes stream = *Compress(bytes, Small());
  stream[stream.size() / 2] ^= 1;
  Write("bad.sigma", stream);
  FileOptions files;
  files.remove_source = true;
  const Result<Summary> bad = DecompressFile(Path("bad.sigma"), Path("b"), Small(), files);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(bad.error().offset, kNoPosition);
  EXPECT_NE(bad.error().chunk, kNoPosition);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "bad.sigma"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);

  Write("a", bytes);
  Write("taken", {});
  EXPECT_EQ(CompressFile(Path("a"), Path("taken"), Small(), {}).error().code, ErrorCode::kExists);
  EXPECT_EQ(CompressFile(Path("none"), Path("x"), Small(), {}).error().code, ErrorCode::kNotFound);
  const Result<Summary> cancelled =
      CompressFile(Path("a"), Path("x"), Small(), {}, [](const Progress&) { return false; });
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, ErrorCode::kCancelled);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "x"));
}

TEST_F(ApiFiles, TheSourceGoesWhenTheResultIsThere) {
  Write("a", MixedBytes(100000));
  FileOptions files;
  files.remove_source = true;
  ASSERT_TRUE(CompressFile(Path("a"), Path("a.sigma"), Small(), files));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a"));
  ASSERT_TRUE(DecompressFile(Path("a.sigma"), Path("a"), Small(), files));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.sigma"));
  EXPECT_EQ(*ReadFile(Path("a")), MixedBytes(100000));
}

}  // namespace
}  // namespace sigma
