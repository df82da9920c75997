// From features to a plan.
//
// The class is read off the features with fixed thresholds; it names the coder that usually wins on
// such data. Classifier false positives are the main loss (CODECS.md §5), so where a class only
// suggests a coder (delta against references) both code the same sample of the chunk and the
// smaller result decides, from level 3 on; levels 1 and 2 cannot afford the trial and ask for a
// clear lead instead.
#include "engine/strategy/strategy.h"

#include <algorithm>
#include <array>

#include "engine/coder/coder.h"
#include "engine/strategy/section_coder.h"
#include "engine/transform/delta.h"

namespace sigma {
namespace {

constexpr std::array<std::string_view, 6> kChoiceNames{"auto",    "raw",   "pattern",
                                                       "entropy", "delta", "reference"};
constexpr std::array<std::string_view, 6> kClassNames{"repetitive", "random", "structured",
                                                      "text",       "delta",  "runs"};

// Densities are in 1/256 of the sampled bytes, entropies in 1/256 bit per byte.
constexpr std::uint32_t kRepetitiveDensity = 252;  // all but 1.5 % predicted by one period
constexpr std::uint32_t kRunsDensity = 244;        // all but 5 % in runs
constexpr std::uint32_t kTextDensity = 243;        // 95 % text
constexpr std::uint32_t kRandomEntropy = 2020;  // 7.89 bits: order-0 coding saves 1.4 % at the most
constexpr std::uint32_t kRandomMatches = 8;     // 3 % of the sample repeats
// A width with differences is a suspicion of numeric data once it saves 6 % of the order-0 entropy.
constexpr std::uint32_t kDeltaShare = 240;
// Without a trial (levels 1–2) DELTA must lead by a third, and little may repeat literally.
constexpr std::uint32_t kClearDeltaShare = 170;
constexpr std::uint32_t kClearDeltaMatches = 64;
constexpr std::uint32_t kMaxEntropy = 8 * 256;  // of a byte
constexpr int kFirstTrialLevel = 3;
// The trial codes four windows of the chunk as one sample, since data changes along a chunk (one
// window in the middle misjudged most chunks of an MRI volume): 6 % of a 1 MiB chunk.
constexpr std::size_t kTrialWindows = 4;
constexpr std::size_t kTrialWindow = 16 << 10;
// References find less in a sample than in the chunk: where there is something to find, DELTA must
// win by 3 %. Otherwise it may even lose by 1 %: its tables weigh more in the sample than in the
// chunk.
constexpr std::size_t kTrialPercent = 97;
constexpr std::size_t kTrialPercentNoMatches = 101;
constexpr std::uint32_t kSomeMatches = 16;

struct DeltaGuess {
  unsigned width = 1;
  bool difference = true;
  std::uint32_t entropy = ~0u;
};

DeltaGuess GuessDelta(const Features& features) {
  DeltaGuess best;
  for (unsigned i = 0; i < features.delta_entropy.size(); ++i) {
    if (features.delta_entropy[i] < best.entropy) best = {1u << i, true, features.delta_entropy[i]};
    if (i != 0 && features.plane_entropy[i] < best.entropy) {
      best = {1u << i, false, features.plane_entropy[i]};
    }
  }
  return best;
}

bool ClearlyDelta(const Features& features) {
  return GuessDelta(features).entropy * 256 < features.entropy * kClearDeltaShare &&
         features.match_density < kClearDeltaMatches;
}

// The windows side by side, or the chunk if it is no larger. They begin at multiples of 8, which
// keeps every width's phase.
ByteView TrialSample(ByteView chunk, BufferPool::Lease& memory, BufferPool& pool) {
  constexpr std::size_t kBytes = kTrialWindows * kTrialWindow;
  if (chunk.size() <= kBytes) return chunk;
  memory = pool.Acquire(kBytes);
  const MutableBytes sample = memory.As<std::uint8_t>(kBytes);
  const std::size_t stride = (chunk.size() - kTrialWindow) / (kTrialWindows - 1);
  for (std::size_t i = 0; i < kTrialWindows; ++i) {
    const ByteView window = chunk.subspan(i * stride & ~std::size_t{7}, kTrialWindow);
    std::copy(window.begin(), window.end(), sample.subspan(i * kTrialWindow).begin());
  }
  return sample;
}

// Whether DELTA codes a sample of the chunk into fewer bytes than references do.
bool DeltaWinsTrial(ByteView chunk, const Features& features, const Plan& delta,
                    const LevelRow& level, BufferPool& pool) {
  BufferPool::Lease memory;
  const ByteView sample = TrialSample(chunk, memory, pool);
  const std::size_t size = sample.size();
  auto lease = pool.Acquire(size);
  const MutableBytes target = lease.As<std::uint8_t>(size);
  std::size_t references = FindCoder(static_cast<std::uint8_t>(CoderId::kReference))
                               ->encode(sample, level.coder, pool, target);
  if (references == 0) references = size;
  auto planes_lease = pool.Acquire(size);
  const TransformedSections planes = ForwardSections(sample, *delta.transform, delta.params, pool,
                                                     planes_lease.As<std::uint8_t>(size));
  std::size_t differences = 0;
  for (std::size_t i = 0; i < planes.count; ++i) {
    differences += EncodeSection(planes.section[i], level, pool, target).size;
  }
  const bool matches = features.match_density >= kSomeMatches;
  return differences * 100 < references * (matches ? kTrialPercent : kTrialPercentNoMatches);
}

}  // namespace

std::span<const std::string_view> StrategyChoiceNames() { return kChoiceNames; }

std::optional<StrategyChoice> FindStrategyChoice(std::string_view name) {
  const auto* found = std::find(kChoiceNames.begin(), kChoiceNames.end(), name);
  if (found == kChoiceNames.end()) return std::nullopt;
  return static_cast<StrategyChoice>(found - kChoiceNames.begin());
}

std::string_view DataClassName(DataClass data_class) {
  return kClassNames[static_cast<std::size_t>(data_class)];
}

TransformParams BestDelta(const Features& features) {
  const DeltaGuess guess = GuessDelta(features);
  return DeltaParams(guess.width, guess.difference);
}

DataClass Classify(const Features& features) {
  if (features.period_density >= kRepetitiveDensity || features.longest_run >= features.size) {
    return DataClass::kRepetitive;
  }
  if (features.run_density >= kRunsDensity) return DataClass::kRuns;
  const bool delta = GuessDelta(features).entropy * 256 < features.entropy * kDeltaShare;
  if (features.entropy >= kRandomEntropy && features.match_density < kRandomMatches && !delta) {
    return DataClass::kRandom;
  }
  if (features.text_density >= kTextDensity) return DataClass::kText;
  return delta ? DataClass::kDelta : DataClass::kStructured;
}

PlanChoice ChoosePlan(ByteView chunk, const Features& features, const LevelRow& level,
                      StrategyChoice choice, BufferPool& pool) {
  const Plan delta{TransformId::kDelta, BestDelta(features), CoderId::kRaw};
  const auto whole = [](CoderId coder) { return Plan{std::nullopt, {}, coder}; };
  const auto only = [](const Plan& plan) { return PlanChoice{plan, std::nullopt, 0}; };
  switch (choice) {
    case StrategyChoice::kRaw:
      return only(whole(CoderId::kRaw));
    case StrategyChoice::kPattern:
      return only(whole(CoderId::kPattern));
    case StrategyChoice::kEntropy:
      return only(whole(CoderId::kEntropy));
    case StrategyChoice::kDelta:
      return only(delta);
    case StrategyChoice::kReference:
      return only(whole(CoderId::kReference));
    case StrategyChoice::kAuto:
      break;
  }
  const auto bytes_at = [&features](std::uint32_t entropy) {
    return static_cast<std::size_t>(std::uint64_t{entropy} * features.size / kMaxEntropy);
  };
  switch (Classify(features)) {
    case DataClass::kRepetitive:
    case DataClass::kRuns:
      return only(whole(CoderId::kPattern));
    case DataClass::kRandom:
      return only(whole(CoderId::kRaw));
    case DataClass::kDelta:
      if (level.level < kFirstTrialLevel) {
        if (ClearlyDelta(features)) return only(delta);
        return {whole(CoderId::kReference), delta, bytes_at(GuessDelta(features).entropy)};
      }
      if (DeltaWinsTrial(chunk, features, delta, level, pool)) return only(delta);
      break;
    case DataClass::kText:
    case DataClass::kStructured:
      break;
  }
  return {whole(CoderId::kReference), whole(CoderId::kEntropy), bytes_at(features.entropy)};
}

}  // namespace sigma
