#include "engine/pipeline/pace.h"

#include <algorithm>
#include <cstddef>

namespace sigma {
namespace {

// Chunks that a window sees at least: one of each worker, and enough to even out their differences.
constexpr std::uint64_t kLeastWindow = 4;
// The slowest is clearly slower at five fourths of the next: levels are a third and more apart in
// speed, so a step does not call for its return. At four and at sixteen times it is two and three.
constexpr double kClear = 1.25;
constexpr double kTwice = 4;
constexpr double kThrice = 16;

std::uint64_t Nanoseconds(double seconds) { return static_cast<std::uint64_t>(seconds * 1e9); }

std::ptrdiff_t Steps(double slower, double faster) {
  if (slower <= faster * kClear) return 0;
  return slower <= faster * kTwice ? 1 : slower <= faster * kThrice ? 2 : 3;
}

}  // namespace

Pace::Pace(const LevelRow& lowest, const LevelRow& highest, std::uint32_t workers)
    : lowest_(&lowest), highest_(&highest), workers_(workers), level_(&highest) {}

const LevelRow& Pace::Next(double read_seconds) {
  if (lowest_ == highest_) return *level_;
  ++given_;
  const std::uint64_t written = written_.load(std::memory_order_acquire);
  const std::uint64_t work = work_.load(std::memory_order_relaxed);
  const std::uint64_t write = write_.load(std::memory_order_relaxed);
  if (!open_) {
    if (written < begin_) return *level_;
    open_ = true;
    begin_ = written;
    work_before_ = work;
    write_before_ = write;
    read_ = 0;
    return *level_;
  }
  read_ += read_seconds;
  const std::uint64_t chunks = written - begin_;
  if (chunks < std::max<std::uint64_t>(kLeastWindow, workers_)) return *level_;
  const double coding = static_cast<double>(work - work_before_) / workers_;
  const double others =
      std::max(static_cast<double>(Nanoseconds(read_)), static_cast<double>(write - write_before_));
  const std::ptrdiff_t down = std::min(Steps(coding, others), level_ - lowest_);
  const std::ptrdiff_t up = std::min(Steps(others, coding), highest_ - level_);
  level_ += up - down;  // one of them is 0
  open_ = false;
  // After a change, those before this one had the old level.
  begin_ = up == down ? written : given_ - 1;
  return *level_;
}

void Pace::Written(double work_seconds, double write_seconds) {
  if (lowest_ == highest_) return;
  work_.fetch_add(Nanoseconds(work_seconds), std::memory_order_relaxed);
  write_.fetch_add(Nanoseconds(write_seconds), std::memory_order_relaxed);
  written_.fetch_add(1, std::memory_order_release);
}

}  // namespace sigma
