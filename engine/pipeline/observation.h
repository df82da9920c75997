// Observation: what the caller's observer is told while chunks are compressed: after every chunk,
// and inside of chunks that take long, about ten times a second.
//
// How much of a chunk is done is an estimate: coders count the bytes they get through, trials and
// further passes too, and the chunks that are done say how many counts a byte takes.
#ifndef SIGMA_PIPELINE_OBSERVATION_H_
#define SIGMA_PIPELINE_OBSERVATION_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

#include "engine/base/work_meter.h"
#include "sigma/options.hpp"

namespace sigma {

class Observation {
 public:
  // A chunk's part in it; belongs to whoever has the chunk.
  struct Share {
    std::uint64_t counts = 0;
    std::uint64_t told = 0;  // bytes of the chunk that count as done so far
  };

  // `observer` may be empty; it must outlive this.
  Observation(const Observer& observer, std::uint64_t total)
      : observer_(observer), total_(total), last_(Clock::now()) {}

  [[nodiscard]] bool active() const noexcept { return static_cast<bool>(observer_); }
  // Any thread.
  void Read(std::uint64_t bytes) noexcept { read_.fetch_add(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t read() const noexcept {
    return read_.load(std::memory_order_relaxed);
  }
  // The worker that has the chunk of `size` bytes: counts more of them. May call the observer.
  void Worked(Share& share, std::uint64_t size, std::uint64_t counts);
  // In order, when a chunk is written and `written` bytes are in all. Calls the observer; false if
  // it wants no more.
  [[nodiscard]] bool Done(const Share& share, std::uint64_t size, std::uint64_t written);

 private:
  using Clock = std::chrono::steady_clock;

  void Call();  // with the lock

  const Observer& observer_;
  const std::uint64_t total_;
  std::atomic<std::uint64_t> read_ = 0;
  std::atomic<std::uint64_t> worked_ = 0;
  std::atomic<std::uint64_t> written_ = 0;
  std::atomic<std::uint64_t> counts_ = 0;  // of the chunks that are done
  std::atomic<std::uint64_t> bytes_ = 0;   // theirs
  std::mutex calling_;
  Clock::time_point last_;  // a call; with the lock
  bool stopped_ = false;    // with the lock
};

// The meter of one chunk while it is encoded.
class ChunkMeter final : public WorkMeter {
 public:
  ChunkMeter(Observation& observation, Observation::Share& share, std::uint64_t size)
      : observation_(observation), share_(share), size_(size) {}
  void Worked(std::size_t bytes) override { observation_.Worked(share_, size_, bytes); }

 private:
  Observation& observation_;
  Observation::Share& share_;
  const std::uint64_t size_;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_OBSERVATION_H_
