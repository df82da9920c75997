// Flow: the shape both directions share. One stage fills slots in order, the workers work on them
// in any order, one stage drains them in order again:
//
//   Fill (serial) → Work (parallel) → Drain (serial) → its slot back to Fill
//
// Promises
// - At most `in_flight` chunks are between the begin of Fill and the end of Drain, each in a slot
//   of its own. Each of the first chunks gets a new slot until all are made; then they take turns,
//   also in the next Run. So the memory held soon stands still, however the threads are timed.
// - Work is begun in the order of Fill: a chunk that waits never keeps those after it in flight.
// - In a steady state it allocates nothing.
// - Errors are values in the slot. The earliest in order is the one that Run returns, whatever the
//   number of threads; what follows it is drained unseen, and nothing is filled after it.
// - An exception in a stage becomes such an error (std::bad_alloc: kOutOfMemory). Nothing hangs.
// - Where memory is refused there is less in flight, down to one chunk and one worker at a time,
//   before it becomes an error.
#ifndef SIGMA_PIPELINE_FLOW_H_
#define SIGMA_PIPELINE_FLOW_H_

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/pipeline/workers.h"
#include "sigma/result.hpp"

namespace sigma {

// It travels with a chunk. Those of a flow derive from it.
struct Slot {
  virtual ~Slot() = default;
  // Gives back the memory that Prepare or Work can make again.
  virtual void Free() noexcept {}
  std::uint64_t sequence = 0;  // set by the flow: position in the order of Fill
  std::optional<Error> error;
  bool starved = false;  // the flow's own: still to be worked on, by nobody else at a time
};

// The stages as the flow's mechanism sees them, whatever their slots are; see Stages.
class UntypedStages {
 public:
  virtual ~UntypedStages() = default;
  [[nodiscard]] virtual std::unique_ptr<Slot> NewUntyped() = 0;
  virtual void PrepareUntyped(Slot& slot) = 0;
  virtual bool FillUntyped(Slot& slot) = 0;
  // Whether Fill may wait for somebody who waits for chunks that are in flight.
  [[nodiscard]] virtual bool Waits() const { return false; }
  // Nothing more is wanted: a Fill that waits returns. From any thread.
  virtual void Stop() noexcept {}
  virtual void WorkUntyped(Slot& slot, BufferPool& scratch) = 0;
  virtual void DrainUntyped(Slot& slot) = 0;
};

// A direction's work on its own kind of slot, which the only casts of the pipeline hand it.
template <std::derived_from<Slot> S>
class Stages : private UntypedStages {
 public:
  [[nodiscard]] virtual std::unique_ptr<S> NewSlot() { return std::make_unique<S>(); }
  // Makes what Fill needs in the slot; may be repeated if it throws. Serial.
  virtual void Prepare(S& slot) { (void)slot; }
  // Serial. False: the input has ended and the slot stays unused. With slot.error set the slot is
  // the last one.
  virtual bool Fill(S& slot) = 0;
  // Parallel; may set slot.error. Is repeated if it throws std::bad_alloc.
  virtual void Work(S& slot, BufferPool& scratch) = 0;
  // Serial, in the order of Fill, only for slots without an error; may set slot.error.
  virtual void Drain(S& slot) = 0;

 private:
  template <std::derived_from<Slot>>
  friend class Flow;

  std::unique_ptr<Slot> NewUntyped() final { return NewSlot(); }
  void PrepareUntyped(Slot& slot) final { Prepare(static_cast<S&>(slot)); }
  bool FillUntyped(Slot& slot) final { return Fill(static_cast<S&>(slot)); }
  void WorkUntyped(Slot& slot, BufferPool& scratch) final { Work(static_cast<S&>(slot), scratch); }
  void DrainUntyped(Slot& slot) final { Drain(static_cast<S&>(slot)); }
};

// Slots first in, first out.
class SlotRing {
 public:
  explicit SlotRing(std::size_t places) : places_(places) {}
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  void Push(Slot& slot) noexcept;
  Slot& Pop() noexcept;  // there is one

 private:
  std::vector<Slot*> places_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

// The mechanism, one for all kinds of slots; see Flow.
class UntypedFlow {
 public:
  UntypedFlow(Workers& workers, std::uint32_t in_flight);

  [[nodiscard]] Workers& workers() noexcept { return workers_; }
  [[nodiscard]] std::uint32_t in_flight() const noexcept { return in_flight_; }
  // Workers that the last Run had to the end: one where memory was short for more.
  [[nodiscard]] std::uint32_t workers_used() const noexcept {
    return alone_ ? 1 : workers_.threads();
  }
  // What the last Run spent in Fill and Drain, waiting for source and sink included: while one chunk
  // is there, no other is.
  [[nodiscard]] double serial_seconds() const noexcept { return fill_seconds_ + drain_seconds_; }

 protected:
  Result<void> Run(UntypedStages& stages);
  [[nodiscard]] const std::vector<std::unique_ptr<Slot>>& slots() const noexcept { return slots_; }

 private:
  struct Graph;
  using Lock = std::unique_lock<std::mutex>;

  void RunLoop(UntypedStages& stages) noexcept;
  bool RunGraph(UntypedStages& stages) noexcept;
  // The bodies of the graph's nodes.
  void Fill(Graph& graph, UntypedStages& stages) noexcept;
  void PassOn(Graph& graph, UntypedStages& stages, Lock& lock) noexcept;
  void Work(Graph& graph, UntypedStages& stages) noexcept;
  void Drain(Graph& graph, UntypedStages& stages) noexcept;

  // The next filled slot; null at the end, and where no slot is to be had now.
  Slot* FillNext(UntypedStages& stages, Lock& lock) noexcept;
  Slot* Take(UntypedStages& stages, Lock& lock) noexcept;
  void WorkOn(UntypedStages& stages, Slot& slot, BufferPool& scratch) noexcept;
  void DrainInOrder(UntypedStages& stages, Slot& slot) noexcept;
  [[nodiscard]] bool MayFill() const noexcept;
  [[nodiscard]] bool MayDrain() const noexcept;

  Workers& workers_;
  const std::uint32_t in_flight_;
  std::vector<std::unique_ptr<Slot>> slots_;

  std::mutex mutex_;  // guards what follows
  SlotRing free_;
  SlotRing waiting_;              // filled, and begun by no worker yet
  std::vector<Slot*> done_;       // by sequence modulo in_flight_: to be drained
  std::uint32_t most_slots_ = 1;  // in this run
  std::uint32_t messages_ = 0;    // to Work, not begun
  std::uint32_t working_ = 0;     // slots
  double fill_seconds_ = 0;       // whoever fills
  double drain_seconds_ = 0;      // whoever drains
  std::uint64_t filled_ = 0;      // chunks
  std::uint64_t drained_ = 0;     // chunks
  bool filling_ = false;          // somebody does
  bool draining_ = false;         // somebody does
  bool alone_ = false;            // one chunk at a time
  bool ended_ = false;            // nothing is left to fill
  bool unfilled_ = false;         // for want of memory
  std::optional<Error> failure_;  // Drain's own; `stopping_` tells the others
  std::atomic<bool> stopping_ = false;
};

template <std::derived_from<Slot> S>
class Flow : private UntypedFlow {
 public:
  // in_flight ≥ 1. With one worker or one chunk in flight the stages run in a plain loop.
  Flow(Workers& workers, std::uint32_t in_flight) : UntypedFlow(workers, in_flight) {}

  // May be called again: the slots are kept.
  Result<void> Run(Stages<S>& stages) { return UntypedFlow::Run(stages); }

  // Gives back what the slots hold and can make again. Not during Run.
  void Free() noexcept {
    for (const std::unique_ptr<Slot>& slot : slots()) slot->Free();
  }

  using UntypedFlow::in_flight;
  using UntypedFlow::serial_seconds;
  using UntypedFlow::workers;
  using UntypedFlow::workers_used;
  // The slots made so far, one after the other. Not during Run.
  [[nodiscard]] std::size_t slot_count() const noexcept { return slots().size(); }
  template <typename Visit>
  void ForEachSlot(Visit visit) const {
    for (const std::unique_ptr<Slot>& slot : slots()) visit(static_cast<const S&>(*slot));
  }
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_FLOW_H_
