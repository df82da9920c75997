// DELTA: what counting symbols can afford of RECORDS, which finds all this and more: little-endian
// integers of 1, 2, 4 or 8 bytes. The features hold the entropy of the byte planes of every width,
// with and without differences; the least one is the candidate.
#include "engine/transform/delta.h"

#include "engine/strategy/detect/detect.h"

namespace sigma {
namespace {

// A width with differences is a suspicion of numeric data once it saves 6 % of the order-0 entropy.
constexpr std::uint32_t kDeltaShare = 240;

}  // namespace

void DetectDelta(const DetectInput& input, Candidates& candidates) {
  if (!input.forced && input.search().evidence != Evidence::kCounts) return;
  const Features& features = input.features;
  unsigned width = 1;
  bool difference = true;
  std::uint32_t entropy = ~0u;
  for (unsigned i = 0; i < features.delta_entropy.size(); ++i) {
    if (features.delta_entropy[i] < entropy) {
      width = 1u << i;
      difference = true;
      entropy = features.delta_entropy[i];
    }
    if (i != 0 && features.plane_entropy[i] < entropy) {
      width = 1u << i;
      difference = false;
      entropy = features.plane_entropy[i];
    }
  }
  if (!input.forced && entropy * 256 >= features.entropy * kDeltaShare) return;
  const std::size_t estimate = static_cast<std::size_t>(EntropyBytes(entropy, input.source.size()));
  candidates.Add({kDeltaId, DeltaParams(width, difference), 8, estimate});
}

}  // namespace sigma
