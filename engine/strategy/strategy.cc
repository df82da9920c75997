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
#include "engine/strategy/split_choice.h"
#include "engine/strategy/trial.h"
#include "engine/transform/registry.h"

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
// A section's transform must save a tenth.
constexpr std::uint32_t kSectionShare = 230;
// Patterns that come to this part need no comparison.
constexpr std::size_t kPatternShare = 1024;
// A width with differences is a suspicion of numeric data once it saves 6 % of the order-0 entropy.
constexpr std::uint32_t kDeltaShare = 240;
// What is no text and repeats less than this, of 256, has short matches. Level 3 hashes 7 bytes for
// text, where shorter matches take longer to find and make as many more sequences; with 5 programs
// and databases are 7 % smaller for 0.5 to 0.9 ns a byte. Sheets of bits repeat as a whole: they
// would be 2 % larger.
constexpr std::uint32_t kRepeated = 230;
constexpr std::uint8_t kShortMatch = 5;
constexpr int kFirstTrialLevel = 3;
constexpr int kFirstSplitLevel = 4;

Plan Whole(CoderId coder) { return {std::nullopt, {}, coder}; }

PlanChoice Only(const Plan& plan) { return {plan, std::nullopt, 0}; }

// What suits the sample may not suit the whole: then references do the work.
PlanChoice UnlessRefused(const Candidate& candidate, ByteView source) {
  return {PlanOf(candidate), Whole(CoderId::kReference),
          candidate.doubt != 0 ? candidate.doubt : source.size() - 1};
}

std::size_t Order0(const Features& features) {
  return static_cast<std::size_t>(EntropyBytes(features.entropy, features.size));
}

// References, or symbols' codes alone where those promise less than references come to.
PlanChoice Plain(const Features& features) {
  return {Whole(CoderId::kReference), Whole(CoderId::kEntropy), Order0(features)};
}

// Patterns, and where they leave something also references, which are as fast there as anything.
PlanChoice Repeating(std::size_t size) {
  return {Whole(CoderId::kPattern), Whole(CoderId::kReference), size / kPatternShare};
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

CoderParams SuitedCoder(const LevelRow& level, const Features& features) {
  CoderParams coder = level.coder;
  coder.pattern_period = features.period;
  if (AnyMatchLength(level) && features.text_density < kTextDensity &&
      features.match_density < kRepeated) {
    coder.lz.min_match = std::min(coder.lz.min_match, kShortMatch);
  }
  return coder;
}

PlanChoice ChoosePlan(ByteView source, const Features& features, const LevelRow& level,
                      StrategyChoice choice, unsigned depth, BufferPool& pool) {
  if (choice >= StrategyChoice::kFirstTransform) {
    const std::size_t index = static_cast<std::size_t>(choice) -
                              static_cast<std::size_t>(StrategyChoice::kFirstTransform);
    const TransformId forced = Transforms()[index].id;
    if (forced == TransformId::kSplit) {
      const std::optional<Winner> split = BestSplit(source, std::nullopt, level, pool);
      return Only(split ? PlanOf(split->candidate) : Whole(CoderId::kReference));
    }
    const Candidates candidates = Detect(source, features, level, forced, pool);
    if (candidates.view().empty()) return Only(Whole(CoderId::kReference));
    return UnlessRefused(candidates.view().front(), source);
  }
  if (choice != StrategyChoice::kAuto) {
    return Only(Whole(Coders()[static_cast<std::size_t>(choice) - 1].id));
  }
  const DataClass data_class = Classify(features);
  if (data_class == DataClass::kRandom) return Only(Whole(CoderId::kRaw));
  if (!WorthATransform(data_class)) return Repeating(source.size());
  if (depth >= kMaxPlanDepth) return Plain(features);
  if (level.level >= kFirstTrialLevel) {
    std::optional<Winner> winner = BestTransform(source, features, nullptr, level, depth, pool);
    if (depth == 0 && level.level >= kFirstSplitLevel) {
      const std::optional<Winner> split = BestSplit(source, winner, level, pool);
      if (split) winner = split;
    }
    return winner ? UnlessRefused(winner->candidate, source) : Plain(features);
  }
  const Candidates candidates = Detect(source, features, level, std::nullopt, pool);
  if (candidates.view().empty()) return Plain(features);
  const Candidate& best = candidates.view().front();
  if (best.estimate * 256 < Order0(features) * kClearShare &&
      features.match_density < kClearMatches) {
    return Only(PlanOf(best));
  }
  return {Whole(CoderId::kReference), PlanOf(best), best.estimate};
}

std::optional<PlanChoice> ChooseSectionPlan(ByteView section, SectionKind kind,
                                            const Features& features, const LevelRow& level,
                                            BufferPool& pool) {
  if (!WorthATransform(Classify(features))) return std::nullopt;
  if (features.match_density >= kClearMatches) return std::nullopt;
  const Candidates candidates = DetectInSection(section, kind, features, level, pool);
  if (candidates.view().empty()) return std::nullopt;
  const Candidate& best = candidates.view().front();
  if (best.estimate * 256 >= Order0(features) * kSectionShare) return std::nullopt;
  return UnlessRefused(best, section);
}

}  // namespace sigma
