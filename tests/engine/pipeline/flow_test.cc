// The flow alone: order, bounds, errors and the promise that nothing hangs.
#include "engine/pipeline/flow.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <new>
#include <thread>

#include "tests/engine/pipeline/watchdog.h"

namespace sigma {
namespace {

struct NumberSlot final : Slot {
  std::uint64_t number = 0;
};

// Counts up; where the numbers say, something fails.
class Counting final : public Stages<NumberSlot> {
 public:
  std::uint64_t end = 100;
  std::uint64_t fill_fails = kNoPosition;
  std::uint64_t fill_throws = kNoPosition;
  std::vector<std::uint64_t> work_fails;
  std::uint64_t work_throws = kNoPosition;
  std::uint64_t drain_fails = kNoPosition;

  std::uint64_t filled = 0;
  std::vector<std::uint64_t> drained;
  std::atomic<int> slots = 0;
  std::atomic<int> working = 0;
  std::atomic<int> most_working = 0;

  std::unique_ptr<NumberSlot> NewSlot() override {
    ++slots;
    return std::make_unique<NumberSlot>();
  }
  bool Fill(NumberSlot& slot) override {
    if (filled == end) return false;
    slot.number = filled;
    if (filled == fill_throws) throw std::bad_alloc();
    if (filled == fill_fails) slot.error = Error{ErrorCode::kIo, "fill", filled, filled};
    ++filled;
    return true;
  }
  void Work(NumberSlot& slot, BufferPool& scratch) override {
    const int now = ++working;
    int most = most_working;
    while (now > most && !most_working.compare_exchange_weak(most, now)) {
    }
    BufferPool::Lease lease = scratch.Acquire(1000);
    const std::uint64_t number = slot.number;
    // Early numbers take longer, so that the order has to be made.
    std::this_thread::sleep_for(std::chrono::microseconds(number % 7 == 0 ? 300 : 10));
    if (std::find(work_fails.begin(), work_fails.end(), number) != work_fails.end()) {
      slot.error = Error{ErrorCode::kCorrupt, "work", number, number};
    }
    --working;
    if (number == work_throws) throw std::bad_alloc();
  }
  void Drain(NumberSlot& slot) override {
    const std::uint64_t number = slot.number;
    if (number == drain_fails) slot.error = Error{ErrorCode::kIo, "drain", number, number};
    drained.push_back(number);
  }
};

class FlowThreads : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  tests::Watchdog watchdog_{60};
  Workers workers_{GetParam()};
  Flow<NumberSlot> flow_{workers_, 2 * GetParam()};
};

TEST_P(FlowThreads, DrainsInOrderWithinItsBounds) {
  Counting stages;
  ASSERT_TRUE(flow_.Run(stages));
  ASSERT_EQ(stages.drained.size(), stages.end);
  for (std::uint64_t i = 0; i < stages.end; ++i) EXPECT_EQ(stages.drained[i], i);
  EXPECT_LE(stages.slots, static_cast<int>(2 * GetParam() + 1));
  EXPECT_LE(stages.most_working, static_cast<int>(GetParam()));
}

TEST_P(FlowThreads, RunsAgainWithTheSameSlots) {
  for (const std::uint64_t end : {0, 1, 2, 3, 50, 5}) {
    Counting stages;
    stages.end = end;
    ASSERT_TRUE(flow_.Run(stages));
    EXPECT_EQ(stages.drained.size(), end);
  }
  EXPECT_LE(flow_.slot_count(), 2 * GetParam() + 1);
}

TEST_P(FlowThreads, ReportsTheEarliestErrorOfAnyStage) {
  for (int round = 0; round < 20; ++round) {
    Counting stages;
    stages.work_fails = {90, 31, 30, 33};
    stages.fill_fails = 60;
    stages.drain_fails = 40;
    const Result<void> ran = flow_.Run(stages);
    ASSERT_FALSE(ran);
    EXPECT_EQ(ran.error().chunk, 30u);
    EXPECT_EQ(stages.drained.size(), 30u);
  }
}

TEST_P(FlowThreads, FillErrorEndsTheFlowInItsPlace) {
  Counting stages;
  stages.fill_fails = 20;
  const Result<void> ran = flow_.Run(stages);
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().text, "fill");
  EXPECT_EQ(stages.drained.size(), 20u);
  EXPECT_EQ(stages.filled, 21u);
}

TEST_P(FlowThreads, DrainErrorStopsFilling) {
  Counting stages;
  stages.end = 1u << 20;
  stages.drain_fails = 10;
  const Result<void> ran = flow_.Run(stages);
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().chunk, 10u);
  EXPECT_LE(stages.filled, 11u + 4 * GetParam() + 2);
}

TEST_P(FlowThreads, FailedAllocationsAreErrors) {
  Counting stages;
  stages.work_throws = 5;
  Result<void> ran = flow_.Run(stages);
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, ErrorCode::kOutOfMemory);
  EXPECT_EQ(stages.drained.size(), 5u);

  Counting filling;
  filling.fill_throws = 7;
  ran = flow_.Run(filling);
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, ErrorCode::kOutOfMemory);
  EXPECT_EQ(filling.drained.size(), 7u);

  // And everything is still in order afterwards.
  Counting again;
  ASSERT_TRUE(flow_.Run(again));
  EXPECT_EQ(again.drained.size(), again.end);
}

// Ends only when as many chunks as there are workers are worked on at once.
class Meeting final : public Stages<Slot> {
 public:
  explicit Meeting(int workers) : workers_(workers) {}
  bool Fill(Slot& slot) override { return slot.sequence < static_cast<std::uint64_t>(workers_); }
  void Work(Slot&, BufferPool&) override {
    ++here_;
    while (here_ < workers_) std::this_thread::yield();
  }
  void Drain(Slot&) override {}

 private:
  const int workers_;
  std::atomic<int> here_ = 0;
};

TEST_P(FlowThreads, AllWorkersTakePart) {
  Flow<Slot> flow(workers_, 2 * GetParam());
  for (int round = 0; round < 3; ++round) {
    Meeting meeting(static_cast<int>(GetParam()));
    ASSERT_TRUE(flow.Run(meeting));
  }
}

INSTANTIATE_TEST_SUITE_P(Threads, FlowThreads, ::testing::Values(1u, 2u, 3u, 8u, 64u));

// A source whose owner asks for the next chunk when it has got the last one.
class InTurn final : public Stages<Slot> {
 public:
  bool Fill(Slot&) override {
    std::unique_lock lock(mutex_);
    bell_.wait(lock, [this] { return drained_ == filled_ || stopped_; });
    return !stopped_ && filled_++ != 300;
  }
  void Work(Slot& slot, BufferPool&) override {
    if (slot.sequence == fails) slot.error = Error{ErrorCode::kCorrupt, "work", 0, slot.sequence};
  }
  void Drain(Slot&) override {
    const std::lock_guard lock(mutex_);
    ++drained_;
    bell_.notify_all();
  }
  [[nodiscard]] bool Waits() const override { return true; }
  void Stop() noexcept override {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    bell_.notify_all();
  }
  std::uint64_t fails = kNoPosition;
  [[nodiscard]] std::uint64_t drained() const { return drained_; }

 private:
  std::mutex mutex_;
  std::condition_variable bell_;
  std::uint64_t filled_ = 0;
  std::uint64_t drained_ = 0;
  bool stopped_ = false;
};

TEST_P(FlowThreads, FillMayWaitForWhatIsDrained) {
  Flow<Slot> flow(workers_, 2 * GetParam());
  for (int i = 0; i < 20; ++i) {
    InTurn stages;
    ASSERT_TRUE(flow.Run(stages));
    EXPECT_EQ(stages.drained(), 300u);
    InTurn failing;
    failing.fails = 100;
    const Result<void> failed = flow.Run(failing);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(failing.drained(), 100u);
  }
}

TEST(Flow, SeveralRunsAtOnce) {
  tests::Watchdog watchdog(60);
  std::vector<std::thread> callers;
  std::atomic<int> good = 0;
  for (std::uint32_t i = 1; i <= 6; ++i) {
    callers.emplace_back([i, &good] {
      Workers workers(i);
      Flow<NumberSlot> flow(workers, 2 * i);
      Counting stages;
      good += flow.Run(stages) && stages.drained.size() == stages.end &&
              stages.most_working <= static_cast<int>(i);
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(good, 6);
}

}  // namespace
}  // namespace sigma
