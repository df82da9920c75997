// Trials: what a transform is expected to save, measured on a sample of the source, and whether
// that is worth its time.
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
// Candidates for a section of a transform, from the detectors that cost little.
[[nodiscard]] Candidates DetectInSection(ByteView section, SectionKind kind,
                                         const Features& features, const LevelRow& level,
                                         BufferPool& pool);

[[nodiscard]] Plan PlanOf(const Candidate& candidate);

struct Winner {
  Candidate candidate;
  // Bytes of the whole source that it is expected to save against references, less the price of its
  // time.
  std::uint64_t gain = 0;
};

// The transform of the source that is worth most, by the detectors and the trial; none if none is
// worth its time. `before` is what the piece in front of the source got, if anything: kept unless
// another is clearly better.
[[nodiscard]] std::optional<Winner> BestTransform(ByteView source, const Features& features,
                                                  const Candidate* before, const LevelRow& level,
                                                  unsigned depth, BufferPool& pool);

// Bytes that `plan` makes of the sample, which may be the whole source: at most its own. `depth` as
// for EncodePlan. 64 bits, since callers scale them to the source.
[[nodiscard]] std::uint64_t TrialSize(ByteView sample, const Plan& plan, const LevelRow& level,
                                      unsigned depth, BufferPool& pool);

// Bytes that `plan` is expected to make of the source, from coding a sample of it; for references
// from how their share falls from a smaller sample to a larger one. `unit` as Candidate::unit.
[[nodiscard]] std::uint64_t EstimateByTrial(ByteView source, const Plan& plan, std::size_t unit,
                                            const LevelRow& level, BufferPool& pool);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_TRIAL_H_
