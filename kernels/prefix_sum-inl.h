// Per-target inline header (included once per SIMD target, inside foreach_target): inclusive prefix
// sums of the integers in a stream of 128-bit vectors.
//
// Each vector is summed on its own in log2(lanes) shift-and-add steps (Hillis and Steele 1986),
// then the running carry is added. The carry's own chain is one addition per vector: the total of a
// vector is broadcast before the carry is added to it, so throughput, not latency, is the bound.
// 128 bits, because shifting lanes across the halves of a wider vector costs what the width saves.
#if defined(SIGMA_KERNELS_PREFIX_SUM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SIGMA_KERNELS_PREFIX_SUM_INL_H_
#undef SIGMA_KERNELS_PREFIX_SUM_INL_H_
#else
#define SIGMA_KERNELS_PREFIX_SUM_INL_H_
#endif

#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

template <typename T>
class PrefixSum {
 public:
  using D = hwy::HWY_NAMESPACE::FixedTag<T, 16 / sizeof(T)>;
  using V = hwy::HWY_NAMESPACE::Vec<D>;

  explicit HWY_INLINE PrefixSum(T carry) : carry_(hwy::HWY_NAMESPACE::Set(D(), carry)) {}

  // The sums of the next integers, the carry included.
  HWY_INLINE V Add(V v) {
    namespace hn = hwy::HWY_NAMESPACE;
    const D d;
    const hn::Repartition<std::uint8_t, D> d8;
    v = hn::Add(v, hn::ShiftLeftLanes<1>(d, v));
    if constexpr (sizeof(T) <= 4) v = hn::Add(v, hn::ShiftLeftLanes<2>(d, v));
    if constexpr (sizeof(T) <= 2) v = hn::Add(v, hn::ShiftLeftLanes<4>(d, v));
    if constexpr (sizeof(T) <= 1) v = hn::Add(v, hn::ShiftLeftLanes<8>(d, v));
    constexpr std::size_t kLast = 16 - sizeof(T);
    constexpr std::size_t kMask = sizeof(T) - 1;
    alignas(16) static constexpr std::uint8_t kBroadcast[16] = {
        kLast + (0 & kMask),  kLast + (1 & kMask),  kLast + (2 & kMask),  kLast + (3 & kMask),
        kLast + (4 & kMask),  kLast + (5 & kMask),  kLast + (6 & kMask),  kLast + (7 & kMask),
        kLast + (8 & kMask),  kLast + (9 & kMask),  kLast + (10 & kMask), kLast + (11 & kMask),
        kLast + (12 & kMask), kLast + (13 & kMask), kLast + (14 & kMask), kLast + (15 & kMask)};
    const V total =
        hn::BitCast(d, hn::TableLookupBytes(hn::BitCast(d8, v), hn::Load(d8, kBroadcast)));
    v = hn::Add(v, carry_);
    carry_ = hn::Add(carry_, total);
    return v;
  }

  [[nodiscard]] HWY_INLINE T carry() const { return hwy::HWY_NAMESPACE::GetLane(carry_); }

 private:
  V carry_;
};

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels
HWY_AFTER_NAMESPACE();

#endif  // SIGMA_KERNELS_PREFIX_SUM_INL_H_
