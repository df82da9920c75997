// A file compressed and restored by several processes, here by several objects in turn: the bytes of
// one, and what is not as it should be is found.
#include "sigma/shared.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "sigma/trace.hpp"
#include "tests/data.h"
#include "tests/engine/api/small_options.h"
#include "tests/engine/archive/tar_maker.h"
#include "tests/engine/io/temp_dir.h"

namespace sigma {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using tests::kChunk;
using tests::Small;

void Write(const std::string& path, ByteView bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

Bytes Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Bytes Mixed(std::size_t size, std::uint64_t seed = 1) {
  return tests::Generate(tests::Kind::kMixed, size, seed);
}

// Chunks in spans of two, handed to whoever asks.
class Dealer {
 public:
  explicit Dealer(std::uint64_t chunks) : chunks_(chunks) {}
  std::optional<ChunkSpan> Next() {
    const std::uint64_t first = next_.fetch_add(2);
    if (first >= chunks_) return std::nullopt;
    return ChunkSpan{first, std::min<std::uint64_t>(2, chunks_ - first)};
  }

 private:
  const std::uint64_t chunks_;
  std::atomic<std::uint64_t> next_ = 0;
};

class Share final : public FrameWork {
 public:
  explicit Share(Dealer& dealer) : dealer_(dealer) {}
  Result<std::optional<ChunkSpan>> Next() override { return dealer_.Next(); }
  Result<void> Take(std::uint64_t chunk, ByteView frame, const FrameEntry& entry) override {
    EXPECT_EQ(frame.size(), entry.stored);
    EXPECT_TRUE(order.empty() || order.back() < chunk);
    order.push_back(chunk);
    frames[chunk] = Bytes(frame.begin(), frame.end());
    entries[chunk] = entry;
    if (chunk == fail_at) return Fail(ErrorCode::kIo, "made to fail");
    return {};
  }
  void Stop() noexcept override { ++stops; }

  std::vector<std::uint64_t> order;
  std::map<std::uint64_t, Bytes> frames;
  std::map<std::uint64_t, FrameEntry> entries;
  std::uint64_t fail_at = kNoPosition;
  std::atomic<int> stops = 0;

 private:
  Dealer& dealer_;
};

// The stream that `processes` objects make side by side.
Bytes CompressBy(int processes, const std::string& path, const Options& options) {
  std::vector<SharedCompressor> compressors;
  for (int i = 0; i < processes; ++i) {
    Result<SharedCompressor> one = SharedCompressor::Open(path, options);
    EXPECT_TRUE(one) << one.error().text;
    compressors.push_back(std::move(*one));
    EXPECT_EQ(compressors[0].traits(), compressors.back().traits());
  }
  Dealer dealer(compressors[0].chunks());
  std::vector<std::unique_ptr<Share>> shares;
  std::vector<std::thread> threads;
  for (SharedCompressor& compressor : compressors) {
    shares.push_back(std::make_unique<Share>(dealer));
    threads.emplace_back([&compressor, &share = *shares.back()] {
      const Result<Summary> ran = compressor.Run(share);
      ASSERT_TRUE(ran) << ran.error().text;
      EXPECT_EQ(ran->chunks, share.frames.size());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::map<std::uint64_t, Bytes> frames;
  std::map<std::uint64_t, FrameEntry> entries;
  for (const auto& share : shares) {
    frames.merge(share->frames);
    entries.merge(share->entries);
  }
  Bytes stream = compressors[0].Header();
  std::vector<FrameEntry> all;
  for (const auto& [chunk, frame] : frames) {
    EXPECT_EQ(chunk, all.size());
    stream.insert(stream.end(), frame.begin(), frame.end());
    all.push_back(entries[chunk]);
    EXPECT_TRUE(
        CheckFrames(frame, {chunk, 1}, compressors[0].chunk_size(), compressors[0].traits().size));
  }
  const Result<void> end = compressors[0].WriteEnd(all, [&](ByteView piece) -> Result<void> {
    stream.insert(stream.end(), piece.begin(), piece.end());
    return {};
  });
  EXPECT_TRUE(end) << end.error().text;
  EXPECT_TRUE(compressors[0].CheckUnchanged());
  return stream;
}

TEST(ApiShared, SeveralMakeTheBytesOfOne) {
  const tests::TempDir folder;
  for (const std::size_t size :
       std::initializer_list<std::size_t>{0, 1, kChunk, kChunk + 1, 9 * kChunk, 13 * kChunk + 77}) {
    Write(folder / "a", Mixed(size));
    for (const std::uint32_t threads : {1u, 3u}) {
      Options options = Small();
      options.threads = threads;
      FileOptions over;
      over.force = true;
      ASSERT_TRUE(CompressFile(folder / "a", folder / "whole", options, over));
      const Bytes whole = Read(folder / "whole");
      for (const int processes : {1, 2, 5}) {
        EXPECT_EQ(CompressBy(processes, folder / "a", options), whole)
            << size << " bytes, " << threads << " threads, " << processes << " processes";
      }
    }
  }
}

TEST(ApiShared, ATarGetsItsIndex) {
  const tests::TempDir folder;
  tests::TarMaker tar;
  for (int i = 0; i < 20; ++i) {
    tar.Add(
        {.name = "file" + std::to_string(i), .data = std::string(30'000, static_cast<char>(i))});
  }
  Write(folder / "a.tar", tar.End().view());
  ASSERT_TRUE(CompressFile(folder / "a.tar", folder / "whole", Small(), {}));
  EXPECT_EQ(CompressBy(2, folder / "a.tar", Small()), Read(folder / "whole"));
}

TEST(ApiShared, AFailureOfTheWorkEndsTheRun) {
  const tests::TempDir folder;
  Write(folder / "a", Mixed(40 * kChunk));
  for (const std::uint32_t threads : {1u, 3u}) {
    Options options = Small();
    options.threads = threads;
    Result<SharedCompressor> compressor = SharedCompressor::Open(folder / "a", options);
    ASSERT_TRUE(compressor);
    Dealer dealer(compressor->chunks());
    Share share(dealer);
    share.fail_at = 5;
    const Result<Summary> ran = compressor->Run(share);
    ASSERT_FALSE(ran);
    EXPECT_EQ(ran.error().text, "made to fail");
    EXPECT_EQ(share.order.back(), 5u);
    EXPECT_EQ(share.stops, 1);
  }
}

TEST(ApiShared, ASourceThatBecomesShorterOrChangesIsTold) {
  const tests::TempDir folder;
  Write(folder / "a", Mixed(10 * kChunk));
  Result<SharedCompressor> compressor = SharedCompressor::Open(folder / "a", Small());
  ASSERT_TRUE(compressor);
  std::filesystem::resize_file(folder / "a", 3 * kChunk + 5);
  Dealer dealer(compressor->chunks());
  Share share(dealer);
  const Result<Summary> ran = compressor->Run(share);
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().text, "became shorter while it was read");
  EXPECT_FALSE(compressor->CheckUnchanged());
}

TEST(ApiShared, FramesThatAreNotThoseWrittenAreFound) {
  const tests::TempDir folder;
  const std::size_t size = 4 * kChunk;
  Write(folder / "a", Mixed(size));
  Result<SharedCompressor> compressor = SharedCompressor::Open(folder / "a", Small());
  ASSERT_TRUE(compressor);
  Dealer dealer(compressor->chunks());
  Share share(dealer);
  ASSERT_TRUE(compressor->Run(share));
  Bytes frames;
  for (const auto& [chunk, frame] : share.frames) {
    frames.insert(frames.end(), frame.begin(), frame.end());
  }
  const auto check = [&](const Bytes& bytes, const ChunkSpan& span) {
    return CheckFrames(bytes, span, kChunk, size).has_value();
  };
  EXPECT_TRUE(check(frames, {0, 4}));
  EXPECT_FALSE(check(frames, {0, 3}));
  EXPECT_FALSE(check(share.frames[1], {2, 1}));
  EXPECT_FALSE(check(Bytes(frames.size()), {0, 4}));
  EXPECT_FALSE(check(Bytes(frames.begin(), frames.end() - 1), {0, 4}));
  EXPECT_FALSE(check({}, {0, 1}));
  for (std::size_t at = 0; at < frames.size(); at += 97) {
    Bytes damaged = frames;
    damaged[at] ^= 1;
    EXPECT_FALSE(check(damaged, {0, 4})) << at;
  }
}

TEST(ApiShared, SpansOfChunksRestore) {
  const tests::TempDir folder;
  const Bytes first = Mixed(7 * kChunk + 11);
  const Bytes second = Mixed(2 * kChunk, 5);
  Write(folder / "a", first);
  Write(folder / "b", second);
  ASSERT_TRUE(CompressFile(folder / "a", folder / "x", Small(), {}));
  ASSERT_TRUE(CompressFile(folder / "b", folder / "y", Small(), {}));
  Bytes joined = Read(folder / "x");
  const Bytes more = Read(folder / "y");
  joined.insert(joined.end(), more.begin(), more.end());
  Write(folder / "x", joined);
  Bytes whole = first;
  whole.insert(whole.end(), second.begin(), second.end());

  Result<SharedRestorer> restorer = SharedRestorer::Open(folder / "x", Small());
  ASSERT_TRUE(restorer) << restorer.error().text;
  EXPECT_EQ(restorer->original(), whole.size());
  ASSERT_EQ(restorer->chunks(), 10u);
  for (std::uint64_t at = 0; at < 10; ++at) {
    for (std::uint64_t count = 1; at + count <= 10; ++count) {
      std::uint64_t next = restorer->Place(at).offset;
      const Result<Summary> ran =
          restorer->Run({at, count}, [&](std::uint64_t offset, ByteView bytes) -> Result<void> {
            EXPECT_EQ(offset, next);
            EXPECT_TRUE(std::ranges::equal(bytes, ByteView{whole}.subspan(offset, bytes.size())));
            next += bytes.size();
            return {};
          });
      ASSERT_TRUE(ran) << ran.error().text;
      EXPECT_EQ(next,
                restorer->Place(at + count - 1).offset + restorer->Place(at + count - 1).length);
    }
  }
  for (std::uint64_t chunk = 0; chunk < 10; ++chunk) {
    const ByteRange place = restorer->Place(chunk);
    const ByteView bytes = ByteView{whole}.subspan(place.offset, place.length);
    EXPECT_TRUE(restorer->Check(chunk, bytes));
    EXPECT_FALSE(restorer->Check(chunk, bytes.first(bytes.size() - 1)));
    EXPECT_FALSE(restorer->Check((chunk + 1) % 10, bytes));
  }
  EXPECT_FALSE(restorer->Run({9, 2}, [](auto, auto) { return Result<void>(); }));
}

TEST(ApiShared, ATargetIsThereOnlyOncePublished) {
  const tests::TempDir folder;
  Write(folder / "a", Mixed(100));
  const std::string target = folder / "b";
  {
    Result<SharedTarget> one = SharedTarget::Create(folder / "a", target, true, {});
    ASSERT_TRUE(one) << one.error().text;
    EXPECT_EQ(folder.Names().size(), 2u);
    EXPECT_TRUE(std::filesystem::exists(one->path()));
  }
  EXPECT_THAT(folder.Names(), ElementsAre("a"));
  Result<SharedTarget> two = SharedTarget::Create(folder / "a", target, true, {});
  ASSERT_TRUE(two);
  Write(two->path(), Bytes(5, 'x'));
  ASSERT_TRUE(two->Publish());
  EXPECT_EQ(Read(target), Bytes(5, 'x'));
  const Result<SharedTarget> taken = SharedTarget::Create(folder / "a", target, true, {});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kExists);
  EXPECT_FALSE(SharedTarget::Create(folder / "a", folder / "a", true, {}));
  EXPECT_FALSE(SharedTarget::Create(folder / "a", "-", true, {}));
}

// The times of a run without a command around it.
TEST(ApiTrace, StagesComeInTheirOrder) {
  struct Log final : Tracer {
    void Stage(const TraceEvent& event) noexcept override {
      const std::lock_guard hold(mutex);
      events.push_back(event);
    }
    std::mutex mutex;
    std::vector<TraceEvent> events;
  } log;
  Options options = Small();
  options.threads = 3;
  const Bytes source = Mixed(10 * kChunk);
  const Result<Bytes> plain = Compress(source, options);
  options.tracer = &log;
  const Result<Bytes> traced = Compress(source, options);
  ASSERT_TRUE(plain && traced);
  EXPECT_EQ(*plain, *traced);
  std::map<std::uint64_t, std::map<TraceStage, TraceEvent>> chunks;
  std::uint64_t written = 0;
  for (const TraceEvent& event : log.events) {
    EXPECT_LE(event.begin, event.end);
    EXPECT_EQ(event.run, log.events.front().run);
    EXPECT_TRUE(chunks[event.chunk].emplace(event.stage, event).second);
    if (event.stage == TraceStage::kWrite) written += event.bytes;
  }
  EXPECT_EQ(chunks.size(), 11u);
  EXPECT_EQ(chunks[kNoPosition].size(), 1u);
  EXPECT_LT(written, traced->size());
  EXPECT_GT(written, traced->size() - 500);
  for (std::uint64_t chunk = 0; chunk < 10; ++chunk) {
    auto& stages = chunks[chunk];
    EXPECT_EQ(stages.size(), 5u);
    EXPECT_EQ(stages[TraceStage::kRead].end, stages[TraceStage::kQueue].begin);
    EXPECT_EQ(stages[TraceStage::kQueue].end, stages[TraceStage::kEncode].begin);
    EXPECT_EQ(stages[TraceStage::kEncode].end, stages[TraceStage::kWait].begin);
    EXPECT_EQ(stages[TraceStage::kWait].end, stages[TraceStage::kWrite].begin);
    EXPECT_EQ(stages[TraceStage::kRead].bytes, kChunk);
  }
}

}  // namespace
}  // namespace sigma
