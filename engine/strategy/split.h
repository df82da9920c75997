// SPLIT: whether a source is worth more in pieces, each with a plan of its own.
#ifndef SIGMA_STRATEGY_SPLIT_H_
#define SIGMA_STRATEGY_SPLIT_H_

#include <array>
#include <cstddef>
#include <optional>

#include "engine/strategy/rank.h"
#include "engine/strategy/scope.h"
#include "sigma/result.hpp"

namespace sigma {

// The ways of cutting a source that gain something.
struct Splits {
  std::array<Winner, 4> all;
  std::size_t count = 0;
};

// A cut at each place where the source changes its character or its layout and the best plan with
// it; at the slow levels also in the middle. Where all pieces ask for the same transform, that one,
// of the source in one. None if the pieces gain nothing. `whole` is the ranking of the source in
// one: where the pieces gain more than its best, and the level checks that, none if they turn out
// to take more. All that was looked at is added to `considered`, if there is one.
[[nodiscard]] std::optional<Winner> BestSplit(ByteView source, const Ranking& whole,
                                              const Scope& scope, Splits* considered = nullptr);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_SPLIT_H_
