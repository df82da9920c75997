// EXE: code shows in any of a few windows. ARM64 is left to Branch: its words repeat as a whole,
// and apart they take 3 to 6 % more at every level.
//
// Where samples are short, addresses repeat over distances that none has. There
// (PlanSearch::operands_save) a source that is code throughout takes what the corpus and the
// programs of a Linux system said; in others a range of code runs over data that loses by it.
#include "engine/transform/code/exe.h"

#include <algorithm>

#include "engine/strategy/detect/code/evidence.h"
#include "engine/strategy/detect/detect.h"
#include "engine/transform/code/params.h"

namespace sigma {
namespace {

// The trial codes windows of this size: addresses repeat over long distances.
constexpr std::size_t kUnit = 64 << 10;
// Split code takes about 3/4 of what its order-0 entropy says.
constexpr std::uint64_t kEstimateShare = 192;

}  // namespace

void DetectExe(const DetectInput& input, Candidates& candidates) {
  const ByteView source = input.source;
  const CodeEvidence code = input.code != nullptr ? *input.code : LookForCode(source);
  const std::size_t beyond = input.search().operands_save;
  const bool hopeful = beyond != 0 ? code.AllOf(source.size()) : code.x86 > code.arm64;
  if (input.forced ? code::FindCode(source).view().empty() : !hopeful) return;
  const std::uint64_t bits = EntropyBytes(input.features.entropy, source.size());
  Candidate candidate{code::kExeId, code::Params(), kUnit,
                      static_cast<std::size_t>(bits * kEstimateShare / 256)};
  if (beyond != 0 && hopeful) {
    candidate.saves = code.saves + code.x86 / 1000 * beyond;
  }
  candidates.Add(candidate);
}

}  // namespace sigma
