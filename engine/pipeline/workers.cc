// Workers over a oneTBB arena. The scratch is found by the worker's place in the arena, not by its
// thread: oneTBB may send another thread to the same place later, and pools by thread would then
// add up.
#include "engine/pipeline/workers.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <cassert>
#include <mutex>
#include <optional>
#include <set>

namespace sigma {

namespace {

// Address space of a worker's stack under a memory limit, where oneTBB takes 4 MiB: what a limit on
// address space would count. The deepest path measured needs 60 KiB.
constexpr std::size_t kSmallStack = std::size_t{512} << 10;

// oneTBB lends a process no more threads than the machine has cores unless it is told so, and of
// all such wishes that are alive the least counts. So the calls of this process share one, the
// largest, kept while any of them needs it. (64 workers on 2 cores are slower than 2, but a caller
// who asks for them gets them.)
class Allowance {
 public:
  // `begin` runs while no other call changes the allowance.
  template <typename Begin>
  void Raise(std::uint32_t threads, Begin begin) {
    const std::lock_guard lock(mutex_);
    wishes_.insert(threads);
    Set();
    begin();
  }
  void Lower(std::uint32_t threads) {
    const std::lock_guard lock(mutex_);
    wishes_.erase(wishes_.find(threads));
    Set();
  }

 private:
  void Set() {
    const std::uint32_t most = wishes_.empty() ? 0 : *wishes_.rbegin();
    const auto cores = static_cast<std::uint32_t>(tbb::info::default_concurrency());
    const std::uint32_t wanted = most > cores ? most : 0;
    if (wanted == set_) return;
    control_.reset();
    if (wanted != 0) control_.emplace(tbb::global_control::max_allowed_parallelism, wanted);
    set_ = wanted;
  }

  std::mutex mutex_;
  std::multiset<std::uint32_t> wishes_;
  std::optional<tbb::global_control> control_;
  std::uint32_t set_ = 0;
};

Allowance& SharedAllowance() {
  static Allowance allowance;
  return allowance;
}

}  // namespace

struct Workers::Threads {
  Threads(std::uint32_t threads, bool small_stacks)
      : wish(threads), arena(static_cast<int>(threads)) {
    if (small_stacks) stacks.emplace(tbb::global_control::thread_stack_size, kSmallStack);
    SharedAllowance().Raise(wish, [&] { arena.initialize(); });
  }
  ~Threads() { SharedAllowance().Lower(wish); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  const std::uint32_t wish;
  std::optional<tbb::global_control> stacks;
  tbb::task_arena arena;
};

Workers::Workers(std::uint32_t threads, const WorkerMemory& memory)
    : threads_(threads),
      scratch_(std::make_unique<BufferPool[]>(threads)),
      lent_(threads > 1 ? std::make_unique<Threads>(threads, memory.small_stacks) : nullptr) {
  for (std::uint32_t i = 0; i < threads; ++i) {
    scratch_[i].Start(std::max<std::size_t>(kStartPlaces / threads, 1));
    if (memory.scratch != 0) scratch_[i].Bound(memory.scratch, memory.refuse_more);
  }
}

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
    sum.grows += one.grows;
    sum.shrinks += one.shrinks;
    sum.peak_bytes += one.peak_bytes;
  }
  return sum;
}

}  // namespace sigma
