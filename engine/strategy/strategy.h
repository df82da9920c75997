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
#include "engine/transform/section_list.h"
#include "engine/transform/transform.h"
#include "sigma/sigma.hpp"

namespace sigma {

// kAuto, the coders in the order of their registry, then the transforms in the order of theirs.
enum class StrategyChoice : std::uint8_t {
  kAuto,
  kRaw,
  kPattern,
  kEntropy,
  kReference,
  kFirstTransform,
  kDelta = kFirstTransform,
};

// Names in the order of the enumerators, all transforms included: value i has name i.
[[nodiscard]] std::span<const std::string_view> StrategyChoiceNames();
[[nodiscard]] std::optional<StrategyChoice> FindStrategyChoice(std::string_view name);

enum class DataClass : std::uint8_t { kRepetitive, kRandom, kStructured, kText, kDelta, kRuns };

[[nodiscard]] std::string_view DataClassName(DataClass data_class);
[[nodiscard]] DataClass Classify(const Features& features);
// Whether sources of this class are looked at for a transform: not what one coder is made for.
[[nodiscard]] bool WorthATransform(DataClass data_class);

// The level's coder for data with these features: the period of patterns, and how short the matches
// are that level 3 looks for.
[[nodiscard]] CoderParams SuitedCoder(const LevelRow& level, const Features& features);

// What a chunk gets: one coder for the whole (no transform), or a transform whose sections each
// take their best coder.
struct Plan {
  std::optional<TransformId> transform;
  TransformParams params;
  CoderId coder = CoderId::kRaw;  // without a transform
  // The parameters say how long records are; their fields are chosen when they are coded.
  bool fit = false;
  friend bool operator==(const Plan&, const Plan&) = default;
};

// A chunk's plan, and the one to fall back on if its payload comes out larger than what the symbol
// counts promise of the other.
struct PlanChoice {
  Plan first;
  std::optional<Plan> second;
  std::size_t second_estimate = 0;  // bytes
};

// How much is spent on the choice of plans.
enum class Effort : std::uint8_t {
  kFull,
  // A sample is coded to see what a plan is worth: its sections get what detectors are sure of.
  kTrial,
};

// The plans for a source with these features: its class names the coder, detectors propose
// transforms, and where several compete and the level affords it, they code a sample and the
// smallest wins. A forced choice is taken as it is (a transform that does not suit: reference).
// `depth` is 0 for a chunk and grows by one for each transform above a section.
[[nodiscard]] PlanChoice ChoosePlan(ByteView source, const Features& features,
                                    const LevelRow& level, StrategyChoice choice, unsigned depth,
                                    BufferPool& pool);
// The same for a section of a transform, without a trial: only detectors that cost little are
// asked, and a transform must lead clearly. None if a coder is to do the work.
[[nodiscard]] std::optional<PlanChoice> ChooseSectionPlan(ByteView section, SectionKind kind,
                                                          const Features& features,
                                                          const LevelRow& level, BufferPool& pool);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_STRATEGY_H_
