// EXE: code shows in any of a few windows. ARM64 is left to Branch: its words repeat as a whole,
// and apart they take 3 to 6 % more at every level.
//
// Fast levels code no sample: addresses repeat over distances that no short one has. There a source
// that is code throughout takes what the corpus and the programs of a Linux system said; in others
// a range of code runs over data that loses by it.
#include <algorithm>

#include "engine/strategy/code_evidence.h"
#include "engine/strategy/detect.h"
#include "engine/transform/code/params.h"

namespace sigma {
namespace {

// The trial codes windows of this size: addresses repeat over long distances.
constexpr std::size_t kUnit = 64 << 10;
// Split code takes about 3/4 of what its order-0 entropy says.
constexpr std::uint64_t kEstimateShare = 192;
// What operands apart save beyond absolute targets, in 1/1000 of the code: 6.3 to 8.6 % at level 3,
// 4.3 to 5.8 % at level 4, whose references find more in code as it is.
constexpr std::size_t kBeyondAtLevel3 = 70;
constexpr std::size_t kBeyondAtLevel4 = 49;

}  // namespace

void DetectExe(const DetectInput& input, Candidates& candidates) {
  const ByteView source = input.source;
  const CodeEvidence code = input.code != nullptr ? *input.code : LookForCode(source);
  const bool hurried = input.level.level <= kLastHurriedLevel;
  const bool hopeful = hurried ? code.AllOf(source.size()) : code.x86 > code.arm64;
  if (input.forced ? code::FindCode(source).view().empty() : !hopeful) return;
  const std::uint64_t bits = EntropyBytes(input.features.entropy, source.size());
  Candidate candidate{TransformId::kExe, code::Params(), kUnit,
                      static_cast<std::size_t>(bits * kEstimateShare / 256)};
  if (hurried && hopeful) {
    const std::size_t beyond =
        input.level.level < kLastHurriedLevel ? kBeyondAtLevel3 : kBeyondAtLevel4;
    candidate.saves = code.saves + code.x86 / 1000 * beyond;
  }
  candidates.Add(candidate);
}

}  // namespace sigma
