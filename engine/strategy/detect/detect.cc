// The detectors' registry: one row each.
#include "engine/strategy/detect/detect.h"

#include <algorithm>

#include "engine/transform/code/branch.h"
#include "engine/transform/code/exe.h"
#include "engine/transform/delta.h"
#include "engine/transform/dictionary.h"
#include "engine/transform/floats/transform.h"
#include "engine/transform/pages.h"
#include "engine/transform/pcm/transform.h"
#include "engine/transform/raster/transform.h"
#include "engine/transform/records/transform.h"
#include "engine/transform/table/transform.h"

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

std::uint64_t ResidualBits(std::uint64_t logarithm) noexcept {
  // Sign and scatter cost 3.3 bits beyond the logarithm, less where most residuals are small; read
  // off the exact entropies at ratios 0.01, 0.1, 0.5 and 0.8.
  constexpr std::uint64_t kBit = 256;
  std::uint64_t scatter = 4 * logarithm;
  if (logarithm > kBit / 4) scatter = kBit + (logarithm - kBit / 4) * 5 / 4;
  if (logarithm > kBit) scatter = kBit * 31 / 16 + (logarithm - kBit) * 4 / 5;
  return logarithm + std::min(scatter, kBit * 33 / 10);
}

std::uint64_t ExpectReferences(const Features& features, std::size_t size) noexcept {
  // References save 3 bytes in 4 that the match sample finds repeated.
  constexpr std::uint64_t kMatchedQuarters = 3;
  const std::uint64_t order0 = EntropyBytes(features.entropy, size);
  return order0 - order0 * features.match_density * kMatchedQuarters / (4 * 256);
}

std::span<const DetectorRow> Detectors() {
  static constexpr auto rows = std::to_array<DetectorRow>({
      {.transform = kDeltaId,
       .least = Evidence::kCounts,
       .detect = DetectDelta,
       .time = {300, 200}},
      {.transform = records::kId,
       .least = Evidence::kSamples,
       .detect = DetectRecords,
       .time = {800, 400},
       .reliable = 102,
       .empties = true,
       .sections = AskedIn::kAll},
      {.transform = raster::kId,
       .least = Evidence::kSamples,
       .detect = DetectRaster,
       .subject = Subject::kRows,
       .time = {100, 100},
       .reliable = 98},
      {.transform = pcm::kId,
       .least = Evidence::kSamples,
       .detect = DetectPcm,
       .subject = Subject::kNumbers,
       .time = {1000, 400},
       .reliable = 102},
      {.transform = floats::kId,
       .least = Evidence::kSamples,
       .detect = DetectFloat,
       .subject = Subject::kNumbers,
       .time = {4000, 500},
       .sections = AskedIn::kAllElse,
       .in_field = FloatsOfField},
      {.transform = code::kBranchId,
       .least = Evidence::kSamples,
       .detect = DetectBranch,
       .subject = Subject::kCode,
       .time = {260, 100}},
      {.transform = code::kExeId,
       .least = Evidence::kSamples,
       .detect = DetectExe,
       .subject = Subject::kCode,
       .time = {1950, 1550}},
      {.transform = table::kId,
       .least = Evidence::kSamples,
       .detect = DetectTable,
       .time = {2700, 500},
       .learns = 80,
       .in_texts = TableOfTexts},
      {.transform = kDictionaryId,
       .least = Evidence::kSamples,
       .detect = DetectDictionary,
       .time = {1000, 300},
       .sections = AskedIn::kIntegers},
      {.transform = kPagesId,
       .least = Evidence::kSamples,
       .detect = DetectPages,
       .time = {150, 100}},
  });
  return rows;
}

const DetectorRow* FindDetector(TransformId transform) {
  const auto row = std::ranges::find(Detectors(), transform, &DetectorRow::transform);
  return row == Detectors().end() ? nullptr : &*row;
}

}  // namespace sigma
