// The row loops of RASTER on rows of 16-bit samples.
#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/per_target.h"
#include "kernels/raster.h"

namespace sigma::benchmarks {
namespace {

using kernels::kRasterMargin;
using kernels::RasterPredictor;

struct Rows {
  explicit Rows(std::size_t samples)
      : count(samples), now(Lanes(1)), above(Lanes(2)), out(Lanes(3)), out2(Lanes(4)) {}
  [[nodiscard]] std::vector<std::uint16_t> Lanes(std::uint32_t seed) const {
    std::vector<std::uint16_t> lanes(count + 2 * kRasterMargin);
    for (std::uint16_t& lane : lanes) {
      seed = seed * 1664525 + 1013904223;
      lane = static_cast<std::uint16_t>(seed >> 22);
    }
    return lanes;
  }
  std::size_t count;
  std::vector<std::uint16_t> now, above, out, out2;
};

template <typename Body>
bool Add(const std::string& name, Body body) {
  return AddPerTarget(
      {"kernels/raster_" + name, {1024, 16384}, [body](benchmark::State& state, std::size_t size) {
         Rows rows(size / 2);
         for (auto _ : state) {
           body(rows);
           benchmark::ClobberMemory();
         }
       }});
}

bool AddPredictor(const std::string& name, RasterPredictor predictor) {
  Add("residuals_" + name, [predictor](Rows& rows) {
    kernels::RasterResiduals(rows.now.data() + kRasterMargin, rows.above.data() + kRasterMargin,
                             rows.count, 1, predictor, rows.out.data());
  });
  return Add("restore_" + name, [predictor](Rows& rows) {
    kernels::RasterRestore(rows.now.data(), rows.above.data() + kRasterMargin, rows.count, 1,
                           predictor, 16, rows.out.data() + kRasterMargin);
  });
}

const bool registered[] = {
    AddPredictor("left", RasterPredictor::kLeft),
    AddPredictor("up", RasterPredictor::kUp),
    AddPredictor("gradient", RasterPredictor::kGradient),
    AddPredictor("tempered", RasterPredictor::kTempered),
    AddPredictor("average", RasterPredictor::kAverage),
    AddPredictor("median", RasterPredictor::kMedian),
    Add("fold",
        [](Rows& rows) {
          kernels::RasterFold(rows.now.data(), rows.count, 16, rows.out.data(), rows.out2.data());
        }),
    Add("unfold",
        [](Rows& rows) {
          kernels::RasterUnfold(rows.now.data(), rows.count, rows.out.data(), rows.out2.data());
        }),
    Add("contexts",
        [](Rows& rows) {
          kernels::RasterContexts(rows.now.data() + kRasterMargin,
                                  rows.above.data() + kRasterMargin, rows.count, 1,
                                  reinterpret_cast<std::uint8_t*>(rows.out.data()));
        }),
    Add("cost",
        [](Rows& rows) {
          benchmark::DoNotOptimize(kernels::RasterCost(rows.now.data(), rows.count, 16));
        }),
};

}  // namespace
}  // namespace sigma::benchmarks
