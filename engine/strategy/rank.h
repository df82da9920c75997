// Ranking: which of the transforms that detectors propose is worth most, by estimate or by trial.
#ifndef SIGMA_STRATEGY_RANK_H_
#define SIGMA_STRATEGY_RANK_H_

#include <cstdint>
#include <optional>

#include "engine/plan/plan.h"
#include "engine/strategy/detect/detect.h"
#include "engine/strategy/features.h"
#include "engine/strategy/scope.h"
#include "sigma/sigma.hpp"

namespace sigma {

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
                                                  const Candidate* before, const Scope& scope);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_RANK_H_
