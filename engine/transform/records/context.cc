// The classes are found by merging: each of the seven most frequent context bytes begins as a class
// of its own, the others as the last one; the two are merged whose bytes cost least more together,
// while that saves a code table. RASTER does the same with its sections.
//
// Backward the sizes of the sections are checked against the contexts first: then no cursor needs a
// look at its end.
#include "engine/transform/records/context.h"

#include <algorithm>

#include "kernels/records/classes.h"
#include "kernels/statistics/histogram.h"
#include "kernels/statistics/shannon.h"

namespace sigma::records {
namespace {

using Counts = std::array<std::uint32_t, 256>;

// 1/256 bits of a class's bytes with their code table, five bits for each byte that occurs.
std::uint64_t Cost(const Counts& counts) {
  const auto used = static_cast<std::uint64_t>(256 - std::ranges::count(counts, 0u));
  return kernels::statistics::ShannonBits(counts) + (used * 5 + kContextClassBytes * 8) * 256;
}

kernels::statistics::Histogram CountValues(ByteView bytes) {
  kernels::statistics::WordHistograms counts{};
  kernels::statistics::CountBytes(bytes, counts);
  return kernels::statistics::FoldPlane(counts, 1, 0);
}

// Merges classes that do not pay; their number.
std::size_t MergeClasses(std::array<Counts, kMaxContexts>& counts, ContextRanks& classes) {
  std::array<std::uint64_t, kMaxContexts> cost;
  for (std::size_t k = 0; k < kMaxContexts; ++k) cost[k] = Cost(counts[k]);
  std::size_t count = kMaxContexts;
  while (count > 1) {
    std::size_t first = 0, second = 0;
    std::int64_t least = 0;
    std::uint64_t both = 0;
    for (std::size_t i = 1; i < count; ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        Counts sum = counts[k];
        for (std::size_t v = 0; v < sum.size(); ++v) sum[v] += counts[i][v];
        const std::uint64_t merged = Cost(sum);
        const auto more = static_cast<std::int64_t>(merged - cost[i] - cost[k]);
        if (more >= least) continue;
        least = more;
        first = k;
        second = i;
        both = merged;
      }
    }
    if (least == 0) break;
    --count;
    for (std::size_t v = 0; v < 256; ++v) {
      counts[first][v] += counts[second][v];
      counts[second][v] = counts[count][v];
    }
    cost[first] = both;
    cost[second] = cost[count];
    for (std::uint8_t& value : classes) {
      if (value == second) {
        value = static_cast<std::uint8_t>(first);
      } else if (value == count) {
        value = static_cast<std::uint8_t>(second);
      }
    }
  }
  return count;
}

}  // namespace

ContextRanks RankContexts(std::span<const std::uint32_t, 256> counts) noexcept {
  ContextRanks ranks;
  ranks.fill(kMaxContexts - 1);
  for (std::uint8_t rank = 0; rank + 1u < kMaxContexts; ++rank) {
    std::size_t best = 256;
    for (std::size_t v = 0; v < 256; ++v) {
      if (ranks[v] == kMaxContexts - 1 && (best == 256 || counts[v] > counts[best])) best = v;
    }
    ranks[best] = rank;
  }
  return ranks;
}

void ScatterByContext(ByteView plane, ByteView context, SectionList& sections) {
  const kernels::statistics::Histogram values = CountValues(context);
  ContextRanks classes = RankContexts(values);
  std::array<Counts, kMaxContexts> counts{};
  for (std::size_t i = 0; i < plane.size(); ++i) ++counts[classes[context[i]]][plane[i]];
  const std::size_t used = MergeClasses(counts, classes);
  const MutableBytes map = sections.Add(classes.size());
  std::array<std::uint8_t*, kMaxContexts> to{};
  for (std::size_t k = 0; k < used; ++k) {
    std::size_t size = 0;
    for (const std::uint32_t count : counts[k]) size += count;
    to[k] = sections.Add(size).data();
  }
  if (!sections.ok()) return;
  std::ranges::copy(classes, map.begin());
  for (std::size_t i = 0; i < plane.size(); ++i) *to[classes[context[i]]]++ = plane[i];
}

bool GatherByContext(std::span<const ByteView>& sections, ByteView context,
                     MutableBytes plane) noexcept {
  if (sections.empty() || sections[0].size() != 256) return false;
  ContextRanks classes;
  std::ranges::copy(sections[0], classes.begin());
  const std::size_t used = std::size_t{*std::ranges::max_element(classes)} + 1;
  if (used > kMaxContexts || sections.size() <= used) return false;
  const kernels::statistics::Histogram values = CountValues(context);
  std::array<std::size_t, kMaxContexts> sizes{};
  for (std::size_t v = 0; v < 256; ++v) sizes[classes[v]] += values[v];
  std::array<const std::uint8_t*, kMaxContexts> from{};
  for (std::size_t k = 0; k < used; ++k) {
    if (sections[k + 1].size() != sizes[k]) return false;
    from[k] = sections[k + 1].data();
  }
  kernels::records::GatherClasses(context.data(), plane.size(), classes,
                                  std::span(from).first(used), plane.data());
  sections = sections.subspan(used + 1);
  return true;
}

}  // namespace sigma::records
