// RECORDS: a record length shows as distances at which bytes are equal more often than at others,
// or at which differences of bytes are skewed; the entropy of the columns decides between them. In
// text it shows as lines of one length.
#include "engine/strategy/detect/detect.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <numeric>
#include <span>

#include "engine/strategy/detect/records/fields.h"
#include "engine/strategy/detect/records/fit.h"
#include "engine/transform/records/layout.h"
#include "engine/transform/records/transform.h"
#include "kernels/statistics/period.h"

namespace sigma {
namespace {

// Bytes compared at every distance, in groups of what the counters hold; fewer where one group
// reaches over the whole source.
constexpr std::size_t kProbeGroups = 8;
// Prime to all powers of two, so that the probes meet every phase of common records.
constexpr std::size_t kProbeStep = 7;
constexpr std::size_t kPeaks = 4;
constexpr std::size_t kStrides = 12;
// Short records of noisy numbers repeat few bytes: at these distances three standard deviations
// over the mean are enough, or what planes of that width save.
constexpr std::array<std::size_t, 6> kShort = {2, 3, 4, 6, 8, 12};
constexpr std::size_t kMostPlanes = 8;
// Fewer records say nothing about a length. With 64 instead of 32, pieces of 2 and 4 KiB of 57 files
// are 0.03 and 0.08 % smaller: longer lengths do not hide shorter ones.
constexpr std::size_t kFewestRecords = 64;
// Columns must save 4 % of the order-0 entropy, and a third of what repeats.
constexpr std::uint32_t kSaves = 246;
constexpr std::uint32_t kSavesOfMatches = 3;
// Each column's symbols need codes of their own, which are written beside them: so many bytes, for
// so many columns (more share theirs, but not in a small source). Without it pieces of 1 KiB of 96
// files are 0.15 % larger. With all columns of a small source, structures of 48 bytes, meshes and
// messages in pieces of 2 KiB take a third of the instructions, and 57 files 0.05 % more bytes.
constexpr std::size_t kTableBytes = 16;
constexpr std::size_t kMostTables = 8;
// Columns in one section are for references: 1/4 of the sample must repeat.
constexpr std::uint32_t kSomeMatches = 64;
constexpr std::uint32_t kLearns = 85;
constexpr std::size_t kGuessWindow = 8 << 10;
// Columns of text take 11/16 of their entropy or less.
constexpr std::size_t kTextColumns = 11;
// References leave a third of columns at the least.
constexpr std::size_t kMostRepeated = 170;
// Records of which 5/8 of the bytes are as in the record before show where they are interrupted.
constexpr std::uint32_t kSteady = 160;
constexpr std::size_t kShortestShifted = 8;

struct Strides {
  std::array<std::size_t, kStrides> value{};
  std::size_t count = 0;
  void Add(std::size_t stride) {
    const auto end = value.begin() + static_cast<std::ptrdiff_t>(count);
    if (count < kStrides && std::find(value.begin(), end, stride) == end) value[count++] = stride;
  }
};

// How many of the probes equal the byte each distance 1 … records::kMaxRecord before them; their
// number.
std::size_t CountDistances(ByteView source,
                           std::array<std::uint32_t, records::kMaxRecord + 1>& equal) {
  equal.fill(0);
  if (source.size() < 2 * records::kMaxRecord) return 0;
  const std::size_t groups = std::clamp<std::size_t>(
      source.size() / (kernels::statistics::kMaxPositions * kProbeStep), 1, kProbeGroups);
  const std::size_t step = (source.size() - records::kMaxRecord) / groups;
  std::size_t probes = 0;
  for (std::size_t group = 0; group < groups; ++group) {
    std::array<std::uint32_t, kernels::statistics::kMaxPositions> positions;
    std::size_t count = 0;
    for (std::size_t at = records::kMaxRecord + group * step;
         count < positions.size() && at < source.size(); at += kProbeStep) {
      positions[count++] = static_cast<std::uint32_t>(at);
    }
    std::array<std::uint8_t, records::kMaxRecord> counts;
    kernels::statistics::CountEqualDistances(source, std::span(positions).first(count), counts);
    for (std::size_t d = 1; d <= records::kMaxRecord; ++d)
      equal[d] += counts[records::kMaxRecord - d];
    probes += count;
  }
  return probes;
}

// Of the distances with the most equal bytes each, or its least divisor that explains as much.
Strides LikelyStrides(ByteView source, const Features& features) {
  std::array<std::uint32_t, records::kMaxRecord + 1> equal;
  Strides strides;
  const auto planes = [&](std::size_t stride) {
    const auto width = static_cast<std::size_t>(std::countr_zero(stride));
    return std::has_single_bit(stride) && stride <= kMostPlanes &&
           std::min(features.plane_entropy[width], features.delta_entropy[width]) * 256 <
               features.entropy * kSaves;
  };
  const std::size_t probes = CountDistances(source, equal);
  if (probes == 0) return strides;
  const std::size_t mean =
      std::accumulate(equal.begin(), equal.end(), std::size_t{0}) / records::kMaxRecord;
  std::array<std::size_t, kPeaks> peaks{};  // best first
  for (std::size_t d = 2; d <= records::kMaxRecord; ++d) {
    std::size_t at = kPeaks;
    for (; at > 0 && equal[d] > equal[peaks[at - 1]]; --at) {
      if (at < kPeaks) peaks[at] = peaks[at - 1];
    }
    if (at < kPeaks) peaks[at] = d;
  }
  // A peak stands out of the mean by 1/16 of what is left to it.
  const std::size_t needed = mean + (probes - mean) / 16;
  for (const std::size_t peak : peaks) {
    if (peak == 0 || equal[peak] < needed) continue;
    const std::size_t excess = (equal[peak] - mean) / 4 * 3;
    std::size_t divisor = 2;
    // Counts first: few distances have as many, and a division takes as long as twenty comparisons.
    while (divisor < peak && (equal[divisor] < mean + excess || peak % divisor != 0)) ++divisor;
    strides.Add(divisor);
  }
  // 9·mean: the square of three deviations.
  for (const std::size_t stride : kShort) {
    const std::size_t excess = equal[stride] > mean ? equal[stride] - mean : 0;
    if (planes(stride) || (excess * excess > 9 * mean && excess * 8 > mean)) strides.Add(stride);
  }
  return strides;
}

// The length that most lines have, newline included, if those are 3/4 of the sampled bytes; or 0.
std::size_t LineLength(ByteView source) {
  constexpr std::size_t kSamples = 8;
  constexpr std::size_t kWindow = 4 * records::kMaxRecord;
  std::array<std::uint32_t, records::kMaxRecord + 1> bytes{};
  std::size_t all = 0;
  const std::size_t step = source.size() / kSamples;
  for (std::size_t i = 0; i < kSamples; ++i) {
    ByteView rest = source.subspan(i * step, std::min(kWindow, step));
    bool first = true;
    while (!rest.empty()) {
      const void* end = std::memchr(rest.data(), '\n', rest.size());
      if (end == nullptr) break;
      const std::size_t size =
          static_cast<std::size_t>(static_cast<const std::uint8_t*>(end) - rest.data()) + 1;
      rest = rest.subspan(size);
      if (!first && size <= records::kMaxRecord) bytes[size] += static_cast<std::uint32_t>(size);
      if (!first) all += size;
      first = false;
    }
  }
  const auto most = std::ranges::max_element(bytes);
  const auto length = static_cast<std::size_t>(most - bytes.begin());
  return length >= 8 && all != 0 && *most >= all / 4 * 3 ? length : 0;
}

Candidate CandidateOf(const records::Layout& layout, std::size_t estimate) {
  Candidate candidate{records::kId, {}, layout.stride, estimate};
  // Only longer windows tell how much references find in columns.
  candidate.guess =
      layout.gaps == records::Gaps::kLines || (layout.count > 1 && layout.fields[1].joined);
  if (candidate.guess) {
    candidate.unit *= std::max<std::size_t>(1, kGuessWindow / layout.stride);
    if (layout.gaps == records::Gaps::kLines) candidate.learns = kLearns;
  }
  return candidate;
}

// False if the parameters do not hold the layout's fields.
bool Propose(const records::Layout& layout, std::size_t estimate, Candidates& candidates) {
  Candidate candidate = CandidateOf(layout, estimate);
  if (!records::WriteLayout(layout, candidate.params)) return false;
  candidates.Add(candidate);
  return true;
}

// All byte columns back to back in one section, as they are.
records::Layout Joined(std::size_t stride, records::Gaps gaps) {
  records::Layout layout{.stride = stride, .gaps = gaps, .count = stride};
  for (std::size_t i = 1; i < stride; ++i) layout.fields[i].joined = true;
  return layout;
}

}  // namespace

void DetectRecords(const DetectInput& input, Candidates& candidates) {
  const Features& features = input.features;
  const ByteView source = input.source;
  const std::size_t order0 =
      static_cast<std::size_t>(EntropyBytes(features.entropy, source.size()));
  const bool text = features.text_density >= kMostlyText;
  if (text) {
    const std::size_t length = LineLength(source);
    if (length == 0) return;
    const records::Layout layout{.stride = length, .gaps = records::Gaps::kLines, .count = length};
    const RecordCost cost = MeasureColumns(source, length);
    // Words repeat in their columns.
    const std::size_t estimate = cost.plain / 16 * kTextColumns;
    (void)Propose(layout, estimate, candidates);
    if (features.match_density >= kSomeMatches) {
      (void)Propose(Joined(length, records::Gaps::kLines), estimate, candidates);
    }
    return;
  }
  const Strides strides = LikelyStrides(source, features);
  std::size_t best = 0;
  RecordCost least{order0, order0};
  for (std::size_t i = 0; i < strides.count; ++i) {
    const std::size_t stride = strides.value[i];
    if (source.size() < kFewestRecords * stride) continue;
    // The features have looked at more of the source than the columns of one length would.
    if (std::has_single_bit(stride) && stride <= kMostPlanes) {
      const auto width = static_cast<std::size_t>(std::countr_zero(stride));
      const std::uint32_t bits =
          std::min(features.plane_entropy[width], features.delta_entropy[width]);
      if (EntropyBytes(bits, source.size()) > least.predicted) continue;
    }
    const RecordCost cost = MeasureColumns(source, stride);
    // A longer record must be better by 1/64.
    const bool longer = best != 0 && stride > best;
    const std::size_t margin = longer ? cost.predicted / 64 : 0;
    if (cost.predicted + margin < least.predicted) {
      best = stride;
      least = cost;
    }
  }
  const std::uint32_t most = std::min(kSaves, 256 - features.match_density / kSavesOfMatches);
  const bool shares = source.size() > kSmallSource;
  const std::size_t tables = kTableBytes * (shares ? std::min(best, kMostTables) : best);
  if (best == 0 || (!input.forced && (least.predicted + tables) * 256 >= order0 * most)) return;
  const bool shifted = features.period_density >= kSteady && best >= kShortestShifted;
  records::Layout plain{.stride = best, .count = best};
  if (shifted) plain.gaps = records::Gaps::kShifts;
  const RecordFit fit = FitRecords(source, plain, input.search().float_fields, input.scope.pool);
  const std::size_t codes = shares ? 0 : tables;
  if (!Propose(fit.layout, fit.cost + codes, candidates)) {
    (void)Propose(plain, fit.plain + codes, candidates);
  }
  if (features.match_density < kSomeMatches) return;
  (void)Propose(
      Joined(best, fit.layout.gaps),
      fit.plain / 256 * (256 - std::min<std::size_t>(features.match_density, kMostRepeated)),
      candidates);
}

}  // namespace sigma
