// The classification kernels on bytes of middling entropy.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/per_target.h"
#include "kernels/branches.h"
#include "kernels/histogram.h"
#include "kernels/match_density.h"
#include "kernels/period.h"
#include "kernels/period_search.h"
#include "kernels/runs.h"
#include "kernels/shannon.h"
#include "kernels/text_density.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels;
using View = std::span<const std::uint8_t>;

// Text-like: 64 symbols, the low ones more often, a few bytes above ASCII, lines of 64 bytes.
std::vector<std::uint8_t> Mixed(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  std::uint32_t seed = 1;
  for (std::size_t i = 0; i < size; ++i) {
    seed = seed * 1664525 + 1013904223;
    const std::uint32_t high = seed >> 24;
    bytes[i] = static_cast<std::uint8_t>(high < 4   ? 0xC2 + high
                                         : high < 8 ? '\n'
                                                    : 32 + (high & (seed >> 16) & 63));
  }
  return bytes;
}

const std::vector<std::size_t> kSizes = {4 << 10, 64 << 10, 1 << 20, 16 << 20};

template <typename Body>
bool Add(const std::string& name, std::vector<std::size_t> sizes, Body body) {
  return AddPerTarget(
      {"kernels/" + name, std::move(sizes), [body](benchmark::State& state, std::size_t size) {
         const std::vector<std::uint8_t> bytes = Mixed(size);
         for (auto _ : state) {
           benchmark::DoNotOptimize(body(View(bytes)));
           benchmark::ClobberMemory();
         }
       }});
}

bool AddHistograms(std::size_t width) {
  const std::string bits = std::to_string(8 * width);
  return Add("count_differences" + bits, kSizes, [=](View view) {
    static WordHistograms counts{};
    CountDifferences(view, width, counts);
    return counts[0][0];
  });
}

// Windows as the classifier spreads them: a hundredth of the source.
std::vector<Stretch> Spread(std::size_t size) {
  std::vector<Stretch> windows;
  for (std::size_t i = 0; i < 32; ++i) windows.push_back({i * (size / 32), size / 32 / 100 + 16});
  return windows;
}

const bool registered[] = {
    Add("count_bytes", kSizes,
        [](View view) {
          static WordHistograms counts{};
          CountBytes(view, counts);
          return counts[0][0];
        }),
    AddHistograms(1),
    AddHistograms(2),
    AddHistograms(4),
    AddHistograms(8),
    Add("shannon", {4 << 10, 1 << 20},  // one histogram of so many bytes
        [](View view) {
          static std::size_t counted = 0;
          static Histogram counts{};
          if (counted != view.size()) {
            WordHistograms words{};
            CountBytes(view, words);
            counts = FoldPlane(words, 1, 0);
            counted = view.size();
          }
          return ShannonBits(counts);
        }),
    Add("measure_runs", kSizes, [](View view) { return MeasureRuns(view).covered; }),
    Add("measure_runs_of_eight", kSizes,
        [](View view) {
          static std::vector<std::uint8_t> runs;
          if (runs.size() != view.size()) {
            runs.resize(view.size());
            std::size_t at = 0;
            for (std::size_t k = 0; at < runs.size(); ++k) {
              const std::size_t end = std::min(runs.size(), at + 5 + view[k] % 8);
              while (at < end) runs[at++] = static_cast<std::uint8_t>(k);
            }
          }
          return MeasureRuns(runs).covered;
        }),
    Add("repeated_prefix", kSizes,
        [](View view) {
          static std::vector<std::uint8_t> same;
          if (same.size() != view.size()) same.assign(view.size(), 5);
          return RepeatedPrefix(same, 1);
        }),
    Add("count_equal_distances", {4096 + 8 * 31 * 7},
        [](View view) {
          static std::array<std::uint8_t, 4096> counts;
          std::array<std::uint32_t, 248> positions;
          for (std::uint32_t i = 0; i < 248; ++i) positions[i] = 4096 + 7 * i;
          CountEqualDistances(view, positions, counts);
          return counts[0];
        }),
    Add("count_equal_at", kSizes,
        [](View view) { return CountEqualAt(view, 13, view.size(), 13); }),
    Add("count_branches", {4 << 10, 1 << 20}, [](View view) { return CountBranches(view).x86; }),
    Add("find_period", {64 << 10, 1 << 20, 16 << 20},
        [](View view) {
          static std::vector<Stretch> windows;
          windows = Spread(view.size());
          return FindPeriod(view, windows, {}).distance;
        }),
    Add("count_matched", {4 << 10, 64 << 10},
        [](View view) {
          static std::array<std::uint16_t, kMatchTableEntries> table;
          return CountMatched(view, table);
        }),
    Add("count_text", kSizes, [](View view) { return CountText(view); }),
};

}  // namespace
}  // namespace sigma::benchmarks
