#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/per_target.h"
#include "kernels/raster/samples.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels::raster;

bool AddSamples(const std::string& name, const SampleKind& kind) {
  const auto add = [&](const std::string& direction, auto body) {
    return AddPerTarget({"kernels/raster_" + direction + name,
                         {16384},
                         [kind, body](benchmark::State& state, std::size_t size) {
                           const std::size_t pixels = size / (kind.wide ? 2 : 1) / kind.channels;
                           std::vector<std::uint8_t> bytes(size);
                           std::vector<std::uint16_t> lanes(pixels * kind.channels);
                           Planes planes{};
                           for (std::size_t c = 0; c < kind.channels; ++c) {
                             planes[c] = lanes.data() + c * pixels;
                           }
                           for (auto _ : state) {
                             body(bytes.data(), pixels, kind, planes);
                             benchmark::ClobberMemory();
                           }
                         }});
  };
  add("load_", [](std::uint8_t* bytes, std::size_t pixels, const SampleKind& of,
                  const Planes& planes) { LoadSamples(bytes, pixels, of, planes); });
  return add("store_", [](std::uint8_t* bytes, std::size_t pixels, const SampleKind& of,
                          const Planes& planes) { StoreSamples(planes, pixels, of, bytes); });
}

const bool registered[] = {
    AddSamples("8", {1, false, false, 0}),
    AddSamples("8x3", {3, false, false, 0}),
    AddSamples("16", {1, true, false, 0}),
    AddSamples("16x4be", {4, true, true, 0}),
};

}  // namespace
}  // namespace sigma::benchmarks
