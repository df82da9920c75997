// Data for the benchmarks of the raster kernels: rows of 16-bit samples.
#ifndef SIGMA_BENCHMARKS_KERNELS_RASTER_LANES_H_
#define SIGMA_BENCHMARKS_KERNELS_RASTER_LANES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/per_target.h"
#include "kernels/raster/prediction.h"

namespace sigma::benchmarks {

inline constexpr std::size_t kMargin = kernels::raster::kReach;

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
bool AddOnRows(const std::string& name, Body body) {
  return AddPerTarget(
      {"kernels/raster_" + name, {1024, 16384}, [body](benchmark::State& state, std::size_t size) {
         Rows rows(size / 2);
         for (auto _ : state) {
           body(rows);
           benchmark::ClobberMemory();
         }
       }});
}

}  // namespace sigma::benchmarks

#endif  // SIGMA_BENCHMARKS_KERNELS_RASTER_LANES_H_
