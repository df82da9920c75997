// In a steady state nothing is allocated, in either direction: every allocation of the process is
// counted, by malloc and its kin (operator new ends there) and by mmap.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "engine/io/memory_stream.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/decompress.h"
#include "sigma/context.hpp"
#include "sigma/sigma.hpp"
#include "tests/data.h"

namespace {

std::atomic<std::uint64_t> allocations = 0;

}  // namespace

extern "C" {

void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  ++allocations;
  return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
void* mmap(void* address, std::size_t size, int protection, int flags, int fd, off_t offset) {
  ++allocations;
  return reinterpret_cast<void*>(syscall(SYS_mmap, address, size, protection, flags, fd, offset));
}

}  // extern "C"

namespace sigma {
namespace {

constexpr std::uint32_t kChunk = 64u << 10;
constexpr std::size_t kSize = 200 * kChunk;

// Allocations between two chunks of a run: where all slots are made, and where the last chunk,
// which is copied to where it has a pad, is not yet read.
constexpr int kFrom = 20;
constexpr int kTo = 190;

// Runs until one run is steady: a worker that the system lets begin late meets its first chunk in a
// later one. What allocates for every chunk never gets there.
constexpr int kRuns = 20;

template <typename Run>
void ExpectSteady(Run run) {
  std::uint64_t least = ~std::uint64_t{0};
  for (int i = 0; i < kRuns && least != 0; ++i) {
    int chunks = 0;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    const Observer observer = [&](const Progress&) {
      ++chunks;
      if (chunks == kFrom) begin = allocations;
      if (chunks == kTo) end = allocations;
      return true;
    };
    run(observer);
    ASSERT_GE(chunks, kTo);
    least = std::min(least, end - begin);
  }
  EXPECT_EQ(least, 0u);
}

class Steady : public testing::TestWithParam<std::tuple<int, std::uint32_t>> {};

TEST_P(Steady, NothingIsAllocated) {
  const auto [level, threads] = GetParam();
  const Bytes period = tests::Generate(tests::Kind::kMixed, 10 * kChunk, 1);
  Bytes bytes;
  while (bytes.size() < kSize) bytes.insert(bytes.end(), period.begin(), period.end());
  bytes.resize(kSize);
  Options options;
  options.level = level;
  options.threads = threads;
  options.chunk_size = kChunk;

  Bytes stream(static_cast<std::size_t>(CompressBound(bytes.size(), options)));
  Compressor compressor(*PlanCompression(options));
  std::uint64_t size = 0;
  ExpectSteady([&](const Observer& observer) {
    MemorySource from(bytes);
    MemorySink to(stream);
    const Result<Summary> done = compressor.Run(from, to, observer);
    ASSERT_TRUE(done);
    size = done->compressed;
  });

  Bytes restored(bytes.size());
  Decompressor decompressor(options);
  ExpectSteady([&](const Observer& observer) {
    MemorySource from(ByteView{stream}.first(static_cast<std::size_t>(size)));
    MemorySink to(restored);
    ASSERT_TRUE(decompressor.Run(from, to, observer));
  });
  EXPECT_EQ(restored, bytes);
}

// Blocks by a context: from the second time on, whatever their kind, once the largest was met.
TEST(Steady, BlocksAllocateNothing) {
  for (const int level : {1, 3, 5}) {
    Options options;
    options.level = level;
    Context context = *Context::Create(options);
    std::vector<Bytes> blocks;
    for (const tests::Kind kind :
         {tests::Kind::kText, tests::Kind::kWalk16, tests::Kind::kRecords, tests::Kind::kRandom}) {
      blocks.push_back(tests::Generate(kind, std::size_t{256} << 10));
      blocks.push_back(tests::Generate(kind, 16384));
    }
    Bytes stream(2u << 20);
    Bytes restored(1u << 20);
    std::uint64_t spent = 0;
    // The pools of scratch settle within a few rounds.
    for (int round = 0; round < 5; ++round) {
      const std::uint64_t before = allocations;
      for (const Bytes& block : blocks) {
        const Result<std::size_t> size = context.Compress(block, stream);
        ASSERT_TRUE(size);
        ASSERT_TRUE(context.Decompress(ByteView{stream}.first(*size), restored));
      }
      spent = allocations - before;
    }
    EXPECT_EQ(spent, 0u) << level;
  }
}

INSTANTIATE_TEST_SUITE_P(LevelsAndThreads, Steady,
                         testing::Combine(testing::Values(1, 2, 3, 4, 5), testing::Values(1u, 2u)));

}  // namespace
}  // namespace sigma
