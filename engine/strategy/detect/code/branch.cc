// Branch: what calls repeat says what absolute targets save.
#include "engine/transform/code/branch.h"

#include <algorithm>

#include "engine/strategy/detect/code/evidence.h"
#include "engine/strategy/detect/detect.h"
#include "engine/transform/code/params.h"

namespace sigma {
namespace {

// The trial codes windows of this size: addresses repeat over long distances.
constexpr std::size_t kUnit = 64 << 10;
}  // namespace

void DetectBranch(const DetectInput& input, Candidates& candidates) {
  const ByteView source = input.source;
  const CodeEvidence code = input.code != nullptr ? *input.code : LookForCode(source);
  if (input.forced ? code::FindCode(source).view().empty() : code.saves == 0) return;
  const std::uint64_t bits = EntropyBytes(input.features.entropy, source.size());
  candidates.Add({.transform = code::kBranchId,
                  .params = code::Params(),
                  .unit = kUnit,
                  .estimate = static_cast<std::size_t>(bits) - std::min(bits, code.saves),
                  .saves = code.saves});
}

}  // namespace sigma
