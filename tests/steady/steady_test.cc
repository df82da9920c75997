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

// Counts the allocations between the first half of a run and its end.
class Counted {
 public:
  Observer observer() {
    return [this](const Progress&) {
      if (++chunks_ == 100) begin_ = allocations;
      if (chunks_ == 200) end_ = allocations;
      return true;
    };
  }
  [[nodiscard]] std::uint64_t allocations_in_the_second_half() const {
    EXPECT_EQ(chunks_, 200);
    return end_ - begin_;
  }

 private:
  int chunks_ = 0;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
};

class Steady : public testing::TestWithParam<std::tuple<int, std::uint32_t>> {};

TEST_P(Steady, NothingIsAllocated) {
  const auto [level, threads] = GetParam();
  // Chunks of a kind that repeats: the second half asks for nothing that the first did not.
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
  MemorySource raw(bytes);
  MemorySink packed(stream);
  Counted compressing;
  const Observer observe_compressing = compressing.observer();
  const Result<Summary> done = compressor.Run(raw, packed, observe_compressing);
  ASSERT_TRUE(done);
  EXPECT_EQ(compressing.allocations_in_the_second_half(), 0u);

  Bytes restored(bytes.size());
  Decompressor decompressor(options);
  MemorySource from(ByteView{stream}.first(static_cast<std::size_t>(done->compressed)));
  MemorySink to(restored);
  Counted decompressing;
  const Observer observe_decompressing = decompressing.observer();
  ASSERT_TRUE(decompressor.Run(from, to, observe_decompressing));
  EXPECT_EQ(decompressing.allocations_in_the_second_half(), 0u);
  EXPECT_EQ(restored, bytes);
}

INSTANTIATE_TEST_SUITE_P(LevelsAndThreads, Steady,
                         testing::Combine(testing::Values(1, 2, 3, 4, 5), testing::Values(1u, 2u)));

}  // namespace
}  // namespace sigma
