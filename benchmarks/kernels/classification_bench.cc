// The classification kernels on bytes of middling entropy.
#include <array>
#include <cstdint>
#include <vector>

#include "benchmarks/per_target.h"
#include "kernels/histogram.h"
#include "kernels/match_density.h"
#include "kernels/period.h"
#include "kernels/runs.h"
#include "kernels/shannon.h"
#include "kernels/text_density.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels;
using View = std::span<const std::uint8_t>;

// Text-like: 64 symbols, the low ones more often, a few bytes above ASCII, a few repeats.
std::vector<std::uint8_t> Mixed(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  std::uint32_t seed = 1;
  for (std::size_t i = 0; i < size; ++i) {
    seed = seed * 1664525 + 1013904223;
    const std::uint32_t high = seed >> 24;
    bytes[i] = static_cast<std::uint8_t>(high < 4 ? 0xC2 + high : 48 + (high & (seed >> 16) & 63));
  }
  return bytes;
}

template <typename Body>
bool Add(const char* name, std::vector<std::size_t> sizes, Body body) {
  return AddPerTarget({std::string("kernels/") + name, std::move(sizes),
                       [body](benchmark::State& state, std::size_t size) {
                         const std::vector<std::uint8_t> bytes = Mixed(size);
                         for (auto _ : state) {
                           benchmark::DoNotOptimize(body(View(bytes)));
                           benchmark::ClobberMemory();
                         }
                       }});
}

const bool registered[] = {
    Add("count_bytes", {2048, 16384},
        [](View view) {
          static WordHistograms counts{};
          CountBytes(view, counts);
          return counts[0][0];
        }),
    Add("count_differences16", {2048, 16384},
        [](View view) {
          static WordHistograms counts{};
          CountDifferences(view, 2, counts);
          return counts[0][0];
        }),
    Add("fold_and_shannon", {2048, 16384},
        [](View view) {
          static WordHistograms counts{};
          if (counts[0][48] == 0) CountBytes(view, counts);
          return ShannonBits(FoldPlane(counts, 2, 1));
        }),
    Add("measure_runs", {2048, 16384}, [](View view) { return MeasureRuns(view).covered; }),
    Add("repeated_prefix", {16384, 1 << 20},
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
    Add("count_equal_at", {2048, 16384},
        [](View view) { return CountEqualAt(view, 13, view.size(), 13); }),
    Add("count_matched", {16384, 32768},
        [](View view) {
          static std::array<std::uint16_t, kMatchTableEntries> table;
          return CountMatched(view, table);
        }),
    Add("count_text", {2048, 16384}, [](View view) { return CountText(view); }),
};

}  // namespace
}  // namespace sigma::benchmarks
