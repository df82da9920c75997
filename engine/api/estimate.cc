// The public functions that estimate. A sample of a source, and one estimator over it.
#include "sigma/estimate.hpp"

#include "engine/api/edge.h"
#include "engine/api/level_estimator.h"
#include "engine/io/input_file.h"
#include "engine/io/memory_stream.h"

namespace sigma {
namespace {

Result<std::vector<LevelEstimate>> EstimateSample(Result<SourceSample> sample,
                                                  const Options& options, int first, int last) {
  if (!sample) return sample.failure();
  LevelEstimator estimator(std::move(*sample), options);
  std::vector<LevelEstimate> rows;
  std::optional<Error> refused;
  for (const int level : Levels()) {
    if (level < first || level > last) continue;
    Result<LevelEstimate> row = estimator.Of(level);
    if (row) {
      rows.push_back(*row);
    } else if (row.error().code == ErrorCode::kLimit) {
      refused = row.error();
    } else {
      return row.failure();
    }
  }
  if (!rows.empty()) return rows;
  if (refused) return Unexpected{*refused};
  return Fail(ErrorCode::kInvalidArgument,
              "there is no level from " + std::to_string(first) + " to " + std::to_string(last));
}

Result<SourceSample> SampleOfFile(const std::string& path) {
  Result<InputFile> input = InputFile::Open(path, SourcePolicy::kRead);
  if (!input) return input.failure();
  Source& source = input->source();
  if (input->is_regular() && !source.Seekable()) {
    // A file without a size is empty, or one of the kernel's.
    std::uint8_t byte = 0;
    const Result<std::size_t> got = source.Read({&byte, 1});
    if (!got) return got.failure();
    if (*got == 0) return SourceSample{};
  }
  return TakeSample(source);
}

Result<LevelChoice> ChooseFrom(LevelEstimator& estimator, const LevelTarget& target) {
  std::optional<LevelChoice> best;
  std::optional<Error> refused;
  for (const int level : Levels()) {
    const Result<LevelEstimate> row = estimator.Of(level);
    if (!row) {
      if (row.error().code != ErrorCode::kLimit) return row.failure();
      refused = row.error();
      continue;
    }
    const auto original = static_cast<double>(row->original);
    if (target.ratio > 0) {
      const bool reached = original >= target.ratio * static_cast<double>(row->compressed);
      if (!best || reached || row->compressed < best->estimate.compressed) best = {*row, reached};
      if (reached) break;
    } else {
      const bool reached = original >= target.mega_bytes * 1e6 * row->compress_seconds;
      if (!best || reached) best = {*row, reached};
      if (!reached) break;
    }
  }
  if (best) return *best;
  return Unexpected{*refused};
}

}  // namespace

Result<std::vector<LevelEstimate>> Estimate(ByteView source, const Options& options, int first,
                                            int last) {
  return AtEdge([&] {
    MemorySource from(source);
    return EstimateSample(TakeSample(from), options, first, last);
  });
}

Result<std::vector<LevelEstimate>> EstimateFile(const std::string& path, const Options& options,
                                                int first, int last) {
  return AtEdge([&] { return EstimateSample(SampleOfFile(path), options, first, last); });
}

Result<LevelChoice> ChooseLevel(const std::string& path, const Options& options,
                                const LevelTarget& target) {
  return AtEdge([&]() -> Result<LevelChoice> {
    if ((target.ratio > 0) == (target.mega_bytes > 0)) {
      return Fail(ErrorCode::kInvalidArgument, "a level is chosen by a ratio or by a speed");
    }
    Result<SourceSample> sample = SampleOfFile(path);
    if (!sample) return sample.failure();
    LevelEstimator estimator(std::move(*sample), options);
    return ChooseFrom(estimator, target);
  });
}

}  // namespace sigma
