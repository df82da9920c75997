// How much of a chunk is looked at, and why:
//
// - A chunk of up to kWhole bytes is looked at as a whole. Of a larger one, windows of 256 bytes
//   feed the histograms, runs and text density: 8 of them up to 320 KiB, a 160th of the chunk up to
//   24 windows. Each plane of 64-bit integers still gets 256 symbols or more; EstimateBits makes of
//   256 what a count corrected for the number of symbols seen makes of 512 (against whole chunks,
//   the latter erred by 0.09 bit rms in entropy and 0.04 in the gain of the best transform).
//   Chunks above kLarge take windows twice as long: they take far longer than twice to code.
// - The windows' places are jittered: at even steps they fall on the same columns of tables and
//   images whose rows are a power of two (rms 0.3 bit instead of 0.09).
// - Windows begin at multiples of 64, so planes and integers are those that the DELTA transform
//   would make of the chunk.
// - Match density needs contiguous bytes: one region in the middle, a 170th of the chunk, at least
//   4 KiB (2 misjudge the sections of a transform).
// - Periods are searched with probes in proportion (kernels/statistics/period_search.h).
// - The only scans that may touch the whole chunk stop at the first difference: whether it is one
//   byte throughout, and whether a period that holds everywhere in the windows holds everywhere.
//
// - All of this may call a chunk random of which a tenth is text, or which holds the same archive
//   twice. So what looks random is looked at again, at places that its bytes choose and at even
//   steps.
//
// Cost on AVX2 (Zen 5), the chunk in the third-level cache: 20–29 µs for 1 MiB, of which a quarter
// each go to matches, differences and periods; 13–18 µs for 64 KiB; 28–45 µs for 4 MiB.
#include "engine/strategy/features.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/base/endian.h"
#include "engine/strategy/spread.h"
#include "kernels/statistics/anchors.h"
#include "kernels/statistics/histogram.h"
#include "kernels/statistics/match_density.h"
#include "kernels/statistics/period_search.h"
#include "kernels/statistics/runs.h"
#include "kernels/statistics/shannon.h"
#include "kernels/text/density.h"

namespace sigma {
namespace {

constexpr std::size_t kWhole = 2u << 10;
constexpr std::size_t kFewestWindows = 8;
constexpr std::size_t kWindows = 24;
constexpr std::size_t kBytesPerWindow = 40u << 10;
constexpr std::size_t kWindow = 256;
constexpr std::size_t kLarge = 1u << 20;
constexpr std::size_t kWindowUnit = 64;
constexpr std::size_t kLeastMatchSample = 4u << 10;
constexpr std::size_t kMatchSample = 6u << 10;
constexpr std::size_t kMatchShare = 170;
constexpr std::size_t kLongestRunSeen = 64u << 10;

// 160 probes find the same periods on the corpus as 248.
constexpr std::size_t kMostProbes = 160;
constexpr std::size_t kFewestProbes = 32;
constexpr std::size_t kBytesPerProbe = 2048;

constexpr std::uint32_t kAll = 256;

// A source with this entropy and few matches may be random.
constexpr std::uint32_t kMayBeRandom = 1990;
constexpr std::uint32_t kMayBeRandomMatches = 8;
constexpr std::size_t kLeastSecondLook = 64u << 10;
// An anchor (kernels/statistics/anchors.h) stands for the bytes up to the next one. Its bytes from
// there on are compared with those of the last anchor of like hash.
constexpr std::size_t kAnchored = 32;
constexpr unsigned kAnchorLog = 12;
// Among so many random bytes 101 differ, give or take 5; of text 35, of base64 55, of code 60.
constexpr std::size_t kIslandWindow = 128;
constexpr unsigned kRandomValues = 80;
constexpr std::size_t kIslandStep = 16u << 10;

struct Windows {
  std::array<ByteView, kWindows> view;
  std::array<std::size_t, kWindows> begin{};
  std::size_t count = 0;
  std::size_t bytes = 0;
};

Windows Spread(ByteView chunk) {
  Windows windows;
  if (chunk.size() <= kWhole) {
    windows.count = 1;
    windows.view[0] = chunk;
    windows.bytes = chunk.size();
    return windows;
  }
  windows.count = std::clamp(chunk.size() / kBytesPerWindow, kFewestWindows, kWindows);
  const std::size_t length = chunk.size() > kLarge ? 2 * kWindow : kWindow;
  const std::size_t stride = chunk.size() / windows.count;
  for (std::size_t i = 0; i < windows.count; ++i) {
    windows.begin[i] = SpreadPlace(i, stride, stride - length) / kWindowUnit * kWindowUnit;
    windows.view[i] = chunk.subspan(windows.begin[i], length);
  }
  windows.bytes = windows.count * length;
  return windows;
}

std::uint32_t Share(std::size_t part, std::size_t whole) {
  if (whole == 0) return 0;
  return static_cast<std::uint32_t>((std::uint64_t{kAll} * part + whole / 2) / whole);
}

// Mean entropy of the first `width` tables, 1/256 bit per byte.
std::uint32_t MeanEntropy(const kernels::statistics::WordHistograms& counts, std::size_t width) {
  std::uint64_t bits = 0;
  std::uint64_t symbols = 0;
  for (std::size_t plane = 0; plane < width; ++plane) {
    bits += kernels::statistics::EstimateBits(counts[plane]);
    for (const std::uint32_t count : counts[plane]) symbols += count;
  }
  return symbols == 0 ? 0 : static_cast<std::uint32_t>(bits / symbols);
}

void MeasureEntropies(const Windows& windows, Features& features) {
  kernels::statistics::WordHistograms counts{};
  for (std::size_t i = 0; i < windows.count; ++i)
    kernels::statistics::CountBytes(windows.view[i], counts);
  for (std::size_t k = 4; k-- > 0;) {
    features.plane_entropy[k] = MeanEntropy(counts, std::size_t{1} << k);
    if (k > 0) kernels::statistics::HalvePlanes(counts, std::size_t{1} << k);
  }
  features.entropy = features.plane_entropy[0];
  // Differences of text are never worth coding: not measured, they count as noise.
  if (features.text_density >= kMostlyText) {
    features.delta_entropy.fill(kMaxEntropy);
    return;
  }
  for (std::size_t k = 0; k < 4; ++k) {
    const std::size_t width = std::size_t{1} << k;
    counts = {};
    for (std::size_t i = 0; i < windows.count; ++i) {
      kernels::statistics::CountDifferences(windows.view[i], width, counts);
    }
    for (std::size_t planes = 8; planes > width; planes /= 2)
      kernels::statistics::HalvePlanes(counts, planes);
    features.delta_entropy[k] = MeanEntropy(counts, width);
  }
}

void MeasureRunsAndText(ByteView chunk, const Windows& windows, Features& features) {
  std::size_t in_runs = 0;
  std::size_t longest = 0;
  std::size_t text = 0;
  for (std::size_t i = 0; i < windows.count; ++i) {
    const ByteView window = windows.view[i];
    const kernels::statistics::RunStatistics runs = kernels::statistics::MeasureRuns(window);
    in_runs += runs.covered;
    if (runs.longest == window.size() && longest < window.size()) {
      // The first window that is one run: see how far it goes on.
      const std::size_t reach = std::min(kLongestRunSeen, chunk.size() - windows.begin[i]);
      longest = kernels::statistics::RepeatedPrefix(chunk.subspan(windows.begin[i], reach), 1);
    }
    longest = std::max(longest, runs.longest);
    text += kernels::text::CountText(window);
  }
  features.run_density = Share(in_runs, windows.bytes);
  features.longest_run = static_cast<std::uint32_t>(longest);
  features.text_density = Share(text, windows.bytes);
}

void MeasureMatches(ByteView chunk, BufferPool& pool, Features& features) {
  const std::size_t most = chunk.size() > kLarge ? 2 * kMatchSample : kMatchSample;
  const std::size_t size =
      std::min(chunk.size(), std::clamp(chunk.size() / kMatchShare, kLeastMatchSample, most));
  const ByteView sample = chunk.subspan((chunk.size() - size) / 2, size);
  BufferPool::Lease lease = pool.AcquireFor<std::uint16_t>(kernels::statistics::kMatchTableEntries);
  const auto table = lease.As<std::uint16_t>(kernels::statistics::kMatchTableEntries);
  features.match_density = Share(kernels::statistics::CountMatched(sample, table), size);
}

void MeasurePeriod(ByteView chunk, const Windows& windows, Features& features) {
  std::array<kernels::statistics::Stretch, kWindows> stretches;
  for (std::size_t i = 0; i < windows.count; ++i) {
    stretches[i] = {windows.begin[i], windows.view[i].size()};
  }
  const kernels::statistics::PeriodSearch search{
      kernels::statistics::kMaxPeriod,
      std::clamp(chunk.size() / kBytesPerProbe, kFewestProbes, kMostProbes)};
  const kernels::statistics::Period period =
      kernels::statistics::FindPeriod(chunk, std::span(stretches).first(windows.count), search);
  if (period.distance == 0) return;
  features.period = period.distance;
  features.period_density = period.density;
  if (period.density == kAll &&
      kernels::statistics::RepeatedPrefix(chunk, period.distance) != chunk.size()) {
    --features.period_density;
  }
}

void MeasureFarRepeats(ByteView chunk, BufferPool& pool, Features& features) {
  constexpr std::size_t kEntries = std::size_t{1} << kAnchorLog;
  BufferPool::Lease lease = pool.AcquireFor<std::uint32_t>(kEntries);
  const auto last = lease.As<std::uint32_t>(kEntries);
  std::ranges::fill(last, 0);
  std::size_t anchors = 0;
  std::size_t repeated = 0;
  std::array<std::uint32_t, 4 * kernels::statistics::kLeastAnchors> places;
  for (std::size_t next = 0; next < chunk.size();) {
    const kernels::statistics::AnchorScan scan =
        kernels::statistics::FindAnchors(chunk, next, places);
    next = scan.next;
    for (const std::uint32_t place : std::span(places).first(scan.count)) {
      if (place + kAnchored > chunk.size()) break;
      const std::uint8_t* const at = chunk.data() + place;
      const std::uint64_t hash = LoadLE<std::uint64_t>(at) * 0x9E3779B97F4A7C15u;
      std::uint32_t& entry = last[static_cast<std::size_t>(hash >> (64 - kAnchorLog))];
      ++anchors;
      repeated += entry != 0 && std::memcmp(chunk.data() + entry, at, kAnchored) == 0 ? 1u : 0u;
      entry = place;
    }
  }
  features.far_repeats = Share(repeated, anchors);
}

void MeasureIslands(ByteView chunk, Features& features) {
  const std::size_t count = chunk.size() / kIslandStep;
  std::size_t islands = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t begin = SpreadPlace(i, kIslandStep, kIslandStep - kIslandWindow);
    std::array<std::uint64_t, 4> seen{};
    for (const std::uint8_t byte : chunk.subspan(begin, kIslandWindow)) {
      seen[byte >> 6] |= std::uint64_t{1} << (byte & 63);
    }
    int values = 0;
    for (const std::uint64_t word : seen) values += std::popcount(word);
    islands += values < static_cast<int>(kRandomValues) ? 1u : 0u;
  }
  features.islands = std::max(Share(islands, count), islands != 0 ? 1u : 0u);
}

}  // namespace

Features MeasureFeatures(ByteView chunk, BufferPool& pool) {
  Features features;
  features.size = chunk.size();
  if (chunk.empty()) return features;
  if (kernels::statistics::RepeatedPrefix(chunk, 1) == chunk.size()) {
    features.sampled = chunk.size();
    features.run_density = chunk.size() >= kernels::statistics::kMinRun ? kAll : 0;
    features.longest_run = static_cast<std::uint32_t>(chunk.size());
    features.match_density = kAll;
    features.text_density = kernels::text::CountText(chunk.first(1)) != 0 ? kAll : 0;
    return features;
  }
  const Windows windows = Spread(chunk);
  features.sampled = windows.bytes;
  MeasureRunsAndText(chunk, windows, features);
  MeasureEntropies(windows, features);
  MeasurePeriod(chunk, windows, features);
  MeasureMatches(chunk, pool, features);
  if (features.entropy >= kMayBeRandom && features.match_density < kMayBeRandomMatches &&
      chunk.size() >= kLeastSecondLook) {
    MeasureFarRepeats(chunk, pool, features);
    MeasureIslands(chunk, features);
  }
  return features;
}

}  // namespace sigma
