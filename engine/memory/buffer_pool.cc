#include "engine/memory/buffer_pool.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace sigma {
namespace {

constexpr std::size_t kSmallest = 256;

// Class c holds buffers of (4 + c % 4) << (c / 4) times 64 bytes: 256, 320, 384, 448, 512, 640, …
std::size_t ClassOf(std::size_t bytes) {
  const std::size_t units = (std::max(bytes, kSmallest) + 63) / 64;
  const unsigned shift = static_cast<unsigned>(std::bit_width(units)) - 3;
  const std::size_t step = (units + (std::size_t{1} << shift) - 1) >> shift;  // 4 … 8
  return 4 * shift + (step - 4);
}

std::size_t ClassBytes(std::size_t size_class) {
  return (4 + size_class % 4) << (size_class / 4) << 6;
}

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
  std::vector<Buffer>& free = free_.at(size_class);
  if (!free.empty()) {
    ++counters_.hits;
    Lease lease(this, std::move(free.back()));
    free.pop_back();
    return lease;
  }
  ++counters_.overflows;
  free.reserve(free.capacity() + 1);
  Buffer buffer(ClassBytes(size_class));
  held_ += buffer.size() + kPad;
  counters_.peak_bytes = std::max(counters_.peak_bytes, held_);
  return Lease(this, std::move(buffer));
}

}  // namespace sigma
