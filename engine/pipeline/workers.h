// Workers: the threads of one call and the scratch memory each of them keeps between chunks.
//
// At most `threads` threads work at once, the calling one included. The others are made here, with
// stacks of a known size, before anything else of the call exists: where the system refuses one,
// there are fewer workers, and nothing else changes. oneTBB schedules the tasks and makes no thread
// of its own. Every call of the API has Workers of its own, so several calls may run side by side.
// One thread means no oneTBB at all.
#ifndef SIGMA_PIPELINE_WORKERS_H_
#define SIGMA_PIPELINE_WORKERS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "engine/memory/buffer_pool.h"
#include "sigma/options.hpp"

namespace sigma {

struct WorkerMemory {
  // The most bytes that the leases of one worker take at once (budget.h); 0 = not known, its pool
  // is not bounded.
  std::uint64_t scratch = 0;
  // More is refused with BoundExceeded.
  bool refuse_more = false;
};

class Workers {
 public:
  // threads ≥ 1. Throws std::bad_alloc; a refused thread is no error.
  explicit Workers(std::uint32_t threads, const WorkerMemory& memory = {});
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Those there are, the calling thread included.
  [[nodiscard]] std::uint32_t threads() const noexcept { return threads_; }
  // Those asked for that the system refused.
  [[nodiscard]] std::uint32_t refused() const noexcept { return refused_; }

  // Runs `body` on the calling thread; the tasks that it starts run on all workers until it
  // returns. False, and nothing has begun, with one worker, where there is no memory for oneTBB, or
  // where `body` itself says so: then the work is the calling thread's alone.
  [[nodiscard]] bool RunTogether(const std::function<bool()>& body);

  // Calls `body`, which throws nothing, once on each worker that comes in time, at least on the
  // calling thread, and returns when all have returned. False, and nothing has begun, where
  // RunTogether says so. Throws std::bad_alloc before anything has begun.
  [[nodiscard]] bool RunOnEach(const std::function<void()>& body);

  // The place of the worker that calls, below threads(); inside RunTogether only. No other worker
  // has the same one at the same time.
  [[nodiscard]] std::size_t Place() const noexcept;
  // The scratch of that place.
  [[nodiscard]] BufferPool& Scratch() noexcept { return scratch_[Place()]; }
  // That of the calling thread outside of it.
  [[nodiscard]] BufferPool& OwnScratch() noexcept { return scratch_[0]; }
  // Gives all memory back that no lease holds. While no worker acquires.
  void FreeScratch() noexcept;

  // Sums over the workers (peak_bytes too: the most they can hold together). Not during a run.
  [[nodiscard]] PoolCounters Counters() const noexcept;

 private:
  struct Crew;
  std::unique_ptr<BufferPool[]> scratch_;  // one per place in the arena
  std::unique_ptr<Crew> crew_;             // null with one thread
  std::uint32_t threads_ = 1;
  std::uint32_t refused_ = 0;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_WORKERS_H_
