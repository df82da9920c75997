// Tracing: the stages of one run as its tracer is told of them. Without a tracer no clock is asked.
#ifndef SIGMA_PIPELINE_TRACING_H_
#define SIGMA_PIPELINE_TRACING_H_

#include <cstdint>

#include "sigma/trace.hpp"

namespace sigma {

class Tracing {
 public:
  using Time = TraceEvent::Clock::time_point;

  // `tracer` may be null; otherwise it outlives this.
  explicit Tracing(Tracer* tracer);

  // The present; any time without a tracer.
  [[nodiscard]] Time Now() const noexcept {
    return tracer_ == nullptr ? Time{} : TraceEvent::Clock::now();
  }
  // A stage that began at `begin` ends at `end`.
  void Tell(TraceStage stage, std::uint64_t chunk, std::uint64_t bytes, Time begin,
            Time end) const noexcept {
    if (tracer_ != nullptr) tracer_->Stage({stage, run_, chunk, bytes, begin, end});
  }
  // A stage that began at `begin` ends now, which is returned.
  Time Tell(TraceStage stage, std::uint64_t chunk, std::uint64_t bytes, Time begin) const noexcept {
    const Time now = Now();
    Tell(stage, chunk, bytes, begin, now);
    return now;
  }

 private:
  Tracer* const tracer_;
  std::uint64_t run_ = 0;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_TRACING_H_
