// Strategy: the features of a chunk → its class → the plan it gets. All thresholds live in this
// room.
#ifndef SIGMA_STRATEGY_STRATEGY_H_
#define SIGMA_STRATEGY_STRATEGY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "engine/coder/coder.h"
#include "engine/strategy/features.h"
#include "engine/strategy/levels.h"
#include "engine/transform/transform.h"
#include "sigma/sigma.hpp"

namespace sigma {

enum class StrategyChoice : std::uint8_t { kAuto, kRaw, kPattern, kEntropy, kDelta, kReference };

// Names in the order of the enumerators.
[[nodiscard]] std::span<const std::string_view> StrategyChoiceNames();
[[nodiscard]] std::optional<StrategyChoice> FindStrategyChoice(std::string_view name);

enum class DataClass : std::uint8_t { kRepetitive, kRandom, kStructured, kText, kDelta, kRuns };

[[nodiscard]] std::string_view DataClassName(DataClass data_class);
[[nodiscard]] DataClass Classify(const Features& features);

// What a chunk gets: one coder for the whole (no transform), or a transform whose sections each
// take their best coder.
struct Plan {
  std::optional<TransformId> transform;
  TransformParams params;
  CoderId coder = CoderId::kRaw;  // without a transform
};

// A chunk's plan, and the one to fall back on if its payload comes out larger than what the symbol
// counts promise of the other.
struct PlanChoice {
  Plan first;
  std::optional<Plan> second;
  std::size_t second_estimate = 0;  // bytes
};

// The plans for a chunk with these features: its class names the candidates; where two coders
// compete and the level affords it, both code a sample and the smaller one wins. A forced choice is
// taken as it is.
[[nodiscard]] PlanChoice ChoosePlan(ByteView chunk, const Features& features, const LevelRow& level,
                                    StrategyChoice choice, BufferPool& pool);

// The width (1, 2, 4 or 8) and difference flag with the least entropy after DELTA.
[[nodiscard]] TransformParams BestDelta(const Features& features);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_STRATEGY_H_
