#include "engine/strategy/plan_encoder.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/format/plan_format.h"
#include "engine/strategy/features.h"

namespace sigma {
namespace {

// Levels 1 and 2 only count symbols: one coder, no second try.
constexpr int kFirstMatchLevel = 3;
// A plane is worth a try with references once 5 % of its sample repeats.
constexpr std::uint32_t kWorthMatching = 12;

// Patterned sections up to this size are also tried with entropy codes alone: 1.6 % of nci.
constexpr std::size_t kShortPattern = 16u << 10;

std::size_t EncodeWith(CoderId coder, ByteView source, const CoderParams& params, BufferPool& pool,
                       MutableBytes target) {
  return FindCoder(static_cast<std::uint8_t>(coder))->encode(source, params, pool, target);
}

// Section table and coded sections. The table's size is known only when all sections are coded, so
// they are coded behind the most it can take and then moved up. 0 = no gain.
std::size_t EncodeTransformed(ByteView source, const Plan& plan, const LevelRow& level,
                              unsigned depth, BufferPool& pool, MutableBytes target) {
  auto lease = pool.Acquire(SectionList::MemoryFor(source.size()));
  SectionList sections(lease.As<std::uint8_t>(SectionList::MemoryFor(source.size())),
                       source.size());
  const TransformRow& row = *FindTransform(static_cast<std::uint8_t>(*plan.transform));
  if (!row.forward(source, plan.params, pool, sections) || sections.count() == 0) return 0;
  const std::size_t bound = PlanHeaderBound(plan.params.size, sections.count());
  if (bound >= target.size()) return 0;
  PlanHeader header;
  header.params = plan.params.bytes;
  header.param_size = plan.params.size;
  header.count = sections.count();
  std::size_t end = bound;
  for (std::size_t i = 0; i < sections.count(); ++i) {
    const auto& [bytes, hint] = sections[i];
    auto coded_lease = pool.Acquire(bytes.size());
    const MutableBytes coded = coded_lease.As<std::uint8_t>(bytes.size());
    const EncodedPlan result = EncodeSection(bytes, hint, level, depth + 1, pool, coded);
    if (result.size >= target.size() - end) return 0;
    std::memcpy(target.data() + end, coded.data(), result.size);
    end += result.size;
    header.sections[i] = {result.id, static_cast<std::uint32_t>(bytes.size()),
                          static_cast<std::uint32_t>(result.size)};
  }
  std::array<std::uint8_t, kMaxPlanHeader> table;
  const std::size_t table_size = WritePlanHeader(header, table);
  std::memmove(target.data() + table_size, target.data() + bound, end - bound);
  std::memcpy(target.data(), table.data(), table_size);
  const std::size_t size = table_size + end - bound;
  return size < source.size() ? size : 0;
}

std::uint8_t PlanId(const Plan& plan) {
  return plan.transform
             ? static_cast<std::uint8_t>(kFirstTransformPlan + static_cast<int>(*plan.transform))
             : static_cast<std::uint8_t>(plan.coder);
}

EncodedPlan Stored(ByteView section, MutableBytes target) {
  std::ranges::copy(section, target.begin());
  return {static_cast<std::uint8_t>(CoderId::kRaw), section.size()};
}

// The coder that the features of `section` suggest; size 0 = no gain.
EncodedPlan EncodeBytes(ByteView section, const LevelRow& level, BufferPool& pool,
                        MutableBytes target) {
  const Features features = MeasureFeatures(section, pool);
  const DataClass data_class = Classify(features);
  if (data_class == DataClass::kRandom) return {};
  CoderParams params = level.coder;
  params.pattern_period = features.period;
  const bool patterned = data_class == DataClass::kRepetitive || data_class == DataClass::kRuns;
  const CoderId first = patterned ? CoderId::kPattern : CoderId::kEntropy;
  EncodedPlan best{static_cast<std::uint8_t>(first),
                   EncodeWith(first, section, params, pool, target)};
  // Other candidates go through scratch, so that the best so far survives.
  const auto also = [&](CoderId coder) {
    const std::size_t room = best.size == 0 ? section.size() : best.size;
    if (room < 2) return;
    auto lease = pool.Acquire(section.size());
    const MutableBytes trial = lease.As<std::uint8_t>(section.size());
    const std::size_t size = EncodeWith(coder, section, params, pool, trial.first(room - 1));
    if (size != 0) {
      std::memcpy(target.data(), trial.data(), size);
      best = {static_cast<std::uint8_t>(coder), size};
    }
  };
  if (level.level < kFirstMatchLevel) return best;
  // Words repeat also where the sample has not met them twice, and so does what breaks a pattern.
  if (features.match_density >= kWorthMatching || patterned || data_class == DataClass::kText) {
    also(CoderId::kReference);
  }
  // A short one may not have enough of the pattern to pay for it.
  if (patterned && section.size() <= kShortPattern) also(CoderId::kEntropy);
  return best;
}

}  // namespace

EncodedPlan EncodePlan(ByteView source, const Plan& plan, const LevelRow& level, unsigned depth,
                       BufferPool& pool, MutableBytes target) {
  if (source.empty()) return {};
  target = target.first(source.size());
  const std::size_t size =
      plan.transform
          ? EncodeTransformed(source, plan, level, depth, pool, target)
          : EncodeWith(plan.coder, source, level.coder, pool, target.first(source.size() - 1));
  return {PlanId(plan), size};
}

EncodedPlan EncodeChoice(ByteView source, const PlanChoice& choice, const LevelRow& level,
                         unsigned depth, BufferPool& pool, MutableBytes target) {
  EncodedPlan best = EncodePlan(source, choice.first, level, depth, pool, target);
  const std::size_t reached = best.size == 0 ? source.size() : best.size;
  if (choice.second && reached > choice.second_estimate) {
    auto lease = pool.Acquire(source.size());
    const MutableBytes again = lease.As<std::uint8_t>(source.size());
    const EncodedPlan second = EncodePlan(source, *choice.second, level, depth, pool, again);
    if (second.size != 0 && second.size < reached) {
      std::memcpy(target.data(), again.data(), second.size);
      best = second;
    }
  }
  return best;
}

EncodedPlan EncodeSection(ByteView section, SectionHint hint, const LevelRow& level, unsigned depth,
                          BufferPool& pool, MutableBytes target) {
  if (section.empty()) return Stored(section, target);
  EncodedPlan coded;
  const bool may_transform = depth < kMaxPlanDepth && level.level >= kFirstMatchLevel;
  switch (hint.kind) {
    case SectionKind::kSymbols:
      coded = {static_cast<std::uint8_t>(CoderId::kEntropy),
               EncodeWith(CoderId::kEntropy, section, level.coder, pool, target)};
      break;
    case SectionKind::kIntegers:
    case SectionKind::kPiece:
      if (may_transform) {
        const Features features = MeasureFeatures(section, pool);
        LevelRow row = level;
        row.coder.pattern_period = features.period;
        coded = EncodeChoice(section,
                             ChoosePlan(section, features, row, StrategyChoice::kAuto, depth, pool),
                             row, depth, pool, target);
        break;
      }
      [[fallthrough]];
    case SectionKind::kBytes:
      coded = EncodeBytes(section, level, pool, target);
      break;
  }
  return coded.size == 0 || coded.size >= section.size() ? Stored(section, target) : coded;
}

}  // namespace sigma
