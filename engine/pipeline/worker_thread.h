// WorkerThread: a thread with a stack of a known size, on which chunks can be coded. That the system
// refuses one is a value.
#ifndef SIGMA_PIPELINE_WORKER_THREAD_H_
#define SIGMA_PIPELINE_WORKER_THREAD_H_

#include <cstddef>
#include <optional>
#include <thread>
#include <utility>

namespace sigma {

// The deepest path measured needs 60 KiB; what a sanitizer adds to every frame is several times as
// much. Untouched pages are not resident, but a limit on address space counts them.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr std::size_t kWorkerStack = std::size_t{4} << 20;
#else
inline constexpr std::size_t kWorkerStack = std::size_t{512} << 10;
#endif

class WorkerThread {
 public:
  // Runs run(context), which throws nothing. Nothing where the system refuses a thread.
  static std::optional<WorkerThread> Start(void (*run)(void*), void* context) noexcept;
  WorkerThread(WorkerThread&& other) noexcept
      : handle_(std::exchange(other.handle_, std::nullopt)) {}
  WorkerThread& operator=(WorkerThread&&) = delete;
  // Waits for its end.
  ~WorkerThread();

 private:
  explicit WorkerThread(std::thread::native_handle_type handle) : handle_(handle) {}
  std::optional<std::thread::native_handle_type> handle_;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_WORKER_THREAD_H_
