// Rules of growing and shrinking.
//
// Growing: a pool takes another place when more than 5 % of the last kRecent acquisitions
// overflowed with all its places taken. kRecent is below 20, so one overflow is enough: a rule that
// let one in thirty pass would allocate once in every chunk for ever.
//
// Shrinking: at the end of an epoch the buffers that nothing used in it are freed: of them fewer
// than 1 % were in use. A request that one of those would have served doubles the epoch, so a
// stream that needs a buffer now and then soon keeps it. Chunks are of different kinds, and some
// make more requests than an epoch has: so that one kind does not shrink what the next one needs,
// an epoch also counts rounds, which begin where nothing is leased; a chunk has a few of them.
//
// Enlarged: where no free buffer is large enough but a smaller one is free, that one grows, or is
// freed for a new one. So a pool has as many buffers as are leased at once of like sizes, each as
// large as was ever needed there, and meets every request after a few chunks.
//
// Released buffers go on a stack with one compare-and-swap, whoever releases them; the worker takes
// the whole stack before it looks for a buffer, so there is no ABA.
#include "engine/memory/buffer_pool.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <memory>
#include <new>
#include <utility>

#include "engine/memory/poison.h"

namespace sigma {
namespace {

// A request may take a free buffer this many classes above its own: eight times the size.
constexpr std::size_t kStretch = 24;
// A free buffer is given up for a larger one from this many classes below.
constexpr std::size_t kReplace = 24;
// Acquisitions of an epoch, and how many of them there are to a round of it: most chunks take ten
// in two or three rounds, a chunk of a table over a thousand in ten. So it is some hundred or some
// dozen chunks.
constexpr std::uint64_t kEpoch = 4096;
constexpr std::uint64_t kPerRound = 8;
// Where something is always leased there are no rounds: then this many times the acquisitions.
constexpr std::uint64_t kWithoutRounds = 32;
constexpr std::uint64_t kLongestEpoch = kEpoch << 20;

}  // namespace

struct BufferPool::Block {
  Buffer buffer;
  BufferPool* home = nullptr;
  Block* next = nullptr;
  std::size_t size_class = 0;
  std::size_t asked = 0;   // bytes of the request it is leased for
  std::uint64_t used = 0;  // epoch of the last lease

  [[nodiscard]] std::uint64_t footprint() const noexcept { return BufferFootprint(buffer.size()); }
};

BufferPool::Lease& BufferPool::Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    Release();
    block_ = std::exchange(other.block_, nullptr);
    data_ = std::exchange(other.data_, nullptr);
    capacity_ = std::exchange(other.capacity_, 0);
  }
  return *this;
}

void BufferPool::Lease::Release() noexcept {
  if (block_ == nullptr) return;
  Return(std::exchange(block_, nullptr));
  data_ = nullptr;
  capacity_ = 0;
}

void BufferPool::Return(Block* block) noexcept {
  BufferPool* const home = block->home;
  if (home->recorder_ != nullptr) home->recorder_(home->recorder_context_, false, block->asked);
  OpenFirst(block->buffer.data(), 0, block->footprint());
  std::atomic<Block*>& stack = home->returned_;
  block->next = stack.load(std::memory_order_relaxed);
  while (!stack.compare_exchange_weak(block->next, block, std::memory_order_release,
                                      std::memory_order_relaxed)) {
  }
}

BufferPool::~BufferPool() {
  FreeWaiting();
  assert(buffers_ == 0);
}

void BufferPool::FreeWaiting() noexcept {
  TakeBack();
  for (std::size_t c = LowestFree(0, kClasses - 1); c != kClasses;
       c = LowestFree(c, kClasses - 1)) {
    FreeBlock(PopFree(c));
  }
}

void BufferPool::Bound(std::uint64_t leased, bool refuse) noexcept {
  refused_ = refuse ? leased : ~std::uint64_t{0};
  bound_ = PoolBound(leased);
  waste_bound_ = bound_ - leased;
}

// Classes: the position of the top bit, then the kStepLog bits below it.
std::size_t BufferPool::ClassOf(std::size_t bytes) noexcept {
  const std::size_t last = std::max(bytes, std::size_t{1} << kSmallestLog) - 1;
  const auto top = static_cast<unsigned>(std::bit_width(last)) - 1;
  if (top < kSmallestLog) return 0;
  return ((top - kSmallestLog) << kStepLog) + ((last >> (top - kStepLog)) & (kSteps - 1)) + 1;
}

std::size_t BufferPool::ClassBytes(std::size_t size_class) noexcept {
  if (size_class == 0) return std::size_t{1} << kSmallestLog;
  const std::size_t step = size_class - 1;
  const auto top = static_cast<unsigned>(step >> kStepLog) + kSmallestLog;
  return ((step & (kSteps - 1)) + kSteps + 1) << (top - kStepLog);
}

BufferPool::Lease BufferPool::Acquire(std::size_t bytes) {
  TakeBack();
  if (bytes > refused_ || leased_ + BufferFootprint(bytes) > refused_) throw BoundExceeded();
  Tick();
  ++counters_.acquisitions;
  const std::size_t size_class = ClassOf(bytes);
  Block* block = FindFree(bytes, size_class);
  if (block != nullptr) {
    ++counters_.hits;
  } else {
    block = Allocate(bytes, size_class);
  }
  block->asked = bytes;
  block->used = epoch_;
  leased_ += BufferFootprint(bytes);
  waste_ += block->footprint() - BufferFootprint(bytes);
  peak_leased_ = std::max(peak_leased_, leased_);
  if (recorder_ != nullptr) recorder_(recorder_context_, true, bytes);
  // Not what the class rounds up to: an overrun of a small lease is as wrong as one of a large one.
  OpenFirst(block->buffer.data(), bytes + kPad, block->footprint());
  return Lease(block, block->buffer.data(), block->buffer.size());
}

void BufferPool::TakeBack() noexcept {
  if (returned_.load(std::memory_order_relaxed) == nullptr) return;
  Block* block = returned_.exchange(nullptr, std::memory_order_acquire);
  // The stack gives the last released first; pushed in this order it would end up below.
  Block* first = nullptr;
  while (block != nullptr) {
    Block* const next = block->next;
    block->next = first;
    first = block;
    block = next;
  }
  while (first != nullptr) {
    Block* const next = first->next;
    leased_ -= BufferFootprint(first->asked);
    waste_ -= first->footprint() - BufferFootprint(first->asked);
    PushFree(first);
    first = next;
  }
}

void BufferPool::Tick() noexcept {
  if (epoch_length_ == 0) epoch_length_ = kEpoch;
  ++epoch_acquisitions_;
  epoch_rounds_ += leased_ == 0 ? 1u : 0u;
  const bool over =
      epoch_acquisitions_ > epoch_length_ && epoch_rounds_ > epoch_length_ / kPerRound;
  if (!over && epoch_acquisitions_ <= epoch_length_ * kWithoutRounds) return;
  epoch_acquisitions_ = epoch_rounds_ = 0;
  bool shrunk = false;
  for (std::size_t c = LowestFree(0, kClasses - 1); c < kClasses;
       c = c + 1 < kClasses ? LowestFree(c + 1, kClasses - 1) : kClasses) {
    Block* kept = nullptr;
    while (Block* const block = free_[c] == nullptr ? nullptr : PopFree(c)) {
      if (block->used >= epoch_) {
        block->next = kept;
        kept = block;
        continue;
      }
      FreeBlock(block);
      given_up_[c / 64] |= std::uint64_t{1} << (c % 64);
      shrunk = true;
    }
    while (kept != nullptr) {
      Block* const next = kept->next;
      PushFree(kept);
      kept = next;
    }
  }
  if (shrunk) {
    ++counters_.shrinks;
    places_ = std::max(start_places_, buffers_);
  }
  ++epoch_;
}

BufferPool::Block* BufferPool::FindFree(std::size_t bytes, std::size_t size_class) noexcept {
  // A buffer between two classes may fit as it is.
  if (size_class != 0 && free_[size_class - 1] != nullptr &&
      free_[size_class - 1]->buffer.size() >= bytes) {
    return PopFree(size_class - 1);
  }
  const std::size_t found = LowestFree(size_class, std::min(size_class + kStretch, kClasses - 1));
  if (found == kClasses) return nullptr;
  const std::uint64_t waste = free_[found]->footprint() - BufferFootprint(bytes);
  if (waste_ + waste > waste_bound_) return nullptr;
  return PopFree(found);
}

BufferPool::Block* BufferPool::Allocate(std::size_t bytes, std::size_t size_class) {
  ++counters_.overflows;
  const std::size_t given_up =
      Lowest(given_up_, size_class, std::min(size_class + kStretch, kClasses - 1));
  if (given_up != kClasses) {
    given_up_[given_up / 64] &= ~(std::uint64_t{1} << (given_up % 64));
    epoch_length_ = std::min(2 * epoch_length_, kLongestEpoch);
  }
  const std::size_t lowest = size_class > kReplace ? size_class - kReplace : 0;
  Block* smaller = nullptr;
  if (size_class != 0) {
    const std::size_t found = HighestFree(lowest, size_class - 1);
    if (found != kClasses) smaller = PopFree(found);
  }
  // A size between two classes where the class would waste what is bounded.
  std::size_t size = ClassBytes(size_class);
  if (size_class != 0 && waste_ + BufferFootprint(size) - BufferFootprint(bytes) > waste_bound_) {
    size = bytes;
  }
  if (smaller != nullptr) {
    held_ -= smaller->footprint();
    MakeRoom(BufferFootprint(size));
    const bool enlarged = smaller->buffer.Enlarge(size);
    held_ += smaller->footprint();
    if (enlarged) {
      Classify(*smaller);
      counters_.peak_bytes = std::max(counters_.peak_bytes, held_);
      return smaller;
    }
    FreeBlock(smaller);
  }
  MakeRoom(BufferFootprint(size));
  Block* const block = NewBlock(size);
  if (buffers_ > places_) {
    places_ = buffers_;
    ++counters_.grows;
  }
  return block;
}

// Frees what waits, the largest first, until `bytes` more stay within the bound.
void BufferPool::MakeRoom(std::size_t bytes) noexcept {
  while (held_ + bytes > bound_) {
    const std::size_t largest = HighestFree(0, kClasses - 1);
    if (largest == kClasses) return;
    FreeBlock(PopFree(largest));
  }
}

BufferPool::Block* BufferPool::NewBlock(std::size_t size) {
  Block* block = nullptr;
  for (bool again = false;; again = true) {
    try {
      auto made = std::make_unique<Block>();
      made->buffer = Buffer(size);
      block = made.release();
      break;
    } catch (const std::bad_alloc&) {
      if (again || HighestFree(0, kClasses - 1) == kClasses) throw;
      FreeWaiting();
    }
  }
  block->home = this;
  Classify(*block);
  ++buffers_;
  held_ += block->footprint();
  counters_.peak_bytes = std::max(counters_.peak_bytes, held_);
  return block;
}

// Down to the class that the size fills, so that no later request finds it too small.
void BufferPool::Classify(Block& block) noexcept {
  block.size_class = ClassOf(block.buffer.size());
  if (ClassBytes(block.size_class) > block.buffer.size()) --block.size_class;
}

void BufferPool::FreeBlock(Block* block) noexcept {
  const std::unique_ptr<Block> owned(block);
  held_ -= owned->footprint();
  --buffers_;
}

void BufferPool::PushFree(Block* block) noexcept {
  const std::size_t c = block->size_class;
  block->next = free_[c];
  free_[c] = block;
  waiting_[c / 64] |= std::uint64_t{1} << (c % 64);
}

BufferPool::Block* BufferPool::PopFree(std::size_t size_class) noexcept {
  Block* const block = free_[size_class];
  free_[size_class] = block->next;
  if (block->next == nullptr) waiting_[size_class / 64] &= ~(std::uint64_t{1} << (size_class % 64));
  return block;
}

std::size_t BufferPool::Lowest(const ClassSet& set, std::size_t from, std::size_t last) noexcept {
  for (std::size_t word = from / 64; word <= last / 64; ++word) {
    std::uint64_t bits = set[word];
    if (word == from / 64) bits &= ~std::uint64_t{0} << (from % 64);
    if (bits == 0) continue;
    const std::size_t found = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
    return found <= last ? found : kClasses;
  }
  return kClasses;
}

std::size_t BufferPool::HighestFree(std::size_t from, std::size_t last) const noexcept {
  for (std::size_t word = last / 64 + 1; word-- > from / 64;) {
    std::uint64_t bits = waiting_[word];
    if (word == last / 64) bits &= ~std::uint64_t{0} >> (63 - last % 64);
    if (bits == 0) continue;
    const std::size_t found = word * 64 + 63 - static_cast<std::size_t>(std::countl_zero(bits));
    return found >= from ? found : kClasses;
  }
  return kClasses;
}

}  // namespace sigma
