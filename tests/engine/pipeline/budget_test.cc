// The memory formula: what it promises of each worker's scratch, and how a limit is met.
#include "engine/pipeline/budget.h"

#include <gtest/gtest.h>

#include "engine/pipeline/chunk_codec.h"
#include "engine/pipeline/flow.h"
#include "tests/data.h"
#include "tests/levels.h"

namespace sigma {
namespace {

using tests::Kind;

TEST(Budget, NoChunkTakesMoreScratchThanTheFormulaSays) {
  for (const LevelRow& level : tests::EveryLevelRow()) {
    const bool slow = level.coder.lz.parser == LzParser::kOptimal;
    for (const std::uint32_t size : {kMinChunkSize, 192u << 10, 1u << 20}) {
      if (slow && size > kMinChunkSize) continue;
      const Job encode{Direction::kCompress, size, &level, false};
      const Job decode{Direction::kDecompress, size};
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

TEST(Budget, ALimitTakesChunksInFlightThenBytesThenWorkers) {
  Options options;
  options.threads = 2;
  std::uint32_t threads = 2;
  std::uint32_t in_flight = 4;
  std::uint32_t chunk = FindLevel(options.level)->chunk_size;
  const std::uint64_t least = LeastMemory(options, true);
  for (std::uint64_t limit = 64u << 20; limit >= least; limit -= 64u << 10) {
    options.memory_limit = limit;
    const auto plan = PlanCompression(options);
    ASSERT_TRUE(plan) << limit;
    EXPECT_LE(MemoryNeed(plan->job(), plan->shape), limit);
    if (plan->shape.threads == threads) {
      EXPECT_LE(plan->chunk_size, chunk);
      if (plan->chunk_size == chunk) {
        EXPECT_LE(plan->shape.in_flight, in_flight);
      } else {
        EXPECT_EQ(in_flight, threads);
      }
    } else {
      EXPECT_EQ(chunk, kMinChunkSize);
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
class Greedy final : public Stages {
 public:
  std::unique_ptr<Slot> NewSlot() override { return std::make_unique<Slot>(); }
  bool Fill(Slot& slot) override { return slot.sequence < 3; }
  void Work(Slot& slot, BufferPool& scratch) override {
    (void)scratch.Acquire(slot.sequence == 1 ? 2u << 20 : 1000);
  }
  void Drain(Slot&) override {}
};

TEST(Budget, MoreScratchThanTheLimitAllowsIsRefused) {
  for (const std::uint32_t threads : {1u, 2u}) {
    Workers workers(threads, {.scratch = 1u << 20, .refuse_more = true, .small_stacks = true});
    Flow flow(workers, 2);
    Greedy greedy;
    const Result<void> ran = flow.Run(greedy);
    ASSERT_FALSE(ran);
    EXPECT_EQ(ran.error().code, ErrorCode::kLimit);
  }
}

}  // namespace
}  // namespace sigma
