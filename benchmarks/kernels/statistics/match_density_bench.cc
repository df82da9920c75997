#include <array>
#include <cstdint>

#include "benchmarks/kernels/mixed_bytes.h"
#include "kernels/statistics/match_density.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels::statistics;

const bool registered[] = {
    AddOnMixedBytes("count_matched", {4 << 10, 64 << 10},
                    [](View view) {
                      static std::array<std::uint16_t, kMatchTableEntries> table;
                      return CountMatched(view, table);
                    }),
};

}  // namespace
}  // namespace sigma::benchmarks
