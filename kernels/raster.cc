// Plain loops over arrays that do not overlap: the compiler turns them into vectors of each target.
// Only the prefix sums are spelt out. The one use of floating point is the conversion of integers
// below 2^24, which is exact: its bits are a logarithm, linear between the powers of two (Mitchell
// 1962).
#include "kernels/raster.h"

#include <algorithm>
#include <array>
#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/raster.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// After highway.h, which defines what it toggles on.
#include "kernels/prefix_sum-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <RasterPredictor kPredictor>
HWY_INLINE int Predict(int w, int n, int nw) {
  switch (kPredictor) {
    case RasterPredictor::kLeft:
      return w;
    case RasterPredictor::kUp:
      return n;
    case RasterPredictor::kGradient:
      return w + n - nw;
    case RasterPredictor::kTempered:
      return (3 * w + (3 * n - 2 * nw + 2)) >> 2;
    case RasterPredictor::kAverage:
      return (w + n) >> 1;
    case RasterPredictor::kMedian:
      return std::max(std::min(w, n), std::min(std::max(w, n), w + n - nw));
  }
}

template <RasterPredictor kPredictor>
void ResidualsBy(const std::uint16_t* HWY_RESTRICT row, const std::uint16_t* HWY_RESTRICT above,
                 std::size_t count, std::size_t channels, std::uint16_t* HWY_RESTRICT residuals) {
  const std::uint16_t* HWY_RESTRICT left = row - channels;
  const std::uint16_t* HWY_RESTRICT above_left = above - channels;
  for (std::size_t i = 0; i < count; ++i) {
    residuals[i] =
        static_cast<std::uint16_t>(row[i] - Predict<kPredictor>(left[i], above[i], above_left[i]));
  }
}

void ResidualsTarget(const std::uint16_t* row, const std::uint16_t* above, std::size_t count,
                     std::size_t channels, RasterPredictor predictor, std::uint16_t* residuals) {
  using P = RasterPredictor;
  switch (predictor) {
    case P::kLeft:
      return ResidualsBy<P::kLeft>(row, above, count, channels, residuals);
    case P::kUp:
      return ResidualsBy<P::kUp>(row, above, count, channels, residuals);
    case P::kGradient:
      return ResidualsBy<P::kGradient>(row, above, count, channels, residuals);
    case P::kTempered:
      return ResidualsBy<P::kTempered>(row, above, count, channels, residuals);
    case P::kAverage:
      return ResidualsBy<P::kAverage>(row, above, count, channels, residuals);
    case P::kMedian:
      return ResidualsBy<P::kMedian>(row, above, count, channels, residuals);
  }
}

// What is linear in W with weight 1: vector prefix sums of residual + prediction − W.
template <bool kGradient>
std::size_t RestoreSums(const std::uint16_t* HWY_RESTRICT residuals,
                        const std::uint16_t* HWY_RESTRICT above, std::size_t count,
                        std::uint16_t mask, std::uint16_t* HWY_RESTRICT row) {
  std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const Tag16<std::uint16_t> d;
  const auto keep = hn::Set(d, mask);
  auto carry = hn::Set(d, row[-1]);
  for (; i + 8 <= count; i += 8) {
    auto step = hn::LoadU(d, residuals + i);
    if constexpr (kGradient) {
      step = hn::Add(step, hn::Sub(hn::LoadU(d, above + i), hn::LoadU(d, above + i - 1)));
    }
    hn::StoreU(hn::And(AddPrefix<SumOp, 2>(d, step, carry), keep), d, row + i);
  }
#else
  (void)residuals, (void)above, (void)count, (void)mask, (void)row;
#endif
  return i;
}

template <RasterPredictor kPredictor, std::size_t kChannels>
void RestoreBy(const std::uint16_t* HWY_RESTRICT residuals, const std::uint16_t* HWY_RESTRICT above,
               std::size_t count, std::uint16_t mask, std::uint16_t* HWY_RESTRICT row) {
  std::size_t i = 0;
  if constexpr (kChannels == 1 && (kPredictor == RasterPredictor::kLeft ||
                                   kPredictor == RasterPredictor::kGradient)) {
    i = RestoreSums<kPredictor == RasterPredictor::kGradient>(residuals, above, count, mask, row);
  }
  if constexpr (kPredictor == RasterPredictor::kUp) {
    for (; i < count; ++i) row[i] = static_cast<std::uint16_t>((above[i] + residuals[i]) & mask);
    return;
  }
  // W and NW of each channel in registers.
  int w[kChannels];
  int nw[kChannels];
  const std::uint16_t* const left = row + i - kChannels;
  const std::uint16_t* const above_left = above + i - kChannels;
  for (std::size_t c = 0; c < kChannels; ++c) {
    w[c] = left[c];
    nw[c] = above_left[c];
  }
  for (; i + kChannels <= count; i += kChannels) {
    for (std::size_t c = 0; c < kChannels; ++c) {
      const int n = above[i + c];
      w[c] = (Predict<kPredictor>(w[c], n, nw[c]) + residuals[i + c]) & mask;
      nw[c] = n;
      row[i + c] = static_cast<std::uint16_t>(w[c]);
    }
  }
  for (std::size_t c = 0; i < count; ++i, ++c) {
    row[i] = static_cast<std::uint16_t>(
        (Predict<kPredictor>(w[c], above[i], nw[c]) + residuals[i]) & mask);
  }
}

template <std::size_t kChannels>
void RestoreChannels(const std::uint16_t* residuals, const std::uint16_t* above, std::size_t count,
                     RasterPredictor predictor, std::uint16_t mask, std::uint16_t* row) {
  using P = RasterPredictor;
  switch (predictor) {
    case P::kLeft:
      return RestoreBy<P::kLeft, kChannels>(residuals, above, count, mask, row);
    case P::kUp:
      return RestoreBy<P::kUp, kChannels>(residuals, above, count, mask, row);
    case P::kGradient:
      return RestoreBy<P::kGradient, kChannels>(residuals, above, count, mask, row);
    case P::kTempered:
      return RestoreBy<P::kTempered, kChannels>(residuals, above, count, mask, row);
    case P::kAverage:
      return RestoreBy<P::kAverage, kChannels>(residuals, above, count, mask, row);
    case P::kMedian:
      return RestoreBy<P::kMedian, kChannels>(residuals, above, count, mask, row);
  }
}

void RestoreTarget(const std::uint16_t* residuals, const std::uint16_t* above, std::size_t count,
                   std::size_t channels, RasterPredictor predictor, unsigned bits,
                   std::uint16_t* row) {
  const auto mask = static_cast<std::uint16_t>((1u << bits) - 1);
  switch (channels) {
    case 1:
      return RestoreChannels<1>(residuals, above, count, predictor, mask, row);
    case 2:
      return RestoreChannels<2>(residuals, above, count, predictor, mask, row);
    case 3:
      return RestoreChannels<3>(residuals, above, count, predictor, mask, row);
    default:
      return RestoreChannels<4>(residuals, above, count, predictor, mask, row);
  }
}

constexpr std::uint16_t kMostMagnitude = 2047;

HWY_INLINE std::uint16_t Magnitude(std::uint16_t code) {
  return std::min(static_cast<std::uint16_t>((code >> 1) + (code & 1)), kMostMagnitude);
}

void FoldTarget(const std::uint16_t* HWY_RESTRICT residuals, std::size_t count, unsigned bits,
                std::uint16_t* HWY_RESTRICT codes, std::uint16_t* HWY_RESTRICT magnitudes) {
  const unsigned spare = 16 - bits;
  const auto mask = static_cast<std::uint16_t>((1u << bits) - 1);
  for (std::size_t i = 0; i < count; ++i) {
    // The sign fills the lane, so that the code of 8 bits needs no more than a mask.
    const auto shifted = static_cast<std::int16_t>(residuals[i] << spare);
    const auto sign = static_cast<std::uint16_t>(shifted >> 15);
    const auto code = static_cast<std::uint16_t>(((residuals[i] << 1) ^ sign) & mask);
    codes[i] = code;
    magnitudes[i] = Magnitude(code);
  }
}

void UnfoldTarget(const std::uint16_t* HWY_RESTRICT codes, std::size_t count,
                  std::uint16_t* HWY_RESTRICT residuals, std::uint16_t* HWY_RESTRICT magnitudes) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t code = codes[i];
    residuals[i] = static_cast<std::uint16_t>((code >> 1) ^ (0 - (code & 1)));
    magnitudes[i] = Magnitude(code);
  }
}

void ContextsTarget(const std::uint16_t* HWY_RESTRICT above,
                    const std::uint16_t* HWY_RESTRICT above2, std::size_t count,
                    std::size_t channels, std::uint8_t* HWY_RESTRICT contexts) {
  const std::uint16_t* HWY_RESTRICT nw = above - channels;
  const std::uint16_t* HWY_RESTRICT nww = above - 2 * channels;
  const std::uint16_t* HWY_RESTRICT ne = above + channels;
  const std::uint16_t* HWY_RESTRICT nee = above + 2 * channels;
  // Exponent and first bit of the fraction of sum + 8: 0 for sums below 4.
  constexpr unsigned kHalfOctaves = 22;
  constexpr unsigned kZero = (127 + 3) << 1;
  for (std::size_t i = 0; i < count; ++i) {
    const int sum = 4 * above[i] + 2 * (nw[i] + ne[i] + above2[i]) + nww[i] + nee[i];
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(sum + 8));
    contexts[i] = static_cast<std::uint8_t>((bits >> kHalfOctaves) - kZero);
  }
}

std::uint64_t CostTarget(const std::uint16_t* HWY_RESTRICT residuals, std::size_t count,
                         unsigned bits) {
  const unsigned spare = 16 - bits;
  std::uint64_t total = 0;
  constexpr std::size_t kBlock = 4096;  // of sums below 2^13 each
  for (std::size_t begin = 0; begin < count; begin += kBlock) {
    const std::size_t end = std::min(count, begin + kBlock);
    std::uint32_t sum = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const int value = static_cast<std::int16_t>(residuals[i] << spare) >> spare;
      const int magnitude = value < 0 ? -value : value;
      const auto logarithm =
          std::bit_cast<std::uint32_t>(static_cast<float>(magnitude + 1)) - (127u << 23);
      sum += logarithm >> 15;
    }
    total += sum;
  }
  return total;
}

void DistancesTarget(const std::uint16_t* HWY_RESTRICT row, std::size_t count,
                     std::uint16_t* HWY_RESTRICT sums, std::size_t size) {
  // Distances in descending order lie in ascending memory.
  constexpr std::size_t kBlock = 128;
  std::array<std::uint16_t, kBlock> block;
  for (std::size_t end = size; end != 0;) {
    const std::size_t length = std::min(end, kBlock);
    // block[j] is distance end − 1 − j.
    const std::uint16_t* const other = row - (end - 1);
    std::fill_n(block.begin(), kBlock, std::uint16_t{0});
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint16_t a = row[i];
      const std::uint16_t* HWY_RESTRICT b = other + i;
      if (length == kBlock) {
        for (std::size_t j = 0; j < kBlock; ++j) {
          block[j] = static_cast<std::uint16_t>(block[j] + std::max(a, b[j]) - std::min(a, b[j]));
        }
      } else {
        for (std::size_t j = 0; j < length; ++j) {
          block[j] = static_cast<std::uint16_t>(block[j] + std::max(a, b[j]) - std::min(a, b[j]));
        }
      }
    }
    for (std::size_t j = 0; j < length; ++j) {
      sums[end - 1 - j] = static_cast<std::uint16_t>(sums[end - 1 - j] + block[j]);
    }
    end -= length;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels {
HWY_EXPORT(ResidualsTarget);
HWY_EXPORT(RestoreTarget);
HWY_EXPORT(FoldTarget);
HWY_EXPORT(UnfoldTarget);
HWY_EXPORT(ContextsTarget);
HWY_EXPORT(CostTarget);
HWY_EXPORT(DistancesTarget);

void RasterResiduals(const std::uint16_t* row, const std::uint16_t* above, std::size_t count,
                     std::size_t channels, RasterPredictor predictor,
                     std::uint16_t* residuals) noexcept {
  HWY_DYNAMIC_DISPATCH(ResidualsTarget)(row, above, count, channels, predictor, residuals);
}

void RasterRestore(const std::uint16_t* residuals, const std::uint16_t* above, std::size_t count,
                   std::size_t channels, RasterPredictor predictor, unsigned bits,
                   std::uint16_t* row) noexcept {
  HWY_DYNAMIC_DISPATCH(RestoreTarget)(residuals, above, count, channels, predictor, bits, row);
}

void RasterFold(const std::uint16_t* residuals, std::size_t count, unsigned bits,
                std::uint16_t* codes, std::uint16_t* magnitudes) noexcept {
  HWY_DYNAMIC_DISPATCH(FoldTarget)(residuals, count, bits, codes, magnitudes);
}

void RasterUnfold(const std::uint16_t* codes, std::size_t count, std::uint16_t* residuals,
                  std::uint16_t* magnitudes) noexcept {
  HWY_DYNAMIC_DISPATCH(UnfoldTarget)(codes, count, residuals, magnitudes);
}

void RasterContexts(const std::uint16_t* above, const std::uint16_t* above2, std::size_t count,
                    std::size_t channels, std::uint8_t* contexts) noexcept {
  HWY_DYNAMIC_DISPATCH(ContextsTarget)(above, above2, count, channels, contexts);
}

std::uint64_t RasterCost(const std::uint16_t* residuals, std::size_t count,
                         unsigned bits) noexcept {
  return HWY_DYNAMIC_DISPATCH(CostTarget)(residuals, count, bits);
}

void RasterDistances(const std::uint16_t* row, std::size_t count,
                     std::span<std::uint16_t> sums) noexcept {
  HWY_DYNAMIC_DISPATCH(DistancesTarget)(row, count, sums.data(), sums.size());
}

}  // namespace sigma::kernels
#endif  // HWY_ONCE
