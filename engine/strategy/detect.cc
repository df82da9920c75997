// The detectors' registry: one row each.
#include "engine/strategy/detect.h"

#include <algorithm>

namespace sigma {

void Candidates::Add(const Candidate& candidate) noexcept {
  const auto end = all_.begin() + static_cast<std::ptrdiff_t>(count_);
  const auto place = std::upper_bound(
      all_.begin(), end, candidate,
      [](const Candidate& a, const Candidate& b) { return a.estimate < b.estimate; });
  if (place == all_.end()) return;
  if (count_ < kMost) ++count_;
  std::move_backward(place, all_.begin() + static_cast<std::ptrdiff_t>(count_) - 1,
                     all_.begin() + static_cast<std::ptrdiff_t>(count_));
  *place = candidate;
}

std::span<const DetectorRow> Detectors() {
  static constexpr auto rows = std::to_array<DetectorRow>({
      {TransformId::kDelta, 1, DetectDelta},
      {TransformId::kRecords, 3, DetectRecords},
      {TransformId::kExe, 3, DetectExe},
      {TransformId::kTable, 3, DetectTable},
  });
  return rows;
}

}  // namespace sigma
