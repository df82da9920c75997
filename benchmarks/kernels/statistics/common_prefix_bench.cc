#include <cstring>

#include "benchmarks/kernels/integers/numbers.h"
#include "kernels/statistics/common_prefix.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels::statistics;

const bool registered = AddOnNumbers("common_prefix", [](View from, Target to) {
  if (to.back() != from.back()) std::memcpy(to.data(), from.data(), from.size());
  benchmark::DoNotOptimize(CommonPrefix(from, to));
});

}  // namespace
}  // namespace sigma::benchmarks
