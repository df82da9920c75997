// Tracing: when each stage of each chunk began and ended. For finding out what a run waits for, and
// for models of it; costs nothing where Options::tracer is null.
//
//   struct Log : Tracer { void Stage(const TraceEvent& event) noexcept override { … } } log;
//   options.tracer = &log;
//   CompressFile("table", "table.sigma", options, {});
#ifndef SIGMA_TRACE_HPP_
#define SIGMA_TRACE_HPP_

#include <chrono>
#include <cstdint>

#include "sigma/result.hpp"

namespace sigma {

// The life of a chunk, in order. Reading and writing are serial, with two exceptions, for which
// kRead follows kQueue: whole chunks of a file that is compressed are read by the worker that encodes
// them; those of one that is restored by its seek table by the worker that decodes them, which may
// write them too.
enum class TraceStage : std::uint8_t {
  kRead,    // taken from the source
  kQueue,   // waits for a worker
  kEncode,  // compressing: chosen for, encoded and, if asked for, verified
  kDecode,  // restoring: decoded and checked
  kWait,    // waits for its turn to be written
  kWrite,   // given to the sink
  kFinish,  // of the whole: what follows the last chunk is written, and the sink is finished
};

struct TraceEvent {
  using Clock = std::chrono::steady_clock;

  TraceStage stage = TraceStage::kRead;
  std::uint64_t run = 0;    // which compression or restoration of this process, from 1
  std::uint64_t chunk = 0;  // in the order of the run; kNoPosition for kFinish
  // Taken, restored or written, as the stage does; of the chunk's source while it waits. kFinish: 0.
  std::uint64_t bytes = 0;
  Clock::time_point begin;
  Clock::time_point end;  // ≥ begin
};

class Tracer {
 public:
  virtual ~Tracer() = default;
  // At the end of each stage, on the thread whose work it was; for kQueue and kWait on the one that
  // ends the wait. From several threads at once; must not throw, and delays what it is called from.
  virtual void Stage(const TraceEvent& event) noexcept = 0;
};

}  // namespace sigma

#endif  // SIGMA_TRACE_HPP_
