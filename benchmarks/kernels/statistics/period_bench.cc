#include <array>
#include <cstdint>

#include "benchmarks/kernels/mixed_bytes.h"
#include "kernels/statistics/period.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels::statistics;

const bool registered[] = {
    AddOnMixedBytes("count_equal_distances", {4096 + 8 * 31 * 7},
                    [](View view) {
                      static std::array<std::uint8_t, 4096> counts;
                      std::array<std::uint32_t, 248> positions;
                      for (std::uint32_t i = 0; i < 248; ++i) positions[i] = 4096 + 7 * i;
                      CountEqualDistances(view, positions, counts);
                      return counts[0];
                    }),
    AddOnMixedBytes("count_equal_at", kSizes,
                    [](View view) { return CountEqualAt(view, 13, view.size(), 13); }),
};

}  // namespace
}  // namespace sigma::benchmarks
