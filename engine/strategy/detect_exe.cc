// EXE: a few windows of the source are asked for branches; code shows in any of them. ARM64 is left
// to Branch: its words repeat as a whole, and apart they take 3 to 6 % more at every level.
#include <algorithm>

#include "engine/strategy/detect.h"
#include "engine/transform/code_params.h"
#include "engine/transform/code_ranges.h"

namespace sigma {
namespace {

// One window of 4 KiB in every 64 KiB: about 3 µs a MiB. Code that all of them miss is too little
// to gain by.
constexpr std::size_t kWindow = 4 << 10;
constexpr std::size_t kStride = 64 << 10;
// The trial codes windows of this size: addresses repeat over long distances.
constexpr std::size_t kUnit = 64 << 10;
// Split code takes about 3/4 of what its order-0 entropy says.
constexpr std::uint64_t kEstimateShare = 192;

}  // namespace

void DetectExe(const DetectInput& input, Candidates& candidates) {
  std::size_t x86 = 0;
  std::size_t arm64 = 0;
  for (std::size_t at = 0; at + kWindow <= input.source.size(); at += kStride) {
    const auto counts = kernels::CountBranches(input.source.subspan(at, kWindow));
    const CodeKind kind = KindOfCode(counts, kWindow);
    x86 += kind == CodeKind::kX86 || kind == CodeKind::kX64 ? 1u : 0u;
    arm64 += kind == CodeKind::kArm64 ? 1u : 0u;
  }
  if (input.forced ? FindCode(input.source).view().empty() : x86 <= arm64) return;
  const std::uint64_t bits = std::uint64_t{input.features.entropy} * input.source.size() / 2048;
  candidates.Add({TransformId::kExe, CodeParams(), kUnit,
                  static_cast<std::size_t>(bits * kEstimateShare / 256)});
}

}  // namespace sigma
