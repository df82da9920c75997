// WorkMeter: told of bytes as a coder gets through them, so that a chunk of many seconds is seen to
// move. A thread has at most one; without one, CountWork costs a load and a branch. Coders call it
// once a sub-block.
#ifndef SIGMA_BASE_WORK_METER_H_
#define SIGMA_BASE_WORK_METER_H_

#include <cstddef>

namespace sigma {

class WorkMeter {
 public:
  virtual void Worked(std::size_t bytes) = 0;

 protected:
  ~WorkMeter() = default;
};

inline thread_local WorkMeter* this_threads_meter = nullptr;

inline void CountWork(std::size_t bytes) {
  if (this_threads_meter != nullptr) this_threads_meter->Worked(bytes);
}

// `meter`, which may be null, is this thread's until the end of the scope.
class MeteredWork {
 public:
  explicit MeteredWork(WorkMeter* meter) noexcept : before_(this_threads_meter) {
    this_threads_meter = meter;
  }
  ~MeteredWork() { this_threads_meter = before_; }
  MeteredWork(const MeteredWork&) = delete;
  MeteredWork& operator=(const MeteredWork&) = delete;

 private:
  WorkMeter* const before_;
};

}  // namespace sigma

#endif  // SIGMA_BASE_WORK_METER_H_
