// Which candidates are worth a trial, what the trial says, and what that is worth.
//
// Before anything is coded, the features tell what references may leave of the source: a candidate
// that promises no better, or whose price exceeds what there is to gain, is dropped. What is left
// is ranked by estimate and price; the first few code windows of the source side by side with
// references (coded once), unless their estimate is a sum of entropies that needs no trial and
// leads clearly. What a candidate saves there, less the price of its time, is what it is worth.
#include "engine/strategy/rank.h"

#include <algorithm>
#include <array>
#include <span>

#include "engine/strategy/detect/ask.h"
#include "engine/strategy/sample.h"

namespace sigma {
namespace {

// Candidates coded at the most.
constexpr std::size_t kTrials = 4;
// References leave half as much again as the features say at the most. Measured on the corpus: 1
// time in 10 even less.
constexpr std::uint64_t kHopeHalves = 3;
// The same for a guess, where there is time for a trial: both are uncertain, and lines of one
// length may come to half of the guess.
constexpr std::uint64_t kGuessHalves = 4;
// Transforms save 7/16 of what references leave, rarely more.
constexpr std::uint64_t kSavedPart = 7;
// References find less in a sample than in the chunk. Transforms that code without them do not:
// there the trial flatters the transform by up to 12 % where matches are many.
constexpr std::uint32_t kSomeMatches = 16;
constexpr std::uint32_t kManyMatches = 64;
constexpr std::uint32_t kMostMatches = 128;
// An estimate without a trial must lead by a tenth.
constexpr std::uint64_t kClearLead = 10;
// A source so many times as large as the sample is much more of the same; half of what there is to
// learn is learnt before.
constexpr std::uint64_t kMuchMore = 6;
constexpr std::uint64_t kMore = 3;
// Estimates closer than this share of the source do not tell which is better, nor do small samples
// of what does not repeat.
constexpr std::uint64_t kClose = 12;
constexpr std::uint64_t kCloser = 64;
// The share of small tables in a sample, at the most.
constexpr std::uint64_t kTables = 12;
constexpr std::size_t kLarger = 4;  // times the usual sample, but no more than …
constexpr std::size_t kLarge = 256 << 10;
// The plan of the piece before is kept unless another saves 1/64 of the source more.
constexpr std::uint64_t kKeep = 64;

const DetectorRow& RowOf(const Candidate& candidate) { return *FindDetector(candidate.transform); }

// The least a transform must save, in bytes.
std::uint64_t Floor(const Features& features, const LevelRow& level, std::size_t size) {
  if (!level.search.small_gains) return size / 100;
  return features.match_density < kSomeMatches ? 0 : size / 256;
}

// Percent of its estimate that a candidate takes at the most; 0 if only a trial can tell.
std::uint64_t Reliable(const Candidate& candidate) {
  return candidate.guess ? 0 : RowOf(candidate).reliable;
}

std::uint64_t Learns(const Candidate& candidate) {
  return candidate.learns != 0 ? candidate.learns : RowOf(candidate).learns;
}

struct Worth {
  std::uint64_t gain = 0;  // 0 if it is not worth its time
  std::uint64_t cost = 0;  // bytes, price included; 0 if it is not known
};

// Codes samples of one source, and references for them once.
class Trial {
 public:
  Trial(ByteView source, const Features& features, const Scope& scope)
      : source_(source),
        features_(features),
        scope_(scope),
        level_(scope.level),
        floor_(Floor(features, level_, source.size())) {}

  // The worth of a candidate by its estimate, if that tells.
  [[nodiscard]] std::optional<Worth> ByEstimate(const Candidate& candidate) {
    if (candidate.saves != 0) return Worth{Judge(candidate.saves, 0, candidate).gain, 0};
    const std::uint64_t reliable = Reliable(candidate);
    if (reliable == 0) return std::nullopt;
    if (RowOf(candidate).empties && features_.match_density >= kMostMatches) return std::nullopt;
    const std::uint64_t coded = candidate.estimate * reliable / 100;
    const std::uint64_t expected = coded + PriceOf(candidate, level_, source_.size());
    const std::uint64_t references = References(candidate, 1);
    if (expected + expected / kClearLead < references) return Judge(references, coded, candidate);
    // Columns may repeat; what has nothing to repeat may not.
    const bool hopeless = expected > references + references / kClearLead;
    if (hopeless && features_.match_density < kSomeMatches) return Worth{};
    return std::nullopt;
  }

  // The same by coding a sample.
  [[nodiscard]] Worth ByTrial(const Candidate& candidate) {
    const std::uint64_t references = References(candidate, candidate.unit);
    std::uint64_t coded = ByThisSample(candidate, sample_.bytes);
    // Where nothing repeats, sums of entropies know the tables' share better than small samples.
    if (Reliable(candidate) != 0 && features_.match_density < kSomeMatches) {
      const std::uint64_t counted = candidate.estimate * Reliable(candidate) / 100;
      if (counted < coded && coded - counted < counted / kTables) coded = (coded + counted) / 2;
    }
    // A candidate that already pays pays more in the long run; one that does not may never.
    if (coded < references) coded = InTheLongRun(coded, candidate, sample_.bytes.size());
    return Judge(references, coded, candidate);
  }

  // Bytes the candidate takes, price included, by coding a larger sample if there is time: for a
  // choice between two.
  [[nodiscard]] std::uint64_t Cost(const Candidate& candidate) const {
    const std::size_t usual = kSampleWindows * level_.search.window;
    const std::size_t scale = std::clamp<std::size_t>(kLarge / usual, 1, kLarger);
    const std::size_t windows = (usual * scale == kLarge ? 2 : 1) * kSampleWindows;
    const Sample sample = TakeSample(source_, candidate.unit, scope_, scale, windows);
    return InTheLongRun(ByThisSample(candidate, sample.bytes), candidate, sample.bytes.size()) +
           PriceOf(candidate, level_, source_.size());
  }

  // Bytes that references take of the source, as far as that was measured; else 0.
  [[nodiscard]] std::uint64_t references() const { return references_; }

 private:
  // Bytes the plan takes of the source, if all of it is like the sample.
  [[nodiscard]] std::uint64_t ByThisSample(const Candidate& candidate, ByteView sample) const {
    return TrialSize(sample, PlanOf(candidate), scope_) * source_.size() / sample.size();
  }

  // The same where it learns, or where the windows of the sample had strange rows above them.
  [[nodiscard]] std::uint64_t InTheLongRun(std::uint64_t coded, const Candidate& candidate,
                                           std::size_t sample) const {
    if (source_.size() < kMore * sample) return coded;
    const bool much = source_.size() >= kMuchMore * sample;
    return coded * (much ? Learns(candidate) : (100 + Learns(candidate)) / 2) / 100;
  }

  // Savings must exceed the price of the time and the least that is worth a transform.
  [[nodiscard]] Worth Judge(std::uint64_t references, std::uint64_t coded,
                            const Candidate& candidate) const {
    const std::uint64_t price = PriceOf(candidate, level_, source_.size());
    if (references <= coded + std::max(price, floor_)) return {0, coded + price};
    return {references - coded - price, coded + price};
  }

  // Bytes that references take of the source, to compare with the candidate: by a sample for this
  // unit, which is left in sample_.
  std::uint64_t References(const Candidate& candidate, std::size_t unit) {
    const std::size_t window = WindowSize(unit, level_, 1);
    if (window > sample_.window + sample_.window / 4) {
      sample_ = {};
      sample_ = TakeSample(source_, unit, scope_);
      references_ =
          TrialSize(sample_.bytes, kReferences, scope_) * source_.size() / sample_.bytes.size();
    } else if (unit != unit_ && sample_.bytes.data() != source_.data()) {
      // Nearly the same bytes: what references take of them need not be measured again.
      sample_ = {};
      sample_ = TakeSample(source_, unit, scope_);
    }
    unit_ = unit;
    const bool by_references = Reliable(candidate) == 0 && !candidate.guess;
    if (by_references || sample_.bytes.data() == source_.data()) return references_;
    if (features_.match_density < kSomeMatches) return references_;
    return references_ * (features_.match_density < kManyMatches ? 97 : 94) / 100;
  }

  ByteView source_;
  const Features& features_;
  const Scope& scope_;
  const LevelRow& level_;
  std::uint64_t floor_;
  Sample sample_;
  std::size_t unit_ = 0;
  std::uint64_t references_ = 0;
};

}  // namespace

Hopefuls Promising(const Candidates& candidates, const Features& features, const LevelRow& level,
                   std::size_t size) {
  const std::uint64_t references = ExpectReferences(features, size);
  const std::uint64_t low = EntropyBytes(features.entropy, size) * kLowEighths / 8;
  const std::uint64_t floor = Floor(features, level, size);
  Hopefuls hopefuls;
  const auto costs = [&](const Candidate& candidate) {
    return candidate.estimate + PriceOf(candidate, level, size);
  };
  for (const Candidate& candidate : candidates.view()) {
    const bool guess = candidate.guess;
    const bool promising =
        candidate.estimate * (guess ? Learns(candidate) : RowOf(candidate).learns) / 100 <=
            references * (guess ? kGuessHalves : kHopeHalves) / 2 &&
        PriceOf(candidate, level, size) + floor < references / 16 * kSavedPart;
    const bool known =
        candidate.saves != 0 || (Reliable(candidate) != 0 && candidate.estimate <= low);
    if (!promising && !known) continue;
    std::size_t at = hopefuls.count++;
    for (; at > 0 && costs(*hopefuls.all[at - 1]) > costs(candidate); --at) {
      hopefuls.all[at] = hopefuls.all[at - 1];
    }
    hopefuls.all[at] = &candidate;
  }
  return hopefuls;
}

Plan PlanOf(const Candidate& candidate) {
  return {candidate.transform, candidate.params, CoderId::kRaw};
}

std::uint64_t PriceOf(const Candidate& candidate, const LevelRow& level, std::size_t size) {
  const DetectorRow* const row = FindDetector(candidate.transform);
  if (row == nullptr) return 0;
  const TransformTime time = candidate.time.value_or(row->time);
  const std::uint64_t price = std::uint64_t{time.encode} * level.price.encode +
                              std::uint64_t{time.decode} * level.price.decode;
  return size * price / 1'000'000;
}

Ranking RankTransforms(ByteView source, const Features& features, const Candidate* before,
                       const Scope& scope) {
  const LevelRow& level = scope.level;
  Ranking ranking;
  const auto lost = [&](const Candidate& candidate, std::uint64_t cost) {
    if (cost == 0 || (ranking.rival && ranking.rival_cost <= cost)) return;
    ranking.rival = candidate;
    ranking.rival_cost = cost;
  };
  Trial trial(source, features, scope);
  struct Best {
    Candidate candidate;
    Worth worth;
    bool estimated = false;
  };
  std::optional<Best> best;
  if (before != nullptr) {
    if (const Worth worth = trial.ByTrial(*before); worth.gain != 0) best = Best{*before, worth};
  }
  const std::uint64_t lead = best ? source.size() / kKeep : 0;
  const Candidates candidates = Detect(source, features, std::nullopt, scope);
  const Hopefuls hopefuls = Promising(candidates, features, level, source.size());
  std::size_t trials = kTrials;
  for (const Candidate* const hopeful : hopefuls.view()) {
    const Candidate& candidate = *hopeful;
    std::optional<Worth> worth = trial.ByEstimate(candidate);
    const bool estimated = worth.has_value();
    if (!worth && trials != 0) {
      worth = trial.ByTrial(candidate);
      --trials;
    }
    if (!worth) continue;
    if (worth->gain == 0) {
      lost(candidate, worth->cost);
      continue;
    }
    if (best) {
      const bool costs = worth->cost != 0 && best->worth.cost != 0;
      std::uint64_t other = costs ? best->worth.cost : worth->gain;
      std::uint64_t mine = costs ? worth->cost : best->worth.gain;
      const std::uint64_t apart = std::max(mine, other) - std::min(mine, other);
      const bool unsure = estimated || best->estimated;
      const bool close =
          unsure ? apart < source.size() / kClose
                 : apart < source.size() / kCloser && features.match_density < kSomeMatches;
      if (costs && close && best->candidate.transform != candidate.transform) {
        // Too close to tell by estimates, or by few windows of numbers.
        other = trial.Cost(best->candidate);
        mine = trial.Cost(candidate);
      }
      if (mine + lead >= other) {
        lost(candidate, costs ? mine : worth->cost);
        continue;
      }
      lost(best->candidate, costs ? other : best->worth.cost);
    }
    best = Best{candidate, *worth, estimated};
  }
  ranking.references = trial.references();
  if (best) {
    ranking.best =
        Winner{best->candidate, best->worth.gain, PriceOf(best->candidate, level, source.size())};
    ranking.best_cost = best->worth.cost;
  }
  return ranking;
}

}  // namespace sigma
