// Per-target inline header (included once per SIMD target, inside foreach_target): bytes looked up
// in a table of 16, zero for every index from 16 on.
//
// Adding 0x70 with saturation sets the top bit of the indices from 16 on, which TableLookupBytesOr0
// answers with zero. What it does with 0x70 … 0x7F is the machine's choice: x86 takes the low four
// bits, which saves clearing the others; Arm would find nothing there.
#if defined(SIGMA_KERNELS_ENTROPY_LOOKUP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SIGMA_KERNELS_ENTROPY_LOOKUP_INL_H_
#undef SIGMA_KERNELS_ENTROPY_LOOKUP_INL_H_
#else
#define SIGMA_KERNELS_ENTROPY_LOOKUP_INL_H_
#endif

#include <cstdint>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::entropy {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

// `table` holds the same 16 bytes in every block.
template <class D, class V = hwy::HWY_NAMESPACE::Vec<D>>
HWY_INLINE V LookupBelow16(D d, V table, V index) {
  namespace hn = hwy::HWY_NAMESPACE;
  V biased = hn::SaturatedAdd(index, hn::Set(d, 0x70));
#if !HWY_ARCH_X86
  biased = hn::And(biased, hn::Set(d, 0x8F));
#endif
  return hn::TableLookupBytesOr0(table, biased);
}

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::entropy
HWY_AFTER_NAMESPACE();

#endif  // SIGMA_KERNELS_ENTROPY_LOOKUP_INL_H_
