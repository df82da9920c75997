#include "benchmarks/kernels/mixed_bytes.h"
#include "kernels/statistics/shannon.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels::statistics;

const bool registered[] = {
    AddOnMixedBytes("shannon", {4 << 10, 1 << 20},  // one histogram of so many bytes
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
};

}  // namespace
}  // namespace sigma::benchmarks
