// Plain loops over arrays that do not overlap: the compiler turns them into vectors of each target.
//
// Restoring is serial, each sample waits for the one before; so sixteen independent blocks are
// restored side by side, one a lane. They are turned into rows of sixteen and back tile by tile; a
// window of rows stays in the nearest cache.
#include "kernels/pcm/prediction.h"

#include <algorithm>
#include <array>
#include <bit>
#include <type_traits>

#include "kernels/endian.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pcm/prediction.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::pcm {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// weights · samples as the sums wrap, without signed overflow.
template <typename Sum>
HWY_INLINE Sum Product(std::int16_t weight, std::int32_t sample) {
  using Signed = std::make_signed_t<Sum>;
  return static_cast<Sum>(static_cast<Signed>(weight)) *
         static_cast<Sum>(static_cast<Signed>(sample));
}

template <typename Sum>
HWY_INLINE std::uint32_t Scaled(Sum sum) {
  return static_cast<std::uint32_t>(static_cast<std::make_signed_t<Sum>>(sum) >> kShift);
}

// `value` modulo 2^(32 − spare) as two's complement.
HWY_INLINE std::int32_t Wrap(std::uint32_t value, unsigned spare) {
  return static_cast<std::int32_t>(value << spare) >> spare;
}

template <typename Sum>
void ResidualsOf(const std::int32_t* HWY_RESTRICT x, std::size_t count,
                 const std::int16_t* HWY_RESTRICT weights, std::size_t order, unsigned spare,
                 std::int32_t* HWY_RESTRICT residuals) {
  constexpr std::size_t kBlock = 64;
  for (std::size_t begin = 0; begin < count; begin += kBlock) {
    std::array<Sum, kBlock> sums{};
    const std::size_t length = std::min(kBlock, count - begin);
    // Samples after the last are not read: a short block goes one by one.
    if (length == kBlock) {
      for (std::size_t k = 0; k < order; ++k) {
        const std::int32_t* HWY_RESTRICT past = x + begin - 1 - k;
        for (std::size_t i = 0; i < kBlock; ++i) sums[i] += Product<Sum>(weights[k], past[i]);
      }
    } else {
      for (std::size_t k = 0; k < order; ++k) {
        const std::int32_t* HWY_RESTRICT past = x + begin - 1 - k;
        for (std::size_t i = 0; i < length; ++i) sums[i] += Product<Sum>(weights[k], past[i]);
      }
    }
    for (std::size_t i = 0; i < length; ++i) {
      residuals[begin + i] =
          Wrap(static_cast<std::uint32_t>(x[begin + i]) - Scaled<Sum>(sums[i]), spare);
    }
  }
}

void ResidualsTarget(const std::int32_t* x, std::size_t count, const std::int16_t* weights,
                     std::size_t order, unsigned bits, std::int32_t* residuals) {
  if (bits <= 16) return ResidualsOf<std::uint32_t>(x, count, weights, order, 32 - bits, residuals);
  ResidualsOf<std::uint64_t>(x, count, weights, order, 32 - bits, residuals);
}

std::uint64_t CostTarget(const std::int32_t* HWY_RESTRICT residuals, std::size_t count) {
  // The bits of a float are a logarithm, linear between the powers of two (Mitchell 1962);
  // conversion rounds to nearest everywhere.
  std::uint64_t total = 0;
  constexpr std::size_t kBlock = 4096;  // of sums below 2^14 each
  for (std::size_t begin = 0; begin < count; begin += kBlock) {
    const std::size_t end = std::min(count, begin + kBlock);
    std::uint32_t sum = 0;
    for (std::size_t i = begin; i < end; ++i) {
      // |r| + 1 in two parts, neither of which can overflow.
      const std::int32_t sign = residuals[i] >> 31;
      const float magnitude =
          static_cast<float>(residuals[i] ^ sign) + static_cast<float>(1 - sign);
      const std::uint32_t logarithm = std::bit_cast<std::uint32_t>(magnitude) - (127u << 23);
      sum += logarithm >> 15;
    }
    total += sum;
  }
  return total;
}

void CorrelationsTarget(const std::int32_t* HWY_RESTRICT x, std::size_t count, std::size_t lags,
                        std::int64_t* HWY_RESTRICT sums) {
  for (std::size_t lag = 0; lag < lags; ++lag) {
    const std::int32_t* HWY_RESTRICT past = x - lag;
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += std::int64_t{x[i]} * past[i];
    sums[lag] = sum;
  }
}

void FoldTarget(const std::int32_t* HWY_RESTRICT residuals, std::size_t count,
                std::uint32_t* HWY_RESTRICT codes) {
  for (std::size_t i = 0; i < count; ++i) {
    codes[i] = (static_cast<std::uint32_t>(residuals[i]) << 1) ^
               static_cast<std::uint32_t>(residuals[i] >> 31);
  }
}

constexpr std::size_t kTile = 8;

// kLanes planes of kTile codes as kTile rows of kLanes, and back from sums.
template <typename T>
HWY_INLINE void TileIn(const T* HWY_RESTRICT planes, std::size_t stride, T* HWY_RESTRICT tile) {
  for (std::size_t l = 0; l < kLanes; ++l) {
    for (std::size_t j = 0; j < kTile; ++j) tile[j * kLanes + l] = planes[l * stride + j];
  }
}

template <typename T>
HWY_INLINE void TileOut(const std::int32_t* HWY_RESTRICT rows, std::size_t stride,
                        T* HWY_RESTRICT planes) {
  for (std::size_t l = 0; l < kLanes; ++l) {
    for (std::size_t j = 0; j < kTile; ++j) {
      planes[l * stride + j] = static_cast<T>(rows[j * kLanes + l]);
    }
  }
}

#if HWY_TARGET != HWY_SCALAR
// 8 × 8 lanes of 16 bits: three perfect shuffles of 64 transpose them (Stone 1971).
template <class D, class V = hn::Vec<D>>
HWY_INLINE void Transpose(D d, V (&v)[8]) {
  for (int round = 0; round < 3; ++round) {
    const V a0 = hn::InterleaveLower(d, v[0], v[4]);
    const V a1 = hn::InterleaveUpper(d, v[0], v[4]);
    const V a2 = hn::InterleaveLower(d, v[1], v[5]);
    const V a3 = hn::InterleaveUpper(d, v[1], v[5]);
    const V a4 = hn::InterleaveLower(d, v[2], v[6]);
    const V a5 = hn::InterleaveUpper(d, v[2], v[6]);
    const V a6 = hn::InterleaveLower(d, v[3], v[7]);
    const V a7 = hn::InterleaveUpper(d, v[3], v[7]);
    v[0] = a0, v[1] = a1, v[2] = a2, v[3] = a3, v[4] = a4, v[5] = a5, v[6] = a6, v[7] = a7;
  }
}

HWY_INLINE void TileIn(const std::uint16_t* HWY_RESTRICT planes, std::size_t stride,
                       std::uint16_t* HWY_RESTRICT tile) {
  const hn::FixedTag<std::uint16_t, 8> d;
  for (std::size_t half = 0; half < kLanes; half += 8) {
    hn::Vec<decltype(d)> v[8];
    for (std::size_t l = 0; l < 8; ++l) v[l] = hn::LoadU(d, planes + (half + l) * stride);
    Transpose(d, v);
    for (std::size_t j = 0; j < 8; ++j) hn::StoreU(v[j], d, tile + j * kLanes + half);
  }
}

HWY_INLINE void TileOut(const std::int32_t* HWY_RESTRICT rows, std::size_t stride,
                        std::uint16_t* HWY_RESTRICT planes) {
  const hn::FixedTag<std::uint16_t, 8> d;
  HWY_ALIGN std::uint16_t low[kTile * kLanes];
  for (std::size_t i = 0; i < kTile * kLanes; ++i) low[i] = static_cast<std::uint16_t>(rows[i]);
  for (std::size_t half = 0; half < kLanes; half += 8) {
    hn::Vec<decltype(d)> v[8];
    for (std::size_t j = 0; j < 8; ++j) v[j] = hn::LoadU(d, low + j * kLanes + half);
    Transpose(d, v);
    for (std::size_t l = 0; l < 8; ++l) hn::StoreU(v[l], d, planes + (half + l) * stride);
  }
}
#endif

template <typename T, typename Sum>
void RestoreOf(T* HWY_RESTRICT planes, std::size_t stride, std::size_t count,
               const std::int16_t* HWY_RESTRICT weights, std::size_t order, unsigned spare) {
  constexpr std::size_t kRows = 256;
  constexpr std::size_t kL = kLanes;
  HWY_ALIGN std::int32_t window[(kMaxOrder + kRows) * kL];
  HWY_ALIGN T tile[kTile * kL];
  HWY_ALIGN std::int32_t wide[kMaxOrder * kL];
  for (std::size_t i = 0; i < order * kL; ++i) wide[i] = weights[i];
  std::fill_n(window, kMaxOrder * kL, 0);
  for (std::size_t begin = 0; begin < count; begin += kRows) {
    const std::size_t rows = std::min(kRows, count - begin);
    for (std::size_t r = 0; r < rows; r += kTile) {
      TileIn(planes + begin + r, stride, tile);
      for (std::size_t j = 0; j < kTile; ++j) {
        std::int32_t* HWY_RESTRICT now = window + (kMaxOrder + r + j) * kL;
        Sum sums[kL] = {};
        for (std::size_t k = order; k-- > 0;) {
          const std::int32_t* past = window + (kMaxOrder + r + j - 1 - k) * kL;
          for (std::size_t l = 0; l < kL; ++l) {
            sums[l] += static_cast<Sum>(static_cast<std::make_signed_t<Sum>>(wide[k * kL + l])) *
                       static_cast<Sum>(static_cast<std::make_signed_t<Sum>>(past[l]));
          }
        }
        for (std::size_t l = 0; l < kL; ++l) {
          const std::uint32_t code = tile[j * kL + l];
          const std::uint32_t residual = (code >> 1) ^ (0u - (code & 1));
          now[l] = Wrap(Scaled<Sum>(sums[l]) + residual, spare);
        }
      }
      TileOut(window + (kMaxOrder + r) * kL, stride, planes + begin + r);
    }
    std::copy_n(window + (rows + kMaxOrder - order) * kL, order * kL,
                window + (kMaxOrder - order) * kL);
  }
}

void Restore16Target(std::uint16_t* planes, std::size_t stride, std::size_t count,
                     const std::int16_t* weights, std::size_t order, unsigned bits) {
  RestoreOf<std::uint16_t, std::uint32_t>(planes, stride, count, weights, order, 32 - bits);
}

void Restore32Target(std::uint32_t* planes, std::size_t stride, std::size_t count,
                     const std::int16_t* weights, std::size_t order, unsigned bits) {
  RestoreOf<std::uint32_t, std::uint64_t>(planes, stride, count, weights, order, 32 - bits);
}

void PackTarget(const std::uint32_t* HWY_RESTRICT codes, unsigned raw_bits,
                std::uint8_t* HWY_RESTRICT tops, std::uint8_t* HWY_RESTRICT raw) {
  unsigned at = 0;
  for (; at + 8 <= raw_bits; at += 8, raw += kGroup) {
    for (std::size_t i = 0; i < kGroup; ++i) raw[i] = static_cast<std::uint8_t>(codes[i] >> at);
  }
  for (; at < raw_bits; ++at, raw += kGroup / 8) {
    std::uint32_t plane = 0;
    for (std::size_t i = 0; i < kGroup; ++i) plane |= (codes[i] >> at & 1) << i;
    StoreInteger<std::uint32_t>(raw, plane);
  }
  for (std::size_t i = 0; i < kGroup; ++i) {
    tops[i] = static_cast<std::uint8_t>(codes[i] >> raw_bits);
  }
}

#if HWY_TARGET == HWY_SCALAR
template <typename T>
void UnpackOf(const std::uint8_t* HWY_RESTRICT tops, const std::uint8_t* HWY_RESTRICT raw,
              unsigned raw_bits, T* HWY_RESTRICT codes) {
  const unsigned bytes = raw_bits / 8;
  const std::uint8_t* const planes = raw + bytes * kGroup;
  for (std::size_t i = 0; i < kGroup; ++i) {
    std::uint32_t code = std::uint32_t{tops[i]} << raw_bits;
    for (unsigned k = 0; k < bytes; ++k) {
      code |= std::uint32_t{raw[k * kGroup + i]} << (8 * k);
    }
    for (unsigned at = 8 * bytes; at < raw_bits; ++at) {
      const std::uint8_t* const plane = planes + (at - 8 * bytes) * (kGroup / 8);
      code |= (plane[i / 8] >> (i % 8) & 1u) << at;
    }
    codes[i] = static_cast<T>(code);
  }
}
#else
// Up to 16 lanes at a time, all their bits in one go.
template <typename T>
void UnpackOf(const std::uint8_t* HWY_RESTRICT tops, const std::uint8_t* HWY_RESTRICT raw,
              unsigned raw_bits, T* HWY_RESTRICT codes) {
  const hn::CappedTag<T, 16> d;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const std::size_t lanes = hn::Lanes(d);
  alignas(64) static constexpr T kLaneBits[16] = {
      1,      1 << 1, 1 << 2,  1 << 3,  1 << 4,  1 << 5,  1 << 6,  1 << 7,
      1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, static_cast<T>(1u << 15)};
  const unsigned whole = raw_bits / 8 * 8;
  const std::uint8_t* const planes = raw + whole * (kGroup / 8);
  for (std::size_t i = 0; i < kGroup; i += lanes) {
    const auto load = [&](const std::uint8_t* from)
                          HWY_ATTR { return hn::PromoteTo(d, hn::LoadU(d8, from + i)); };
    auto code = hn::ShiftLeftSame(load(tops), static_cast<int>(raw_bits));
    for (unsigned at = 0; at < whole; at += 8) {
      code = hn::Or(code, hn::ShiftLeftSame(load(raw + at * (kGroup / 8)), static_cast<int>(at)));
    }
    const auto own = hn::Load(d, kLaneBits + i % 16);
    const std::uint8_t* plane = planes + i / 16 * 2;
    auto bit = hn::Set(d, static_cast<T>(T{1} << whole));
    for (unsigned at = whole; at < raw_bits; ++at, plane += kGroup / 8) {
      const auto half = hn::Set(d, static_cast<T>(LoadInteger<std::uint16_t>(plane)));
      code = hn::Or(code, hn::IfThenElseZero(hn::TestBit(half, own), bit));
      bit = hn::Add(bit, bit);
    }
    hn::StoreU(code, d, codes + i);
  }
}
#endif

void Unpack16Target(const std::uint8_t* tops, const std::uint8_t* raw, unsigned raw_bits,
                    std::uint16_t* codes) {
  UnpackOf(tops, raw, raw_bits, codes);
}

void Unpack32Target(const std::uint8_t* tops, const std::uint8_t* raw, unsigned raw_bits,
                    std::uint32_t* codes) {
  UnpackOf(tops, raw, raw_bits, codes);
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::pcm
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::pcm {
HWY_EXPORT(ResidualsTarget);
HWY_EXPORT(CostTarget);
HWY_EXPORT(CorrelationsTarget);
HWY_EXPORT(FoldTarget);
HWY_EXPORT(Restore16Target);
HWY_EXPORT(Restore32Target);
HWY_EXPORT(PackTarget);
HWY_EXPORT(Unpack16Target);
HWY_EXPORT(Unpack32Target);

void Residuals(const std::int32_t* x, std::size_t count, const std::int16_t* weights,
               std::size_t order, unsigned bits, std::int32_t* residuals) noexcept {
  HWY_DYNAMIC_DISPATCH(ResidualsTarget)(x, count, weights, order, bits, residuals);
}

std::uint64_t Cost(const std::int32_t* residuals, std::size_t count) noexcept {
  return HWY_DYNAMIC_DISPATCH(CostTarget)(residuals, count);
}

void Correlations(const std::int32_t* x, std::size_t count, std::size_t lags,
                  std::int64_t* sums) noexcept {
  HWY_DYNAMIC_DISPATCH(CorrelationsTarget)(x, count, lags, sums);
}

void Fold(const std::int32_t* residuals, std::size_t count, std::uint32_t* codes) noexcept {
  HWY_DYNAMIC_DISPATCH(FoldTarget)(residuals, count, codes);
}

void Restore(std::uint16_t* planes, std::size_t stride, std::size_t count,
             const std::int16_t* weights, std::size_t order, unsigned bits) noexcept {
  HWY_DYNAMIC_DISPATCH(Restore16Target)(planes, stride, count, weights, order, bits);
}

void Restore(std::uint32_t* planes, std::size_t stride, std::size_t count,
             const std::int16_t* weights, std::size_t order, unsigned bits) noexcept {
  HWY_DYNAMIC_DISPATCH(Restore32Target)(planes, stride, count, weights, order, bits);
}

void Pack(const std::uint32_t* codes, unsigned raw_bits, std::uint8_t* tops,
          std::uint8_t* raw) noexcept {
  HWY_DYNAMIC_DISPATCH(PackTarget)(codes, raw_bits, tops, raw);
}

void Unpack(const std::uint8_t* tops, const std::uint8_t* raw, unsigned raw_bits,
            std::uint16_t* codes) noexcept {
  HWY_DYNAMIC_DISPATCH(Unpack16Target)(tops, raw, raw_bits, codes);
}

void Unpack(const std::uint8_t* tops, const std::uint8_t* raw, unsigned raw_bits,
            std::uint32_t* codes) noexcept {
  HWY_DYNAMIC_DISPATCH(Unpack32Target)(tops, raw, raw_bits, codes);
}

}  // namespace sigma::kernels::pcm
#endif  // HWY_ONCE
