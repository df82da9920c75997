// RunningCall: a call on a thread of its own, whose source and sink a caller feeds and drains
// (HandOver). Common to both directions of streams.
#ifndef SIGMA_API_RUNNING_CALL_H_
#define SIGMA_API_RUNNING_CALL_H_

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "engine/io/hand_over.h"
#include "engine/pipeline/worker_thread.h"
#include "sigma/options.hpp"

namespace sigma {

class RunningCall {
 public:
  using Call = std::function<Result<Summary>(Source&, Sink&)>;

  // Runs `call` until it returns or this is destroyed. Null where the system refuses a thread.
  // Throws std::bad_alloc.
  static std::unique_ptr<RunningCall> Start(Call call);
  // Cancels the call and waits for it.
  ~RunningCall();
  RunningCall(const RunningCall&) = delete;
  RunningCall& operator=(const RunningCall&) = delete;

  [[nodiscard]] HandOver& bytes() noexcept { return bytes_; }
  // The caller has pulled the last byte.
  [[nodiscard]] Result<Summary> Outcome() const;

 private:
  explicit RunningCall(Call call) : call_(std::move(call)) {}
  void Run() noexcept;

  const Call call_;
  HandOver bytes_;
  mutable std::mutex mutex_;  // guards what follows
  std::optional<Summary> done_;
  std::optional<WorkerThread> thread_;
};

}  // namespace sigma

#endif  // SIGMA_API_RUNNING_CALL_H_
