// Reader: any bytes from any place, over every kind of source, from many threads.
#include "sigma/reader.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "sigma/sigma.hpp"
#include "sigma/stream.hpp"
#include "tests/data.h"
#include "tests/engine/api/small_options.h"
#include "tests/engine/io/temp_dir.h"
#include "tests/engine/pipeline/watchdog.h"

namespace sigma {
namespace {

using tests::Generate;
using tests::kChunk;
using tests::Kind;
using tests::Random;
using tests::Small;

// An object store: counts what is fetched, fails as it is told to.
class Store final : public Reader::Source {
 public:
  explicit Store(ByteView bytes, std::atomic<std::uint64_t>* fetched = nullptr)
      : bytes_(bytes), fetched_(fetched) {}
  [[nodiscard]] std::uint64_t Size() const override { return bytes_.size(); }
  Result<std::size_t> Read(std::uint64_t offset, MutableBytes target) override {
    if (offset < fails_before) {
      if (throws) throw std::runtime_error("gone");
      return Fail(ErrorCode::kIo, "the store is away");
    }
    const std::size_t from = std::min(static_cast<std::size_t>(offset), bytes_.size());
    const std::size_t size = std::min(target.size(), bytes_.size() - from);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(from), size, target.begin());
    if (fetched_ != nullptr) *fetched_ += size;
    return size + excess;
  }
  std::uint64_t fails_before = 0;
  bool throws = false;
  std::size_t excess = 0;

 private:
  ByteView bytes_;
  std::atomic<std::uint64_t>* fetched_;
};

class RandomAccess : public testing::Test {
 protected:
  RandomAccess() {
    original_ = Generate(Kind::kMixed, 20 * kChunk + 1234);
    stream_ = *Compress(original_, Small());
  }

  // A random part, checked.
  void ReadSome(const Reader& reader, Random& random, std::size_t most) const {
    const std::uint64_t offset = random.Below(original_.size() + 10);
    Bytes target(1 + random.Below(most));
    const Result<std::size_t> got = reader.Read(offset, target);
    ASSERT_TRUE(got) << got.error().text;
    const std::size_t from = std::min<std::size_t>(offset, original_.size());
    ASSERT_EQ(*got, std::min(target.size(), original_.size() - from));
    ASSERT_TRUE(std::equal(target.begin(), target.begin() + static_cast<std::ptrdiff_t>(*got),
                           original_.begin() + static_cast<std::ptrdiff_t>(from)));
  }

  tests::Watchdog watchdog_{300};
  Bytes original_;
  Bytes stream_;
};

TEST_F(RandomAccess, EverySourceGivesTheOriginal) {
  // Two streams, of which one was flushed here and there, and padding.
  Result<Encoder> encoder = Encoder::Create(Small());
  Bytes more(100000);
  std::size_t size = 0;
  for (std::size_t at = 0; at < 10; ++at) {
    ASSERT_TRUE(encoder->Push(ByteView{original_}.subspan(at * 777, 777)));
    ASSERT_TRUE(encoder->Flush());
    while (const std::size_t got = *encoder->Pull(MutableBytes{more}.subspan(size))) size += got;
  }
  ASSERT_TRUE(encoder->Finish());
  while (const std::size_t got = *encoder->Pull(MutableBytes{more}.subspan(size))) size += got;
  more.resize(size + 500);
  stream_.insert(stream_.end(), more.begin(), more.end());
  original_.insert(original_.end(), original_.begin(), original_.begin() + 7770);

  const tests::TempDir folder;
  const std::string path = folder / "a.sigma";
  tests::Put(path, {stream_.begin(), stream_.end()});
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const ReaderOptions options{.threads = 2, .cache_bytes = 3 * kChunk};
  {
    Result<Reader> readers[] = {Reader::OpenFile(path, options),
                                Reader::OpenDescriptor(descriptor, options),
                                Reader::OpenMemory(stream_, options),
                                Reader::OpenSource(std::make_unique<Store>(stream_), options)};
    Random random(1);
    for (const Result<Reader>& reader : readers) {
      ASSERT_TRUE(reader) << reader.error().text;
      EXPECT_EQ(reader->size(), original_.size());
      EXPECT_EQ(reader->chunk_size(), kChunk);
      for (int i = 0; i < 60; ++i) ReadSome(*reader, random, i % 4 == 0 ? 4 * kChunk : 4096);
      Bytes all(original_.size() + 1);
      EXPECT_EQ(*reader->Read(0, all), original_.size());
      all.pop_back();
      EXPECT_TRUE(all == original_);
    }
  }
  close(descriptor);
}

TEST_F(RandomAccess, ManyThreadsReadAtOnce) {
  for (const std::uint64_t cache :
       {std::uint64_t{0}, std::uint64_t{3 * kChunk}, std::uint64_t{100 * kChunk}}) {
    const Result<Reader> reader = Reader::OpenMemory(stream_, {.threads = 3, .cache_bytes = cache});
    ASSERT_TRUE(reader);
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t < 16; ++t) {
      threads.emplace_back([&, t] {
        Random random(t);
        for (int i = 0; i < 40; ++i) ReadSome(*reader, random, 4096);
      });
    }
    for (std::thread& thread : threads) thread.join();
    Bytes all(original_.size());
    ASSERT_TRUE(reader->Read(0, all));
    const Reader::Counters counters = reader->counters();
    EXPECT_LE(counters.held_bytes, cache);
    EXPECT_GT(counters.decoded, 20u);
    EXPECT_TRUE(cache != 100 * kChunk || counters.decoded == 21u);  // each once
  }
}

TEST_F(RandomAccess, DecodesWhatIsAskedForAndNoMore) {
  std::atomic<std::uint64_t> fetched = 0;
  const Result<Reader> reader = Reader::OpenSource(std::make_unique<Store>(stream_, &fetched),
                                                   {.threads = 2, .cache_bytes = 2 * kChunk});
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->counters().decoded, 0u);
  const FileInfo info = *Inspect(stream_);
  Bytes target(100);
  const std::uint64_t opened = fetched;
  ASSERT_TRUE(reader->Read(5 * kChunk + 7, target));
  EXPECT_EQ(fetched - opened, info.chunks[5].stored);
  ASSERT_TRUE(reader->Read(5 * kChunk + 900, target));  // it is there
  EXPECT_EQ(fetched - opened, info.chunks[5].stored);
  Reader::Counters counters = reader->counters();
  EXPECT_EQ(counters.decoded, 1u);
  EXPECT_EQ(counters.hits, 1u);
  EXPECT_EQ(counters.held_bytes, kChunk);
  // The least recently used goes: 9, since 5 was read after it.
  for (const std::uint64_t chunk : {9, 5, 13}) ASSERT_TRUE(reader->Read(chunk * kChunk, target));
  EXPECT_EQ(reader->counters().decoded, 3u);
  EXPECT_EQ(reader->counters().held_bytes, 2 * kChunk);
  ASSERT_TRUE(reader->Read(5 * kChunk, target));
  EXPECT_EQ(reader->counters().decoded, 3u);
  ASSERT_TRUE(reader->Read(9 * kChunk, target));
  EXPECT_EQ(reader->counters().decoded, 4u);
}

TEST_F(RandomAccess, ReadsAheadOfReadsThatFollowEachOther) {
  const Result<Reader> reader =
      Reader::OpenMemory(stream_, {.threads = 3, .cache_bytes = 100 * kChunk});
  ASSERT_TRUE(reader);
  Bytes target(4096);
  ASSERT_TRUE(reader->Read(100, target));
  ASSERT_TRUE(reader->Read(4196, target));
  while (reader->counters().read_ahead < 6) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  for (std::size_t at = 0; at < original_.size(); at += target.size()) {
    const Result<std::size_t> got = reader->Read(at, target);
    ASSERT_TRUE(got);
    ASSERT_TRUE(std::equal(target.begin(), target.begin() + static_cast<std::ptrdiff_t>(*got),
                           original_.begin() + static_cast<std::ptrdiff_t>(at)));
  }
  EXPECT_EQ(reader->counters().decoded, 21u);

  // Neither where it is not wanted nor where there is no room.
  for (const ReaderOptions options :
       {ReaderOptions{.threads = 3, .read_ahead = false}, ReaderOptions{.threads = 1},
        ReaderOptions{.threads = 3, .cache_bytes = kChunk}}) {
    const Result<Reader> other = Reader::OpenMemory(stream_, options);
    ASSERT_TRUE(other);
    Bytes all(original_.size());
    ASSERT_TRUE(other->Read(0, all));
    EXPECT_TRUE(all == original_);
    EXPECT_EQ(other->counters().read_ahead, 0u);
  }
}

TEST_F(RandomAccess, DamageIsToldToWhoeverAsksForIt) {
  const FileInfo info = *Inspect(stream_);
  stream_[static_cast<std::size_t>(info.chunks[3].offset + info.chunks[3].stored - 1)] ^= 1;
  const Result<Reader> reader = Reader::OpenMemory(stream_, {.threads = 2});
  ASSERT_TRUE(reader);
  Bytes target(kChunk);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(reader->Read(2 * kChunk, target));
    const Result<std::size_t> damaged = reader->Read(3 * kChunk - 1, target);
    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(damaged.error().chunk, 3u);
    EXPECT_TRUE(reader->Read(4 * kChunk, target));
  }
}

TEST_F(RandomAccess, MisuseIsAnError) {
  Bytes target(100);
  Result<Reader> made = Reader::OpenMemory(stream_);
  ASSERT_TRUE(made);
  Reader reader = std::move(*made);
  EXPECT_EQ(made->Read(0, target).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(made->size(), 0u);
  EXPECT_EQ(made->chunk_size(), 0u);
  EXPECT_EQ(made->counters().decoded, 0u);
  EXPECT_EQ(*reader.Read(original_.size(), target), 0u);
  EXPECT_EQ(*reader.Read(~std::uint64_t{0}, target), 0u);
  EXPECT_EQ(*reader.Read(0, {}), 0u);

  const auto code = [](const Result<Reader>& result) {
    return result ? ErrorCode{} : result.error().code;
  };
  EXPECT_EQ(code(Reader::OpenSource(nullptr)), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(Reader::OpenMemory({})), ErrorCode::kTruncated);
  EXPECT_EQ(code(Reader::OpenMemory(original_)), ErrorCode::kNotSigma);
  EXPECT_EQ(code(Reader::OpenMemory(ByteView{stream_}.first(stream_.size() / 2))),
            ErrorCode::kTruncated);
  EXPECT_EQ(code(Reader::OpenMemory(stream_, {.threads = 5000})), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(Reader::OpenFile("/nonexistent")), ErrorCode::kNotFound);
  EXPECT_EQ(code(Reader::OpenFile("/")), ErrorCode::kSkipped);
  EXPECT_EQ(code(Reader::OpenDescriptor(-1)), ErrorCode::kInvalidArgument);
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  EXPECT_EQ(code(Reader::OpenDescriptor(pipe_ends[0])), ErrorCode::kInvalidArgument);
  close(pipe_ends[0]);
  close(pipe_ends[1]);

  for (const int kind : {0, 1, 2}) {
    auto store = std::make_unique<Store>(stream_);
    Store& told = *store;
    const Result<Reader> bad = Reader::OpenSource(std::move(store));
    ASSERT_TRUE(bad);
    if (kind == 2) {
      told.excess = 1;
    } else {
      told.fails_before = stream_.size();
      told.throws = kind == 1;
    }
    EXPECT_EQ(bad->Read(0, target).error().code, ErrorCode::kIo) << kind;
    told.excess = 0;
    told.fails_before = 0;
    EXPECT_TRUE(bad->Read(0, target));  // it is back
  }
}

}  // namespace
}  // namespace sigma
