// The flow graph is a ring of three nodes: Fill tells Work that a slot waits, Work tells Drain that
// the next slot in order is done, and Drain tells Fill that a slot is free again. What waits where
// stands in the flow's own rings, made once: a message says only that there is something to do, and
// its receiver takes the oldest. (oneTBB runs what was spawned last first, and a chunk passed over
// would soon hold all slots after it.) Serial stages are a flag, "somebody does": who finds it
// taken need not send, because the owner looks again before giving it up.
//
// No node of the graph limits its concurrency, buffers or sorts: those of oneTBB 2021.8 that do
// allocate inside an aggregator, and an exception there leaves it locked for ever. An unlimited
// node allocates the task of a message before it counts it; so where try_put throws, nothing has
// happened, and the sender does the receiver's work itself. No exception ever leaves a body, and
// the graph runs empty by itself after an error: Fill stops, Work and Drain let the slots through
// untouched. It is never cancelled with chunks inside.
//
// A worker that waits in Fill must have nothing at its own place that others wait for: oneTBB
// promises no parallelism, and a sleeping worker may miss what was spawned elsewhere. Where Fill may
// wait for the reader of the results (Waits), it is passed on after each chunk: its message is sent
// before that to Work, which the worker then takes first.
//
// A deque of tasks grows when it holds more than 47, which a spawn that fails would not survive
// (workers.cc): hence kMostMessages.
#include "engine/pipeline/flow.h"

#include <oneapi/tbb/flow_graph.h>

#include <algorithm>
#include <cassert>
#include <new>
#include <tuple>
#include <utility>

#include "engine/pipeline/stopwatch.h"

namespace sigma {
namespace {

// "There is something to do."
struct Message {};

// Messages to Work that nobody has begun with; whoever begins with one sends the next.
constexpr std::uint32_t kMostMessages = 32;

// Runs one stage; what it throws becomes the slot's error, its text to be made later.
template <typename Stage>
bool Guarded(Slot& slot, Stage stage) noexcept {
  try {
    return stage();
  } catch (const BoundExceeded&) {
    slot.error = Error{ErrorCode::kLimit, {}, kNoPosition, kNoPosition};
  } catch (const std::bad_alloc&) {
    slot.error = Error{ErrorCode::kOutOfMemory, {}, kNoPosition, kNoPosition};
  } catch (...) {
    slot.error = Error{ErrorCode::kCancelled, {}, kNoPosition, kNoPosition};
  }
  return true;
}

// As many for each worker as were meant, though the system has refused some.
std::uint32_t InFlightFor(const Workers& workers, std::uint32_t in_flight) {
  const std::uint32_t meant = workers.threads() + workers.refused();
  return std::max(workers.threads(), in_flight * workers.threads() / meant);
}

const char* TextOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kLimit:
      return "a chunk needs more memory than the limit allows";
    case ErrorCode::kOutOfMemory:
      return "out of memory: fewer threads or smaller chunks need less";
    default:
      return "stopped by an exception of the caller";
  }
}

}  // namespace

void SlotRing::Push(Slot& slot) noexcept {
  assert(count_ < places_.size());
  places_[(first_ + count_) % places_.size()] = &slot;
  ++count_;
}

Slot& SlotRing::Pop() noexcept {
  assert(count_ > 0);
  Slot* const slot = places_[first_];
  first_ = (first_ + 1) % places_.size();
  --count_;
  return *slot;
}

struct UntypedFlow::Graph {
  Graph(UntypedFlow& owner, UntypedStages& given)
      : flow(owner),
        stages(given),
        fill(graph, tbb::flow::unlimited, [this](Message, auto&) { flow.Fill(*this, stages); }),
        work(graph, tbb::flow::unlimited, [this](Message, auto&) { flow.Work(*this, stages); }),
        drain(graph, tbb::flow::unlimited, [this](Message, auto&) { flow.Drain(*this, stages); }) {
    tbb::flow::make_edge(tbb::flow::output_port<0>(fill), work);
    tbb::flow::make_edge(tbb::flow::output_port<0>(work), drain);
    tbb::flow::make_edge(tbb::flow::output_port<1>(work), work);
    tbb::flow::make_edge(tbb::flow::output_port<0>(drain), fill);
  }

  // Sends a message through a port of a node; false if there is no memory for it.
  template <std::size_t kPort, typename Node>
  static bool Send(Node& node) noexcept {
    try {
      return tbb::flow::output_port<kPort>(node).try_put(Message{});
    } catch (...) {
      return false;
    }
  }

  template <typename Node>
  static bool Begin(Node& node) noexcept {
    try {
      return node.try_put(Message{});
    } catch (...) {
      return false;
    }
  }

  UntypedFlow& flow;
  UntypedStages& stages;
  // Its own, so that the graph allocates none.
  tbb::task_group_context context{tbb::task_group_context::isolated};
  tbb::flow::graph graph{context};
  tbb::flow::multifunction_node<Message, std::tuple<Message>> fill;
  tbb::flow::multifunction_node<Message, std::tuple<Message, Message>> work;
  tbb::flow::multifunction_node<Message, std::tuple<Message>> drain;
};

UntypedFlow::UntypedFlow(Workers& workers, std::uint32_t in_flight)
    : workers_(workers),
      in_flight_(workers.threads() == 1 ? 1 : InFlightFor(workers, in_flight)),
      free_(in_flight_),
      waiting_(in_flight_),
      done_(in_flight_) {
  slots_.reserve(in_flight_);
}

Result<void> UntypedFlow::Run(UntypedStages& stages) {
  messages_ = working_ = 0;
  filling_ = draining_ = false;
  filled_ = drained_ = 0;
  fill_seconds_ = drain_seconds_ = 0;
  ended_ = unfilled_ = alone_ = false;
  most_slots_ = in_flight_;
  failure_.reset();
  stopping_ = false;
  const bool together =
      in_flight_ > 1 && workers_.RunTogether([this, &stages] { return RunGraph(stages); });
  if (!together) {
    alone_ = workers_.threads() > 1;
    RunLoop(stages);
  }
  if (!failure_ && unfilled_)
    failure_ = Error{ErrorCode::kOutOfMemory, {}, kNoPosition, kNoPosition};
  if (!failure_) return {};
  if (failure_->text.empty()) failure_->text = TextOf(failure_->code);
  return Unexpected{std::move(*failure_)};
}

void UntypedFlow::RunLoop(UntypedStages& stages) noexcept {
  most_slots_ = 1;
  Lock lock(mutex_);
  while (Slot* const slot = FillNext(stages, lock)) {
    WorkOn(stages, *slot, workers_.OwnScratch());
    DrainInOrder(stages, *slot);
    free_.Push(*slot);
    ++drained_;
  }
}

bool UntypedFlow::RunGraph(UntypedStages& stages) noexcept {
  try {
    Graph graph(*this, stages);
    filling_ = true;
    if (!graph.fill.try_put(Message{})) Fill(graph, stages);
    graph.graph.wait_for_all();
    assert((ended_ || stopping_) && filled_ == drained_);
    return true;
  } catch (...) {
    filling_ = false;
    return false;  // no memory for the graph
  }
}

void UntypedFlow::Fill(Graph& graph, UntypedStages& stages) noexcept {
  Lock lock(mutex_);
  while (MayFill()) {
    Slot* const slot = FillNext(stages, lock);
    if (slot == nullptr) continue;
    waiting_.Push(*slot);
    if (stages.Waits()) return PassOn(graph, stages, lock);
    if (messages_ == kMostMessages) continue;
    ++messages_;
    lock.unlock();
    if (!Graph::Send<0>(graph.fill)) Work(graph, stages);
    lock.lock();
  }
  filling_ = false;
}

// After a chunk was filled. Where nobody fills now, whoever drains the chunk goes on.
void UntypedFlow::PassOn(Graph& graph, UntypedStages& stages, Lock& lock) noexcept {
  const bool announces = messages_ < kMostMessages;
  if (announces) ++messages_;
  if (announces && MayFill()) {
    lock.unlock();
    const bool sent = Graph::Begin(graph.fill);
    lock.lock();
    if (!sent) filling_ = false;
  } else {
    filling_ = false;
  }
  lock.unlock();
  if (announces && !Graph::Send<0>(graph.fill)) Work(graph, stages);
}

void UntypedFlow::Work(Graph& graph, UntypedStages& stages) noexcept {
  Lock lock(mutex_);
  for (bool again = true; again;) {
    again = false;
    --messages_;
    Slot& slot = waiting_.Pop();
    slot.starved = alone_;
    ++working_;
    if (waiting_.size() > messages_) {
      ++messages_;
      lock.unlock();
      again = !Graph::Send<1>(graph.work);
      lock.lock();
    }
    if (!slot.starved && !slot.error) {
      lock.unlock();
      WorkOn(stages, slot, workers_.Scratch());
      lock.lock();
      if (slot.error && slot.error->code == ErrorCode::kOutOfMemory) {
        slot.error.reset();
        slot.starved = alone_ = true;
      }
    }
    --working_;
    done_[slot.sequence % in_flight_] = &slot;
    if (draining_ || !MayDrain()) continue;
    draining_ = true;
    lock.unlock();
    if (!Graph::Send<0>(graph.work)) Drain(graph, stages);
    lock.lock();
  }
}

void UntypedFlow::Drain(Graph& graph, UntypedStages& stages) noexcept {
  bool fills = false;  // as soon as somebody else may drain
  Lock lock(mutex_);
  while (MayDrain()) {
    Slot& slot = *std::exchange(done_[drained_ % in_flight_], nullptr);
    lock.unlock();
    if (slot.starved) {
      workers_.FreeScratch();
      WorkOn(stages, slot, workers_.Scratch());
    }
    DrainInOrder(stages, slot);
    lock.lock();
    if (alone_) slot.Free();
    free_.Push(slot);
    ++drained_;
    if (filling_ || !MayFill()) continue;
    filling_ = true;
    lock.unlock();
    if (!Graph::Send<0>(graph.drain)) fills = true;
    lock.lock();
  }
  draining_ = false;
  lock.unlock();
  if (fills) Fill(graph, stages);
}

// Whether there is a slot to fill, and anything to fill it with.
bool UntypedFlow::MayFill() const noexcept {
  if (ended_ || stopping_.load(std::memory_order_relaxed)) return false;
  return alone_ ? filled_ == drained_ : free_.size() != 0 || slots_.size() < most_slots_;
}

// Whether the next slot in order is done. One that is starved is, when nobody else works.
bool UntypedFlow::MayDrain() const noexcept {
  const Slot* const next = done_[drained_ % in_flight_];
  return next != nullptr && (!next->starved || working_ == 0);
}

Slot* UntypedFlow::FillNext(UntypedStages& stages, Lock& lock) noexcept {
  if (ended_ || stopping_.load(std::memory_order_relaxed)) return nullptr;
  Slot* const slot = Take(stages, lock);
  if (slot == nullptr) return nullptr;
  lock.unlock();
  slot->error.reset();
  slot->sequence = filled_;
  const Stopwatch watch;
  const bool filled = Guarded(*slot, [&] { return stages.FillUntyped(*slot); });
  fill_seconds_ += watch.Seconds();
  lock.lock();
  if (!filled) {
    ended_ = true;
    free_.Push(*slot);
    return nullptr;
  }
  ended_ = slot->error.has_value();
  ++filled_;
  return slot;
}

// A slot that is prepared. Null where there is no memory for one: then there is one chunk at a time
// from now on, and if there was none in flight, this is the end.
Slot* UntypedFlow::Take(UntypedStages& stages, Lock& lock) noexcept {
  Slot* slot = nullptr;
  if (free_.size() != 0 && (alone_ || slots_.size() >= most_slots_)) slot = &free_.Pop();
  const bool only = filled_ == drained_;
  lock.unlock();
  bool ready = false;
  for (int attempt = 0; attempt < (only ? 2 : 1) && !ready; ++attempt) {
    if (attempt != 0) {
      for (const std::unique_ptr<Slot>& idle : slots_) idle->Free();
      workers_.FreeScratch();
    }
    try {
      if (slot == nullptr) {
        slots_.push_back(stages.NewUntyped());
        slot = slots_.back().get();
      }
      stages.PrepareUntyped(*slot);
      ready = true;
    } catch (...) {
    }
  }
  lock.lock();
  if (ready) return slot;
  if (slot != nullptr) free_.Push(*slot);
  if (only) ended_ = unfilled_ = true;
  alone_ = true;
  return nullptr;
}

void UntypedFlow::WorkOn(UntypedStages& stages, Slot& slot, BufferPool& scratch) noexcept {
  if (slot.error || stopping_.load(std::memory_order_relaxed)) return;
  Guarded(slot, [&] {
    stages.WorkUntyped(slot, scratch);
    return true;
  });
}

void UntypedFlow::DrainInOrder(UntypedStages& stages, Slot& slot) noexcept {
  if (failure_) return;
  if (!slot.error) {
    const Stopwatch watch;
    Guarded(slot, [&] {
      stages.DrainUntyped(slot);
      return true;
    });
    drain_seconds_ += watch.Seconds();
  }
  if (slot.error) {
    failure_ = std::move(slot.error);
    stopping_ = true;
    stages.Stop();
  }
}

}  // namespace sigma
