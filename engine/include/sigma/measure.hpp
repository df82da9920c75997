// Measurement: speed and ratio in memory, and what was found and chosen for each chunk.
#ifndef SIGMA_MEASURE_HPP_
#define SIGMA_MEASURE_HPP_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sigma/options.hpp"

namespace sigma {

struct BenchResult {
  int level = 0;
  std::uint32_t threads = 0;
  std::uint64_t original = 0;
  std::uint64_t compressed = 0;
  double compress_seconds = 0;       // best repetition
  double decompress_seconds = 0;     // best repetition
  double classify_seconds = 0;       // of the best compression, summed over the workers
  std::uint64_t peak_workspace = 0;  // bytes: slots and scratch, without source and result
};

// Compresses and restores `source` in memory, each way repeatedly for `seconds` (at least twice,
// the first repetition untimed), checks the result, and returns the best times.
Result<BenchResult> Bench(ByteView source, const Options& options, double seconds);

// A plan that was considered for a chunk: the bytes expected of it, from samples, and the bytes it
// really takes (the chunk's size where it gains nothing).
struct ConsideredPlan {
  std::string name;  // coder, or transform with its parameters, e.g. "lz", "delta16"
  std::uint64_t expected = 0;
  std::uint64_t real = 0;
};

// The nature of one chunk and the plan that was chosen for it. Entropies are in bits per byte
// (0 … 8), densities are shares of the sampled bytes (0 … 1).
struct ChunkAnalysis {
  std::uint64_t offset = 0;    // in the source
  std::uint64_t original = 0;  // bytes
  std::uint64_t compressed = 0;
  std::uint64_t reference = 0;  // bytes without any transform: what the gain is measured by
  std::string data_class;       // "text", "structured", "delta", …
  std::string strategy;         // as --list names it
  std::string plan;             // the whole of it: "delta16(entropy, raw)"
  double entropy = 0;           // order-0
  std::array<double, 4> plane_entropy{};  // of the byte planes of integers of 1, 2, 4, 8 bytes
  std::array<double, 4> delta_entropy{};  // the same of their differences
  std::uint32_t period = 0;               // bytes; 0 = none stands out
  double period_density = 0;
  double match_density = 0;
  double text_density = 0;
  double run_density = 0;
  std::vector<ConsideredPlan> considered;
};

struct Analysis {
  int level = 0;
  std::uint32_t chunk_size = 0;
  std::uint64_t original = 0;
  std::uint64_t compressed = 0;  // payloads alone
  std::vector<ChunkAnalysis> chunks;
};

// Compresses `source` as the options say, with every plan that was considered for each chunk, and
// says what was found and chosen. Takes several times as long as compressing.
Result<Analysis> Analyze(ByteView source, const Options& options);

// Reads a whole file into memory (for Bench and Analyze).
Result<Bytes> ReadFile(const std::string& path);

}  // namespace sigma

#endif  // SIGMA_MEASURE_HPP_
