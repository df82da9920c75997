// The memory formula: what it promises of each worker's scratch, and how a limit is met.
#include "engine/pipeline/budget.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/pipeline/chunk_codec.h"
#include "engine/pipeline/flow.h"
#include "tests/data.h"
#include "tests/engine/io/temp_dir.h"
#include "tests/levels.h"

namespace sigma {
namespace {

using tests::Kind;

TEST(Budget, NoChunkTakesMoreScratchThanTheFormulaSays) {
  for (const LevelRow& level : tests::EveryLevelRow()) {
    const bool slow = level.coder.lz.parser == lz::Parser::kOptimal;
    for (const std::uint32_t size : {kMinChunkSize, 192u << 10, 1u << 20}) {
      if (slow && size > kMinChunkSize) continue;
      const bool sorts = level.coder.sorts;
      const Job encode{Direction::kCompress, size, &level, false, sorts};
      const Job decode{Direction::kDecompress, size, nullptr, false, sorts};
      for (const Kind kind : tests::kAllKinds) {
        const Bytes raw = tests::Generate(kind, size, 3);
        const Buffer padded = tests::Padded(raw);
        Buffer payload(size);
        BufferPool encoding;
        const EncodedPayload coded = EncodeChunk({padded.data(), raw.size()}, level,
                                                 StrategyChoice::kAuto, encoding, payload.bytes());
        EXPECT_LE(encoding.peak_leased(), ScratchNeed(encode))
            << level.level << tests::KindName(kind) << size;
        Buffer restored(size);
        BufferPool decoding;
        ASSERT_TRUE(DecodeChunk(coded.plan_id, payload.view().first(coded.size), decoding,
                                restored.bytes()));
        EXPECT_LE(decoding.peak_leased() + 2 * BufferFootprint(size), ScratchNeed(decode))
            << level.level << tests::KindName(kind) << size;
      }
    }
  }
}

TEST(Budget, ALimitTakesChunksInFlightThenWorkersThenBytes) {
  Options options;
  options.threads = 2;
  std::uint32_t threads = 2;
  std::uint32_t in_flight = 4;
  std::uint32_t chunk = FindLevel(options.level)->chunk_size;
  const std::uint64_t least = LeastMemory(options, true);
  for (std::uint64_t limit = 64u << 20; limit >= least; limit -= 256u << 10) {
    options.memory_limit = limit;
    const auto plan = PlanCompression(options);
    ASSERT_TRUE(plan) << limit;
    EXPECT_LE(MemoryNeed(plan->job(), plan->shape), limit);
    EXPECT_EQ(plan->memory_limit, limit);
    if (plan->chunk_size == plan->full_chunk_size) {
      EXPECT_LE(plan->shape.threads, threads);
      EXPECT_LE(plan->shape.in_flight, in_flight);
    } else {
      EXPECT_EQ(plan->shape.threads, 1u);
      EXPECT_LE(plan->chunk_size, chunk);
    }
    threads = plan->shape.threads;
    in_flight = plan->shape.in_flight;
    chunk = plan->chunk_size;
  }
  EXPECT_EQ(threads, 1u);
  EXPECT_EQ(chunk, kMinChunkSize);
  options.memory_limit = least - 1;
  EXPECT_FALSE(PlanCompression(options));
}

// At the limit where two workers only went with small chunks, one worker keeps the large ones.
TEST(Budget, NoLevelGivesUpChunkSizeWhileItHasTwoWorkers) {
  for (const int level : Levels()) {
    Options options;
    options.level = level;
    options.threads = 8;
    const std::uint64_t least = LeastMemory(options, true);
    for (std::uint64_t limit = least; limit < least + (160u << 20); limit += 8u << 20) {
      options.memory_limit = limit;
      const auto plan = PlanCompression(options);
      ASSERT_TRUE(plan) << limit;
      if (plan->shape.threads > 1) {
        EXPECT_EQ(plan->chunk_size, plan->full_chunk_size) << limit;
      }
    }
  }
}

TEST(Budget, AContainersLimitIsKeptWhereItCanBe) {
  Options options;
  options.level = 7;
  options.threads = 4;
  const auto free = PlanCompression(options, 0);
  ASSERT_TRUE(free);
  EXPECT_EQ(free->memory_limit, 0u);
  EXPECT_EQ(free->shape.threads, 4u);
  for (std::uint64_t bound = 1u << 20; bound < (512u << 20); bound += 7u << 20) {
    const auto plan = PlanCompression(options, bound);
    ASSERT_TRUE(plan) << bound;
    EXPECT_FALSE(plan->limited);
    const std::uint64_t need = MemoryNeed(plan->job(), plan->shape, false);
    if (plan->shape == free->shape && plan->chunk_size == free->chunk_size) {
      EXPECT_EQ(plan->memory_limit, 0u);
    } else {
      EXPECT_EQ(plan->memory_limit, bound);
    }
    // Where not even the least is within it, the least is done.
    if (need > bound) {
      EXPECT_EQ(plan->chunk_size, kMinChunkSize);
      EXPECT_EQ(plan->shape, Shape{});
    }
  }
  const Job decode{Direction::kDecompress, 4u << 20};
  const auto shape = ChooseShape(decode, 4, 0, 40u << 20);
  ASSERT_TRUE(shape);
  EXPECT_LT(shape->shape.threads, 4u);
  EXPECT_LE(MemoryNeed(decode, shape->shape, false), 40u << 20);
  EXPECT_EQ(shape->memory_limit, 40u << 20);
  EXPECT_EQ(ChooseShape(decode, 4, 0, 1)->shape, Shape{});
  EXPECT_EQ(ChooseShape(decode, 4, 0, 0)->memory_limit, 0u);
}

TEST(Budget, TheContainersBoundIsFourFifthsOfItsLimit) {
  const tests::TempDir folder;
  std::filesystem::create_directories(folder.path() + "/proc/self");
  std::filesystem::create_directories(folder.path() + "/sys/fs/cgroup/memory/docker/x");
  std::filesystem::create_directories(folder.path() + "/sys/fs/cgroup/a/b");
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream(folder.path() + name) << text;
  };
  write("/proc/self/cgroup", "4:memory:/docker/x\n");
  EXPECT_EQ(ContainerBound(folder.path()), 0u);
  write("/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes", "31457280\n");
  EXPECT_EQ(ContainerBound(folder.path()), 31457280u / 100 * 80);
  write("/proc/self/cgroup", "0::/a/b\n");
  write("/sys/fs/cgroup/a/b/memory.max", "max\n");
  EXPECT_EQ(ContainerBound(folder.path()), 0u);
  write("/sys/fs/cgroup/a/memory.max", "104857600\n");
  EXPECT_EQ(ContainerBound(folder.path()), 104857600u / 100 * 80);
}

TEST(Budget, AChunkSizeThatIsAskedForStays) {
  Options options;
  options.threads = 8;
  options.chunk_size = 1u << 20;
  options.memory_limit = LeastMemory(options, true);
  const auto plan = PlanCompression(options);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->chunk_size, options.chunk_size);
  EXPECT_EQ(plan->shape.threads, 1u);
  options.memory_limit -= 1;
  EXPECT_FALSE(PlanCompression(options));
}

// A plan that would take more than any encoder's.
class Greedy final : public Stages<Slot> {
 public:
  bool Fill(Slot& slot) override { return slot.sequence < 3; }
  void Work(Slot& slot, BufferPool& scratch) override {
    (void)scratch.Acquire(slot.sequence == 1 ? 2u << 20 : 1000);
  }
  void Drain(Slot&) override {}
};

TEST(Budget, MoreScratchThanTheLimitAllowsIsRefused) {
  for (const std::uint32_t threads : {1u, 2u}) {
    Workers workers(threads, {.scratch = 1u << 20, .refuse_more = true});
    Flow<Slot> flow(workers, 2);
    Greedy greedy;
    const Result<void> ran = flow.Run(greedy);
    ASSERT_FALSE(ran);
    EXPECT_EQ(ran.error().code, ErrorCode::kLimit);
  }
}

}  // namespace
}  // namespace sigma
