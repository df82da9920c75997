#include <algorithm>
#include <cstdint>
#include <vector>

#include "benchmarks/kernels/mixed_bytes.h"
#include "kernels/statistics/runs.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels::statistics;

const bool registered[] = {
    AddOnMixedBytes("measure_runs", kSizes, [](View view) { return MeasureRuns(view).covered; }),
    AddOnMixedBytes("measure_runs_of_eight", kSizes,
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
    AddOnMixedBytes("repeated_prefix", kSizes,
                    [](View view) {
                      static std::vector<std::uint8_t> same;
                      if (same.size() != view.size()) same.assign(view.size(), 5);
                      return RepeatedPrefix(same, 1);
                    }),
};

}  // namespace
}  // namespace sigma::benchmarks
