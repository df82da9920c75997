// Coding by a plan within a scope: what plan each section gets is decided here, when its bytes are
// there.
#ifndef SIGMA_STRATEGY_SECTIONS_H_
#define SIGMA_STRATEGY_SECTIONS_H_

#include "engine/plan/encode.h"
#include "engine/strategy/choose.h"
#include "engine/strategy/scope.h"
#include "sigma/result.hpp"

namespace sigma {

// As EncodePlan of the plan room (plan/encode.h).
[[nodiscard]] EncodedPlan EncodePlan(ByteView source, const Plan& plan, const Scope& scope,
                                     MutableBytes target, std::size_t most = ~std::size_t{0});

// The smaller of the plans of `choice`, tried as PlanChoice says; size 0 = no gain.
[[nodiscard]] EncodedPlan EncodeChoice(ByteView source, const PlanChoice& choice,
                                       const Scope& scope, MutableBytes target);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_SECTIONS_H_
