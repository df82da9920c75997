// BufferPool: one worker's scratch memory, reused between chunks.
//
// Acquire hands out a Lease: a buffer of at least the size asked for, on a cache line, with kPad
// bytes after it, uninitialised. The lease gives the buffer back to the pool it came from when it
// is destroyed, on whichever thread that happens.
//
// The pool adapts: it begins with a few places (kStartPlaces for all workers of a call together),
// takes another place when an acquisition finds all of them leased, lets a buffer grow where only
// smaller ones are free, and frees the buffers that a whole epoch of acquisitions did not use. With
// a bound, the sum of all its buffers stays below it as long as what is leased at once does:
// buffers that wait are freed first, and no request gets a buffer so much too large that the others
// would lack it.
//
// Threads: one worker acquires at a time; leases may be released from any thread. No lock; O(1),
// and O(1) amortised where it grows or shrinks. In a steady state nothing is allocated. Throws
// std::bad_alloc, after it has given back all that waits.
#ifndef SIGMA_MEMORY_BUFFER_POOL_H_
#define SIGMA_MEMORY_BUFFER_POOL_H_

#include <array>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "engine/memory/buffer.h"
#include "sigma/options.hpp"

namespace sigma {

// Buffers that the pools of one call may hold before any of them has to grow.
inline constexpr std::size_t kStartPlaces = 16;

// The bound to give a pool whose leases take at most `leased` bytes at once: sizes are rounded up.
[[nodiscard]] constexpr std::uint64_t PoolBound(std::uint64_t leased) {
  return leased + leased / 8 + (std::uint64_t{64} << 10);
}

// A lease that would go beyond a bound which refuses.
struct BoundExceeded : std::bad_alloc {};

class BufferPool {
  struct Block;

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
      assert(count * sizeof(T) <= capacity_);
      return {reinterpret_cast<T*>(data_), count};
    }
    [[nodiscard]] std::uint8_t* data() noexcept { return data_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    void Release() noexcept;

   private:
    friend class BufferPool;
    Lease(Block* block, std::uint8_t* data, std::size_t capacity)
        : block_(block), data_(data), capacity_(capacity) {}
    Block* block_ = nullptr;
    std::uint8_t* data_ = nullptr;
    std::size_t capacity_ = 0;
  };

  // Sees every acquisition (true, bytes) and every release (false, the same bytes) of a pool. For
  // tests and benchmarks that record what a pipeline asks for.
  using Recorder = void (*)(void* context, bool acquired, std::size_t bytes);

  explicit BufferPool(std::size_t places = kStartPlaces) : start_places_(places), places_(places) {}
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;
  // All leases have been released.
  ~BufferPool();

  [[nodiscard]] Lease Acquire(std::size_t bytes);
  template <typename T>
  [[nodiscard]] Lease AcquireFor(std::size_t count) {
    return Acquire(count * sizeof(T));
  }

  // Before the first acquisition. `leased` is the most that is ever leased at once, BufferFootprint
  // of each; the pool then holds at most PoolBound(leased). With `refuse`, what goes beyond
  // `leased` throws BoundExceeded; without, it is given and the pool holds more.
  void Bound(std::uint64_t leased, bool refuse = false) noexcept;
  // Frees all buffers that are not leased. By the thread that acquires.
  void FreeWaiting() noexcept;
  void Start(std::size_t places) noexcept { start_places_ = places_ = places; }
  void Record(Recorder recorder, void* context) noexcept {
    recorder_ = recorder;
    recorder_context_ = context;
  }

  [[nodiscard]] const PoolCounters& counters() const noexcept { return counters_; }
  // The most bytes asked for at once, as Bound counts them.
  [[nodiscard]] std::uint64_t peak_leased() const noexcept { return peak_leased_; }
  // Buffers held, leased or waiting.
  [[nodiscard]] std::size_t buffers() const noexcept { return buffers_; }

 private:
  // Size classes: kSteps to each power of two from kSmallest up.
  static constexpr unsigned kStepLog = 3;
  static constexpr std::size_t kSteps = std::size_t{1} << kStepLog;
  static constexpr unsigned kSmallestLog = 12;
  static constexpr std::size_t kClasses = (64 - kSmallestLog) * kSteps;
  using ClassSet = std::array<std::uint64_t, (kClasses + 63) / 64>;

  [[nodiscard]] static std::size_t ClassOf(std::size_t bytes) noexcept;
  [[nodiscard]] static std::size_t ClassBytes(std::size_t size_class) noexcept;

  void TakeBack() noexcept;
  void Tick() noexcept;
  [[nodiscard]] Block* FindFree(std::size_t bytes, std::size_t size_class) noexcept;
  [[nodiscard]] Block* Allocate(std::size_t bytes, std::size_t size_class);
  [[nodiscard]] Block* NewBlock(std::size_t size);
  static void Classify(Block& block) noexcept;
  void MakeRoom(std::size_t bytes) noexcept;
  void PushFree(Block* block) noexcept;
  [[nodiscard]] Block* PopFree(std::size_t size_class) noexcept;
  // kClasses if there is none.
  [[nodiscard]] static std::size_t Lowest(const ClassSet& set, std::size_t from,
                                          std::size_t last) noexcept;
  [[nodiscard]] std::size_t LowestFree(std::size_t from, std::size_t last) const noexcept {
    return Lowest(waiting_, from, last);
  }
  [[nodiscard]] std::size_t HighestFree(std::size_t from, std::size_t last) const noexcept;
  void FreeBlock(Block* block) noexcept;
  static void Return(Block* block) noexcept;

  std::array<Block*, kClasses> free_{};
  ClassSet waiting_{};                      // classes with free buffers
  ClassSet given_up_{};                     // classes that have shrunk
  std::atomic<Block*> returned_ = nullptr;  // released, not yet taken back
  std::size_t start_places_;
  std::size_t places_;
  std::size_t buffers_ = 0;
  std::uint64_t held_ = 0;                     // footprints of all buffers
  std::uint64_t leased_ = 0;                   // footprints asked for
  std::uint64_t waste_ = 0;                    // footprints leased beyond what was asked for
  std::uint64_t refused_ = ~std::uint64_t{0};  // most that may be leased
  std::uint64_t bound_ = ~std::uint64_t{0};
  std::uint64_t waste_bound_ = ~std::uint64_t{0};
  std::uint64_t peak_leased_ = 0;
  std::uint64_t epoch_ = 1;
  std::uint64_t epoch_length_ = 0;
  std::uint64_t epoch_acquisitions_ = 0;
  std::uint64_t epoch_rounds_ = 0;
  PoolCounters counters_;
  Recorder recorder_ = nullptr;
  void* recorder_context_ = nullptr;
};

}  // namespace sigma

#endif  // SIGMA_MEMORY_BUFFER_POOL_H_
