#include "kernels/statistics/period_search.h"

#include <algorithm>
#include <array>

#include "kernels/statistics/period.h"

namespace sigma::kernels::statistics {
namespace {

using View = std::span<const std::uint8_t>;

constexpr std::size_t kMinPeriod = 2;
// Prime to all powers of two, so that the probes meet every phase of common record sizes.
constexpr std::size_t kProbeStep = 7;
constexpr std::size_t kProbeGroups = 8;
constexpr std::size_t kCandidates = 16;
constexpr std::uint32_t kAll = 256;

// Bytes of the windows that equal the byte `period` before, in 1/256 of those that have one.
std::uint32_t DensityOf(View source, std::span<const Stretch> windows, std::size_t period) {
  std::size_t equal = 0;
  std::size_t compared = 0;
  for (const Stretch& window : windows) {
    const std::size_t end = window.begin + window.size;
    const std::size_t begin = std::max(window.begin, period);
    if (begin >= end) continue;
    equal += CountEqualAt(source, begin, end, period);
    compared += end - begin;
  }
  // Rounded down: all only if all are equal.
  return compared == 0 ? 0 : static_cast<std::uint32_t>(std::uint64_t{kAll} * equal / compared);
}

struct Candidate {
  std::uint32_t distance = 0;
  std::uint32_t count = 0;  // of equal probes, or the density on the windows
};

// The distances with the highest counts of at least `least`, the smaller one first among equals.
// counts[j] belongs to distance counts.size() − j.
std::array<Candidate, kCandidates> BestDistances(View counts, std::uint32_t least) {
  std::array<Candidate, kCandidates> best{};
  std::uint32_t threshold = std::max(least, 1u);
  constexpr std::size_t kBlock = 64;
  for (std::size_t end = counts.size(); end > 0;) {
    const std::size_t begin = end > kBlock ? end - kBlock : 0;
    std::uint8_t highest = 0;
    for (std::size_t j = begin; j < end; ++j) highest = std::max(highest, counts[j]);
    for (std::size_t j = end; j > begin && highest >= threshold; --j) {
      const std::size_t distance = counts.size() - (j - 1);
      const std::uint32_t count = counts[j - 1];
      if (distance < kMinPeriod || count < threshold) continue;
      std::size_t at = kCandidates - 1;
      for (; at > 0 && best[at - 1].count < count; --at) best[at] = best[at - 1];
      best[at] = {static_cast<std::uint32_t>(distance), count};
      threshold = std::max(threshold, best.back().count + 1);
    }
    end = begin;
  }
  return best;
}

}  // namespace

Period FindPeriod(View source, std::span<const Stretch> windows, PeriodSearch search) noexcept {
  const std::size_t farthest = std::min({search.farthest, kMaxPeriod, source.size() / 2});
  if (farthest < kMinPeriod) return {};
  std::array<std::uint32_t, kMaxProbes> positions;
  const std::size_t per_group = std::min(search.probes, kMaxProbes) / kProbeGroups;
  std::size_t probes = 0;
  for (std::size_t group = 0; group < kProbeGroups; ++group) {
    const std::size_t begin =
        std::max(farthest, (2 * group + 1) * (source.size() / (2 * kProbeGroups)));
    for (std::size_t k = 0; k < per_group && begin + k * kProbeStep < source.size(); ++k) {
      positions[probes++] = static_cast<std::uint32_t>(begin + k * kProbeStep);
    }
  }
  if (probes == 0) return {};
  std::array<std::uint8_t, kMaxPeriod> store;
  const std::span<std::uint8_t> counts = std::span(store).first(farthest);
  CountEqualDistances(source, std::span(positions).first(probes), counts);

  std::uint32_t sum = 0;
  for (const std::uint8_t count : counts) sum += count;
  const std::size_t pairs = farthest * probes;
  const auto background =
      static_cast<std::uint32_t>((std::uint64_t{kAll} * sum + pairs / 2) / pairs);

  // The candidates, then the divisors of the best of them.
  std::array<Candidate, 2 * kCandidates> measured = {};
  std::size_t found = 0;
  Candidate best;
  const auto measure = [&](std::uint32_t distance) {
    measured[found] = {distance, DensityOf(source, windows, distance)};
    if (measured[found].count > best.count) best = measured[found];
    ++found;
  };
  // A period must explain 1/8 of the bytes that the background leaves. The probes are few, so half
  // of that makes a candidate.
  const std::uint32_t needed = background + (kAll - background) / 8;
  const std::uint32_t likely = background + (kAll - background) / 16;
  const auto least = static_cast<std::uint32_t>(likely * probes / kAll);
  for (const Candidate& candidate : BestDistances(counts, least)) {
    if (candidate.distance == 0) break;
    measure(candidate.distance);
  }
  if (best.count == 0) return {};
  const std::uint32_t multiple = best.distance;
  for (std::uint32_t divisor = kMinPeriod; divisor <= multiple / 2; ++divisor) {
    // Far fewer equal probes than the multiple has: not a period.
    if (multiple % divisor == 0 && found < measured.size() &&
        2u * counts[farthest - divisor] >= counts[farthest - multiple]) {
      measure(divisor);
    }
  }
  // Of the periods that explain nearly as much as the best one, the smallest.
  Period period{best.distance, best.count};
  for (const Candidate& candidate : std::span(measured).first(found)) {
    if (candidate.distance < period.distance &&
        candidate.count + best.count / 16 + 1 >= best.count) {
      period = {candidate.distance, candidate.count};
    }
  }
  if (period.density <= background || period.density < needed) return {};
  return period;
}

}  // namespace sigma::kernels::statistics
