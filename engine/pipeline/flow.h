// Flow: the shape both directions share. One stage fills slots in order, the workers work on them
// in any order, one stage drains them in order again:
//
//   Fill (serial) → Work (parallel) → sequencer → Drain (serial) → token back to Fill
//
// Promises
// - At most `in_flight` chunks are between the begin of Fill and the end of Drain, each in a slot
// of
//   its own. Each of the first chunks gets a new slot until all are made; then they take turns,
//   also in the next Run. So the memory held soon stands still, however the threads are timed.
// - Work is begun in the order of Fill: a chunk that waits never keeps those behind it in flight.
// - In a steady state it allocates nothing.
// - Errors are values in the slot. The earliest in order is the one that Run returns, whatever the
//   number of threads; what is behind it is drained unseen, and nothing is filled after it.
// - An exception in a stage becomes such an error (std::bad_alloc: kOutOfMemory). Nothing hangs.
#ifndef SIGMA_PIPELINE_FLOW_H_
#define SIGMA_PIPELINE_FLOW_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/pipeline/workers.h"
#include "sigma/sigma.hpp"

namespace sigma {

// What travels with a chunk. The stages derive from it.
struct Slot {
  virtual ~Slot() = default;
  std::uint64_t sequence = 0;  // set by the flow: position in the order of Fill
  std::optional<Error> error;
};

class Stages {
 public:
  virtual ~Stages() = default;
  [[nodiscard]] virtual std::unique_ptr<Slot> NewSlot() = 0;
  // Serial. False: the input has ended and the slot stays unused. With slot.error set the slot is
  // the last one.
  virtual bool Fill(Slot& slot) = 0;
  // Parallel; may set slot.error.
  virtual void Work(Slot& slot, BufferPool& scratch) = 0;
  // Serial, in the order of Fill, only for slots without an error; may set slot.error.
  virtual void Drain(Slot& slot) = 0;
};

// Slots first in, first out; Push and Pop may be called by any threads.
class SlotRing {
 public:
  explicit SlotRing(std::size_t places) : places_(places) {}
  void Push(Slot& slot) noexcept;
  Slot& Pop() noexcept;  // there is one

 private:
  std::mutex mutex_;
  std::vector<Slot*> places_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

class Flow {
 public:
  // in_flight ≥ 1. With one thread or one chunk in flight the stages run in a plain loop.
  Flow(Workers& workers, std::uint32_t in_flight);

  // Always with the same kind of stages: the slots are kept.
  Result<void> Run(Stages& stages);

  [[nodiscard]] Workers& workers() noexcept { return workers_; }
  [[nodiscard]] std::uint32_t in_flight() const noexcept { return in_flight_; }
  // The slots made so far. Not during Run.
  [[nodiscard]] const std::vector<std::unique_ptr<Slot>>& slots() const noexcept { return slots_; }

 private:
  void RunLoop(Stages& stages);
  void RunGraph(Stages& stages);
  // The next filled slot; null at the end.
  Slot* FillNext(Stages& stages) noexcept;
  void WorkOn(Stages& stages, Slot& slot) noexcept;
  void DrainInOrder(Stages& stages, Slot& slot) noexcept;
  Slot& Take(Stages& stages);

  Workers& workers_;
  const std::uint32_t in_flight_;
  std::vector<std::unique_ptr<Slot>> slots_;
  SlotRing free_;
  SlotRing waiting_;  // filled, and begun by no worker yet
  // Fill's own.
  std::uint64_t filled_ = 0;
  bool ended_ = false;
  bool unfilled_ = false;  // for want of memory
  // Drain's own; `stopping_` tells the others.
  std::optional<Error> failure_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_FLOW_H_
