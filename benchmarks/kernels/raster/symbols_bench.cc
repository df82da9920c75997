#include <array>
#include <cstdint>
#include <vector>

#include "benchmarks/kernels/raster/lanes.h"
#include "kernels/raster/symbols.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels::raster;

// Six sections, magnitudes of which a few are large.
constexpr std::uint16_t kLimits[] = {16, 40, 88, 184, 376};

bool AddSymbols() {
  AddPerTarget(
      {"kernels/raster_gather", {1024, 16384}, [](benchmark::State& state, std::size_t size) {
         Rows rows(size / 2 + kSymbolStep);
         for (std::uint16_t& lane : rows.now) lane >>= 4;
         const std::vector<std::uint8_t> section(rows.count + 2 * kSymbolStep);
         std::vector<std::uint8_t> symbols(rows.count);
         for (auto _ : state) {
           std::array<Cursor, std::size(kLimits) + 1> cursors;
           cursors.fill({section.data(), section.data() + rows.count});
           Gather(rows.now.data() + kMargin, rows.now.data() + kMargin, size / 2, kLimits, cursors,
                  symbols.data());
           benchmark::ClobberMemory();
         }
       }});
  return AddPerTarget(
      {"kernels/raster_scatter", {1024, 16384}, [](benchmark::State& state, std::size_t size) {
         Rows rows(size / 2 + kSymbolStep);
         std::vector<std::uint8_t> sections(rows.count);
         for (std::size_t i = 0; i < rows.count; ++i) {
           sections[i] = static_cast<std::uint8_t>(rows.now[i] % (std::size(kLimits) + 1));
         }
         const std::vector<std::uint8_t> symbols(rows.count);
         std::array<std::vector<std::uint8_t>, std::size(kLimits) + 1> to;
         for (auto& section : to) section.resize(rows.count + kSymbolStep);
         for (auto _ : state) {
           std::array<Target, std::size(kLimits) + 1> targets;
           for (std::size_t k = 0; k < targets.size(); ++k)
             targets[k] = {to[k].data(), to[k].data() + to[k].size()};
           Scatter(sections.data(), size / 2, symbols.data(), targets);
           benchmark::ClobberMemory();
         }
       }});
}

const bool registered[] = {
    AddOnRows("unfold",
              [](Rows& rows) {
                Unfold(reinterpret_cast<const std::uint8_t*>(rows.now.data()), rows.count,
                       rows.out.data(), rows.out2.data());
              }),
    AddOnRows("escapes",
              [](Rows& rows) {
                benchmark::DoNotOptimize(
                    Escapes(reinterpret_cast<const std::uint8_t*>(rows.now.data()), rows.count, 250,
                            rows.out.data()));
              }),
    AddOnRows("contexts",
              [](Rows& rows) {
                Contexts(rows.now.data() + kMargin, rows.above.data() + kMargin, rows.count,
                         kLimits, 0, reinterpret_cast<std::uint8_t*>(rows.out.data()));
              }),
    AddSymbols(),
};

}  // namespace
}  // namespace sigma::benchmarks
