// The flow graph is a ring: a token makes Fill read one chunk, and Drain hands the token back when
// it has given the chunk's slot back. There are as many tokens as slots, so a slot is always free
// for a token. oneTBB runs what was spawned last first, and a chunk passed over would soon hold all
// tokens behind it: so a message to Work only says that a slot waits, and Work takes the oldest. No
// node ever refuses a message: a limiter_node would, and oneTBB then turns edges
// around with an allocation for each chunk. After an error Fill lets the tokens go, Work and Drain
// let the slots through untouched, and the graph runs empty by itself; it is never cancelled with
// chunks inside.
#include "engine/pipeline/flow.h"

#include <oneapi/tbb/flow_graph.h>

#include <cassert>
#include <new>
#include <tuple>

namespace sigma {
namespace {

// The right to have a chunk in flight.
struct Token {};

// A slot waits to be worked on.
struct Waiting {};

// Runs one stage; what it throws becomes the slot's error.
template <typename Stage>
bool Guarded(Slot& slot, Stage stage) noexcept {
  try {
    return stage();
  } catch (const BoundExceeded&) {
    slot.error = Error{ErrorCode::kLimit, "a chunk needs more memory than the limit allows",
                       kNoPosition, kNoPosition};
  } catch (const std::bad_alloc&) {
    slot.error = Error{ErrorCode::kOutOfMemory, {}, kNoPosition, kNoPosition};
  } catch (...) {
    slot.error = Error{ErrorCode::kCancelled, {}, kNoPosition, kNoPosition};
  }
  return true;
}

}  // namespace

void SlotRing::Push(Slot& slot) noexcept {
  const std::lock_guard lock(mutex_);
  assert(count_ < places_.size());
  places_[(first_ + count_) % places_.size()] = &slot;
  ++count_;
}

Slot& SlotRing::Pop() noexcept {
  const std::lock_guard lock(mutex_);
  assert(count_ > 0);
  Slot* const slot = places_[first_];
  first_ = (first_ + 1) % places_.size();
  --count_;
  return *slot;
}

Flow::Flow(Workers& workers, std::uint32_t in_flight)
    : workers_(workers),
      in_flight_(workers.threads() == 1 ? 1 : in_flight),
      free_(in_flight_),
      waiting_(in_flight_) {
  slots_.reserve(in_flight_);
}

Result<void> Flow::Run(Stages& stages) {
  filled_ = 0;
  ended_ = false;
  unfilled_ = false;
  failure_.reset();
  stopping_ = false;
  workers_.Run([&] {
    if (in_flight_ == 1) {
      RunLoop(stages);
    } else {
      RunGraph(stages);
    }
  });
  if (!failure_ && unfilled_)
    failure_ = Error{ErrorCode::kOutOfMemory, {}, kNoPosition, kNoPosition};
  if (!failure_) return {};
  if (failure_->text.empty()) {
    failure_->text = failure_->code == ErrorCode::kOutOfMemory
                         ? "out of memory: fewer threads or smaller chunks need less"
                         : "stopped by an exception of the caller";
  }
  return Unexpected{std::move(*failure_)};
}

void Flow::RunLoop(Stages& stages) {
  while (Slot* slot = FillNext(stages)) {
    WorkOn(stages, *slot);
    DrainInOrder(stages, *slot);
    free_.Push(*slot);
  }
}

void Flow::RunGraph(Stages& stages) {
  namespace flow = tbb::flow;
  flow::graph graph;
  using Fill = flow::multifunction_node<Token, std::tuple<Waiting>>;
  Fill fill(graph, flow::serial, [&](Token, Fill::output_ports_type& out) {
    Slot* const slot = FillNext(stages);
    if (slot == nullptr) return;
    waiting_.Push(*slot);
    std::get<0>(out).try_put(Waiting{});
  });
  flow::function_node<Waiting, Slot*> work(graph, flow::unlimited, [&](Waiting) {
    Slot& slot = waiting_.Pop();
    WorkOn(stages, slot);
    return &slot;
  });
  flow::sequencer_node<Slot*> order(
      graph, [](Slot* const& slot) { return static_cast<std::size_t>(slot->sequence); });
  flow::function_node<Slot*, Token> drain(graph, flow::serial, [&](Slot* slot) {
    DrainInOrder(stages, *slot);
    free_.Push(*slot);
    return Token{};
  });
  flow::make_edge(flow::output_port<0>(fill), work);
  flow::make_edge(work, order);
  flow::make_edge(order, drain);
  flow::make_edge(drain, fill);
  for (std::uint32_t i = 0; i < in_flight_; ++i) fill.try_put(Token{});
  graph.wait_for_all();
}

Slot* Flow::FillNext(Stages& stages) noexcept {
  if (ended_ || stopping_.load(std::memory_order_relaxed)) return nullptr;
  Slot* slot = nullptr;
  try {
    slot = &Take(stages);
  } catch (...) {
    // Not even a slot to carry the error: Run reports it if none of the chunks before has its own.
    ended_ = true;
    unfilled_ = true;
    return nullptr;
  }
  slot->error.reset();
  slot->sequence = filled_;
  const bool filled = Guarded(*slot, [&] { return stages.Fill(*slot); });
  if (!filled) {
    ended_ = true;
    free_.Push(*slot);
    return nullptr;
  }
  ended_ = slot->error.has_value();
  ++filled_;
  return slot;
}

void Flow::WorkOn(Stages& stages, Slot& slot) noexcept {
  if (slot.error || stopping_.load(std::memory_order_relaxed)) return;
  Guarded(slot, [&] {
    stages.Work(slot, workers_.Scratch());
    return true;
  });
}

void Flow::DrainInOrder(Stages& stages, Slot& slot) noexcept {
  if (failure_) return;
  if (!slot.error) {
    Guarded(slot, [&] {
      stages.Drain(slot);
      return true;
    });
  }
  if (slot.error) {
    failure_ = std::move(slot.error);
    stopping_ = true;
  }
}

Slot& Flow::Take(Stages& stages) {
  if (slots_.size() == in_flight_) return free_.Pop();
  slots_.push_back(stages.NewSlot());
  return *slots_.back();
}

}  // namespace sigma
