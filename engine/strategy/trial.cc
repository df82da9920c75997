// Candidates code windows of the source side by side with references, and what each saves there is
// what it is expected to save of the whole.
#include "engine/strategy/trial.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/strategy/cuts.h"
#include "engine/strategy/plan_encoder.h"
#include "engine/transform/split.h"

namespace sigma {
namespace {

// The most promising candidates are tried, the others are not; level 3 has chunks of 1 MiB, of
// which each trial is a tenth.
constexpr std::size_t kTrials = 4;
constexpr std::size_t kTrialsFast = 2;
constexpr int kLastFastLevel = 3;
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
// The sample that the size of references is read off, and how fast the gain of longer history
// fades.
constexpr std::size_t kLargeSample = 256u << 10;
constexpr double kSlopeDecay = 0.8;
// A cut costs the tables of its sections and the matches across it, in bytes.
constexpr std::uint64_t kCutPrice = 1024;

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
std::optional<Winner> TrialWinner(ByteView source, const Features& features,
                                  const Candidates& candidates, const LevelRow& level,
                                  unsigned depth, BufferPool& pool) {
  const std::size_t percent =
      features.match_density >= kSomeMatches ? kTrialPercent : kTrialPercentNoMatches;
  const Plan reference{std::nullopt, {}, CoderId::kReference};
  std::size_t trials = level.level <= kLastFastLevel ? kTrialsFast : kTrials;
  std::optional<Winner> winner;
  BufferPool::Lease memory;
  ByteView sample;
  std::size_t unit = 0;
  std::uint64_t references = 0;
  for (const Candidate& candidate : candidates.view()) {
    if (candidate.saves != 0) {
      const Plan plan{candidate.transform, candidate.params, CoderId::kRaw};
      if (!winner || candidate.saves > winner->gain) winner = Winner{plan, candidate.saves};
      continue;
    }
    if (trials == 0) continue;
    --trials;
    const bool another = candidate.unit != unit;
    if (another) sample = TrialSample(source, candidate.unit, memory, pool);
    auto lease = pool.Acquire(sample.size());
    const MutableBytes target = lease.As<std::uint8_t>(sample.size());
    if (another) references = TrialSize(sample, reference, level, depth, pool, target);
    unit = candidate.unit;
    const Plan plan{candidate.transform, candidate.params, CoderId::kRaw};
    const std::uint64_t transformed = TrialSize(sample, plan, level, depth, pool, target);
    if (transformed * 100 >= references * percent) continue;
    const std::uint64_t gain =
        transformed >= references ? 0 : (references - transformed) * source.size() / sample.size();
    if (!winner || gain > winner->gain) winner = Winner{plan, gain};
  }
  return winner;
}

}  // namespace

std::optional<Winner> BestTransform(ByteView source, const Features& features,
                                    const LevelRow& level, unsigned depth, BufferPool& pool) {
  const Candidates candidates = Detect(source, features, level, std::nullopt, pool);
  return TrialWinner(source, features, candidates, level, depth, pool);
}

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

std::uint64_t EstimateByTrial(ByteView source, const Plan& plan, std::size_t unit,
                              const LevelRow& level, BufferPool& pool) {
  const auto coded = [&](ByteView sample) {
    auto lease = pool.Acquire(sample.size());
    return TrialSize(sample, plan, level, 0, pool, lease.As<std::uint8_t>(sample.size()));
  };
  if (plan.transform) {
    BufferPool::Lease memory;
    const ByteView sample = TrialSample(source, unit, memory, pool);
    return coded(sample) * source.size() / sample.size();
  }
  if (source.size() <= kLargeSample) return coded(source);
  // Two stretches, and the first quarter of each: the share that is left falls by a factor for each
  // doubling, by less the longer the source.
  const std::size_t half = kLargeSample / 2;
  std::uint64_t large = 0;
  std::uint64_t small = 0;
  for (const std::size_t begin : {source.size() / 4 - half / 2, source.size() / 4 * 3 - half / 2}) {
    large += coded(source.subspan(begin, half));
    small += coded(source.subspan(begin, half / 4));
  }
  double share = static_cast<double>(large) / static_cast<double>(kLargeSample);
  const double per_quadrupling = static_cast<double>(large) / (4.0 * static_cast<double>(small));
  double slope = std::sqrt(std::min(per_quadrupling, 1.0));
  for (std::size_t size = half; size < source.size(); size *= 2) {
    share *= slope;
    slope = 1 - (1 - slope) * kSlopeDecay;
  }
  return static_cast<std::uint64_t>(share * static_cast<double>(source.size()));
}

}  // namespace sigma
