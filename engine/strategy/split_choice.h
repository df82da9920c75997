// SPLIT: whether a source is worth more in pieces, each with a plan of its own.
#ifndef SIGMA_STRATEGY_SPLIT_CHOICE_H_
#define SIGMA_STRATEGY_SPLIT_CHOICE_H_

#include <optional>

#include "engine/memory/buffer_pool.h"
#include "engine/strategy/levels.h"
#include "engine/strategy/trial.h"
#include "sigma/sigma.hpp"

namespace sigma {

// A cut at each place where the source changes its character and the best plan with it. None if the
// pieces gain no more than `whole` does, the best transform of the source in one.
[[nodiscard]] std::optional<Winner> BestSplit(ByteView source, const std::optional<Winner>& whole,
                                              const LevelRow& level, BufferPool& pool);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_SPLIT_CHOICE_H_
