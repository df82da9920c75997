// Per-target inline header (included once per SIMD target, inside foreach_target): the bytes of
// every lane reversed.
#if defined(SIGMA_KERNELS_INTEGERS_SWAP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SIGMA_KERNELS_INTEGERS_SWAP_INL_H_
#undef SIGMA_KERNELS_INTEGERS_SWAP_INL_H_
#else
#define SIGMA_KERNELS_INTEGERS_SWAP_INL_H_
#endif

#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::integers {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

alignas(16) constexpr std::uint8_t kReversed2[16] = {1, 0, 3,  2,  5,  4,  7,  6,
                                                     9, 8, 11, 10, 13, 12, 15, 14};
alignas(16) constexpr std::uint8_t kReversed4[16] = {3,  2,  1, 0, 7,  6,  5,  4,
                                                     11, 10, 9, 8, 15, 14, 13, 12};
alignas(16) constexpr std::uint8_t kReversed8[16] = {7,  6,  5,  4,  3,  2,  1, 0,
                                                     15, 14, 13, 12, 11, 10, 9, 8};

// d: a tag of bytes; the integers have kWidth of them.
template <std::size_t kWidth, class D8, class V8 = hwy::HWY_NAMESPACE::Vec<D8>>
HWY_INLINE V8 SwapLaneBytes(D8 d, V8 v) {
  namespace hn = hwy::HWY_NAMESPACE;
  if constexpr (kWidth == 1) {
    return v;
  } else {
    const std::uint8_t* const order =
        kWidth == 2 ? kReversed2 : (kWidth == 4 ? kReversed4 : kReversed8);
    return hn::TableLookupBytes(v, hn::LoadDup128(d, order));
  }
}

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::integers
HWY_AFTER_NAMESPACE();

#endif  // SIGMA_KERNELS_INTEGERS_SWAP_INL_H_
