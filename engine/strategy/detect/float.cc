// FLOAT: windows of the source are asked for exponents of each width.

#include <algorithm>
#include <array>

#include "engine/strategy/detect/detect.h"
#include "engine/transform/floats/segments.h"
#include "engine/transform/floats/transform.h"

namespace sigma {
namespace {

constexpr std::size_t kWindows = 16;
constexpr std::size_t kWindow = 512;
constexpr std::size_t kUnit = 16 << 10;
// Numbers are coded into about 5/6 of what plain planes take; the trial knows better.
constexpr std::uint64_t kEstimateShare = 208;

// Bytes of a section that show whether it holds floating-point numbers.
constexpr std::size_t kFieldWindow = 2048;

}  // namespace

std::optional<Candidate> FloatsOfField(ByteView section, SectionHint hint) {
  if (hint.kind != SectionKind::kIntegers || hint.width < 4) return std::nullopt;
  const std::size_t window = std::min(section.size(), kFieldWindow) / 8 * 8;
  if (window == 0 ||
      floats::FindExponents(section.first(window), 0, hint.width) != 1u << (hint.width - 1)) {
    return std::nullopt;
  }
  return Candidate{floats::kId, floats::Params(hint.width, true)};
}

void DetectFloat(const DetectInput& input, Candidates& candidates) {
  const ByteView source = input.source;
  if (!input.forced && input.features.text_density >= kMostlyText) return;
  std::array<std::size_t, 3> found{};  // of widths 2, 4 and 8
  const std::size_t stride = source.size() / kWindows;
  for (std::size_t i = 0; i < kWindows && source.size() >= kWindows * kWindow; ++i) {
    if (i == kWindows / 2 && found == std::array<std::size_t, 3>{} && !input.forced) return;
    // First every other window, then those between.
    const std::size_t place = i < kWindows / 2 ? 2 * i : 2 * (i - kWindows / 2) + 1;
    const ByteView window = source.subspan(place * stride, kWindow);
    // Every place of 2 bytes is one of 4, and of 8: the narrowest is the width.
    for (unsigned k = 0; k < found.size(); ++k) {
      const std::size_t width = std::size_t{2} << k;
      if (floats::FindExponents(window, 0, width) == 0) continue;
      ++found[k];
      break;
    }
  }
  for (unsigned k = 0; k < found.size(); ++k) {
    // One window in four.
    if (found[k] * 4 < kWindows && !(input.forced && found[k] != 0)) continue;
    const std::uint64_t bytes = EntropyBytes(input.features.entropy, source.size());
    const Candidate candidate{floats::kId, floats::Params(std::size_t{2} << k), kUnit,
                              static_cast<std::size_t>(bytes * kEstimateShare / 256)};
    candidates.Add(candidate);
  }
}

}  // namespace sigma
