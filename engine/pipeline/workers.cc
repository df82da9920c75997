// Workers over a oneTBB arena. The scratch is found by the worker's place in the arena, not by its
// thread: oneTBB may send another thread to the same place later, and pools by thread would then
// add up.
#include "engine/pipeline/workers.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <cassert>
#include <optional>

namespace sigma {

struct Workers::Threads {
  explicit Threads(std::uint32_t threads) : arena(static_cast<int>(threads)) {
    // oneTBB lends no more threads than the machine has cores unless it is told so. It takes the
    // least of all such wishes that are alive, so smaller calls make none.
    if (static_cast<int>(threads) > tbb::info::default_concurrency()) {
      more.emplace(tbb::global_control::max_allowed_parallelism, threads);
    }
  }
  std::optional<tbb::global_control> more;
  tbb::task_arena arena;
};

Workers::Workers(std::uint32_t threads)
    : threads_(threads),
      scratch_(std::make_unique<BufferPool[]>(threads)),
      lent_(threads > 1 ? std::make_unique<Threads>(threads) : nullptr) {}

Workers::~Workers() = default;

void Workers::Run(const std::function<void()>& body) {
  if (lent_ == nullptr) {
    body();
  } else {
    lent_->arena.execute(body);
  }
}

BufferPool& Workers::Scratch() noexcept {
  if (lent_ == nullptr) return scratch_[0];
  const int place = tbb::this_task_arena::current_thread_index();
  assert(place >= 0 && static_cast<std::uint32_t>(place) < threads_);
  return scratch_[static_cast<std::uint32_t>(place)];
}

PoolCounters Workers::Counters() const noexcept {
  PoolCounters sum;
  for (std::uint32_t i = 0; i < threads_; ++i) {
    const PoolCounters& one = scratch_[i].counters();
    sum.acquisitions += one.acquisitions;
    sum.hits += one.hits;
    sum.overflows += one.overflows;
    sum.peak_bytes += one.peak_bytes;
  }
  return sum;
}

}  // namespace sigma
