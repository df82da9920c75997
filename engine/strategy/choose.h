// The choice of a plan: the features of a chunk → its class → the plan it gets.
#ifndef SIGMA_STRATEGY_CHOOSE_H_
#define SIGMA_STRATEGY_CHOOSE_H_

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

#include "engine/plan/plan.h"
#include "engine/strategy/data_class.h"
#include "engine/strategy/features.h"
#include "engine/strategy/scope.h"
#include "engine/transform/section_list.h"
#include "sigma/result.hpp"

namespace sigma {

// kAuto, the coders in the order of their registry, then the transforms in the order of theirs.
enum class StrategyChoice : std::uint8_t {
  kAuto,
  kRaw,
  kPattern,
  kEntropy,
  kLz,
  kSort,
  kAdaptive,
  kFirstTransform,
  kDelta = kFirstTransform,
};

// Names in the order of the enumerators, all transforms included: value i has name i.
[[nodiscard]] std::span<const std::string_view> StrategyChoiceNames();
[[nodiscard]] std::optional<StrategyChoice> FindStrategyChoice(std::string_view name);

// Whether chunks are sorted or coded adaptively: the level does so, or the choice is to.
[[nodiscard]] bool Sorts(const LevelRow& level, StrategyChoice choice);

// A plan that is coded, too, if what there is by then is larger than `estimate`; and taken if it is
// smaller by more than `handicap`, the price of its time beyond that of the first.
struct OtherPlan {
  Plan plan;
  std::size_t estimate = 0;   // bytes
  std::int64_t handicap = 0;  // bytes
};

// A chunk's plan, and those that are coded after it, in their order.
class PlanChoice {
 public:
  // A plan alone is a choice, too.
  // NOLINTNEXTLINE(google-explicit-constructor)
  PlanChoice(const Plan& first, std::initializer_list<OtherPlan> others = {}) : first_(first) {
    for (const OtherPlan& other : others) Add(other);
  }
  // At most kMostOthers.
  void Add(const OtherPlan& other) noexcept {
    assert(count_ < kMostOthers);
    others_[count_++] = other;
  }
  [[nodiscard]] const Plan& first() const noexcept { return first_; }
  [[nodiscard]] std::span<const OtherPlan> others() const noexcept {
    return std::span(others_).first(count_);
  }

 private:
  static constexpr std::size_t kMostOthers = 4;

  Plan first_;
  std::array<OtherPlan, kMostOthers> others_{};
  std::size_t count_ = 0;
};

// The plans for a source with these features: its class names the coder, detectors propose
// transforms, and where several compete and the level affords it, they code a sample and the
// smallest wins. A forced choice is taken as it is (a transform that does not suit: reference).
[[nodiscard]] PlanChoice ChoosePlan(ByteView source, const Features& features,
                                    StrategyChoice choice, const Scope& scope);
// The same for a section of a transform, without a trial: only detectors that cost little are
// asked, and a transform must lead clearly. None if a coder is to do the work.
[[nodiscard]] std::optional<PlanChoice> ChooseSectionPlan(ByteView section, SectionKind kind,
                                                          const Features& features,
                                                          const Scope& scope);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_CHOOSE_H_
