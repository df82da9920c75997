// LevelEstimator: what the levels make of a sample, and from that of its source.
#ifndef SIGMA_API_LEVEL_ESTIMATOR_H_
#define SIGMA_API_LEVEL_ESTIMATOR_H_

#include <cstdint>
#include <map>

#include "engine/io/stream.h"
#include "engine/pipeline/budget.h"
#include "sigma/estimate.hpp"

namespace sigma {

// What is read of a source: all of it, or stretches of it that are spread evenly, one after the
// other.
struct SourceSample {
  Bytes bytes;
  std::uint64_t original = 0;  // of the source
  // Where in `bytes` the one long stretch is; the others have kShort bytes.
  std::size_t long_begin = 0;

  static constexpr std::uint64_t kShort = std::uint64_t{1} << 20;
  static constexpr std::uint64_t kLong = std::uint64_t{4} << 20;
  [[nodiscard]] bool whole() const { return bytes.size() == original; }
};

// kInvalidArgument: a source without a size, or that cannot be read at any place.
Result<SourceSample> TakeSample(Source& source);

class LevelEstimator {
 public:
  LevelEstimator(SourceSample sample, const Options& options);

  // kLimit: not within memory_limit. Throws std::bad_alloc.
  Result<LevelEstimate> Of(int level);

 private:
  // Sums over bytes that were compressed and restored.
  struct Coded {
    std::uint64_t original = 0;
    std::uint64_t stored = 0;
    double encode_seconds = 0;  // of workers
    double decode_seconds = 0;
  };

  Result<Coded> Code(const CompressionPlan& plan, std::uint32_t chunk_size, ByteView bytes) const;
  Result<LevelEstimate> FromStretches(const CompressionPlan& plan) const;
  Result<LevelEstimate> FromPieces(const CompressionPlan& plan, std::uint64_t size);
  [[nodiscard]] LevelEstimate Row(const CompressionPlan& plan, const Coded& coded,
                                  double compressed) const;

  const SourceSample sample_;
  const Options options_;
  std::map<int, LevelEstimate> known_;  // by level
};

}  // namespace sigma

#endif  // SIGMA_API_LEVEL_ESTIMATOR_H_
