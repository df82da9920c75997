// From features to a plan.
//
// The class is read off the features with fixed thresholds; it names the coder that usually wins on
// such data. Where the detectors propose transforms, each promising one and the class's coder code
// the same sample of the source and the smallest result decides, from level 3 on; levels 1 and 2
// cannot afford the trial and ask for a clear lead instead.
#include "engine/strategy/choose.h"

#include <algorithm>
#include <vector>

#include "engine/coder/registry.h"
#include "engine/format/plan_format.h"
#include "engine/strategy/detect/ask.h"
#include "engine/strategy/rank.h"
#include "engine/strategy/rivals.h"
#include "engine/strategy/split.h"
#include "engine/transform/registry.h"

namespace sigma {
namespace {

// By symbol counts alone a transform must lead by a third, and little may repeat literally.
constexpr std::uint32_t kClearShare = 170;
constexpr std::uint32_t kClearMatches = 64;
// A section's transform must save a tenth.
constexpr std::uint32_t kSectionShare = 230;
constexpr std::size_t kHighEstimate = 14;
// Patterns that come to this part need no comparison.
constexpr std::size_t kPatternShare = 1024;
// Transforms that code the whole of a small source at the most. Pieces of 16 KiB of 57 files are 1.1 %
// larger with 1 and 0.1 % with 2 (one file 2.8 %).
constexpr std::size_t kPlansCoded = 3;

// A sum of entropies is not so much too high that a tenth less is worth a look: leaving those plans
// off takes 0.02 % more bytes and 5 % less time.
constexpr std::size_t kCertainTenths = 9;

Plan Whole(CoderId coder) { return {std::nullopt, {}, coder}; }

PlanChoice Only(const Plan& plan) { return plan; }

// A transform that suits the sample may not suit the whole: then references do the work.
PlanChoice UnlessRefused(const Candidate& candidate, ByteView source) {
  const std::size_t most = candidate.doubt != 0 ? candidate.doubt : source.size() - 1;
  return {PlanOf(candidate), {{Whole(CoderId::kLz), most}}};
}

std::size_t Order0(const Features& features) {
  return static_cast<std::size_t>(EntropyBytes(features.entropy, features.size));
}

// References, or symbols' codes alone where those promise less than references come to.
PlanChoice Plain(const Features& features) {
  return {Whole(CoderId::kLz), {{Whole(CoderId::kEntropy), Order0(features)}}};
}

// Patterns, and where they leave something also references, which are as fast there as anything.
PlanChoice Repeating(std::size_t size) {
  return {Whole(CoderId::kPattern), {{Whole(CoderId::kLz), size / kPatternShare}}};
}

// What Plain names and the plans that promise most each code the whole source, and the smallest is
// kept, whatever its time.
PlanChoice ChooseByCoding(ByteView source, const Features& features, const Scope& scope) {
  PlanChoice plans = Plain(features);
  const Candidates candidates = Detect(source, features, std::nullopt, scope);
  const Hopefuls hopefuls = Promising(candidates, features, scope.level, source.size());
  for (const Candidate* const hopeful :
       hopefuls.view().first(std::min(hopefuls.count, kPlansCoded))) {
    const bool sum = !hopeful->guess && FindDetector(hopeful->transform)->reliable != 0;
    plans.Add({PlanOf(*hopeful), sum ? hopeful->estimate / 10 * kCertainTenths : 0});
  }
  return plans;
}

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

bool Sorts(const LevelRow& level, StrategyChoice choice) {
  return level.coder.sorts || choice == StrategyChoice::kSort ||
         choice == StrategyChoice::kAdaptive;
}

PlanChoice ChoosePlan(ByteView source, const Features& features, StrategyChoice choice,
                      const Scope& scope) {
  const PlanSearch& search = scope.level.search;
  if (choice >= StrategyChoice::kFirstTransform) {
    const std::size_t index = static_cast<std::size_t>(choice) -
                              static_cast<std::size_t>(StrategyChoice::kFirstTransform);
    const TransformRow& forced = Transforms()[index];
    if (forced.pieces) {
      const std::optional<Winner> split = BestSplit(source, {}, scope);
      const bool cut = split && split->candidate.transform == forced.id;
      return Only(cut ? PlanOf(split->candidate) : Whole(CoderId::kLz));
    }
    const Candidates candidates = Detect(source, features, forced.id, scope);
    if (candidates.view().empty()) return Only(Whole(CoderId::kLz));
    return UnlessRefused(candidates.view().front(), source);
  }
  if (choice != StrategyChoice::kAuto) {
    return Only(Whole(Coders()[static_cast<std::size_t>(choice) - 1].id));
  }
  const DataClass data_class = Classify(features);
  if (data_class == DataClass::kRandom) return Only(Whole(CoderId::kRaw));
  if (!WorthATransform(data_class)) return Repeating(source.size());
  if (scope.depth >= kMaxPlanDepth) return Plain(features);
  if (search.evidence != Evidence::kCounts) {
    if (scope.depth == 0 && !search.codes_rivals && source.size() <= kSmallSource) {
      return ChooseByCoding(source, features, scope);
    }
    const Ranking ranking = RankTransforms(source, features, nullptr, scope);
    std::optional<Winner> split;
    Splits splits;
    if (scope.depth == 0 && search.splits) split = BestSplit(source, ranking, scope, &splits);
    const bool cut = split && (!ranking.best || split->gain > ranking.best->gain);
    const std::optional<Winner>& winner = cut ? split : ranking.best;
    PlanChoice plans = winner ? UnlessRefused(winner->candidate, source) : Plain(features);
    if (scope.depth == 0 && search.codes_rivals) AddRivals(plans, source, ranking, splits, scope);
    return plans;
  }
  const Candidates candidates = Detect(source, features, std::nullopt, scope);
  if (candidates.view().empty()) return Plain(features);
  const Candidate& best = candidates.view().front();
  if (best.estimate * 256 < Order0(features) * kClearShare &&
      features.match_density < kClearMatches) {
    return Only(PlanOf(best));
  }
  // The estimate may be too high by some per cent, and references only just below it.
  return {Whole(CoderId::kLz), {{PlanOf(best), best.estimate - best.estimate / kHighEstimate}}};
}

std::optional<PlanChoice> ChooseSectionPlan(ByteView section, SectionKind kind,
                                            const Features& features, const Scope& scope) {
  if (!WorthATransform(Classify(features))) return std::nullopt;
  if (features.match_density >= kClearMatches) return std::nullopt;
  const Candidates candidates = DetectInSection(section, kind, features, scope);
  if (candidates.view().empty()) return std::nullopt;
  const Candidate& best = candidates.view().front();
  if (best.estimate * 256 >= Order0(features) * kSectionShare) return std::nullopt;
  return UnlessRefused(best, section);
}

}  // namespace sigma
