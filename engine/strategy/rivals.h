// Rivals: at the levels that have the time, plans between which samples cannot decide are coded.
#ifndef SIGMA_STRATEGY_RIVALS_H_
#define SIGMA_STRATEGY_RIVALS_H_

#include "engine/strategy/choose.h"
#include "engine/strategy/rank.h"
#include "engine/strategy/scope.h"
#include "engine/strategy/split.h"
#include "sigma/result.hpp"

namespace sigma {

// Lets the plans that samples cannot tell apart code the chunk at a fast level. The best becomes the
// first choice; a plan that comes close, and references where they may overtake it at the level
// itself, are coded after it. `choice` is the one that samples suggest. May lease the size of the
// chunk besides what coding it does.
void AddRivals(PlanChoice& choice, ByteView source, const Ranking& whole, const Splits& splits,
               const Scope& scope);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_RIVALS_H_
