// Estimates: the size, the times and the memory that compressing would take at every level, from a
// sample of the source; and the level that reaches a ratio or a speed.
//
//   const auto rows = EstimateFile("table.csv");
//   for (const LevelEstimate& row : *rows) …
#ifndef SIGMA_ESTIMATE_HPP_
#define SIGMA_ESTIMATE_HPP_

#include <cstdint>
#include <string>
#include <vector>

#include "sigma/options.hpp"

namespace sigma {

// What a level would make of a source. Sizes are bytes. What was sampled is the same every time, so
// the sizes and the memory are, too; the times are measurements.
struct LevelEstimate {
  int level = 0;
  std::uint32_t chunk_size = 0;
  std::uint32_t threads = 0;  // that would get chunks
  std::uint64_t original = 0;
  std::uint64_t compressed = 0;
  // Of the source, compressed at this level. All of it: then `compressed` is no estimate but the
  // size.
  std::uint64_t sampled = 0;
  double compress_seconds = 0;        // of the whole source with that many threads, without
  double decompress_seconds = 0;      // reading and writing
  std::uint64_t compress_memory = 0;  // of the process at most, by the formula of memory_limit
  std::uint64_t decompress_memory = 0;

  [[nodiscard]] bool exact() const { return sampled == original; }
};

// At most this much of a source is read.
inline constexpr std::uint64_t kEstimateSample = std::uint64_t{16} << 20;

// Every level with the options given, of which `level` does not count, from `first` to `last`, in
// ascending order. A level that memory_limit rules out is missing; kLimit where that rules out all.
// kInvalidArgument: a source that cannot be read at any place, such as a pipe.
//
// Cost: up to level 5 the 16 MiB are compressed and restored, from 6 on 4 and from 7 on 2 MiB, and
// these at level 5 as well: about a second for each of the slow levels by one thread. Memory: the
// sample, and what compressing takes; memory_limit is that of the run that is estimated.
Result<std::vector<LevelEstimate>> Estimate(ByteView source, const Options& options = {},
                                            int first = 1, int last = 9);
Result<std::vector<LevelEstimate>> EstimateFile(const std::string& path,
                                                const Options& options = {}, int first = 1,
                                                int last = 9);

// What a level is to reach; one of the two is not 0.
struct LevelTarget {
  double ratio = 0;       // original/compressed: the lowest level that reaches it
  double mega_bytes = 0;  // 10^6 bytes of the source a second: the highest level that reaches it
};

struct LevelChoice {
  LevelEstimate estimate;
  // False: no level does. Then it is the one of the best ratio, or the fastest.
  bool reached = false;
};

// Levels are estimated upwards until the choice is made: for a speed, until one is too slow. Errors
// as EstimateFile; kInvalidArgument for a target that names neither or both.
Result<LevelChoice> ChooseLevel(const std::string& path, const Options& options,
                                const LevelTarget& target);

}  // namespace sigma

#endif  // SIGMA_ESTIMATE_HPP_
