// BufferPool: one worker's scratch memory, reused between chunks and never freed in between.
//
// Acquire hands out a Lease: a buffer of at least the size asked for, on a cache line, with kPad
// bytes behind it, uninitialised. The lease gives the buffer back when it is destroyed. Free
// buffers are kept by size class, powers of two from 4 KiB up: few classes, so that a pool has met
// them all after some chunks and stays as large as it is, however long the stream. What a request
// does not touch of its buffer is never made resident. Not thread-safe: one worker, one pool.
// Throws std::bad_alloc.
#ifndef SIGMA_MEMORY_BUFFER_POOL_H_
#define SIGMA_MEMORY_BUFFER_POOL_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/memory/buffer.h"
#include "sigma/sigma.hpp"

namespace sigma {

class BufferPool {
 public:
  class [[nodiscard]] Lease {
   public:
    Lease() = default;
    Lease(Lease&& other) noexcept { *this = std::move(other); }
    Lease& operator=(Lease&& other) noexcept;
    ~Lease() { Release(); }

    // The `count` objects asked for.
    template <typename T>
    [[nodiscard]] std::span<T> As(std::size_t count) noexcept {
      assert(count * sizeof(T) <= buffer_.size());
      return {reinterpret_cast<T*>(buffer_.data()), count};
    }
    [[nodiscard]] std::uint8_t* data() noexcept { return buffer_.data(); }
    [[nodiscard]] std::size_t capacity() const noexcept { return buffer_.size(); }
    void Release() noexcept;

   private:
    friend class BufferPool;
    Lease(BufferPool* home, Buffer buffer) : home_(home), buffer_(std::move(buffer)) {}
    BufferPool* home_ = nullptr;
    Buffer buffer_;
  };

  BufferPool() = default;
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  [[nodiscard]] Lease Acquire(std::size_t bytes);
  template <typename T>
  [[nodiscard]] Lease AcquireFor(std::size_t count) {
    return Acquire(count * sizeof(T));
  }

  [[nodiscard]] const PoolCounters& counters() const noexcept { return counters_; }

 private:
  static constexpr std::size_t kClasses = 64;
  // A request may take a free buffer this many classes above its own.
  static constexpr std::size_t kStretch = 3;

  std::array<std::vector<Buffer>, kClasses> free_;
  std::array<std::size_t, kClasses> allocated_{};  // buffers of each class, free or leased
  PoolCounters counters_;
  std::uint64_t held_ = 0;
};

}  // namespace sigma

#endif  // SIGMA_MEMORY_BUFFER_POOL_H_
