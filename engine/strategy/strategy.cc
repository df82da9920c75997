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
#include "engine/strategy/plan_encoder.h"

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
// The most promising candidates are tried, the others are not.
constexpr std::size_t kTrials = 3;
// The trial codes four windows of the chunk as one sample, since data changes along a chunk (one
// window in the middle misjudged most chunks of an MRI volume): 6 % of a 1 MiB chunk.
constexpr std::size_t kTrialWindows = 4;
constexpr std::size_t kTrialWindow = 16 << 10;
// References find less in a sample than in the chunk: where there is something to find, a transform
// must win by 3 %. Otherwise it may even lose by 1 %: its tables weigh more in the sample than in
// the chunk.
constexpr std::size_t kTrialPercent = 97;
constexpr std::size_t kTrialPercentNoMatches = 101;
constexpr std::uint32_t kSomeMatches = 16;

// Candidates from all detectors, or from those of one transform that the user forces.
Candidates Detect(ByteView source, const Features& features, const LevelRow& level,
                  std::optional<TransformId> forced, BufferPool& pool) {
  const DetectInput input{source, features, level, pool, forced.has_value()};
  Candidates candidates;
  for (const DetectorRow& row : Detectors()) {
    if (forced ? row.transform == *forced : level.level >= row.first_level) {
      row.detect(input, candidates);
    }
  }
  return candidates;
}

// The windows side by side, or the source if it is no larger.
ByteView TrialSample(ByteView source, std::size_t unit, BufferPool::Lease& memory,
                     BufferPool& pool) {
  const std::size_t window = (kTrialWindow + unit - 1) / unit * unit;
  const std::size_t bytes = kTrialWindows * window;
  if (source.size() <= bytes) return source;
  memory = pool.Acquire(bytes);
  const MutableBytes sample = memory.As<std::uint8_t>(bytes);
  const std::size_t stride = (source.size() - window) / (kTrialWindows - 1);
  for (std::size_t i = 0; i < kTrialWindows; ++i) {
    std::ranges::copy(source.subspan(i * stride / unit * unit, window),
                      sample.subspan(i * window).begin());
  }
  return sample;
}

// Bytes of the sample coded by `plan`.
std::size_t TrialSize(ByteView sample, const Plan& plan, const LevelRow& level, unsigned depth,
                      BufferPool& pool, MutableBytes target) {
  const EncodedPlan coded = EncodePlan(sample, plan, level, depth, pool, target);
  return coded.size == 0 ? sample.size() : coded.size;
}

// The candidate that codes a sample of the source into the fewest bytes for its size, if that is
// less than references need for the same sample.
std::optional<Plan> TrialWinner(ByteView source, const Features& features,
                                const Candidates& candidates, const LevelRow& level, unsigned depth,
                                BufferPool& pool) {
  const std::size_t percent =
      features.match_density >= kSomeMatches ? kTrialPercent : kTrialPercentNoMatches;
  const Plan reference{std::nullopt, {}, CoderId::kReference};
  std::optional<Plan> winner;
  std::uint64_t least = 0;     // the winner's bytes …
  std::uint64_t least_of = 0;  // … and the references' for the same sample
  for (const Candidate& candidate :
       candidates.view().first(std::min(kTrials, candidates.view().size()))) {
    BufferPool::Lease memory;
    const ByteView sample = TrialSample(source, candidate.unit, memory, pool);
    auto lease = pool.Acquire(sample.size());
    const MutableBytes target = lease.As<std::uint8_t>(sample.size());
    const Plan plan{candidate.transform, candidate.params, CoderId::kRaw};
    const std::uint64_t transformed = TrialSize(sample, plan, level, depth, pool, target);
    const std::uint64_t references = TrialSize(sample, reference, level, depth, pool, target);
    if (transformed * 100 >= references * percent) continue;
    // Samples differ with the candidate's unit: compare what each leaves of its references.
    if (winner && transformed * least_of >= least * references) continue;
    winner = plan;
    least = transformed;
    least_of = references;
  }
  return winner;
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

PlanChoice ChoosePlan(ByteView source, const Features& features, const LevelRow& level,
                      StrategyChoice choice, unsigned depth, BufferPool& pool) {
  const auto whole = [](CoderId coder) { return Plan{std::nullopt, {}, coder}; };
  const auto only = [](const Plan& plan) { return PlanChoice{plan, std::nullopt, 0}; };
  const auto transform = [](const Candidate& candidate) {
    return Plan{candidate.transform, candidate.params, CoderId::kRaw};
  };
  if (choice >= StrategyChoice::kFirstTransform) {
    const std::size_t index = static_cast<std::size_t>(choice) -
                              static_cast<std::size_t>(StrategyChoice::kFirstTransform);
    const Candidates candidates = Detect(source, features, level, Transforms()[index].id, pool);
    if (candidates.view().empty()) return only(whole(CoderId::kReference));
    return only(transform(candidates.view().front()));
  }
  if (choice != StrategyChoice::kAuto) {
    return only(whole(Coders()[static_cast<std::size_t>(choice) - 1].id));
  }
  switch (Classify(features)) {
    case DataClass::kRepetitive:
    case DataClass::kRuns:
      return only(whole(CoderId::kPattern));
    case DataClass::kRandom:
      return only(whole(CoderId::kRaw));
    case DataClass::kDelta:
    case DataClass::kText:
    case DataClass::kStructured:
      break;
  }
  const std::size_t order0 =
      static_cast<std::size_t>(std::uint64_t{features.entropy} * features.size / kMaxEntropy);
  if (depth < kMaxPlanDepth) {
    const Candidates candidates = Detect(source, features, level, std::nullopt, pool);
    if (level.level >= kFirstTrialLevel) {
      const auto winner = TrialWinner(source, features, candidates, level, depth, pool);
      if (winner) return only(*winner);
    } else if (!candidates.view().empty()) {
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
