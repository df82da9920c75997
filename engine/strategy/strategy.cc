// From features to a plan.
//
// The class is read off the features with fixed thresholds; it names the coder that usually wins on
// such data. Where the detectors propose transforms, each promising one and the class's coder code
// the same sample of the source and the smallest result decides, from level 3 on; levels 1 and 2
// cannot afford the trial and ask for a clear lead instead.
#include "engine/strategy/strategy.h"

#include <algorithm>
#include <array>
#include <vector>

#include "engine/coder/coder.h"
#include "engine/format/plan_format.h"
#include "engine/strategy/detect.h"
#include "engine/strategy/trial.h"

namespace sigma {
namespace {

constexpr std::array<std::string_view, 6> kClassNames{"repetitive", "random", "structured",
                                                      "text",       "delta",  "runs"};

// Densities are in 1/256 of the sampled bytes, entropies in 1/256 bit per byte.
constexpr std::uint32_t kRepetitiveDensity = 252;  // all but 1.5 % predicted by one period
constexpr std::uint32_t kRunsDensity = 244;        // all but 5 % in runs
constexpr std::uint32_t kTextDensity = 243;        // 95 % text
constexpr std::uint32_t kRandomEntropy = 2020;  // 7.89 bits: order-0 coding saves 1.4 % at the most
constexpr std::uint32_t kRandomMatches = 8;     // 3 % of the sample repeats
// Without a trial (levels 1–2) a transform must lead by a third, and little may repeat literally.
constexpr std::uint32_t kClearShare = 170;
constexpr std::uint32_t kClearMatches = 64;
// A width with differences is a suspicion of numeric data once it saves 6 % of the order-0 entropy.
constexpr std::uint32_t kDeltaShare = 240;
constexpr std::uint32_t kMaxEntropy = 8 * 256;  // of a byte
constexpr int kFirstTrialLevel = 3;
constexpr int kFirstSplitLevel = 4;
const std::vector<std::string_view>& ChoiceNames() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all = {"auto"};
    for (const CoderRow& coder : Coders()) all.push_back(coder.name);
    for (const TransformRow& transform : Transforms()) all.push_back(transform.name);
    return all;
  }();
  return names;
}

}  // namespace

std::span<const std::string_view> StrategyChoiceNames() { return ChoiceNames(); }

std::optional<StrategyChoice> FindStrategyChoice(std::string_view name) {
  const auto found = std::ranges::find(ChoiceNames(), name);
  if (found == ChoiceNames().end()) return std::nullopt;
  return static_cast<StrategyChoice>(found - ChoiceNames().begin());
}

std::string_view DataClassName(DataClass data_class) {
  return kClassNames[static_cast<std::size_t>(data_class)];
}

DataClass Classify(const Features& features) {
  if (features.period_density >= kRepetitiveDensity || features.longest_run >= features.size) {
    return DataClass::kRepetitive;
  }
  if (features.run_density >= kRunsDensity) return DataClass::kRuns;
  const std::uint32_t numeric =
      std::min(*std::ranges::min_element(features.delta_entropy),
               *std::min_element(features.plane_entropy.begin() + 1, features.plane_entropy.end()));
  const bool delta = numeric * 256 < features.entropy * kDeltaShare;
  if (features.entropy >= kRandomEntropy && features.match_density < kRandomMatches && !delta) {
    return DataClass::kRandom;
  }
  if (features.text_density >= kTextDensity) return DataClass::kText;
  return delta ? DataClass::kDelta : DataClass::kStructured;
}

bool WorthATransform(DataClass data_class) {
  return data_class == DataClass::kDelta || data_class == DataClass::kText ||
         data_class == DataClass::kStructured;
}

PlanChoice ChoosePlan(ByteView source, const Features& features, const LevelRow& level,
                      StrategyChoice choice, unsigned depth, BufferPool& pool) {
  const auto whole = [](CoderId coder) { return Plan{std::nullopt, {}, coder}; };
  const auto only = [](const Plan& plan) { return PlanChoice{plan, std::nullopt, 0}; };
  const auto transform = [](const Candidate& candidate) {
    return Plan{candidate.transform, candidate.params, CoderId::kRaw};
  };
  // What suits the sample may not suit the whole: then references do the work.
  const auto unless_refused = [&](const Plan& plan) {
    return PlanChoice{plan, whole(CoderId::kReference), source.size() - 1};
  };
  if (choice >= StrategyChoice::kFirstTransform) {
    const std::size_t index = static_cast<std::size_t>(choice) -
                              static_cast<std::size_t>(StrategyChoice::kFirstTransform);
    const TransformId forced = Transforms()[index].id;
    if (forced == TransformId::kSplit) {
      const std::optional<Winner> split = BestSplit(source, std::nullopt, level, pool);
      return only(split ? split->plan : whole(CoderId::kReference));
    }
    const Candidates candidates = Detect(source, features, level, forced, pool);
    if (candidates.view().empty()) return only(whole(CoderId::kReference));
    return unless_refused(transform(candidates.view().front()));
  }
  if (choice != StrategyChoice::kAuto) {
    return only(whole(Coders()[static_cast<std::size_t>(choice) - 1].id));
  }
  const DataClass data_class = Classify(features);
  if (!WorthATransform(data_class)) {
    return only(whole(data_class == DataClass::kRandom ? CoderId::kRaw : CoderId::kPattern));
  }
  const std::size_t order0 =
      static_cast<std::size_t>(std::uint64_t{features.entropy} * features.size / kMaxEntropy);
  if (depth < kMaxPlanDepth) {
    if (level.level >= kFirstTrialLevel) {
      std::optional<Winner> winner = BestTransform(source, features, level, depth, pool);
      if (depth == 0 && level.level >= kFirstSplitLevel) {
        const std::optional<Winner> split = BestSplit(source, winner, level, pool);
        if (split) winner = split;
      }
      if (winner) return unless_refused(winner->plan);
    } else if (const Candidates candidates = Detect(source, features, level, std::nullopt, pool);
               !candidates.view().empty()) {
      const Candidate& best = candidates.view().front();
      if (best.estimate * 256 < order0 * kClearShare && features.match_density < kClearMatches) {
        return only(transform(best));
      }
      return {whole(CoderId::kReference), transform(best), best.estimate};
    }
  }
  return {whole(CoderId::kReference), whole(CoderId::kEntropy), order0};
}

}  // namespace sigma
