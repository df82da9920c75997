// Trials: what a transform is expected to save, measured on a sample of the source.
#ifndef SIGMA_STRATEGY_TRIAL_H_
#define SIGMA_STRATEGY_TRIAL_H_

#include <cstdint>
#include <optional>

#include "engine/memory/buffer_pool.h"
#include "engine/strategy/detect.h"
#include "engine/strategy/features.h"
#include "engine/strategy/levels.h"
#include "engine/strategy/strategy.h"
#include "sigma/sigma.hpp"

namespace sigma {

// Candidates from all detectors, or from those of one transform that the user forces.
[[nodiscard]] Candidates Detect(ByteView source, const Features& features, const LevelRow& level,
                                std::optional<TransformId> forced, BufferPool& pool);

struct Winner {
  Plan plan;
  std::uint64_t gain = 0;  // bytes of the whole source that it saves against references, expected
};

// The best transform of the source, by the detectors and the trial; none if references do better.
[[nodiscard]] std::optional<Winner> BestTransform(ByteView source, const Features& features,
                                                  const LevelRow& level, unsigned depth,
                                                  BufferPool& pool);

// A cut at each place where the source changes its character and the best plan with it. None if the
// pieces gain no more than `whole` does, the best transform of the source in one.
[[nodiscard]] std::optional<Winner> BestSplit(ByteView source, const std::optional<Winner>& whole,
                                              const LevelRow& level, BufferPool& pool);

// Bytes that `plan` is expected to make of the source, from coding a sample of it; for references
// from how their share falls from a smaller sample to a larger one. `unit` as Candidate::unit.
[[nodiscard]] std::uint64_t EstimateByTrial(ByteView source, const Plan& plan, std::size_t unit,
                                            const LevelRow& level, BufferPool& pool);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_TRIAL_H_
