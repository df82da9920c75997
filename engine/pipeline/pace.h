// Pace: the level of each next chunk, where levels follow the speed of source and sink.
//
// Over a window of chunks three times are compared: what the workers took for a chunk, divided by
// their number; what the source took to give one; and what the sink took to take one. Where coding is
// clearly the slowest, the level falls; where source or sink clearly is, it rises; by up to three. A
// window begins when the chunks that were in flight at the last change are written, so that it sees
// nothing but the new level.
#ifndef SIGMA_PIPELINE_PACE_H_
#define SIGMA_PIPELINE_PACE_H_

#include <atomic>
#include <cstdint>

#include "engine/strategy/levels.h"

namespace sigma {

class Pace {
 public:
  // The rows from `lowest` to `highest` lie one after the other. Begins with `highest`. With one row
  // that is the level of every chunk, and nothing is measured.
  Pace(const LevelRow& lowest, const LevelRow& highest, std::uint32_t workers);

  // The level of the next chunk, which the source took so long to give. One thread at a time.
  [[nodiscard]] const LevelRow& Next(double read_seconds);
  // A chunk is written: so long a worker took for it, and the sink. One thread at a time, another
  // than Next's perhaps.
  void Written(double work_seconds, double write_seconds);

 private:
  const LevelRow* const lowest_;
  const LevelRow* const highest_;
  const std::uint32_t workers_;
  // Next's own.
  const LevelRow* level_;
  std::uint64_t given_ = 0;  // chunks
  std::uint64_t begin_ = 0;  // of the window: chunks written before it
  double read_ = 0;          // seconds, in the window
  bool open_ = false;        // the window has begun
  std::uint64_t work_before_ = 0;
  std::uint64_t write_before_ = 0;
  // Since the beginning, by Written.
  std::atomic<std::uint64_t> written_ = 0;  // chunks
  std::atomic<std::uint64_t> work_ = 0;     // nanoseconds
  std::atomic<std::uint64_t> write_ = 0;    // nanoseconds
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_PACE_H_
