// The row loops of RASTER on rows of 16-bit samples.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/per_target.h"
#include "kernels/raster.h"
#include "kernels/raster_samples.h"
#include "kernels/raster_symbols.h"

namespace sigma::benchmarks {
namespace {

constexpr std::size_t kMargin = kernels::kRasterReach;
using kernels::RasterPredictor;

struct Rows {
  explicit Rows(std::size_t samples)
      : count(samples), now(Lanes(1)), above(Lanes(2)), out(Lanes(3)), out2(Lanes(4)) {}
  [[nodiscard]] std::vector<std::uint16_t> Lanes(std::uint32_t seed) const {
    std::vector<std::uint16_t> lanes(count + 2 * kMargin);
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
    kernels::RasterResiduals(rows.now.data() + kMargin, rows.above.data() + kMargin, rows.count, 1,
                             predictor, rows.out.data());
  });
  return AddPerTarget({"kernels/raster_restore_" + name,
                       {16384, 262144},
                       [predictor](benchmark::State& state, std::size_t size) {
                         const std::size_t count = size / 2 / kernels::kRasterGroup;
                         const Rows rows(size / 2 + 2 * kernels::kRasterGroup * kMargin);
                         const Rows above(count);
                         std::vector<std::uint16_t> samples = rows.now;
                         for (auto _ : state) {
                           kernels::RasterRestore(samples.data() + kMargin, count + 2 * kMargin,
                                                  above.above.data() + kMargin, count, predictor,
                                                  16);
                           benchmark::ClobberMemory();
                         }
                       }});
}

// Six sections, magnitudes of which a few are large.
constexpr std::uint16_t kLimits[] = {16, 40, 88, 184, 376};

bool AddSymbols() {
  AddPerTarget(
      {"kernels/raster_gather", {1024, 16384}, [](benchmark::State& state, std::size_t size) {
         Rows rows(size / 2 + kernels::kRasterStep);
         for (std::uint16_t& lane : rows.now) lane >>= 4;
         const std::vector<std::uint8_t> section(rows.count + 2 * kernels::kRasterStep);
         std::vector<std::uint8_t> symbols(rows.count);
         for (auto _ : state) {
           std::array<kernels::RasterCursor, std::size(kLimits) + 1> cursors;
           cursors.fill({section.data(), section.data() + rows.count});
           kernels::RasterGather(rows.now.data() + kMargin, rows.now.data() + kMargin, size / 2,
                                 kLimits, cursors, symbols.data());
           benchmark::ClobberMemory();
         }
       }});
  return AddPerTarget(
      {"kernels/raster_scatter", {1024, 16384}, [](benchmark::State& state, std::size_t size) {
         Rows rows(size / 2 + kernels::kRasterStep);
         std::vector<std::uint8_t> sections(rows.count);
         for (std::size_t i = 0; i < rows.count; ++i) {
           sections[i] = static_cast<std::uint8_t>(rows.now[i] % (std::size(kLimits) + 1));
         }
         const std::vector<std::uint8_t> symbols(rows.count);
         std::array<std::vector<std::uint8_t>, std::size(kLimits) + 1> to;
         for (auto& section : to) section.resize(rows.count + kernels::kRasterStep);
         for (auto _ : state) {
           std::array<kernels::RasterTarget, std::size(kLimits) + 1> targets;
           for (std::size_t k = 0; k < targets.size(); ++k)
             targets[k] = {to[k].data(), to[k].data() + to[k].size()};
           kernels::RasterScatter(sections.data(), size / 2, symbols.data(), targets);
           benchmark::ClobberMemory();
         }
       }});
}

bool AddSamples(const std::string& name, const kernels::RasterSampleKind& kind) {
  const auto add = [&](const std::string& direction, auto body) {
    return AddPerTarget({"kernels/raster_" + direction + name,
                         {16384},
                         [kind, body](benchmark::State& state, std::size_t size) {
                           const std::size_t pixels = size / (kind.wide ? 2 : 1) / kind.channels;
                           std::vector<std::uint8_t> bytes(size);
                           std::vector<std::uint16_t> lanes(pixels * kind.channels);
                           kernels::RasterPlanes planes{};
                           for (std::size_t c = 0; c < kind.channels; ++c) {
                             planes[c] = lanes.data() + c * pixels;
                           }
                           for (auto _ : state) {
                             body(bytes.data(), pixels, kind, planes);
                             benchmark::ClobberMemory();
                           }
                         }});
  };
  add("load_", [](std::uint8_t* bytes, std::size_t pixels, const kernels::RasterSampleKind& of,
                  const kernels::RasterPlanes& planes) {
    kernels::RasterLoadSamples(bytes, pixels, of, planes);
  });
  return add("store_",
             [](std::uint8_t* bytes, std::size_t pixels, const kernels::RasterSampleKind& of,
                const kernels::RasterPlanes& planes) {
               kernels::RasterStoreSamples(planes, pixels, of, bytes);
             });
}

const bool registered[] = {
    AddSamples("8", {1, false, false, 0}),
    AddSamples("8x3", {3, false, false, 0}),
    AddSamples("16", {1, true, false, 0}),
    AddSamples("16x4be", {4, true, true, 0}),
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
          kernels::RasterUnfold(reinterpret_cast<const std::uint8_t*>(rows.now.data()), rows.count,
                                rows.out.data(), rows.out2.data());
        }),
    Add("escapes",
        [](Rows& rows) {
          benchmark::DoNotOptimize(
              kernels::RasterEscapes(reinterpret_cast<const std::uint8_t*>(rows.now.data()),
                                     rows.count, 250, rows.out.data()));
        }),
    Add("contexts",
        [](Rows& rows) {
          kernels::RasterContexts(rows.now.data() + kMargin, rows.above.data() + kMargin,
                                  rows.count, kLimits, 0,
                                  reinterpret_cast<std::uint8_t*>(rows.out.data()));
        }),
    AddSymbols(),
    Add("cost",
        [](Rows& rows) {
          benchmark::DoNotOptimize(kernels::RasterCost(rows.now.data(), rows.count, 16));
        }),
};

}  // namespace
}  // namespace sigma::benchmarks
