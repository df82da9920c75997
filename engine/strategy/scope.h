// Scope: the surroundings of a choice, handed down from a chunk to its sections.
#ifndef SIGMA_STRATEGY_SCOPE_H_
#define SIGMA_STRATEGY_SCOPE_H_

#include <cstdint>

#include "engine/coder/coder.h"
#include "engine/memory/buffer_pool.h"
#include "engine/strategy/levels.h"

namespace sigma {

// How much is spent on the choice of plans.
enum class Effort : std::uint8_t {
  kFull,
  // A sample is coded to see what a plan is worth: its sections get what detectors are sure of.
  kTrial,
};

struct Scope {
  const LevelRow& level;
  CoderParams coder;   // the level's, suited to the chunk or section
  BufferPool& pool;    // the worker's
  unsigned depth = 0;  // 0 for a chunk; one more for each transform above a section
  Effort effort = Effort::kFull;
};

// The scope of a chunk whose features have not been looked at.
[[nodiscard]] inline Scope ScopeOf(const LevelRow& level, BufferPool& pool) {
  return {level, level.coder, pool};
}

}  // namespace sigma

#endif  // SIGMA_STRATEGY_SCOPE_H_
