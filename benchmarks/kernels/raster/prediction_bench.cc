#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/kernels/raster/lanes.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels::raster;

bool AddPredictor(const std::string& name, Predictor predictor) {
  AddOnRows("residuals_" + name, [predictor](Rows& rows) {
    Residuals(rows.now.data() + kMargin, rows.above.data() + kMargin, rows.count, 1, predictor,
              rows.out.data());
  });
  return AddPerTarget({"kernels/raster_restore_" + name,
                       {16384, 262144},
                       [predictor](benchmark::State& state, std::size_t size) {
                         const std::size_t count = size / 2 / kGroup;
                         const Rows rows(size / 2 + 2 * kGroup * kMargin);
                         const Rows above(count);
                         std::vector<std::uint16_t> samples = rows.now;
                         for (auto _ : state) {
                           Restore(samples.data() + kMargin, count + 2 * kMargin,
                                   above.above.data() + kMargin, count, predictor, 16);
                           benchmark::ClobberMemory();
                         }
                       }});
}

const bool registered[] = {
    AddPredictor("left", Predictor::kLeft),
    AddPredictor("up", Predictor::kUp),
    AddPredictor("gradient", Predictor::kGradient),
    AddPredictor("tempered", Predictor::kTempered),
    AddPredictor("average", Predictor::kAverage),
    AddPredictor("median", Predictor::kMedian),
    AddOnRows("fold",
              [](Rows& rows) {
                Fold(rows.now.data(), rows.count, 16, rows.out.data(), rows.out2.data());
              }),
    AddOnRows("cost",
              [](Rows& rows) { benchmark::DoNotOptimize(Cost(rows.now.data(), rows.count, 16)); }),
};

}  // namespace
}  // namespace sigma::benchmarks
