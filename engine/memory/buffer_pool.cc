#include "engine/memory/buffer_pool.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace sigma {
namespace {

constexpr std::size_t kSmallest = 4096;

std::size_t ClassOf(std::size_t bytes) {
  return static_cast<std::size_t>(std::bit_width(std::max(bytes, kSmallest) - 1));
}

std::size_t ClassBytes(std::size_t size_class) { return std::size_t{1} << size_class; }

}  // namespace

BufferPool::Lease& BufferPool::Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    Release();
    home_ = std::exchange(other.home_, nullptr);
    buffer_ = std::move(other.buffer_);
  }
  return *this;
}

void BufferPool::Lease::Release() noexcept {
  if (home_ == nullptr) return;
  // Room was reserved when the buffer was allocated, so this cannot throw.
  home_->free_[ClassOf(buffer_.size())].push_back(std::move(buffer_));
  home_ = nullptr;
}

BufferPool::Lease BufferPool::Acquire(std::size_t bytes) {
  ++counters_.acquisitions;
  const std::size_t size_class = ClassOf(bytes);
  // A larger free buffer beats a new one: what a chunk leaves free serves the next, whatever its
  // kind.
  const std::size_t last = std::min(size_class + kStretch, kClasses - 1);
  for (std::size_t candidate = size_class; candidate <= last; ++candidate) {
    std::vector<Buffer>& free = free_[candidate];
    if (free.empty()) continue;
    ++counters_.hits;
    Lease lease(this, std::move(free.back()));
    free.pop_back();
    return lease;
  }
  ++counters_.overflows;
  // Release must not allocate: room for one more in this class.
  ++allocated_[size_class];
  free_[size_class].reserve(allocated_[size_class]);
  Buffer buffer(ClassBytes(size_class));
  held_ += buffer.size() + kPad;
  counters_.peak_bytes = std::max(counters_.peak_bytes, held_);
  return Lease(this, std::move(buffer));
}

}  // namespace sigma
