// Per-target inline header (included once per SIMD target, inside foreach_target): inclusive prefix
// sums in a stream of 128-bit vectors, each integer added to the one `distance` bytes before it.
//
// Each vector is summed on its own in log2(16 / distance) shift-and-add steps (Hillis and Steele
// 1986), then the running carry is added: at place j the last sum of j's phase modulo the distance.
// The carry's own chain is one operation per vector if the distance divides 16, else two, so
// throughput, not latency, is the bound. 128 bits, because shifting lanes across the halves of a
// wider vector costs what the width saves.
//
// Functions over references, not a class: vectors of SVE and RISC-V V cannot be members.
#if defined(SIGMA_KERNELS_INTEGERS_PREFIX_SUM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SIGMA_KERNELS_INTEGERS_PREFIX_SUM_INL_H_
#undef SIGMA_KERNELS_INTEGERS_PREFIX_SUM_INL_H_
#else
#define SIGMA_KERNELS_INTEGERS_PREFIX_SUM_INL_H_
#endif

#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::integers {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

// A vector of 16 bytes.
template <typename T>
using Tag16 = hwy::HWY_NAMESPACE::FixedTag<T, 16 / sizeof(T)>;

struct SumOp {
  template <class V>
  static HWY_INLINE V Apply(V a, V b) {
    return hwy::HWY_NAMESPACE::Add(a, b);
  }
};

struct XorOp {
  template <class V>
  static HWY_INLINE V Apply(V a, V b) {
    return hwy::HWY_NAMESPACE::Xor(a, b);
  }
};

// The sums of the next integers, the carry included. kDistance: 1, 2, 4 or 8, at least the size of
// a lane. The carry begins as zero.
template <class Op, std::size_t kDistance, class D, class V = hwy::HWY_NAMESPACE::Vec<D>>
HWY_INLINE V AddPrefix(D d, V v, V& carry) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::Repartition<std::uint8_t, D> d8;
  v = Op::Apply(v, hn::BitCast(d, hn::ShiftLeftBytes<kDistance>(d8, hn::BitCast(d8, v))));
  if constexpr (2 * kDistance < 16) {
    v = Op::Apply(v, hn::BitCast(d, hn::ShiftLeftBytes<2 * kDistance>(d8, hn::BitCast(d8, v))));
  }
  if constexpr (4 * kDistance < 16) {
    v = Op::Apply(v, hn::BitCast(d, hn::ShiftLeftBytes<4 * kDistance>(d8, hn::BitCast(d8, v))));
  }
  if constexpr (8 * kDistance < 16) {
    v = Op::Apply(v, hn::BitCast(d, hn::ShiftLeftBytes<8 * kDistance>(d8, hn::BitCast(d8, v))));
  }
  constexpr std::size_t kLast = 16 - kDistance;
  constexpr std::size_t kMask = kDistance - 1;
  alignas(16) static constexpr std::uint8_t kBroadcast[16] = {
      kLast + (0 & kMask),  kLast + (1 & kMask),  kLast + (2 & kMask),  kLast + (3 & kMask),
      kLast + (4 & kMask),  kLast + (5 & kMask),  kLast + (6 & kMask),  kLast + (7 & kMask),
      kLast + (8 & kMask),  kLast + (9 & kMask),  kLast + (10 & kMask), kLast + (11 & kMask),
      kLast + (12 & kMask), kLast + (13 & kMask), kLast + (14 & kMask), kLast + (15 & kMask)};
  const V total =
      hn::BitCast(d, hn::TableLookupBytes(hn::BitCast(d8, v), hn::Load(d8, kBroadcast)));
  v = Op::Apply(v, carry);
  carry = Op::Apply(carry, total);
  return v;
}

// The byte shuffles for any distance below 16: [k] moves bytes up by distance << k, [3] fetches the
// last sum of each place's phase.
struct LagTables {
  explicit LagTables(std::size_t distance) {
    for (std::size_t j = 0; j < 16; ++j) {
      for (std::size_t k = 0; k < 3; ++k) {
        const std::size_t shift = distance << k;
        order[k][j] = static_cast<std::uint8_t>(j < shift ? 0x80 : j - shift);
      }
      order[3][j] = static_cast<std::uint8_t>(16 - distance + j % distance);
    }
  }
  alignas(16) std::uint8_t order[4][16];
};

// The same for any distance from 3 on: kSteps = 3 below 4, 2 below 8, 1 below 16.
template <class Op, int kSteps, class D, class V = hwy::HWY_NAMESPACE::Vec<D>>
HWY_INLINE V AddLaggedPrefix(D d, const LagTables& tables, V v, V& carry) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::Repartition<std::uint8_t, D> d8;
  const auto order = [&](int k) HWY_ATTR { return hn::Load(d8, tables.order[k]); };
  v = Op::Apply(v, hn::BitCast(d, hn::TableLookupBytesOr0(hn::BitCast(d8, v), order(0))));
  if constexpr (kSteps > 1) {
    v = Op::Apply(v, hn::BitCast(d, hn::TableLookupBytesOr0(hn::BitCast(d8, v), order(1))));
  }
  if constexpr (kSteps > 2) {
    v = Op::Apply(v, hn::BitCast(d, hn::TableLookupBytesOr0(hn::BitCast(d8, v), order(2))));
  }
  const V total = hn::BitCast(d, hn::TableLookupBytes(hn::BitCast(d8, v), order(3)));
  v = Op::Apply(v, carry);
  carry = Op::Apply(total, hn::BitCast(d, hn::TableLookupBytes(hn::BitCast(d8, carry), order(3))));
  return v;
}

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::integers
HWY_AFTER_NAMESPACE();

#endif  // SIGMA_KERNELS_INTEGERS_PREFIX_SUM_INL_H_
