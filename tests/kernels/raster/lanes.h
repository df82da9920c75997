// Rows of samples for the tests of the raster kernels.
#ifndef SIGMA_TESTS_KERNELS_RASTER_LANES_H_
#define SIGMA_TESTS_KERNELS_RASTER_LANES_H_

#include <cstdint>
#include <random>
#include <vector>

#include "kernels/raster/prediction.h"

namespace sigma::kernels::raster {

using Lanes = std::vector<std::uint16_t>;

inline constexpr std::size_t kMargin = kReach;

// Rows with a margin on both sides.
inline Lanes RandomLanes(std::size_t size, unsigned bits, unsigned seed) {
  std::mt19937 random(seed);
  Lanes lanes(size + 2 * kMargin);
  for (std::uint16_t& lane : lanes) {
    lane = static_cast<std::uint16_t>(random() % (random() % 2 == 0 ? 16 : 65536) &
                                      ((1u << bits) - 1));
  }
  return lanes;
}

}  // namespace sigma::kernels::raster

#endif  // SIGMA_TESTS_KERNELS_RASTER_LANES_H_
