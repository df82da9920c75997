#include "engine/strategy/section_coder.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/strategy/features.h"
#include "engine/strategy/strategy.h"

namespace sigma {
namespace {

// Levels 1 and 2 only count symbols: one coder, no second try.
constexpr int kFirstMatchLevel = 3;
// A plane is worth a try with references once 5 % of its sample repeats.
constexpr std::uint32_t kWorthMatching = 12;

CodedSection Try(CoderId coder, ByteView section, const CoderParams& params, BufferPool& pool,
                 MutableBytes target) {
  return {coder,
          FindCoder(static_cast<std::uint8_t>(coder))->encode(section, params, pool, target)};
}

}  // namespace

CodedSection EncodeSection(ByteView section, const LevelRow& level, BufferPool& pool,
                           MutableBytes target) {
  const Features features = MeasureFeatures(section, pool);
  CoderParams params = level.coder;
  params.pattern_period = features.period;
  const DataClass data_class = Classify(features);
  CodedSection best{CoderId::kRaw, section.size()};
  const auto keep = [&](CodedSection tried) {
    if (tried.size == 0 || tried.size >= best.size) return false;
    best = tried;
    return true;
  };
  if (data_class == DataClass::kRandom || section.empty()) {
    std::copy(section.begin(), section.end(), target.begin());
    return best;
  }
  const bool patterned = data_class == DataClass::kRepetitive || data_class == DataClass::kRuns;
  const bool matches = level.level >= kFirstMatchLevel && features.match_density >= kWorthMatching;
  keep(Try(patterned ? CoderId::kPattern : CoderId::kEntropy, section, params, pool, target));
  if (matches) {
    // The second candidate goes through scratch, so that the first survives when it is better.
    auto lease = pool.Acquire(section.size());
    const MutableBytes trial = lease.As<std::uint8_t>(section.size());
    if (keep(Try(CoderId::kReference, section, params, pool, trial))) {
      std::memcpy(target.data(), trial.data(), best.size);
    }
  }
  if (best.coder == CoderId::kRaw) std::copy(section.begin(), section.end(), target.begin());
  return best;
}

TransformedSections ForwardSections(ByteView source, TransformId transform,
                                    const TransformParams& params, BufferPool& pool,
                                    MutableBytes memory) {
  const TransformRow& row = *FindTransform(static_cast<std::uint8_t>(transform));
  const auto sizes = row.sizes(params, source.size());
  assert(sizes.has_value());
  TransformedSections sections;
  sections.count = sizes->count;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < sizes->count; ++i) {
    sections.section[i] = memory.subspan(begin, sizes->size[i]);
    begin += sizes->size[i];
  }
  row.forward(source, params, pool, std::span(sections.section).first(sections.count));
  return sections;
}

}  // namespace sigma
