#include <string>

#include "benchmarks/kernels/mixed_bytes.h"
#include "kernels/statistics/histogram.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels::statistics;

bool AddHistograms(std::size_t width) {
  const std::string bits = std::to_string(8 * width);
  return AddOnMixedBytes("count_differences" + bits, kSizes, [=](View view) {
    static WordHistograms counts{};
    CountDifferences(view, width, counts);
    return counts[0][0];
  });
}

const bool registered[] = {
    AddOnMixedBytes("count_bytes", kSizes,
                    [](View view) {
                      static WordHistograms counts{};
                      CountBytes(view, counts);
                      return counts[0][0];
                    }),
    AddHistograms(1),
    AddHistograms(2),
    AddHistograms(4),
    AddHistograms(8),
};

}  // namespace
}  // namespace sigma::benchmarks
