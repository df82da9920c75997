// Workers: the threads of one call and the scratch memory each of them keeps between chunks.
//
// Exactly `threads` threads run at once, the calling one included; oneTBB lends the others and gets
// them back when the work ends. Every call of the API has Workers of its own, so several calls may
// run side by side. One thread means no oneTBB at all: Run calls its body directly.
#ifndef SIGMA_PIPELINE_WORKERS_H_
#define SIGMA_PIPELINE_WORKERS_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "engine/memory/buffer_pool.h"
#include "sigma/sigma.hpp"

namespace sigma {

struct WorkerMemory {
  // The most bytes that the leases of one worker take at once (budget.h); 0 = not known, its pool
  // is not bounded.
  std::uint64_t scratch = 0;
  // More is refused with BoundExceeded.
  bool refuse_more = false;
  // The threads that oneTBB makes for this call get stacks of kSmallStack bytes of address space.
  bool small_stacks = false;
};

class Workers {
 public:
  // threads ≥ 1. Throws std::bad_alloc.
  explicit Workers(std::uint32_t threads, const WorkerMemory& memory = {});
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  [[nodiscard]] std::uint32_t threads() const noexcept { return threads_; }

  // Runs `body` on the calling thread; the tasks that it starts run on these workers.
  void Run(const std::function<void()>& body);

  // The scratch of the worker that calls; to be used inside Run only. No other worker has the same
  // one at the same time.
  [[nodiscard]] BufferPool& Scratch() noexcept;

  // Sums over the workers (peak_bytes too: the most they can hold together). Not during Run.
  [[nodiscard]] PoolCounters Counters() const noexcept;

 private:
  struct Threads;
  std::uint32_t threads_;
  std::unique_ptr<BufferPool[]> scratch_;  // one per place in the arena
  std::unique_ptr<Threads> lent_;          // null with one thread
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_WORKERS_H_
