// RECORDS: a record length shows as distances at which bytes are equal more often than at others,
// or at which differences of bytes are skewed; the entropy of the columns decides between them. In
// text it shows as lines of one length.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <numeric>
#include <span>

#include "engine/strategy/detect.h"
#include "engine/strategy/record_fields.h"
#include "engine/transform/record_gaps.h"
#include "engine/transform/record_layout.h"
#include "kernels/period.h"

namespace sigma {
namespace {

// Bytes compared at every distance, in groups of what the counters hold.
constexpr std::size_t kProbeGroups = 8;
// Prime to all powers of two, so that the probes meet every phase of common records.
constexpr std::size_t kProbeStep = 7;
constexpr std::size_t kPeaks = 4;
constexpr std::size_t kStrides = 12;
// Short records of noisy numbers repeat few bytes: at these distances three standard deviations
// over the mean are enough, or what planes of that width save.
constexpr std::array<std::size_t, 6> kShort = {2, 3, 4, 6, 8, 12};
// Columns must save 4 % of the order-0 entropy, and a third of what repeats.
constexpr std::uint32_t kSaves = 246;
constexpr std::uint32_t kSavesOfMatches = 3;
constexpr std::uint32_t kTextDensity = 243;
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
constexpr std::size_t kAlignedSample = 128 << 10;

struct Strides {
  std::array<std::size_t, kStrides> value{};
  std::size_t count = 0;
  void Add(std::size_t stride) {
    const auto end = value.begin() + static_cast<std::ptrdiff_t>(count);
    if (count < kStrides && std::find(value.begin(), end, stride) == end) value[count++] = stride;
  }
};

// How many of the probes equal the byte each distance 1 … kMaxRecord before them; their number.
std::size_t CountDistances(ByteView source, std::array<std::uint32_t, kMaxRecord + 1>& equal) {
  equal.fill(0);
  if (source.size() < 2 * kMaxRecord) return 0;
  const std::size_t step = (source.size() - kMaxRecord) / kProbeGroups;
  std::size_t probes = 0;
  for (std::size_t group = 0; group < kProbeGroups; ++group) {
    std::array<std::uint32_t, kernels::kMaxPositions> positions;
    std::size_t count = 0;
    for (std::size_t at = kMaxRecord + group * step; count < positions.size() && at < source.size();
         at += kProbeStep) {
      positions[count++] = static_cast<std::uint32_t>(at);
    }
    std::array<std::uint8_t, kMaxRecord> counts;
    kernels::CountEqualDistances(source, std::span(positions).first(count), counts);
    for (std::size_t d = 1; d <= kMaxRecord; ++d) equal[d] += counts[kMaxRecord - d];
    probes += count;
  }
  return probes;
}

// Of the distances with the most equal bytes each, or its least divisor that explains as much.
Strides LikelyStrides(ByteView source, const Features& features) {
  std::array<std::uint32_t, kMaxRecord + 1> equal;
  const std::size_t probes = CountDistances(source, equal);
  Strides strides;
  if (probes == 0) return strides;
  const std::size_t mean = std::accumulate(equal.begin(), equal.end(), std::size_t{0}) / kMaxRecord;
  std::array<std::size_t, kPeaks> peaks{};  // best first
  for (std::size_t d = 2; d <= kMaxRecord; ++d) {
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
    while (divisor < peak && (peak % divisor != 0 || equal[divisor] < mean + excess)) ++divisor;
    strides.Add(divisor);
  }
  // 9·mean: the square of three deviations.
  for (const std::size_t stride : kShort) {
    const std::size_t excess = equal[stride] > mean ? equal[stride] - mean : 0;
    const auto width = static_cast<std::size_t>(std::countr_zero(stride));
    const bool planes =
        std::has_single_bit(stride) &&
        std::min(features.plane_entropy[width], features.delta_entropy[width]) * 256 <
            features.entropy * kSaves;
    if (planes || (excess * excess > 9 * mean && excess * 8 > mean)) strides.Add(stride);
  }
  return strides;
}

// The length that most lines have, newline included, if those are 3/4 of the sampled bytes; or 0.
std::size_t LineLength(ByteView source) {
  constexpr std::size_t kSamples = 8;
  constexpr std::size_t kWindow = 4 * kMaxRecord;
  std::array<std::uint32_t, kMaxRecord + 1> bytes{};
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
      if (!first && size <= kMaxRecord) bytes[size] += static_cast<std::uint32_t>(size);
      if (!first) all += size;
      first = false;
    }
  }
  const auto most = std::ranges::max_element(bytes);
  const auto length = static_cast<std::size_t>(most - bytes.begin());
  return length >= 8 && all != 0 && *most >= all / 4 * 3 ? length : 0;
}

// Records from the start of the source, without what shifts them; empty if nothing does.
ByteView Aligned(ByteView source, std::size_t stride, BufferPool::Lease& memory, BufferPool& pool) {
  source = source.first(std::min(source.size(), kAlignedSample));
  memory = pool.Acquire(source.size());
  const auto gathered = memory.As<std::uint8_t>(source.size());
  const RecordLayout layout{.stride = stride, .gaps = RecordGaps::kShifts};
  RecordRuns runs(source, layout);
  std::size_t size = 0;
  std::size_t at = 0;
  std::size_t shifts = 0;
  for (RecordRun run; runs.Next(run); ++shifts) {
    const ByteView found = source.subspan(at + run.gap, run.records * stride);
    std::ranges::copy(found, gathered.begin() + static_cast<std::ptrdiff_t>(size));
    size += found.size();
    at += run.gap + found.size();
  }
  return gathered.first(shifts > 2 ? size : 0);
}

void Propose(const RecordLayout& layout, std::size_t estimate, Candidates& candidates) {
  Candidate candidate{TransformId::kRecords, {}, layout.stride, estimate};
  // What references find in columns only longer windows tell.
  candidate.guess =
      layout.gaps == RecordGaps::kLines || (layout.count > 1 && layout.fields[1].joined);
  if (candidate.guess) {
    candidate.unit *= std::max<std::size_t>(1, kGuessWindow / layout.stride);
    if (layout.gaps == RecordGaps::kLines) candidate.learns = kLearns;
  }
  if (WriteRecordLayout(layout, candidate.params)) candidates.Add(candidate);
}

// All byte columns one behind the other in one section, as they are.
RecordLayout Joined(std::size_t stride, RecordGaps gaps) {
  RecordLayout layout{.stride = stride, .gaps = gaps, .count = stride};
  for (std::size_t i = 1; i < stride; ++i) layout.fields[i].joined = true;
  return layout;
}

}  // namespace

void DetectRecords(const DetectInput& input, Candidates& candidates) {
  const Features& features = input.features;
  const ByteView source = input.source;
  const std::size_t order0 =
      static_cast<std::size_t>(EntropyBytes(features.entropy, source.size()));
  const bool text = features.text_density >= kTextDensity;
  if (text) {
    const std::size_t length = LineLength(source);
    if (length == 0) return;
    RecordLayout layout{.stride = length, .gaps = RecordGaps::kLines, .count = length};
    const RecordCost cost = MeasureColumns(source, length);
    // Words repeat in their columns.
    const std::size_t estimate = cost.plain / 16 * kTextColumns;
    Propose(layout, estimate, candidates);
    if (features.match_density >= kSomeMatches) {
      Propose(Joined(length, RecordGaps::kLines), estimate, candidates);
    }
    return;
  }
  const Strides strides = LikelyStrides(source, features);
  std::size_t best = 0;
  RecordCost least{order0, order0};
  for (std::size_t i = 0; i < strides.count; ++i) {
    const std::size_t stride = strides.value[i];
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
  if (best == 0 || (!input.forced && least.predicted * 256 >= order0 * most)) return;
  std::size_t estimate = 0;
  RecordLayout layout;
  BufferPool::Lease lease;
  ByteView aligned;
  if (features.period_density >= kSteady && best >= kShortestShifted) {
    aligned = Aligned(source, best, lease, input.pool);
  }
  const bool floats = input.level.level >= kFirstFloatFieldLevel;
  if (aligned.empty()) {
    layout = ChooseFields(source, best, floats, input.pool, estimate);
  } else {
    layout = ChooseFields(aligned, best, floats, input.pool, estimate);
    layout.gaps = RecordGaps::kShifts;
    const std::size_t scale = source.size() / aligned.size() + 1;
    estimate = std::min(estimate * scale, source.size());
    least.plain = std::min(MeasureColumns(aligned, best).plain * scale, source.size());
  }
  Propose(layout, estimate, candidates);
  if (features.match_density < kSomeMatches) return;
  Propose(Joined(best, layout.gaps),
          least.plain / 256 * (256 - std::min<std::size_t>(features.match_density, kMostRepeated)),
          candidates);
}

}  // namespace sigma
