// Rivals: at the levels that have the time, plans between which samples cannot decide are coded.
#ifndef SIGMA_STRATEGY_RIVALS_H_
#define SIGMA_STRATEGY_RIVALS_H_

#include "engine/strategy/choose.h"
#include "engine/strategy/rank.h"
#include "engine/strategy/scope.h"
#include "engine/strategy/split.h"
#include "sigma/sigma.hpp"

namespace sigma {

// Puts the plans of a chunk in the order of what they make of it, those that are expected to take
// little more than the best behind it. `choice` is what samples suggest; what it falls back on
// stays the last. May lease the size of the chunk besides what coding it does.
void AddRivals(PlanChoice& choice, ByteView source, const Ranking& whole, const Splits& splits,
               const Scope& scope);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_RIVALS_H_
