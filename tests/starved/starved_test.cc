// SQLite's way: the N-th allocation, mapping or thread fails, for N = 1, 2, 3 … until a call needs
// no more of them, once and for ever after. Every call of the API then ends with success or with
// kOutOfMemory, keeps nothing, and works when it is made again. A signal, an abort or a hang ends
// this program.
#include "tests/starved/starved.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <string>

#include "engine/base/hash.h"
#include "sigma/context.hpp"
#include "sigma/reader.hpp"
#include "sigma/sigma.hpp"
#include "sigma/stream.hpp"
#include "tests/data.h"
#include "tests/engine/io/temp_dir.h"
#include "tests/engine/pipeline/watchdog.h"

namespace sigma {
namespace {

using tests::Good;
using tests::LiveBlocks;
using tests::Starvation;

constexpr std::uint32_t kChunk = 64u << 10;

// oneTBB forgets a body of a node when there is no memory for its copy (multifunction_input): this
// many in all N of a graph that a call runs. And the C library keeps what it made for threads. Any
// leak of ours shows once for every N, of which there are 60 and more for a graph.
constexpr std::int64_t kForgotten = 9;
constexpr std::int64_t kKept = 5;

// Every N in the long label; else the first ones and one in some of the others.
bool Every() { return std::getenv("SIGMA_EVERY_FAILURE") != nullptr; }
std::uint64_t Stride(std::uint64_t n) {
  if (Every()) return 1;
  return n < 12 ? 1 : 5;
}

std::uint64_t Digest(const Bytes& bytes) { return Hash64(bytes); }
std::uint64_t Digest(std::size_t size) { return size; }
std::uint64_t Digest(const Summary& done) { return done.original + 31 * done.compressed; }
std::uint64_t Digest(const FileInfo& info) { return info.original + 31 * info.chunks.size(); }
std::uint64_t Digest(const BenchResult& result) { return result.compressed; }
std::uint64_t Digest(const Analysis& analysis) { return analysis.compressed; }

class Starved : public testing::TestWithParam<std::uint32_t> {
 protected:
  Starved() {
    options_.threads = GetParam();
    options_.chunk_size = kChunk;
    source_ = tests::Generate(tests::Kind::kText, 5 * kChunk + 77, 1);
    const Bytes more = tests::Generate(tests::Kind::kWalk32, 2 * kChunk, 2);
    source_.insert(source_.end(), more.begin(), more.end());
    stream_ = *Compress(source_, options_);
    tests::Put(folder_ / "a", {source_.begin(), source_.end()});
    tests::Put(folder_ / "a.sigma", {stream_.begin(), stream_.end()});
  }

  // Checks that run after each failure.
  std::function<void()> after_ = [] {};

  template <typename Call>
  void Try(Good good, const char* what, Call call, int graphs) {
    const auto expected = call();
    ASSERT_TRUE(expected) << what << expected.error().text;
    const std::uint64_t digest = Digest(*expected);
    for (const bool for_ever : {false, true}) {
      const std::int64_t live = LiveBlocks();
      std::uint64_t tried = 0;
      std::uint64_t failed = 0;
      for (std::uint64_t n = 1;; n += Stride(n)) {
        Starvation starvation(good, n, for_ever);
        auto result = call();
        if (!starvation.Stop()) {
          EXPECT_TRUE(result) << what << n;
          break;
        }
        ++tried;
        if (result) {
          EXPECT_EQ(Digest(*result), digest) << what << n;
        } else {
          ++failed;
          EXPECT_EQ(result.error().code, ErrorCode::kOutOfMemory)
              << what << n << result.error().text;
          EXPECT_TRUE(good != Good::kThread || takes_thread_)
              << what << n << ": fewer workers can do it";
          after_();
        }
        result = call();
        ASSERT_TRUE(result) << what << n << result.error().text;
        ASSERT_EQ(Digest(*result), digest) << what << n;
      }
      const std::int64_t stay = LiveBlocks() - live;
      EXPECT_LE(stay, kForgotten * graphs + kKept) << what << tried;
      std::cout << what << (for_ever ? ", for ever: " : ", once: ") << tried << " N, " << failed
                << " errors, the others done; " << stay << " blocks stay\n";
    }
  }

  template <typename Call>
  void TryAll(const char* what, Call call, int graphs = 1) {
    for (const Good good : {Good::kMemory, Good::kMapping, Good::kThread}) {
      Try(good, what, call, graphs);
    }
  }

  bool takes_thread_ = false;  // the calls take one that nobody can stand in for
  tests::Watchdog watchdog_{3000};
  tests::TempDir folder_;
  Options options_;
  FileOptions files_{.force = true};
  Bytes source_;
  Bytes stream_;
};

TEST_P(Starved, MemoryToMemory) {
  TryAll("Compress", [&] { return Compress(source_, options_); });
  TryAll("Decompress", [&] { return Decompress(stream_, options_); });
  Bytes target(static_cast<std::size_t>(CompressBound(source_.size(), options_)));
  TryAll("Compress into", [&] { return Compress(source_, MutableBytes{target}, options_); });
  TryAll("Decompress into", [&] { return Decompress(stream_, MutableBytes{target}, options_); });
}

TEST_P(Starved, Levels) {
  source_.resize(2 * kChunk);
  for (const int level : Levels()) {
    if (!Every() && level != 1 && level != 5) continue;
    options_.level = level;
    TryAll("Compress at a level", [&] { return Compress(source_, options_); });
  }
}

TEST_P(Starved, Files) {
  const std::string source = folder_ / "a";
  const std::string stream = folder_ / "a.sigma";
  const std::string target = folder_ / "t";
  after_ = [&] {
    std::vector<std::string> names = folder_.Names();
    std::sort(names.begin(), names.end());
    if (names.back() == "t") names.pop_back();  // of the call before
    EXPECT_EQ(names, (std::vector<std::string>{"a", "a.sigma"}));
  };
  TryAll("CompressFile", [&] { return CompressFile(source, target, options_, files_); });
  TryAll("DecompressFile", [&] { return DecompressFile(stream, target, options_, files_); });
  TryAll("TestFile", [&] { return TestFile(stream, options_, files_); });
  TryAll("DecompressRange", [&] {
    return DecompressRange(stream, target, {kChunk / 2, 3 * kChunk}, options_, files_);
  });
  TryAll("ReadFile", [&] { return ReadFile(source); });
}

TEST_P(Starved, FilesSideBySide) {
  std::vector<FileSeries::Job> jobs;
  std::vector<std::string> names = {"a", "a.sigma"};
  for (const char* name : {"p", "q", "r"}) {
    tests::Put(folder_ / name, {source_.begin(), source_.begin() + 1000});
    jobs.push_back({folder_ / name, folder_ / (std::string(name) + ".sigma"), files_, true});
    names.emplace_back(name);
    names.push_back(std::string(name) + ".sigma");
  }
  after_ = [&] {
    for (const std::string& name : folder_.Names()) {
      EXPECT_TRUE(std::ranges::find(names, name) != names.end()) << name;
    }
  };
  TryAll("FileSeries::Run", [&]() -> Result<std::size_t> {
    Result<FileSeries> series = FileSeries::Create(options_);
    if (!series) return series.failure();
    const auto results = series->Run(jobs);
    if (!results) return results.failure();
    std::size_t compressed = 0;
    for (const Result<Summary>& result : *results) {
      if (!result) return result.failure();
      compressed += static_cast<std::size_t>(result->compressed);
    }
    return compressed;
  });
}

// `bytes` through a stream, flushed in the middle: how much comes out into `all`.
Result<std::size_t> Through(Stream& stream, ByteView bytes, MutableBytes all) {
  std::size_t size = 0;
  const auto pull = [&]() -> Result<void> {
    for (;;) {
      const Result<std::size_t> got = stream.Pull(all.subspan(size));
      if (!got) return got.failure();
      if (*got == 0) return {};
      size += *got;
    }
  };
  const auto push = [&](ByteView rest) -> Result<void> {
    while (!rest.empty()) {
      const Result<std::size_t> taken = stream.Push(rest);
      if (!taken) return taken.failure();
      rest = rest.subspan(*taken);
      if (Result<void> pulled = pull(); !pulled) return pulled;
    }
    return {};
  };
  const std::size_t half = bytes.size() / 2;
  if (Result<void> pushed = push(bytes.first(half)); !pushed) return pushed.failure();
  if (Result<void> flushed = stream.Flush(); !flushed) return flushed.failure();
  if (Result<void> pulled = pull(); !pulled) return pulled.failure();
  if (Result<void> pushed = push(bytes.subspan(half)); !pushed) return pushed.failure();
  if (Result<void> finished = stream.Finish(); !finished) return finished.failure();
  if (Result<void> pulled = pull(); !pulled) return pulled.failure();
  return size;
}

TEST_P(Starved, Streams) {
  takes_thread_ = true;
  Bytes all(9 * kChunk);
  TryAll("Encoder", [&]() -> Result<std::size_t> {
    Result<Encoder> encoder = Encoder::Create(options_);
    if (!encoder) return encoder.failure();
    return Through(*encoder, source_, all);
  });
  TryAll("Decoder", [&]() -> Result<std::size_t> {
    Result<Decoder> decoder = Decoder::Create(options_);
    if (!decoder) return decoder.failure();
    return Through(*decoder, stream_, all);
  });
}

TEST_P(Starved, RandomAccessAndContexts) {
  Bytes all(source_.size());
  TryAll("Reader", [&]() -> Result<std::size_t> {
    const Result<Reader> reader = Reader::OpenMemory(
        stream_, {.threads = options_.threads, .cache_bytes = std::uint64_t{4} * kChunk});
    if (!reader) return reader.failure();
    return reader->Read(100, all);
  });
  Bytes stream(static_cast<std::size_t>(CompressBound(source_.size(), options_)));
  TryAll("Context", [&]() -> Result<std::size_t> {
    Result<Context> context = Context::Create(options_);
    if (!context) return context.failure();
    const Result<std::size_t> size = context->Compress(ByteView{source_}.first(kChunk / 2), stream);
    if (!size) return size;
    return context->Decompress(ByteView{stream}.first(*size), all);
  });
}

TEST_P(Starved, LookingIntoStreams) {
  TryAll("Inspect a stream", [&] { return Inspect(stream_); });
  const std::string stream = folder_ / "a.sigma";
  TryAll("InspectFile", [&] { return InspectFile(stream); });
  TryAll("Analyze", [&] { return Analyze(source_, options_); });
  constexpr int kRuns = 4;  // both directions, twice
  TryAll(
      "Bench", [&] { return Bench(source_, options_, 0); }, kRuns);
}

INSTANTIATE_TEST_SUITE_P(Threads, Starved, testing::Values(1u, 2u, 5u));

}  // namespace
}  // namespace sigma
