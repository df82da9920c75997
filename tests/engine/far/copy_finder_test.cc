// Whatever is found is there, is a chunk's own, and is found again however the threads are timed.
#include "engine/far/copy_finder.h"

#include <gtest/gtest.h>

#include <thread>

#include "engine/io/memory_stream.h"
#include "tests/data.h"

namespace sigma {
namespace {

constexpr std::uint32_t kChunk = 64u << 10;

using Copies = std::vector<std::vector<FarCopy>>;

std::size_t Chunks(const Bytes& source) { return (source.size() + kChunk - 1) / kChunk; }

ByteView ChunkOf(const Bytes& source, std::size_t number) {
  const std::size_t begin = number * kChunk;
  return ByteView{source}.subspan(begin, std::min<std::size_t>(kChunk, source.size() - begin));
}

Copies FindAll(const Bytes& source, unsigned threads, std::uint64_t table_bytes = 1u << 20) {
  MemorySource input(source);
  CopyFinder finder(input, kChunk, table_bytes);
  Copies copies(Chunks(source));
  std::vector<std::thread> workers;
  for (unsigned t = 0; t < threads; ++t) {
    workers.emplace_back([&, t] {
      CopyFinder::Chunk chunk;
      finder.Prepare(chunk);
      for (std::size_t i = t; i < copies.size(); i += threads) {
        finder.Find(i, ChunkOf(source, i), chunk);
        copies[i] = chunk.copies;
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  return copies;
}

// Returns the bytes that are copied.
std::size_t ExpectSound(const Bytes& source, const Copies& copies) {
  std::size_t copied = 0;
  std::vector<bool> own(source.size(), true);
  for (std::size_t i = 0; i < copies.size(); ++i) {
    std::size_t end = 0;
    for (const FarCopy& copy : copies[i]) {
      EXPECT_GE(copy.begin, end);
      EXPECT_GE(copy.length, kLeastFarCopy);
      end = copy.begin + copy.length;
      EXPECT_LE(end, ChunkOf(source, i).size());
      EXPECT_LT(copy.source / kChunk, i);
      EXPECT_EQ(copy.source / kChunk, (copy.source + copy.length - 1) / kChunk);
      const std::size_t begin = i * kChunk + copy.begin;
      for (std::size_t k = 0; k < copy.length; ++k) {
        EXPECT_EQ(source[begin + k], source[static_cast<std::size_t>(copy.source) + k]);
        if (!own[static_cast<std::size_t>(copy.source) + k]) ADD_FAILURE() << "a copy of a copy";
        own[begin + k] = false;
      }
      copied += copy.length;
    }
  }
  return copied;
}

// The same noise again, each time at another distance.
Bytes Repeated(std::size_t noise, std::size_t times) {
  const Bytes tile = tests::Generate(tests::Kind::kRandom, noise);
  Bytes source;
  for (std::size_t i = 0; i < times; ++i) {
    source.insert(source.end(), tile.begin(), tile.end());
    source.insert(source.end(), i * 777 % 5000, static_cast<std::uint8_t>(i));
  }
  return source;
}

TEST(CopyFinder, FindsNearlyAllOfWhatRepeats) {
  const Bytes source = Repeated(300'000, 5);
  const std::size_t copied = ExpectSound(source, FindAll(source, 1));
  EXPECT_GT(copied, 4 * 300'000u - 4 * 3000u);
}

TEST(CopyFinder, FindsTheSameByAnyNumberOfThreads) {
  Bytes source = Repeated(200'000, 4);
  const Bytes text = tests::Generate(tests::Kind::kText, 400'000);
  source.insert(source.end(), text.begin(), text.end());
  source.insert(source.end(), text.begin(), text.end());
  const Copies once = FindAll(source, 1);
  EXPECT_GT(ExpectSound(source, once), 900'000u);
  for (const unsigned threads : {2u, 3u, 7u}) EXPECT_EQ(FindAll(source, threads), once);
}

TEST(CopyFinder, FindsLongCopiesWithASmallTable) {
  // 4 MB of noise, whose landmarks are ten times as many as the table holds.
  Bytes source = tests::Generate(tests::Kind::kRandom, 4'000'000);
  source.insert(source.end(), source.begin(), source.begin() + 3'000'000);
  const std::size_t copied = ExpectSound(source, FindAll(source, 2, 1u << 14));
  EXPECT_GT(copied, 2'500'000u);
}

TEST(CopyFinder, FindsNothingWhereNothingRepeats) {
  EXPECT_EQ(ExpectSound({}, FindAll(tests::Generate(tests::Kind::kRandom, 500'000), 1)), 0u);
}

// A chunk that copies from everywhere keeps the sources that give most.
TEST(CopyFinder, CopiesFromFewChunks) {
  Bytes source = tests::Generate(tests::Kind::kRandom, 40 * kChunk);
  Bytes last;
  for (std::size_t i = 0; i < 40; ++i) {
    const std::size_t size = 1000 + 20 * i;
    const auto from = source.begin() + static_cast<std::ptrdiff_t>(i * kChunk + 5000);
    last.insert(last.end(), from, from + static_cast<std::ptrdiff_t>(size));
  }
  last.resize(kChunk);
  source.insert(source.end(), last.begin(), last.end());
  const Copies copies = FindAll(source, 1);
  (void)ExpectSound(source, copies);
  ASSERT_EQ(copies.back().size(), 8u);
  for (const FarCopy& copy : copies.back()) EXPECT_GE(copy.source / kChunk, 32u);
}

// A source that was cut since a chunk was read gives nothing beyond its end.
TEST(CopyFinder, ComparesWithNothingBeyondTheSource) {
  class Cut final : public Source {
   public:
    explicit Cut(ByteView bytes) : bytes_(bytes) {}
    Result<std::size_t> Read(MutableBytes) override { return std::size_t{0}; }
    [[nodiscard]] std::optional<std::uint64_t> Size() const override { return bytes_.size(); }
    [[nodiscard]] bool Seekable() const override { return true; }
    Result<std::size_t> ReadAt(std::uint64_t offset, MutableBytes target) override {
      if (fails) return Fail(ErrorCode::kIo, "made to fail");
      const std::size_t end = std::min<std::size_t>(bytes_.size(), 70'000);
      const std::size_t from = std::min<std::size_t>(static_cast<std::size_t>(offset), end);
      const std::size_t size = std::min(target.size(), end - from);
      std::copy_n(bytes_.data() + from, size, target.data());
      return size;
    }
    bool fails = false;

   private:
    ByteView bytes_;
  };
  const Bytes source = Repeated(2 * kChunk, 2);
  Cut input(source);
  CopyFinder finder(input, kChunk, 1u << 20);
  CopyFinder::Chunk chunk;
  finder.Prepare(chunk);
  for (std::size_t i = 0; i < 3; ++i) finder.Find(i, ChunkOf(source, i), chunk);
  for (const FarCopy& copy : chunk.copies) EXPECT_LE(copy.source + copy.length, 70'000u);
  EXPECT_FALSE(chunk.error);
  input.fails = true;
  finder.Find(3, ChunkOf(source, 3), chunk);
  ASSERT_TRUE(chunk.error);
  EXPECT_EQ(chunk.error->code, ErrorCode::kIo);
  EXPECT_TRUE(chunk.copies.empty());
}

TEST(CopyFinder, StopsWhoeverWaits) {
  const Bytes source = Repeated(100'000, 3);
  MemorySource input(source);
  CopyFinder finder(input, kChunk, 1u << 20);
  std::thread waits([&] {
    CopyFinder::Chunk chunk;
    finder.Prepare(chunk);
    finder.Find(1, ChunkOf(source, 1), chunk);
    EXPECT_TRUE(chunk.copies.empty());
    EXPECT_TRUE(chunk.done);
    finder.Pass(2);
  });
  finder.Stop();
  waits.join();
}

}  // namespace
}  // namespace sigma
