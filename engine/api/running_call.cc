#include "engine/api/running_call.h"

#include "engine/api/edge.h"

namespace sigma {

std::unique_ptr<RunningCall> RunningCall::Start(Call call) {
  std::unique_ptr<RunningCall> running(new RunningCall(std::move(call)));
  auto thread = WorkerThread::Start([](void* self) { static_cast<RunningCall*>(self)->Run(); },
                                    running.get());
  if (!thread) return nullptr;
  running->thread_.emplace(*std::move(thread));
  return running;
}

RunningCall::~RunningCall() {
  bytes_.Cancel();
  thread_.reset();
}

void RunningCall::Run() noexcept {
  Result<Summary> done = AtEdge([this] { return call_(bytes_.source(), bytes_.sink()); });
  if (!done) {
    bytes_.End(std::move(done.error()));
    return;
  }
  std::optional<Error> trailing = std::move(done->trailing);
  if (!trailing) {
    const std::lock_guard lock(mutex_);
    done_ = std::move(*done);
  }
  bytes_.End(std::move(trailing));
}

Result<Summary> RunningCall::Outcome() const {
  const std::lock_guard lock(mutex_);
  if (!done_) return Fail(ErrorCode::kInvalidArgument, "the stream has not come to its end");
  return *done_;
}

}  // namespace sigma
