// Which candidates are worth a trial, what the trial says, and what that is worth.
//
// Before anything is coded, the features tell what references may leave of the source: a candidate
// that promises no better, or whose price exceeds what there is to gain, is dropped. What is left
// is ranked by estimate and price; the first few code windows of the source side by side with
// references (coded once), unless their estimate is a sum of entropies that needs no trial and
// leads clearly. What a candidate saves there, less the price of its time, is what it is worth.
//
// Level 3, whose chunks take 1 to 10 ms, codes no sample: what references leave is read off the
// features, and off a second look where these would refuse a transform that promises much. Only a
// guess is tried.
#include "engine/strategy/trial.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/strategy/plan_encoder.h"
#include "kernels/statistics/histogram.h"
#include "kernels/statistics/match_density.h"
#include "kernels/statistics/shannon.h"

namespace sigma {
namespace {

// Candidates coded at the most.
constexpr std::size_t kTrials = 4;
constexpr std::size_t kTrialsFast = 1;
// The trial codes eight windows of the chunk as one sample, since data changes along a chunk (one
// window in the middle misjudged most chunks of an MRI volume), or where a transform asks for long
// windows up to a quarter. Small samples flatter references, whose tables are few; but at level 4
// windows of 16 KiB would take 10 % of the time of text in lines that is no table, for 0.5 % of nci
// and nothing else of the corpus.
constexpr std::size_t kWindows = 8;
constexpr std::size_t kFewestWindows = 2;
constexpr std::size_t kMostShare = 4;
// Bytes of a window, by level.
constexpr std::array<std::size_t, 8> kWindowSizes = {0,       4 << 10,  4 << 10,  4 << 10,
                                                     4 << 10, 32 << 10, 64 << 10, 64 << 10};
// References leave half as much again as the features say at the most. Measured on the corpus: 1
// time in 10 even less.
constexpr std::uint64_t kHopeHalves = 3;
// The same for a guess, where there is time for a trial: both are uncertain, and lines of one
// length may come to half of the guess.
constexpr std::uint64_t kGuessHalves = 4;
// Transforms save 7/16 of what references leave, rarely more.
constexpr std::uint64_t kSavedPart = 7;
// Sums of entropies below 5/8 of the order-0 entropy are worth a look whatever repeats.
constexpr std::uint64_t kLowEighths = 5;
// Differences of four or eight bytes that leave an eighth less than those of one or two.
constexpr std::uint32_t kNarrow = 8;
// References find less in a sample than in the chunk. Transforms that code without them do not:
// there the trial flatters the transform by up to 12 % where matches are many.
constexpr std::uint32_t kSomeMatches = 16;
constexpr std::uint32_t kManyMatches = 64;
constexpr std::uint32_t kMostMatches = 128;
constexpr std::uint32_t kMostMatchesFast = 224;
// An estimate without a trial must lead by a tenth.
constexpr std::uint64_t kClearLead = 10;
// A source so many times as large as the sample is much more of the same; half of what there is to
// learn is learnt before.
constexpr std::uint64_t kMuchMore = 6;
constexpr std::uint64_t kMore = 3;
// Estimates closer than this share of the source do not tell which is better.
constexpr std::uint64_t kClose = 12;
constexpr std::size_t kLarger = 4;  // times the usual sample, but no more than …
constexpr std::size_t kLarge = 256 << 10;
// What the piece in front got is kept unless another saves 1/64 of the source more.
constexpr std::uint64_t kKeep = 64;
// The sample that the size of references is read off, and how fast the gain of longer history
// fades.
constexpr std::size_t kLargeSample = 256u << 10;
constexpr double kSlopeDecay = 0.8;
constexpr std::size_t kMostDetectors = 16;
// Below, nothing is done about code.
constexpr int kFirstCodeLevel = 3;
// Three quarters text of which a fifth repeats are no samples of images, sounds or numbers.
constexpr std::uint32_t kSomeText = 192;
constexpr std::uint32_t kSomeWords = 48;

// Of a window that tells what references leave, without coding it.
constexpr std::size_t kSpreadWindow = 512;

const Plan kReferencePlan{std::nullopt, {}, CoderId::kReference};

// Windows of the source side by side.
struct Sample {
  BufferPool::Lease memory;
  ByteView bytes;
  std::size_t window = 0;
};

std::size_t UsualWindow(const LevelRow& level) {
  return kWindowSizes[static_cast<std::size_t>(level.level)];
}

std::size_t WindowSize(std::size_t unit, const LevelRow& level, std::size_t scale) {
  return (scale * UsualWindow(level) + unit - 1) / unit * unit;
}

// The windows, each at a multiple of `unit` and `scale` times as long as usual, or the source if it
// is no more than they are meant to be.
Sample TakeSample(ByteView source, std::size_t unit, const LevelRow& level, BufferPool& pool,
                  std::size_t scale = 1) {
  Sample sample;
  sample.window = WindowSize(unit, level, scale);
  const std::size_t wanted = kWindows * scale * UsualWindow(level);
  const std::size_t fewest = std::min(source.size() / kMostShare / sample.window, kWindows);
  const std::size_t count = std::max({wanted / sample.window, fewest, kFewestWindows});
  const std::size_t bytes = count * sample.window;
  if (source.size() <= std::max(bytes, wanted)) {
    sample.bytes = source;
    return sample;
  }
  sample.memory = pool.Acquire(bytes);
  const MutableBytes copy = sample.memory.As<std::uint8_t>(bytes);
  const std::size_t stride = (source.size() - sample.window) / (count - 1);
  for (std::size_t i = 0; i < count; ++i) {
    std::ranges::copy(source.subspan(i * stride / unit * unit, sample.window),
                      copy.subspan(i * sample.window).begin());
  }
  sample.bytes = copy;
  return sample;
}

const DetectorRow& RowOf(const Candidate& candidate) { return *FindDetector(candidate.transform); }

// The price of a transform's time for `size` bytes, in bytes.
std::uint64_t PriceOf(const Candidate& candidate, const LevelRow& level, std::size_t size) {
  const DetectorRow* const row = FindDetector(candidate.transform);
  if (row == nullptr) return 0;
  const TransformTime time = candidate.time.value_or(row->time);
  const std::uint64_t price = std::uint64_t{time.encode} * level.price.encode +
                              std::uint64_t{time.decode} * level.price.decode;
  return size * price / 1'000'000;
}

// What a transform must save at the least.
std::uint64_t Floor(const Features& features, const LevelRow& level, std::size_t size) {
  if (level.level <= kLastHurriedLevel) return size / 100;
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
  std::uint64_t cost = 0;  // bytes, price included; 0 if only the gain is known
};

// Codes samples of one source, and references for them once.
class Trial {
 public:
  Trial(ByteView source, const Features& features, const LevelRow& level, unsigned depth,
        BufferPool& pool)
      : source_(source),
        features_(features),
        level_(level),
        depth_(depth),
        pool_(pool),
        floor_(Floor(features, level, source.size())) {}

  // What the candidate is worth by its estimate, if that tells.
  [[nodiscard]] std::optional<Worth> ByEstimate(const Candidate& candidate) {
    if (candidate.saves != 0) return Worth{Judge(candidate.saves, 0, candidate).gain, 0};
    const std::uint64_t reliable = Reliable(candidate);
    if (reliable == 0) return std::nullopt;
    // Where most repeats, columns that the sample saw empty may not be.
    const bool columns = candidate.transform == TransformId::kRecords;
    const std::uint32_t most = level_.level <= kLastFastLevel ? kMostMatchesFast : kMostMatches;
    if (columns && features_.match_density >= most) return std::nullopt;
    const std::uint64_t coded = candidate.estimate * reliable / 100;
    const std::uint64_t expected = coded + PriceOf(candidate, level_, source_.size());
    const bool fast = level_.level <= kLastFastLevel;
    std::uint64_t references =
        fast ? ExpectReferences(features_, source_.size()) : References(candidate, 1);
    const std::uint64_t low = EntropyBytes(features_.entropy, source_.size()) * kLowEighths / 8;
    if (fast && expected + expected / kClearLead >= references && candidate.estimate <= low) {
      references = std::max(references, SpreadReferences());
    }
    if (expected + expected / kClearLead < references) return Judge(references, coded, candidate);
    // Columns may repeat; what has nothing to repeat may not.
    const bool hopeless = expected > references + references / kClearLead;
    if (hopeless && features_.match_density < kSomeMatches) return Worth{};
    return std::nullopt;
  }

  // The same by coding a sample.
  [[nodiscard]] Worth ByTrial(const Candidate& candidate) {
    const std::uint64_t references = References(candidate, candidate.unit);
    std::uint64_t coded = TrialSize(sample_.bytes, PlanOf(candidate), level_, depth_, pool_) *
                          source_.size() / sample_.bytes.size();
    // What already pays pays more in the long run; what does not may never.
    if (coded < references && source_.size() >= kMore * sample_.bytes.size()) {
      const bool much = source_.size() >= kMuchMore * sample_.bytes.size();
      coded = coded * (much ? Learns(candidate) : (100 + Learns(candidate)) / 2) / 100;
    }
    return Judge(references, coded, candidate);
  }

  // What the candidate takes, price included, by coding a larger sample if there is time: for a
  // choice between two.
  [[nodiscard]] std::uint64_t Cost(const Candidate& candidate) const {
    const std::size_t usual = kWindows * UsualWindow(level_);
    const std::size_t scale = std::clamp<std::size_t>(kLarge / usual, 1, kLarger);
    const Sample sample = TakeSample(source_, candidate.unit, level_, pool_, scale);
    return TrialSize(sample.bytes, PlanOf(candidate), level_, depth_, pool_) * source_.size() /
               sample.bytes.size() +
           PriceOf(candidate, level_, source_.size());
  }

 private:
  // What references may leave, by what repeats in small windows all over the source: the features
  // look at one place, which may be the background of an image.
  [[nodiscard]] std::uint64_t SpreadReferences() const {
    constexpr std::size_t kSize = kWindows * kSpreadWindow;
    if (source_.size() < kSize) return 0;
    std::array<std::uint8_t, kSize> sample;
    const std::size_t stride = (source_.size() - kSpreadWindow) / kWindows;
    for (std::size_t i = 0; i < kWindows; ++i) {
      const std::size_t begin = i * stride + stride * ((i + 1) * 40503 % 65536) / 65536;
      std::ranges::copy(source_.subspan(begin, kSpreadWindow),
                        sample.begin() + static_cast<std::ptrdiff_t>(i * kSpreadWindow));
    }
    auto lease = pool_.AcquireFor<std::uint16_t>(kernels::statistics::kMatchTableEntries);
    kernels::statistics::Histogram literals{};
    const std::size_t matched = kernels::statistics::CountMatched(
        sample, lease.As<std::uint16_t>(kernels::statistics::kMatchTableEntries), literals);
    // A quarter of what the repeated bytes take otherwise, as ExpectReferences has it.
    const std::uint64_t bits = kernels::statistics::EstimateBits(literals) +
                               std::uint64_t{features_.entropy} * matched / 4;
    return bits * source_.size() / (kSize * kMaxEntropy);
  }

  // Savings must exceed the price of the time and the least that is worth a transform.
  [[nodiscard]] Worth Judge(std::uint64_t references, std::uint64_t coded,
                            const Candidate& candidate) const {
    const std::uint64_t price = PriceOf(candidate, level_, source_.size());
    if (references <= coded + std::max(price, floor_)) return {};
    return {references - coded - price, coded + price};
  }

  // What references take of the source, to compare with the candidate: by a sample for this unit,
  // which is left in sample_.
  std::uint64_t References(const Candidate& candidate, std::size_t unit) {
    const std::size_t window = WindowSize(unit, level_, 1);
    if (window > sample_.window + sample_.window / 4) {
      sample_ = {};
      sample_ = TakeSample(source_, unit, level_, pool_);
      references_ = TrialSize(sample_.bytes, kReferencePlan, level_, depth_, pool_) *
                    source_.size() / sample_.bytes.size();
    } else if (unit != unit_ && sample_.bytes.data() != source_.data()) {
      // Nearly the same bytes: what references take of them need not be measured again.
      sample_ = {};
      sample_ = TakeSample(source_, unit, level_, pool_);
    }
    unit_ = unit;
    const bool by_references = Reliable(candidate) == 0 && !candidate.guess;
    if (by_references || sample_.bytes.data() == source_.data()) return references_;
    if (features_.match_density < kSomeMatches) return references_;
    return references_ * (features_.match_density < kManyMatches ? 97 : 94) / 100;
  }

  ByteView source_;
  const Features& features_;
  const LevelRow& level_;
  unsigned depth_;
  BufferPool& pool_;
  std::uint64_t floor_;
  Sample sample_;
  std::size_t unit_ = 0;
  std::uint64_t references_ = 0;
};

// Candidates that may be worth their time, the most promising first.
struct Hopefuls {
  std::array<const Candidate*, Candidates::kMost> all{};
  std::size_t count = 0;
};

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
    const bool guess = candidate.guess && level.level > kLastFastLevel;
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

}  // namespace

std::uint64_t TrialSize(ByteView sample, const Plan& plan, const LevelRow& level, unsigned depth,
                        BufferPool& pool) {
  auto lease = pool.Acquire(sample.size());
  const EncodedPlan coded = EncodePlan(sample, plan, level, depth, pool,
                                       lease.As<std::uint8_t>(sample.size()), Effort::kTrial);
  return coded.size == 0 ? sample.size() : coded.size;
}

Plan PlanOf(const Candidate& candidate) {
  return {candidate.transform, candidate.params, CoderId::kRaw, candidate.fit};
}

std::optional<Winner> BestTransform(ByteView source, const Features& features,
                                    const Candidate* before, const LevelRow& level, unsigned depth,
                                    BufferPool& pool) {
  Trial trial(source, features, level, depth, pool);
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
  const Candidates candidates = Detect(source, features, level, std::nullopt, pool);
  const Hopefuls hopefuls = Promising(candidates, features, level, source.size());
  // Fast levels code a sample only where a guess is all there is.
  const bool fast = level.level <= kLastFastLevel;
  std::size_t trials = fast ? kTrialsFast : kTrials;
  const auto judge = [&](const Candidate& candidate, bool by_estimate, bool by_trial) {
    std::optional<Worth> worth;
    if (by_estimate) worth = trial.ByEstimate(candidate);
    const bool estimated = worth.has_value();
    if (!worth && by_trial && trials != 0) {
      worth = trial.ByTrial(candidate);
      --trials;
    }
    if (!worth || worth->gain == 0) return estimated;
    if (best) {
      const bool costs = worth->cost != 0 && best->worth.cost != 0;
      std::uint64_t other = costs ? best->worth.cost : worth->gain;
      std::uint64_t mine = costs ? worth->cost : best->worth.gain;
      const std::uint64_t apart = std::max(mine, other) - std::min(mine, other);
      if (!fast && costs && (estimated || best->estimated) && apart < source.size() / kClose &&
          best->candidate.transform != candidate.transform) {
        // Too close to tell by estimates.
        other = trial.Cost(best->candidate);
        mine = trial.Cost(candidate);
      }
      if (mine + lead >= other) return estimated;
    }
    best = Best{candidate, *worth, estimated};
    return estimated;
  };
  std::array<bool, Candidates::kMost> told{};
  for (std::size_t i = 0; i < hopefuls.count; ++i) {
    told[i] = judge(*hopefuls.all[i], true, !fast);
  }
  for (std::size_t i = 0; fast && i < hopefuls.count; ++i) {
    if (!told[i] && hopefuls.all[i]->guess) (void)judge(*hopefuls.all[i], false, true);
  }
  if (!best) return std::nullopt;
  return Winner{best->candidate, best->worth.gain};
}

Candidates DetectInSection(ByteView section, SectionKind kind, const Features& features,
                           const LevelRow& level, BufferPool& pool) {
  const DetectInput input{section, features, level, pool, false, true};
  Candidates candidates;
  DetectRecords(input, candidates);
  if (kind == SectionKind::kIntegers) {
    DetectDictionary(input, candidates);
  } else {
    DetectFloat(input, candidates);
  }
  return candidates;
}

Candidates Detect(ByteView source, const Features& features, const LevelRow& level,
                  std::optional<TransformId> forced, BufferPool& pool) {
  DetectInput input{source, features, level, pool, forced.has_value()};
  Candidates candidates;
  if (forced) {
    FindDetector(*forced)->detect(input, candidates);
    return candidates;
  }
  CodeEvidence code;
  if (level.level >= kFirstCodeLevel) {
    code = LookForCode(source, level.level <= kLastFastLevel);
  }
  input.code = &code;
  const bool hurried = level.level <= kLastHurriedLevel;
  const bool code_alone = hurried && code.MostOf(source.size());
  const bool words = features.text_density >= kSomeText && features.match_density >= kSomeWords;
  std::array<bool, kMostDetectors> done{};
  const auto ask = [&](TransformId transform) {
    const std::span<const DetectorRow> rows = Detectors();
    const DetectorRow& row = *FindDetector(transform);
    bool& asked = done[static_cast<std::size_t>(&row - rows.data())];
    if (asked || level.level < row.first_level) return;
    asked = true;
    const bool numbers = transform == TransformId::kRaster || transform == TransformId::kPcm ||
                         transform == TransformId::kFloat;
    const bool is_code = transform == TransformId::kBranch || transform == TransformId::kExe;
    if ((code_alone && !is_code) || (words && numbers)) return;
    row.detect(input, candidates);
  };
  const auto skip = [&](TransformId transform) {
    done[static_cast<std::size_t>(FindDetector(transform) - Detectors().data())] = true;
  };
  const std::uint64_t order0 = EntropyBytes(features.entropy, source.size());
  const auto& differences = features.delta_entropy;
  const std::uint64_t wide = EntropyBytes(std::min(differences[2], differences[3]), source.size());
  // Where numbers are floating-point beyond doubt, and do not look like integers, no integers are
  // looked for.
  if (level.level <= kLastFastLevel) {
    ask(TransformId::kFloat);
    const auto found = candidates.view();
    if (!found.empty() && found.front().saves != 0 && found.front().estimate < wide) {
      skip(TransformId::kRaster);
      skip(TransformId::kPcm);
    }
  }
  // Where rows of samples leave so little of the bytes' entropy, nothing else will leave less; but
  // integers wider than samples show by their differences.
  const bool narrow =
      wide * kNarrow >=
      EntropyBytes(std::min(differences[0], differences[1]), source.size()) * (kNarrow - 1);
  if (level.level <= kLastFastLevel && !narrow) skip(TransformId::kRaster);
  if (hurried) {
    ask(TransformId::kRaster);
    const auto rows =
        std::ranges::find(candidates.view(), TransformId::kRaster, &Candidate::transform);
    if (narrow && rows != candidates.view().end() && rows->estimate <= order0 * kLowEighths / 8) {
      return candidates;
    }
  }
  for (const DetectorRow& row : Detectors()) ask(row.transform);
  return candidates;
}

std::uint64_t EstimateByTrial(ByteView source, const Plan& plan, std::size_t unit,
                              const LevelRow& level, BufferPool& pool) {
  const auto coded = [&](ByteView sample) { return TrialSize(sample, plan, level, 0, pool); };
  if (plan.transform) {
    const Sample sample = TakeSample(source, unit, level, pool);
    return coded(sample.bytes) * source.size() / sample.bytes.size();
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
