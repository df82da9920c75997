// SPLIT: whether a source is worth more in pieces, each with a plan of its own.
#ifndef SIGMA_STRATEGY_SPLIT_H_
#define SIGMA_STRATEGY_SPLIT_H_

#include <optional>

#include "engine/strategy/rank.h"
#include "engine/strategy/scope.h"
#include "sigma/sigma.hpp"

namespace sigma {

// A cut at each place where the source changes its character and the best plan with it. None if the
// pieces gain no more than `whole` does, the best transform of the source in one.
[[nodiscard]] std::optional<Winner> BestSplit(ByteView source, const std::optional<Winner>& whole,
                                              const Scope& scope);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_SPLIT_H_
