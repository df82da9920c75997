#include "engine/strategy/sections.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/format/plan_format.h"
#include "engine/strategy/data_class.h"
#include "engine/strategy/detect/detect.h"
#include "engine/strategy/features.h"
#include "engine/strategy/rank.h"
#include "engine/strategy/sorted.h"
#include "engine/transform/registry.h"
#include "kernels/statistics/match_density.h"
#include "kernels/statistics/runs.h"

namespace sigma {
namespace {

// A plane is worth a try with references once 5 % of its sample repeats.
constexpr std::uint32_t kWorthMatching = 12;

// Sections up to this size cost more to measure (about 15 µs) than to code. They are tried with
// references once a seventh of them repeats: 0.04 % of nci for a tenth of its sections' time.
constexpr std::size_t kQuick = 4u << 10;
constexpr std::uint32_t kWorthMatchingQuick = 36;
// Below twice this many bytes a second coder has little to gain.
constexpr std::size_t kWorthSecond = 6;
// 95 % in runs.
constexpr std::uint32_t kMostlyRuns = 244;
// A column's texts are taken for a table without a trial if by the detector's estimate more than
// half of them goes (six of seven lines repeat a template) and references find no more than that.
constexpr std::uint32_t kSureShare = 111;
constexpr std::uint32_t kSureMatches = 224;
// Else two windows of this size are tried, and what is smaller is coded both ways. Below 90 % of
// what the bytes take the table is taken, up to 110 % both code the whole: the columns of a small
// sample say little.
constexpr std::size_t kTextWindow = 8u << 10;
constexpr std::size_t kSurePercent = 90;
constexpr std::size_t kUnclearPercent = 110;
// Columns of columns are looked at from this size on.
constexpr std::size_t kLeastInnerTexts = 64u << 10;

// Numbers of so many bytes repeat one by one: 34 % less is left of a model's tables at level 3.
constexpr std::uint8_t kShortInteger = 4;

// Patterned sections up to this size are also tried with entropy codes alone: 1.6 % of nci.
constexpr std::size_t kShortPattern = 16u << 10;

EncodedPlan Stored(ByteView section, MutableBytes target) {
  std::ranges::copy(section, target.begin());
  return {static_cast<std::uint8_t>(CoderId::kRaw), section.size()};
}

// The few features that a small section's coder is chosen by.
Features MeasureQuickly(ByteView section, BufferPool& pool) {
  Features features;
  features.size = features.sampled = section.size();
  const auto share = [&](std::size_t part) {
    return static_cast<std::uint32_t>(256 * part / section.size());
  };
  const kernels::statistics::RunStatistics runs = kernels::statistics::MeasureRuns(section);
  features.run_density = share(runs.covered);
  features.longest_run = static_cast<std::uint32_t>(runs.longest);
  const std::size_t entries = std::clamp<std::size_t>(std::bit_ceil(section.size()), 256, kQuick);
  BufferPool::Lease lease = pool.AcquireFor<std::uint16_t>(entries);
  features.match_density =
      share(kernels::statistics::CountMatched(section, lease.As<std::uint16_t>(entries)));
  return features;
}

EncodedPlan CodedBy(CoderId coder, ByteView section, const CoderParams& params, BufferPool& pool,
                    MutableBytes target) {
  if (coder == CoderId::kLz) return EncodeMatching(section, params, pool, target);
  return {static_cast<std::uint8_t>(coder), EncodeWith(coder, section, params, pool, target)};
}

// The coder that the features of `section` suggest; size 0 = no gain.
EncodedPlan EncodeBytes(ByteView section, const Features& features, const Scope& scope,
                        MutableBytes target) {
  const DataClass data_class = Classify(features);
  if (data_class == DataClass::kRandom) return {};
  const CoderParams params = SuitedCoder(scope.coder, features);
  const bool patterned = data_class == DataClass::kRepetitive || data_class == DataClass::kRuns;
  const CoderId first = patterned ? CoderId::kPattern : CoderId::kEntropy;
  EncodedPlan best{static_cast<std::uint8_t>(first),
                   EncodeWith(first, section, params, scope.pool, target)};
  // Other candidates go through scratch, so that the best so far survives.
  const auto also = [&](CoderId coder) {
    const std::size_t room = best.size == 0 ? section.size() : best.size;
    if (room < 2) return;
    auto lease = scope.pool.Acquire(section.size());
    const MutableBytes trial = lease.As<std::uint8_t>(section.size());
    const EncodedPlan other = CodedBy(coder, section, params, scope.pool, trial.first(room - 1));
    if (other.size != 0) {
      std::memcpy(target.data(), trial.data(), other.size);
      best = other;
    }
  };
  if (scope.level.search.sections == SectionSearch::kOneCoder) return best;
  // Words repeat also where the sample has not met them twice, and so does what breaks a pattern.
  if (features.match_density >= kWorthMatching || patterned || data_class == DataClass::kText) {
    also(CoderId::kLz);
  }
  // A short one may not have enough of the pattern to pay for it.
  if (patterned && section.size() <= kShortPattern) also(CoderId::kEntropy);
  return best;
}

// The same for a section of up to kQuick bytes.
EncodedPlan EncodeQuickly(ByteView section, const Scope& scope, MutableBytes target) {
  const Features features = MeasureQuickly(section, scope.pool);
  const CoderId second = features.run_density >= kMostlyRuns             ? CoderId::kPattern
                         : features.match_density >= kWorthMatchingQuick ? CoderId::kLz
                                                                         : CoderId::kEntropy;
  EncodedPlan best{static_cast<std::uint8_t>(CoderId::kEntropy),
                   EncodeWith(CoderId::kEntropy, section, scope.coder, scope.pool, target)};
  const std::size_t room = best.size == 0 ? section.size() : best.size;
  if (second == CoderId::kEntropy || room < 2 * kWorthSecond) return best;
  auto lease = scope.pool.Acquire(section.size());
  const MutableBytes trial = lease.As<std::uint8_t>(section.size());
  const std::size_t size =
      EncodeWith(second, section, scope.coder, scope.pool, trial.first(room - 1));
  if (size == 0) return best;
  std::memcpy(target.data(), trial.data(), size);
  return {static_cast<std::uint8_t>(second), size};
}

EncodedPlan EncodeMeasured(ByteView section, const Scope& scope, MutableBytes target) {
  const bool quick = scope.level.search.sections == SectionSearch::kQuick;
  if (quick && section.size() <= kQuick) return EncodeQuickly(section, scope, target);
  return EncodeBytes(section, MeasureFeatures(section, scope.pool), scope, target);
}

// Tables in columns get the whole search: what they hold is a table's own.
Scope WithFullEffort(Scope scope) {
  scope.effort = Effort::kFull;
  return scope;
}

// The worth of a detector's candidate for the texts of a column.
enum class TableWorth : std::uint8_t { kNothing, kUnclear, kSure };

TableWorth JudgeTable(ByteView section, const Features& features, const Candidate& candidate,
                      const Scope& scope) {
  const std::uint64_t order0 = EntropyBytes(features.entropy, section.size());
  if (!candidate.guess && candidate.estimate * 256 < order0 * kSureShare &&
      features.match_density < kSureMatches) {
    return TableWorth::kSure;
  }
  const std::size_t size = 2 * kTextWindow;
  if (section.size() <= size) return TableWorth::kUnclear;
  auto lease = scope.pool.Acquire(2 * size);
  const MutableBytes sample = lease.As<std::uint8_t>(2 * size).first(size);
  const std::size_t half = size / 2;
  std::memcpy(sample.data(), section.data() + section.size() / 4 - half / 2, half);
  std::memcpy(sample.data() + half, section.data() + section.size() / 4 * 3 - half / 2,
              size - half);
  const MutableBytes target = lease.As<std::uint8_t>(2 * size).subspan(size);
  const Plan plan = PlanOf(candidate);
  const std::size_t table = EncodePlan(sample, plan, WithFullEffort(scope), target).size;
  if (table == 0) return TableWorth::kNothing;
  const std::size_t coded = EncodeMeasured(sample, scope, target).size;
  const std::size_t bytes = coded == 0 ? size : coded;
  const bool one_way = !scope.level.search.compares_texts;
  if (table * 100 < bytes * (one_way ? 100 : kSurePercent)) return TableWorth::kSure;
  return !one_way && table * 100 < bytes * kUnclearPercent ? TableWorth::kUnclear
                                                           : TableWorth::kNothing;
}

// The first detector's candidate for the texts of a column.
std::optional<Candidate> DetectInTexts(ByteView section, const Features& features,
                                       const Scope& scope) {
  if (!WorthATransform(Classify(features))) return std::nullopt;
  const DetectInput input{.source = section, .features = features, .scope = scope, .section = true};
  for (const DetectorRow& row : Detectors()) {
    if (row.in_texts == nullptr) continue;
    if (const std::optional<Candidate> candidate = row.in_texts(input)) return candidate;
  }
  return std::nullopt;
}

// A column's texts without trials of everything: a table where the detector sees one.
EncodedPlan EncodeTexts(ByteView section, const Scope& scope, MutableBytes target) {
  const Features features = MeasureFeatures(section, scope.pool);
  const std::optional<Candidate> candidate = DetectInTexts(section, features, scope);
  if (!candidate) return EncodeBytes(section, features, scope, target);
  const TableWorth worth = JudgeTable(section, features, *candidate, scope);
  const Plan plan = PlanOf(*candidate);
  const EncodedPlan table = worth == TableWorth::kNothing
                                ? EncodedPlan{}
                                : EncodePlan(section, plan, WithFullEffort(scope), target);
  if (table.size != 0 && worth == TableWorth::kSure) return table;
  if (table.size == 0) return EncodeBytes(section, features, scope, target);
  auto lease = scope.pool.Acquire(section.size());
  const MutableBytes again = lease.As<std::uint8_t>(section.size());
  const EncodedPlan bytes = EncodeBytes(section, features, scope, again);
  if (bytes.size == 0 || bytes.size >= table.size) return table;
  std::memcpy(target.data(), again.data(), bytes.size);
  return bytes;
}

// Codes the integers of a field also as what a detector takes them for, and keeps what is smaller.
void TryInField(ByteView section, SectionHint hint, Scope scope, MutableBytes target,
                EncodedPlan& coded) {
  scope.effort = Effort::kTrial;
  for (const DetectorRow& row : Detectors()) {
    if (row.in_field == nullptr) continue;
    const std::optional<Candidate> candidate = row.in_field(section, hint);
    if (!candidate) continue;
    auto lease = scope.pool.Acquire(section.size());
    const MutableBytes trial = lease.As<std::uint8_t>(section.size());
    const EncodedPlan other = EncodePlan(section, PlanOf(*candidate), scope, trial);
    if (other.size == 0 || (coded.size != 0 && other.size >= coded.size)) continue;
    std::memcpy(target.data(), trial.data(), other.size);
    coded = other;
  }
}

// Codes a section with the plan that its hint and its features suggest; stored where nothing gains.
EncodedPlan EncodeSection(ByteView section, SectionHint hint, const Scope& scope,
                          MutableBytes target) {
  if (section.empty() || hint.kind == SectionKind::kNoise) return Stored(section, target);
  const PlanSearch& search = scope.level.search;
  const bool may_transform =
      scope.depth < kMaxPlanDepth && search.sections != SectionSearch::kOneCoder;
  const bool texts =
      hint.kind == SectionKind::kTexts && search.sections != SectionSearch::kMeasured;
  const bool small = texts ? scope.depth != 1 && section.size() < kLeastInnerTexts
                           : scope.effort == Effort::kTrial && section.size() <= kQuick;
  const bool plainly = hint.kind == SectionKind::kBytes || !may_transform || small;
  EncodedPlan coded;
  if (hint.kind == SectionKind::kSymbols) {
    coded = {static_cast<std::uint8_t>(CoderId::kEntropy),
             EncodeWith(CoderId::kEntropy, section, scope.coder, scope.pool, target)};
  } else if (hint.kind == SectionKind::kMatches) {
    coded = EncodeMatching(section, scope.coder, scope.pool, target);
  } else if (plainly) {
    coded = EncodeMeasured(section, scope, target);
  } else if (texts) {
    coded = EncodeTexts(section, scope, target);
  } else {
    const Features features = MeasureFeatures(section, scope.pool);
    Scope suited = scope;
    suited.coder = SuitedCoder(scope.coder, features);
    // Other parsers than level 2's have their own lengths.
    const bool numbers = hint.kind == SectionKind::kPiece && hint.width == kShortInteger;
    if (numbers && AnyMatchLength(suited.coder)) suited.coder.lz.min_match = kShortInteger;
    const std::optional<PlanChoice> choice =
        scope.effort == Effort::kTrial
            ? ChooseSectionPlan(section, hint.kind, features, suited)
            : ChoosePlan(section, features, StrategyChoice::kAuto, suited);
    coded = choice ? EncodeChoice(section, *choice, suited, target)
                   : EncodeBytes(section, features, suited, target);
  }
  if (may_transform && search.float_fields) TryInField(section, hint, scope, target, coded);
  return coded.size == 0 || coded.size >= section.size() ? Stored(section, target) : coded;
}

// The strategy's side of the recursion.
class ScopedChooser final : public SectionChooser {
 public:
  explicit ScopedChooser(const Scope& scope) : scope_(scope) {}

  EncodedPlan Encode(ByteView section, SectionHint hint, const TransformRow& parent,
                     MutableBytes target) override {
    Scope below = scope_;
    ++below.depth;
    if (!parent.pieces && !scope_.level.search.whole_search) below.effort = Effort::kTrial;
    return EncodeSection(section, hint, below, target);
  }

 private:
  const Scope& scope_;
};

}  // namespace

EncodedPlan EncodePlan(ByteView source, const Plan& plan, const Scope& scope, MutableBytes target,
                       std::size_t most) {
  if (!plan.transform && plan.coder == CoderId::kLz) {
    if (source.empty()) return {};
    return EncodeMatching(source, scope.coder, scope.pool,
                          target.first(std::min(most, source.size() - 1)));
  }
  ScopedChooser chooser(scope);
  return EncodePlan(source, plan, scope.coder, chooser, scope.pool, target, most);
}

EncodedPlan EncodeChoice(ByteView source, const PlanChoice& choice, const Scope& scope,
                         MutableBytes target) {
  EncodedPlan best = EncodePlan(source, choice.first(), scope, target);
  bool matched = choice.first() == kReferences;
  std::int64_t handicap = 0;  // of the best
  for (const OtherPlan& other : choice.others()) {
    const std::size_t reached = best.size == 0 ? source.size() : best.size;
    if (reached <= other.estimate) continue;
    const std::int64_t most = static_cast<std::int64_t>(reached) + handicap - other.handicap - 1;
    if (most <= 0) continue;
    auto lease = scope.pool.Acquire(source.size());
    const MutableBytes again = lease.As<std::uint8_t>(source.size());
    const EncodedPlan coded =
        EncodePlan(source, other.plan, scope, again, static_cast<std::size_t>(most));
    matched = matched || other.plan == kReferences;
    if (coded.size == 0) continue;
    std::memcpy(target.data(), again.data(), coded.size);
    best = coded;
    handicap = other.handicap;
  }
  // What a transform takes apart may be better sorted, or coded adaptively, as it is.
  const bool may_match = scope.coder.sorts && !matched;
  if (!may_match || best.id < kFirstTransformPlan || best.size < 2) return best;
  auto lease = scope.pool.Acquire(source.size());
  const MutableBytes again = lease.As<std::uint8_t>(source.size());
  const EncodedPlan whole =
      EncodeMatching(source, scope.coder, scope.pool, again.first(best.size - 1));
  if (whole.size == 0) return best;
  std::memcpy(target.data(), again.data(), whole.size);
  return whole;
}

}  // namespace sigma
