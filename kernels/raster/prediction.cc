// Plain loops over arrays that do not overlap: the compiler turns them into vectors of each target.
// The one use of floating point is the conversion of integers below 2^24, which is exact: its bits
// are a logarithm, linear between the powers of two (Mitchell 1962).
//
// Restoring is spelt out: a sample waits for the one before it, but not for those of other rows, so
// eight rows are restored at once, row k one sample later than row k − 1 (the wavefront of Lamport
// 1974): lane k of step t is sample t − k of row k. N is then the vector of the step before moved
// up by a lane, NW the N of the step before, W the vector of the step before. Residuals come to
// their diagonals and samples to their rows by transposing blocks of eight lanes of eight rows. The
// steps wait for each other, so two times eight rows take turns, the lower ones two blocks later.
#include "kernels/raster/prediction.h"

#include <algorithm>
#include <array>
#include <bit>

#include "kernels/raster/symbols.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/raster/prediction.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

// The steps of a wave are one piece of code; with the checks of the sanitizers in each of them GCC
// would take minutes over it.
#undef SIGMA_STEP
#ifdef SIGMA_SANITIZED
#define SIGMA_STEP HWY_NOINLINE
#else
#define SIGMA_STEP HWY_INLINE
#endif

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::raster {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Modulo 2^16; arguments and results are below that.
template <Predictor kPredictor>
HWY_INLINE int Predict(int w, int n, int nw) {
  switch (kPredictor) {
    case Predictor::kLeft:
      return w;
    case Predictor::kUp:
      return n;
    case Predictor::kGradient:
      return w + n - nw;
    case Predictor::kTempered:
      return w + n - nw + (static_cast<std::int16_t>(2 * nw - w - n + 2) >> 2);
    case Predictor::kAverage:
      return (w + n) >> 1;
    case Predictor::kMedian:
      return w + n - std::max(std::min(w, n), std::min(std::max(w, n), nw));
  }
}

template <Predictor kPredictor>
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
                     std::size_t channels, Predictor predictor, std::uint16_t* residuals) {
  using P = Predictor;
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

#if HWY_TARGET == HWY_SCALAR

template <Predictor kPredictor, bool kWide>
void RestoreBy(std::uint16_t* rows, std::size_t stride, const std::uint16_t* above,
               std::size_t count) {
  for (std::size_t k = 0; k < kGroup; ++k, above = rows, rows += stride) {
    int w = above[0];
    int nw = w;
    for (std::size_t i = 0; i < count; ++i) {
      const int n = above[i];
      w = (Predict<kPredictor>(w, n, nw) + rows[i]) & (kWide ? 0xFFFF : 0xFF);
      nw = n;
      rows[i] = static_cast<std::uint16_t>(w);
    }
  }
}

#else

constexpr std::size_t kWave = 8;  // rows
using Tag = hn::FixedTag<std::uint16_t, kWave>;
using Vec = hn::Vec<Tag>;

SIGMA_STEP void Transpose(Vec& a, Vec& b, Vec& c, Vec& d, Vec& e, Vec& f, Vec& g, Vec& h) {
  const Tag tag;
  const hn::Repartition<std::uint32_t, Tag> d32;
  const hn::Repartition<std::uint64_t, Tag> d64;
  const auto low16 = [&](Vec x, Vec y)
                         HWY_ATTR { return hn::BitCast(d32, hn::InterleaveLower(tag, x, y)); };
  const auto high16 = [&](Vec x, Vec y)
                          HWY_ATTR { return hn::BitCast(d32, hn::InterleaveUpper(tag, x, y)); };
  // Lanes 0 … 3 and 4 … 7 of two rows each, then two and one lane of four rows each.
  const auto ab0 = low16(a, b), ab4 = high16(a, b), cd0 = low16(c, d), cd4 = high16(c, d);
  const auto ef0 = low16(e, f), ef4 = high16(e, f), gh0 = low16(g, h), gh4 = high16(g, h);
  const auto low32 = [&](auto x, auto y)
                         HWY_ATTR { return hn::BitCast(d64, hn::InterleaveLower(d32, x, y)); };
  const auto high32 = [&](auto x, auto y)
                          HWY_ATTR { return hn::BitCast(d64, hn::InterleaveUpper(d32, x, y)); };
  const auto ad0 = low32(ab0, cd0), ad2 = high32(ab0, cd0);
  const auto ad4 = low32(ab4, cd4), ad6 = high32(ab4, cd4);
  const auto eh0 = low32(ef0, gh0), eh2 = high32(ef0, gh0);
  const auto eh4 = low32(ef4, gh4), eh6 = high32(ef4, gh4);
  a = hn::BitCast(tag, hn::InterleaveLower(d64, ad0, eh0));
  b = hn::BitCast(tag, hn::InterleaveUpper(d64, ad0, eh0));
  c = hn::BitCast(tag, hn::InterleaveLower(d64, ad2, eh2));
  d = hn::BitCast(tag, hn::InterleaveUpper(d64, ad2, eh2));
  e = hn::BitCast(tag, hn::InterleaveLower(d64, ad4, eh4));
  f = hn::BitCast(tag, hn::InterleaveUpper(d64, ad4, eh4));
  g = hn::BitCast(tag, hn::InterleaveLower(d64, ad6, eh6));
  h = hn::BitCast(tag, hn::InterleaveUpper(d64, ad6, eh6));
}

// Prediction + residual. `w` and `n` come late from the step before: as little as possible waits
// for them.
template <Predictor kPredictor>
SIGMA_STEP Vec RestoreVector(Vec w, Vec n, Vec nw, Vec residual) {
  const Tag d;
  const hn::RebindToSigned<Tag> ds;
  if constexpr (kPredictor == Predictor::kLeft) return hn::Add(w, residual);
  if constexpr (kPredictor == Predictor::kUp) return hn::Add(n, residual);
  if constexpr (kPredictor == Predictor::kGradient) {
    return hn::Add(hn::Add(w, hn::Sub(residual, nw)), n);
  }
  if constexpr (kPredictor == Predictor::kTempered) {
    const auto bent = hn::Sub(hn::Sub(hn::Add(hn::Add(nw, nw), hn::Set(d, 2)), w), n);
    return hn::Add(hn::Add(hn::Add(w, hn::Sub(residual, nw)), n),
                   hn::BitCast(d, hn::ShiftRight<2>(hn::BitCast(ds, bent))));
  }
  if constexpr (kPredictor == Predictor::kAverage) {
    return hn::Add(hn::Add(hn::And(w, n), residual), hn::ShiftRight<1>(hn::Xor(w, n)));
  }
  if constexpr (kPredictor == Predictor::kMedian) {
    const auto least = hn::Min(w, n);
    const auto most = hn::Max(w, n);
    return hn::Sub(hn::Add(hn::Add(w, residual), n), hn::Max(least, hn::Min(most, nw)));
  }
}

// Step kStep of eight: residuals on the diagonal become samples of 16 (kWide) or 8 bits. kFirst:
// the lane whose row begins here takes N.
template <Predictor kPredictor, bool kWide, bool kFirst, int kStep>
SIGMA_STEP void RestoreStep(Vec above, Vec& diagonal, Vec& w, Vec& nw) {
  const Tag d;
  // Sample kStep of the row above comes after the lanes that move up.
  const Vec n = hn::CombineShiftRightBytes<14>(d, w, hn::ShiftLeftLanes<7 - kStep>(d, above));
  Vec sample = RestoreVector<kPredictor>(w, n, nw, diagonal);
  if constexpr (kFirst) {
    const auto begins = hn::Eq(hn::Iota(d, 0), hn::Set(d, kStep));
    sample = hn::IfThenElse(begins, hn::Add(n, diagonal), sample);
  }
  diagonal = kWide ? sample : hn::And(sample, hn::Set(d, 0xFF));
  w = diagonal;
  nw = n;
}

// Samples at − k … at − k + 7 of each row k, as the diagonals of eight steps, and back.
SIGMA_STEP void LoadDiagonals(const std::uint16_t* at, std::size_t stride, Vec& a, Vec& b, Vec& c,
                              Vec& d, Vec& e, Vec& f, Vec& g, Vec& h) {
  const Tag tag;
  const std::size_t back = stride - 1;
  a = hn::LoadU(tag, at);
  b = hn::LoadU(tag, at + back);
  c = hn::LoadU(tag, at + 2 * back);
  d = hn::LoadU(tag, at + 3 * back);
  e = hn::LoadU(tag, at + 4 * back);
  f = hn::LoadU(tag, at + 5 * back);
  g = hn::LoadU(tag, at + 6 * back);
  h = hn::LoadU(tag, at + 7 * back);
  Transpose(a, b, c, d, e, f, g, h);
}

SIGMA_STEP void StoreDiagonals(Vec a, Vec b, Vec c, Vec d, Vec e, Vec f, Vec g, Vec h,
                               std::size_t stride, std::uint16_t* at) {
  const Tag tag;
  const std::size_t back = stride - 1;
  Transpose(a, b, c, d, e, f, g, h);
  hn::StoreU(a, tag, at);
  hn::StoreU(b, tag, at + back);
  hn::StoreU(c, tag, at + 2 * back);
  hn::StoreU(d, tag, at + 3 * back);
  hn::StoreU(e, tag, at + 4 * back);
  hn::StoreU(f, tag, at + 5 * back);
  hn::StoreU(g, tag, at + 6 * back);
  hn::StoreU(h, tag, at + 7 * back);
}

// Eight steps of one wave.
template <Predictor kPredictor, bool kWide, bool kFirst>
SIGMA_STEP void RestoreBlock(std::uint16_t* at, std::size_t stride, const std::uint16_t* from,
                             Vec& w, Vec& nw) {
  const Vec above = hn::LoadU(Tag(), from);
  Vec a, b, c, d, e, f, g, h;
  LoadDiagonals(at, stride, a, b, c, d, e, f, g, h);
  RestoreStep<kPredictor, kWide, kFirst, 0>(above, a, w, nw);
  RestoreStep<kPredictor, kWide, kFirst, 1>(above, b, w, nw);
  RestoreStep<kPredictor, kWide, kFirst, 2>(above, c, w, nw);
  RestoreStep<kPredictor, kWide, kFirst, 3>(above, d, w, nw);
  RestoreStep<kPredictor, kWide, kFirst, 4>(above, e, w, nw);
  RestoreStep<kPredictor, kWide, kFirst, 5>(above, f, w, nw);
  RestoreStep<kPredictor, kWide, kFirst, 6>(above, g, w, nw);
  RestoreStep<kPredictor, kWide, kFirst, 7>(above, h, w, nw);
  StoreDiagonals(a, b, c, d, e, f, g, h, stride, at);
}

// Eight steps of each of two waves that do not depend on each other.
template <Predictor kPredictor, bool kWide>
SIGMA_STEP void RestoreTwo(std::uint16_t* at, const std::uint16_t* from, Vec& w, Vec& nw,
                           std::uint16_t* lower_at, const std::uint16_t* lower_from, Vec& lower_w,
                           Vec& lower_nw, std::size_t stride) {
  const Vec above = hn::LoadU(Tag(), from);
  const Vec lower_above = hn::LoadU(Tag(), lower_from);
  Vec a, b, c, d, e, f, g, h;
  Vec i, j, k, l, m, n, o, p;
  LoadDiagonals(at, stride, a, b, c, d, e, f, g, h);
  LoadDiagonals(lower_at, stride, i, j, k, l, m, n, o, p);
  RestoreStep<kPredictor, kWide, false, 0>(above, a, w, nw);
  RestoreStep<kPredictor, kWide, false, 0>(lower_above, i, lower_w, lower_nw);
  RestoreStep<kPredictor, kWide, false, 1>(above, b, w, nw);
  RestoreStep<kPredictor, kWide, false, 1>(lower_above, j, lower_w, lower_nw);
  RestoreStep<kPredictor, kWide, false, 2>(above, c, w, nw);
  RestoreStep<kPredictor, kWide, false, 2>(lower_above, k, lower_w, lower_nw);
  RestoreStep<kPredictor, kWide, false, 3>(above, d, w, nw);
  RestoreStep<kPredictor, kWide, false, 3>(lower_above, l, lower_w, lower_nw);
  RestoreStep<kPredictor, kWide, false, 4>(above, e, w, nw);
  RestoreStep<kPredictor, kWide, false, 4>(lower_above, m, lower_w, lower_nw);
  RestoreStep<kPredictor, kWide, false, 5>(above, f, w, nw);
  RestoreStep<kPredictor, kWide, false, 5>(lower_above, n, lower_w, lower_nw);
  RestoreStep<kPredictor, kWide, false, 6>(above, g, w, nw);
  RestoreStep<kPredictor, kWide, false, 6>(lower_above, o, lower_w, lower_nw);
  RestoreStep<kPredictor, kWide, false, 7>(above, h, w, nw);
  RestoreStep<kPredictor, kWide, false, 7>(lower_above, p, lower_w, lower_nw);
  StoreDiagonals(a, b, c, d, e, f, g, h, stride, at);
  StoreDiagonals(i, j, k, l, m, n, o, p, stride, lower_at);
}

template <Predictor kPredictor, bool kWide>
void RestoreBy(std::uint16_t* rows, std::size_t stride, const std::uint16_t* above,
               std::size_t count) {
  static_assert(kGroup == 2 * kWave && kReach >= 2 * kWave);
  Vec w = hn::Zero(Tag());
  Vec nw = w;
  Vec lower_w = w;
  Vec lower_nw = w;
  std::uint16_t* const lower = rows + kWave * stride;
  const std::uint16_t* const middle = lower - stride;
  const std::size_t steps = (count + 2 * kWave - 2) / kWave * kWave;
  // Step i of the lower rows needs sample i of the last upper one, there after step i + 7; more, so
  // that no load waits for stores on their way to the cache.
  constexpr std::size_t kLag = 6 * kWave;
  const std::size_t ahead = std::clamp(steps, 2 * kWave, kLag);
  RestoreBlock<kPredictor, kWide, true>(rows, stride, above, w, nw);
  for (std::size_t i = kWave; i < ahead; i += kWave) {
    RestoreBlock<kPredictor, kWide, false>(rows + i, stride, above + i, w, nw);
  }
  RestoreBlock<kPredictor, kWide, true>(lower, stride, middle, lower_w, lower_nw);
  std::size_t i = kWave;
  for (; i + kLag - kWave < steps; i += kWave) {
    const std::size_t at = i + kLag - kWave;
    RestoreTwo<kPredictor, kWide>(rows + at, above + at, w, nw, lower + i, middle + i, lower_w,
                                  lower_nw, stride);
  }
  for (; i < steps; i += kWave) {
    RestoreBlock<kPredictor, kWide, false>(lower + i, stride, middle + i, lower_w, lower_nw);
  }
}

#endif  // HWY_TARGET == HWY_SCALAR

template <bool kWide>
void RestoreBits(std::uint16_t* rows, std::size_t stride, const std::uint16_t* above,
                 std::size_t count, Predictor predictor) {
  using P = Predictor;
  switch (predictor) {
    case P::kLeft:
      return RestoreBy<P::kLeft, kWide>(rows, stride, above, count);
    case P::kUp:
      return RestoreBy<P::kUp, kWide>(rows, stride, above, count);
    case P::kGradient:
      return RestoreBy<P::kGradient, kWide>(rows, stride, above, count);
    case P::kTempered:
      return RestoreBy<P::kTempered, kWide>(rows, stride, above, count);
    case P::kAverage:
      return RestoreBy<P::kAverage, kWide>(rows, stride, above, count);
    case P::kMedian:
      return RestoreBy<P::kMedian, kWide>(rows, stride, above, count);
  }
}

void RestoreTarget(std::uint16_t* rows, std::size_t stride, const std::uint16_t* above,
                   std::size_t count, Predictor predictor, unsigned bits) {
  const auto restore = bits == 16 ? RestoreBits<true> : RestoreBits<false>;
  restore(rows, stride, above, count, predictor);
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
    magnitudes[i] = std::min(static_cast<std::uint16_t>((code >> 1) + (code & 1)), kMaxMagnitude);
  }
}

std::uint64_t CostTarget(const std::uint16_t* HWY_RESTRICT residuals, std::size_t count,
                         unsigned bits) {
  const unsigned spare = 16 - bits;
  constexpr std::uint32_t kBias = 127u << 23;
  std::uint64_t total = 0;
  std::size_t at = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<std::uint16_t> d;
  const hn::RebindToSigned<decltype(d)> ds;
  const hn::Half<decltype(d)> half;
  const hn::RepartitionToWide<decltype(ds)> d32;
  const hn::RebindToFloat<decltype(d32)> df;
  const hn::RebindToUnsigned<decltype(d32)> du;
  const std::size_t lanes = hn::Lanes(d);
  const auto logarithm = [&](auto magnitudes) HWY_ATTR {
    const auto value = hn::ConvertTo(df, hn::PromoteTo(d32, magnitudes));
    return hn::ShiftRight<15>(hn::Sub(hn::BitCast(du, value), hn::Set(du, kBias)));
  };
  constexpr std::size_t kBlock = 4096;  // of sums below 2^13 each
  while (at + lanes <= count) {
    const std::size_t end = std::min(count, at + kBlock);
    auto sum = hn::Zero(du);
    for (; at + lanes <= end; at += lanes) {
      const auto raised = hn::ShiftLeftSame(hn::LoadU(d, residuals + at), static_cast<int>(spare));
      const auto value = hn::ShiftRightSame(hn::BitCast(ds, raised), static_cast<int>(spare));
      const auto magnitudes = hn::Add(hn::BitCast(d, hn::Abs(value)), hn::Set(d, 1));
      sum = hn::Add(sum, logarithm(hn::LowerHalf(half, magnitudes)));
      sum = hn::Add(sum, logarithm(hn::UpperHalf(half, magnitudes)));
    }
    total += hn::GetLane(hn::SumOfLanes(du, sum));
    if (end == count) break;
  }
#endif
  for (; at < count; ++at) {
    const int value = static_cast<std::int16_t>(residuals[at] << spare) >> spare;
    const int magnitude = value < 0 ? -value : value;
    total += (std::bit_cast<std::uint32_t>(static_cast<float>(magnitude + 1)) - kBias) >> 15;
  }
  return total;
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::raster
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::raster {
HWY_EXPORT(ResidualsTarget);
HWY_EXPORT(RestoreTarget);
HWY_EXPORT(FoldTarget);
HWY_EXPORT(CostTarget);

void Residuals(const std::uint16_t* row, const std::uint16_t* above, std::size_t count,
               std::size_t channels, Predictor predictor, std::uint16_t* residuals) noexcept {
  HWY_DYNAMIC_DISPATCH(ResidualsTarget)(row, above, count, channels, predictor, residuals);
}

void Restore(std::uint16_t* rows, std::size_t stride, const std::uint16_t* above, std::size_t count,
             Predictor predictor, unsigned bits) noexcept {
  HWY_DYNAMIC_DISPATCH(RestoreTarget)(rows, stride, above, count, predictor, bits);
}

void Fold(const std::uint16_t* residuals, std::size_t count, unsigned bits, std::uint16_t* codes,
          std::uint16_t* magnitudes) noexcept {
  HWY_DYNAMIC_DISPATCH(FoldTarget)(residuals, count, bits, codes, magnitudes);
}

std::uint64_t Cost(const std::uint16_t* residuals, std::size_t count, unsigned bits) noexcept {
  return HWY_DYNAMIC_DISPATCH(CostTarget)(residuals, count, bits);
}

}  // namespace sigma::kernels::raster
#endif  // HWY_ONCE
