// A sample is windows of the chunk side by side, since data changes along a chunk (one window in
// the middle misjudged most chunks of an MRI volume); where a transform asks for long windows they
// come to up to a quarter of the chunk.
#include "engine/strategy/sample.h"

#include <algorithm>
#include <cmath>

#include "engine/strategy/sections.h"

namespace sigma {
namespace {

constexpr std::size_t kFewestWindows = 2;
constexpr std::size_t kMostShare = 4;
// The sample that the size of references is read off, and how fast the gain of longer history
// fades.
constexpr std::size_t kLargeSample = 256u << 10;
constexpr double kSlopeDecay = 0.8;

}  // namespace

std::size_t WindowSize(std::size_t unit, const LevelRow& level, std::size_t scale) noexcept {
  return (scale * level.search.window + unit - 1) / unit * unit;
}

Sample TakeSample(ByteView source, std::size_t unit, const Scope& scope, std::size_t scale,
                  std::size_t windows) {
  Sample sample;
  sample.window = WindowSize(unit, scope.level, scale);
  const std::size_t wanted = windows * scale * scope.level.search.window;
  const std::size_t fewest = std::min(source.size() / kMostShare / sample.window, windows);
  const std::size_t count = std::max({wanted / sample.window, fewest, kFewestWindows});
  const std::size_t bytes = count * sample.window;
  if (source.size() <= std::max(bytes, wanted)) {
    sample.bytes = source;
    return sample;
  }
  sample.memory = scope.pool.Acquire(bytes);
  const MutableBytes copy = sample.memory.As<std::uint8_t>(bytes);
  const std::size_t stride = (source.size() - sample.window) / (count - 1);
  for (std::size_t i = 0; i < count; ++i) {
    std::ranges::copy(source.subspan(i * stride / unit * unit, sample.window),
                      copy.subspan(i * sample.window).begin());
  }
  sample.bytes = copy;
  return sample;
}

std::uint64_t TrialSize(ByteView sample, const Plan& plan, Scope scope) {
  scope.coder.sorts = false;  // samples are too small to show what it is worth
  if (scope.level.sample_lz) scope.coder.lz = *scope.level.sample_lz;
  return CodedSize(sample, plan, scope);
}

std::uint64_t CodedSize(ByteView source, const Plan& plan, Scope scope) {
  scope.effort = Effort::kTrial;
  auto lease = scope.pool.Acquire(source.size());
  const EncodedPlan coded = EncodePlan(source, plan, scope, lease.As<std::uint8_t>(source.size()));
  return coded.size == 0 ? source.size() : coded.size;
}

std::uint64_t EstimateByTrial(ByteView source, const Plan& plan, std::size_t unit,
                              const Scope& scope) {
  const auto coded = [&](ByteView sample) { return TrialSize(sample, plan, scope); };
  if (plan.transform) {
    const Sample sample = TakeSample(source, unit, scope);
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
