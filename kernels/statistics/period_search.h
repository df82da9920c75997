// The period of a stretch of bytes: the distance at which bytes equal the ones before most often,
// as the records of a table or the rows of an image have it.
//
// Found by sampled autocorrelation: `probes` bytes are compared at every distance up to `farthest`
// at once, and the distances that stand out are counted on the windows, with the divisors of the
// best one. Depends on the bytes and the arguments alone. No allocation, 5 KiB of stack; safe from
// any thread.
//
// Cost on AVX2 (Zen 5): 0.03 cycles per probe and distance (5 µs for 160 probes and 4096
// distances), and 0.05 cycles per byte of the windows and candidate, at most 32.
#ifndef SIGMA_KERNELS_STATISTICS_PERIOD_SEARCH_H_
#define SIGMA_KERNELS_STATISTICS_PERIOD_SEARCH_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace sigma::kernels::statistics {

inline constexpr std::size_t kMaxPeriod = 4096;
inline constexpr std::size_t kMaxProbes = 248;

// Bytes begin … begin + size − 1 of the source.
struct Stretch {
  std::size_t begin = 0;
  std::size_t size = 0;
};

struct PeriodSearch {
  std::size_t farthest = kMaxPeriod;  // at most kMaxPeriod and half of the source
  std::size_t probes = 160;           // at most kMaxProbes
};

struct Period {
  std::uint32_t distance = 0;  // 2 … farthest, 0 if none stands out
  std::uint32_t density = 0;   // bytes of the windows equal to the one a period before, in 1/256
                               // (256 only if that holds for all)
};

[[nodiscard]] Period FindPeriod(std::span<const std::uint8_t> source,
                                std::span<const Stretch> windows, PeriodSearch search) noexcept;

}  // namespace sigma::kernels::statistics

#endif  // SIGMA_KERNELS_STATISTICS_PERIOD_SEARCH_H_
