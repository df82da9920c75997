// The row loops of 2-D prediction: samples of 8 or 16 bits in rows of 16-bit lanes, predicted from
// the sample `channels` before (W), the one above (N) and the one before that (NW).
//
// All arithmetic is modulo 2^16; codes and samples of 8 bits are reduced modulo 2^8. Every function
// works on `count` samples; what it may read in front of or behind a row is said with it. No
// allocation; safe from any thread; the same results on every target.
//
// Cost on AVX-512 (Zen 5), ns a sample: residuals 0.04–0.15, folding 0.05, contexts 0.12; restoring
// left and gradient 0.15, up 0.04, average 1.2, tempered 1.9, median 3.3 (each sample waits for the
// one before).
#ifndef SIGMA_KERNELS_RASTER_H_
#define SIGMA_KERNELS_RASTER_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace sigma::kernels {

enum class RasterPredictor : std::uint8_t {
  kLeft,      // W
  kUp,        // N
  kGradient,  // W + N − NW
  kTempered,  // (3·(W + N) − 2·NW + 2) >> 2: the gradient with half the noise
  kAverage,   // (W + N) >> 1
  kMedian,    // the median of W, N and W + N − NW (Martucci 1990)
};
inline constexpr std::size_t kRasterPredictors = 6;
inline constexpr std::size_t kMaxRasterChannels = 4;
// Readable samples in front of and behind the rows of magnitudes.
inline constexpr std::size_t kRasterMargin = 2 * kMaxRasterChannels;
// Contexts: two an octave of what the rows above left.
inline constexpr std::size_t kRasterContexts = 24;

// residuals[i] = row[i] − prediction. `channels` samples before `row` and `above` are read.
void RasterResiduals(const std::uint16_t* row, const std::uint16_t* above, std::size_t count,
                     std::size_t channels, RasterPredictor predictor,
                     std::uint16_t* residuals) noexcept;

// The inverse. `channels` samples before `row` are read, those of the row restored.
void RasterRestore(const std::uint16_t* residuals, const std::uint16_t* above, std::size_t count,
                   std::size_t channels, RasterPredictor predictor, unsigned bits,
                   std::uint16_t* row) noexcept;

// Residuals of `bits` bits (8 or 16) as codes 0, −1, 1, −2, … → 0, 1, 2, 3, …, and their
// magnitudes, at most 2047.
void RasterFold(const std::uint16_t* residuals, std::size_t count, unsigned bits,
                std::uint16_t* codes, std::uint16_t* magnitudes) noexcept;
// The inverse, from codes below 2^bits.
void RasterUnfold(const std::uint16_t* codes, std::size_t count, std::uint16_t* residuals,
                  std::uint16_t* magnitudes) noexcept;

// The context of each sample: half octaves of the weighted magnitudes around it in the row above
// and the one above that. kRasterMargin samples around the rows are read.
void RasterContexts(const std::uint16_t* above, const std::uint16_t* above2, std::size_t count,
                    std::size_t channels, std::uint8_t* contexts) noexcept;

// About 256 · Σ log2(|residual| + 1), for comparisons.
[[nodiscard]] std::uint64_t RasterCost(const std::uint16_t* residuals, std::size_t count,
                                       unsigned bits) noexcept;

// sums[k] += Σ |row[i] − row[i − k]| over `count` samples, modulo 2^16; sums.size() − 1 samples
// before `row` are read.
void RasterDistances(const std::uint16_t* row, std::size_t count,
                     std::span<std::uint16_t> sums) noexcept;

}  // namespace sigma::kernels

#endif  // SIGMA_KERNELS_RASTER_H_
