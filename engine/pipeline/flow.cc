// The flow graph. Tokens and slots: the limiter lets in_flight slots pass and gets a token back
// when Drain has given its slot back, so a slot is always free for the one chunk that Fill reads
// ahead. After an error Fill answers "end", Work and Drain let the slots through untouched, and the
// graph runs empty by itself; it is never cancelled with chunks inside.
#include "engine/pipeline/flow.h"

#include <oneapi/tbb/flow_graph.h>

#include <new>

namespace sigma {
namespace {

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

Flow::Flow(Workers& workers, std::uint32_t in_flight) : workers_(workers), in_flight_(in_flight) {
  const bool loop = workers.threads() == 1 || in_flight == 1;
  slots_.reserve(loop ? 1 : in_flight + std::size_t{1});
  free_.resize(slots_.capacity());
}

Result<void> Flow::Run(Stages& stages) {
  filled_ = 0;
  ended_ = false;
  unfilled_ = false;
  failure_.reset();
  stopping_ = false;
  workers_.Run([&] {
    if (workers_.threads() == 1 || in_flight_ == 1) {
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
    GiveBack(*slot);
  }
}

void Flow::RunGraph(Stages& stages) {
  namespace flow = tbb::flow;
  flow::graph graph;
  flow::input_node<Slot*> fill(graph, [&](tbb::flow_control& control) -> Slot* {
    Slot* slot = FillNext(stages);
    if (slot == nullptr) control.stop();
    return slot;
  });
  flow::limiter_node<Slot*> limiter(graph, in_flight_);
  flow::function_node<Slot*, Slot*> work(graph, flow::unlimited, [&](Slot* slot) {
    WorkOn(stages, *slot);
    return slot;
  });
  flow::sequencer_node<Slot*> order(
      graph, [](Slot* const& slot) { return static_cast<std::size_t>(slot->sequence); });
  flow::function_node<Slot*, flow::continue_msg> drain(graph, flow::serial, [&](Slot* slot) {
    DrainInOrder(stages, *slot);
    GiveBack(*slot);
    return flow::continue_msg();
  });
  flow::make_edge(fill, limiter);
  flow::make_edge(limiter, work);
  flow::make_edge(work, order);
  flow::make_edge(order, drain);
  flow::make_edge(drain, limiter.decrementer());
  fill.activate();
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
    GiveBack(*slot);
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
  const std::lock_guard lock(free_mutex_);
  if (slots_.size() < free_.size()) {
    slots_.push_back(stages.NewSlot());
    return *slots_.back();
  }
  assert(free_count_ > 0);
  Slot* slot = free_[first_free_];
  first_free_ = (first_free_ + 1) % free_.size();
  --free_count_;
  return *slot;
}

void Flow::GiveBack(Slot& slot) noexcept {
  const std::lock_guard lock(free_mutex_);
  free_[(first_free_ + free_count_) % free_.size()] = &slot;
  ++free_count_;
}

}  // namespace sigma
