// Workers over a oneTBB arena all of whose places are kept for threads from outside: oneTBB 2021.8
// makes its own threads in the middle of the work, and where the system refuses one it throws
// through whoever has just spawned a task. Ours wait on a condition between runs; in a run they
// enter the arena and take tasks, as oneTBB's do: they spin for some microseconds where there are
// none and then sleep.
//
// oneTBB allocates a place's memory with the first task spawned there, and it does not
// survive a failure (arena_slot::allocate_task_pool notes the size before it has the memory). So
// each worker spawns an empty task before it takes part. If that fails, the worker keeps its place,
// so that nobody else spawns there, and the arena is not used for another run.
//
// Nor does it survive a failure in the middle of making an arena (task_stream destroys lanes that
// it has not made), and each thread that enters one makes one of its own. So what that takes is
// allocated and given back beforehand: the allocator then has it at hand for this thread.
//
// Its allocator is a library that it loads with dlopen, whose constructor calls dlopen again, in
// vain. Where there is no memory for the record of that inner error, glibc from 2.34 on follows a
// pointer of all ones (_dlerror_run, after the outer call succeeded). So the library is loaded here
// beforehand, with such a record made: oneTBB then finds it without running a constructor.
//
// oneTBB counts the processors once, with memory from operator new, and where that fails it waits
// for ever for the count to be finished when it is asked again (atomic_do_once). So it is not asked
// again: the process then works with one thread to its end.
//
// The scratch is found by the worker's place in the arena, not by its thread: another thread may be
// in the same place in the next run, and pools by thread would then add up.
#include "engine/pipeline/workers.h"

#include <dlfcn.h>
#include <oneapi/tbb/cache_aligned_allocator.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cassert>
#include <condition_variable>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <new>
#include <optional>
#include <vector>

#include "engine/pipeline/worker_thread.h"

namespace sigma {

namespace {

namespace scheduler = tbb::detail::d1;  // tasks without an algorithm around them

// Throws std::bad_alloc unless oneTBB's allocator is loaded or cannot be for another reason than
// memory. It stays loaded.
void LoadAllocator() {
  static std::atomic<bool> loaded{false};
  if (loaded.load(std::memory_order_acquire)) return;
  if (dlsym(RTLD_DEFAULT, "sigma: no symbol has this name") == nullptr) {
    const char* const error = dlerror();  // of literally this text where the record was refused
    if (error == nullptr || std::strcmp(error, "out of memory") == 0) throw std::bad_alloc();
  }
  dlopen("libtbbmalloc.so.2", RTLD_NOW);
  loaded.store(true, std::memory_order_release);
}

// Of oneTBB, the calling thread's among them. 0: oneTBB must not be used any more.
std::size_t Processors() noexcept {
  static std::mutex counting;
  static std::optional<std::size_t> processors;
  const std::lock_guard lock(counting);
  if (!processors) {
    processors = 0;
    try {
      processors = static_cast<std::size_t>(tbb::info::default_concurrency());
    } catch (...) {
      // It stays at 0.
    }
  }
  return *processors;
}

// Throws std::bad_alloc unless oneTBB's allocator has what an arena of this many places takes, and
// leaves it there: the blocks of its lanes' queues, the places themselves, the market.
void ProvideForArena(std::size_t places) {
  struct Block {
    Block* next;
    std::size_t size;
  };
  struct Blocks {
    tbb::cache_aligned_allocator<std::byte> allocator;
    Block* first = nullptr;
    void Add(std::size_t size) { first = new (allocator.allocate(size)) Block{first, size}; }
    ~Blocks() {
      while (first != nullptr) {
        Block* const next = first->next;
        allocator.deallocate(reinterpret_cast<std::byte*>(first), first->size);
        first = next;
      }
    }
  } blocks;
  constexpr std::size_t kStreams = 2;
  for (std::size_t lane = 0; lane < kStreams * std::bit_ceil(places); ++lane) {
    for (const std::size_t size : {std::size_t{64}, std::size_t{512}}) blocks.Add(size);
  }
  for (const std::size_t size : {256U, 256U, 512U, 1024U, 2048U, 4096U}) blocks.Add(size);
  blocks.Add(places * 1024 + 8192);
  blocks.Add(std::size_t{64} << 10);
}

// Does nothing; whose spawning makes oneTBB allocate.
class EmptyTask final : public scheduler::task {
 public:
  explicit EmptyTask(scheduler::wait_context& done) : done_(done) {}
  scheduler::task* execute(scheduler::execution_data&) override { return Done(); }
  scheduler::task* cancel(scheduler::execution_data&) override { return Done(); }

 private:
  scheduler::task* Done() {
    done_.release();
    return nullptr;
  }
  scheduler::wait_context& done_;
};

// In the arena, at the place of the calling thread. False: this place must not be spawned at.
bool WarmUp(tbb::task_group_context& context) noexcept {
  scheduler::wait_context done(1);
  EmptyTask task(done);
  try {
    scheduler::spawn(task, context);
  } catch (...) {
    done.release();
    return false;
  }
  scheduler::wait(done, context);
  return true;
}

// A body for several workers. Each begins by spawning the task of the next at its own place, so no
// place holds more than one, and all memory is there before the first: tbb::task_group counts a
// task before it has memory for it and then waits for ever.
struct Chain;
class ChainTask final : public scheduler::task {
 public:
  Chain* chain = nullptr;

 private:
  scheduler::task* execute(scheduler::execution_data&) override;
  scheduler::task* cancel(scheduler::execution_data&) override;
};

struct Chain {
  Chain(const std::function<void()>& given, tbb::task_group_context& group, std::size_t others)
      : body(given), context(group), tasks(std::make_unique<ChainTask[]>(others)), count(others) {
    for (std::size_t i = 0; i < others; ++i) tasks[i].chain = this;
  }

  void Begin() noexcept {
    if (const std::size_t i = next++; i < count) {
      done.reserve();
      try {
        scheduler::spawn(tasks[i], context);
      } catch (...) {
        done.release();
      }
    }
    body();
  }
  // On the calling thread.
  void Run() noexcept {
    Begin();
    done.release();
    scheduler::wait(done, context);
  }

  const std::function<void()>& body;
  tbb::task_group_context& context;
  std::unique_ptr<ChainTask[]> tasks;
  const std::size_t count;
  std::atomic<std::size_t> next{0};
  scheduler::wait_context done{1};  // the calling thread and the tasks spawned
};

scheduler::task* ChainTask::execute(scheduler::execution_data&) {
  chain->Begin();
  chain->done.release();
  return nullptr;
}

scheduler::task* ChainTask::cancel(scheduler::execution_data&) {
  chain->done.release();
  return nullptr;
}

}  // namespace

struct Workers::Crew {
  explicit Crew(std::uint32_t places) { threads.reserve(places - 1); }
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  // Makes threads up to `wanted`; fewer where the system refuses one.
  void Hire(std::size_t wanted) noexcept;
  bool Run(const std::function<bool()>& body);
  void Attend() noexcept;
  void TakePart() noexcept;
  void Begin(scheduler::wait_context& done) noexcept;
  void End(scheduler::wait_context& done) noexcept;

  std::vector<WorkerThread> threads;
  // oneTBB lets a thread take tasks of others only above the lower half of the stack that it
  // believes it has given to it.
  std::optional<tbb::global_control> stacks;
  std::optional<tbb::task_arena> arena;
  tbb::task_group_context context{tbb::task_group_context::isolated};

  std::mutex mutex;
  std::condition_variable called;    // a run begins, or the crew is dismissed
  std::condition_variable released;  // a run ends
  std::uint64_t run = 0;
  bool running = false;
  bool dismissed = false;
  bool spoilt = false;     // a place of the arena must not be spawned at
  std::size_t inside = 0;  // threads that take part
  scheduler::wait_context* until = nullptr;
};

Workers::Crew::~Crew() {
  {
    const std::lock_guard lock(mutex);
    dismissed = true;
  }
  called.notify_all();
  threads.clear();
}

void Workers::Crew::Hire(std::size_t wanted) noexcept {
  const auto work = [](void* crew) { static_cast<Crew*>(crew)->Attend(); };
  while (threads.size() < wanted) {
    std::optional<WorkerThread> thread = WorkerThread::Start(work, this);
    if (!thread) break;
    threads.push_back(*std::move(thread));  // there is room
  }
}

// A thread's life.
void Workers::Crew::Attend() noexcept {
  std::uint64_t seen = 0;
  std::unique_lock lock(mutex);
  for (;;) {
    called.wait(lock, [&] { return dismissed || (running && run != seen); });
    if (dismissed) return;
    seen = run;
    ++inside;
    lock.unlock();
    TakePart();
    lock.lock();
    --inside;
    if (!running && inside == 0) released.notify_all();
  }
}

void Workers::Crew::TakePart() noexcept {
  try {
    ProvideForArena(Processors());
    arena->execute([this] {
      if (WarmUp(context)) {
        scheduler::wait(*until, context);
        return;
      }
      std::unique_lock lock(mutex);
      spoilt = true;
      released.wait(lock, [this] { return !running; });
    });
  } catch (...) {
    // No memory to enter: the others do the work.
  }
}

void Workers::Crew::Begin(scheduler::wait_context& done) noexcept {
  {
    const std::lock_guard lock(mutex);
    until = &done;
    ++run;
    running = true;
  }
  called.notify_all();
}

// Whoever has not come yet need not come any more.
void Workers::Crew::End(scheduler::wait_context& done) noexcept {
  {
    const std::lock_guard lock(mutex);
    running = false;
  }
  done.release();
  released.notify_all();
  std::unique_lock lock(mutex);
  released.wait(lock, [this] { return inside == 0; });
}

bool Workers::Crew::Run(const std::function<bool()>& body) {
  bool done = false;
  try {
    if (spoilt) arena.reset();
    spoilt = false;
    if (!arena) {
      const std::size_t places = threads.size() + 1;
      LoadAllocator();
      const std::size_t processors = Processors();
      if (processors == 0) return false;
      ProvideForArena(places + processors);
      if (!stacks) stacks.emplace(tbb::global_control::thread_stack_size, kWorkerStack);
      arena.emplace(static_cast<int>(places), static_cast<unsigned>(places));
    }
    arena->execute([&] {
      if (!WarmUp(context)) {
        spoilt = true;
        return;
      }
      scheduler::wait_context until_done(1);
      Begin(until_done);
      done = body();
      End(until_done);
    });
  } catch (...) {
    // No memory to enter: nothing has begun.
  }
  return done;
}

Workers::Workers(std::uint32_t threads, const WorkerMemory& memory)
    : scratch_(std::make_unique<BufferPool[]>(threads)) {
  if (threads > 1) {
    auto crew = std::make_unique<Crew>(threads);
    crew->Hire(threads - 1);
    threads_ = static_cast<std::uint32_t>(crew->threads.size()) + 1;
    refused_ = threads - threads_;
    if (threads_ > 1) crew_ = std::move(crew);
  }
  for (std::uint32_t i = 0; i < threads_; ++i) {
    scratch_[i].Start(std::max<std::size_t>(kStartPlaces / threads_, 1));
    if (memory.scratch != 0) scratch_[i].Bound(memory.scratch, memory.refuse_more);
  }
}

Workers::~Workers() = default;

bool Workers::RunTogether(const std::function<bool()>& body) {
  return crew_ != nullptr && crew_->Run(body);
}

bool Workers::RunOnEach(const std::function<void()>& body) {
  if (crew_ == nullptr) return false;
  Chain chain(body, crew_->context, threads_ - 1);
  return RunTogether([&chain] {
    chain.Run();
    return true;
  });
}

std::size_t Workers::Place() const noexcept {
  const int place = tbb::this_task_arena::current_thread_index();
  assert(place >= 0 && static_cast<std::uint32_t>(place) < threads_);
  return static_cast<std::size_t>(place);
}

void Workers::FreeScratch() noexcept {
  for (std::uint32_t i = 0; i < threads_; ++i) scratch_[i].FreeWaiting();
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
