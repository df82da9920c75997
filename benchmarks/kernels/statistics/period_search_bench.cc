#include <vector>

#include "benchmarks/kernels/mixed_bytes.h"
#include "kernels/statistics/period_search.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels::statistics;

// Windows as the classifier spreads them: a hundredth of the source.
std::vector<Stretch> Spread(std::size_t size) {
  std::vector<Stretch> windows;
  for (std::size_t i = 0; i < 32; ++i) windows.push_back({i * (size / 32), size / 32 / 100 + 16});
  return windows;
}

const bool registered[] = {
    AddOnMixedBytes("find_period", {64 << 10, 1 << 20, 16 << 20},
                    [](View view) {
                      static std::vector<Stretch> windows;
                      windows = Spread(view.size());
                      return FindPeriod(view, windows, {}).distance;
                    }),
};

}  // namespace
}  // namespace sigma::benchmarks
