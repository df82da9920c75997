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
#include "engine/strategy/cuts.h"
#include "engine/strategy/detect.h"
#include "engine/strategy/plan_encoder.h"
#include "engine/transform/split.h"

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

// A cut costs the tables of its sections and the matches across it, in bytes.
constexpr std::uint64_t kCutPrice = 1024;
constexpr int kFirstSplitLevel = 4;

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

struct Winner {
  Plan plan;
  std::uint64_t gain = 0;  // bytes of the whole source that it saves against references, expected
};

// The candidate that codes a sample of the source into the fewest bytes for its size, if that is
// less than references need for the same sample.
std::optional<Winner> TrialWinner(ByteView source, const Features& features,
                                  const Candidates& candidates, const LevelRow& level,
                                  unsigned depth, BufferPool& pool) {
  const std::size_t percent =
      features.match_density >= kSomeMatches ? kTrialPercent : kTrialPercentNoMatches;
  const Plan reference{std::nullopt, {}, CoderId::kReference};
  std::optional<Winner> winner;
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
    const std::uint64_t gain =
        transformed >= references ? 0 : (references - transformed) * source.size() / sample.size();
    if (!winner || gain > winner->gain) winner = Winner{plan, gain};
  }
  return winner;
}

// The best transform of the source, by the detectors and the trial.
std::optional<Winner> BestTransform(ByteView source, const Features& features,
                                    const LevelRow& level, unsigned depth, BufferPool& pool) {
  const Candidates candidates = Detect(source, features, level, std::nullopt, pool);
  return TrialWinner(source, features, candidates, level, depth, pool);
}

bool WorthATransform(DataClass data_class) {
  return data_class == DataClass::kDelta || data_class == DataClass::kText ||
         data_class == DataClass::kStructured;
}

// A cut at each place where the source changes its character and the best plan with it. None if the
// pieces gain no more than `whole` does, the best transform of the source in one.
std::optional<Winner> BestSplit(ByteView source, const std::optional<Winner>& whole,
                                const LevelRow& level, BufferPool& pool) {
  const PieceList pieces = FindPieces(source, pool);
  if (pieces.count == 1) return std::nullopt;
  std::array<std::uint16_t, PieceList::kMost> cuts{};
  std::size_t count = 0;
  std::uint64_t gain = 0;
  std::optional<Plan> before;
  for (std::size_t i = 0; i < pieces.count; ++i) {
    const ByteView piece = source.subspan(pieces.begin[i], pieces.begin[i + 1] - pieces.begin[i]);
    const Features features = MeasureFeatures(piece, pool);
    std::optional<Winner> best;
    if (WorthATransform(Classify(features))) best = BestTransform(piece, features, level, 1, pool);
    gain += best ? best->gain : 0;
    std::optional<Plan> plan;
    if (best) plan = best->plan;
    if (i > 0 && plan != before) {
      cuts[count++] = static_cast<std::uint16_t>(pieces.begin[i] / kSplitUnit);
    }
    before = plan;
  }
  const std::uint64_t price = count * kCutPrice;
  if (count == 0 || gain <= price || gain - price <= (whole ? whole->gain : 0)) return std::nullopt;
  return Winner{{TransformId::kSplit, SplitParams(std::span(cuts).first(count)), CoderId::kRaw},
                gain - price};
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
    const TransformId forced = Transforms()[index].id;
    if (forced == TransformId::kSplit) {
      const std::optional<Winner> split = BestSplit(source, std::nullopt, level, pool);
      return only(split ? split->plan : whole(CoderId::kReference));
    }
    const Candidates candidates = Detect(source, features, level, forced, pool);
    if (candidates.view().empty()) return only(whole(CoderId::kReference));
    return only(transform(candidates.view().front()));
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
      if (winner) return only(winner->plan);
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
