// Steps of 64 bytes: their classes come from a table; then for each class the bits of the bytes
// that are its own are a mask, over which the next bytes of its section are spread: by vpexpandb
// (AVX3_DL, which also looks up the classes 64 at a time) or by shuffles whose index rows come from
// a table by 8 bits of the mask, as in raster/symbols.cc. Cursors advance by population counts.
// HWY_SCALAR: a byte a step.
#include "kernels/records/classes.h"

#include <algorithm>

#include "kernels/shuffles.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/records/classes.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::records {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Cursors = std::array<const std::uint8_t*, kMaxClasses>;

#if HWY_TARGET == HWY_SCALAR

void GatherClassesTarget(const std::uint8_t* context, std::size_t count,
                         const std::uint8_t* classes, Cursors at, std::size_t,
                         std::uint8_t* target) {
  for (std::size_t i = 0; i < count; ++i) target[i] = *at[classes[context[i]]]++;
}

#elif HWY_TARGET == HWY_AVX3_DL

// kCount classes, all unrolled, so that the cursors stay in registers.
template <std::size_t kCount>
void GatherClassesBy(const std::uint8_t* context, std::size_t count, const std::uint8_t* classes,
                     Cursors from, std::uint8_t* target) {
  std::array<const std::uint8_t*, kCount> at;
  std::copy_n(from.begin(), kCount, at.begin());
  const __m512i table0 = _mm512_loadu_si512(classes);
  const __m512i table1 = _mm512_loadu_si512(classes + 64);
  const __m512i table2 = _mm512_loadu_si512(classes + 128);
  const __m512i table3 = _mm512_loadu_si512(classes + 192);
  for (std::size_t i = 0; i < count; i += kClassStep) {
    const std::uint64_t row =
        count - i >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << (count - i)) - 1;
    const __m512i index = _mm512_loadu_si512(context + i);
    const __m512i own = _mm512_mask_blend_epi8(_mm512_movepi8_mask(index),
                                               _mm512_permutex2var_epi8(table0, index, table1),
                                               _mm512_permutex2var_epi8(table2, index, table3));
    __m512i gathered = _mm512_setzero_si512();
#pragma GCC unroll 8
    for (std::size_t k = 0; k < kCount; ++k) {
      const std::uint64_t mask =
          _mm512_mask_cmpeq_epi8_mask(row, own, _mm512_set1_epi8(static_cast<char>(k)));
      // In a register: expansions from memory take several times as long.
      __m512i next = _mm512_loadu_si512(at[k]);
      __asm__("" : "+v"(next));
      gathered = _mm512_or_si512(gathered, _mm512_maskz_expand_epi8(mask, next));
      at[k] += hwy::PopCount(mask);
    }
    _mm512_storeu_si512(target + i, gathered);
  }
}

void GatherClassesTarget(const std::uint8_t* context, std::size_t count,
                         const std::uint8_t* classes, Cursors at, std::size_t section_count,
                         std::uint8_t* target) {
  using Gather =
      void (*)(const std::uint8_t*, std::size_t, const std::uint8_t*, Cursors, std::uint8_t*);
  static constexpr std::array<Gather, kMaxClasses> kBy = {
      GatherClassesBy<1>, GatherClassesBy<2>, GatherClassesBy<3>, GatherClassesBy<4>,
      GatherClassesBy<5>, GatherClassesBy<6>, GatherClassesBy<7>, GatherClassesBy<8>};
  kBy[section_count - 1](context, count, classes, at, target);
}

#else  // shuffles

// The next bytes of `*at` in those of 8 lanes whose bit in `own` is set, zero elsewhere.
template <class D>
HWY_INLINE hn::Vec<D> SpreadClass(D d, std::uint64_t own, const std::uint8_t** at) {
  const auto byte = static_cast<std::size_t>(~own & 0xFF);
  // As the left side of a merge: lanes of the right one have the top bit.
  const auto index = hn::LoadU(d, kMergeLow[byte].data());
  const auto bytes = hn::LoadU(d, *at);
  *at += 8 - hwy::PopCount(byte);
  return hn::TableLookupBytesOr0(bytes, index);
}

void GatherClassesTarget(const std::uint8_t* context, std::size_t count,
                         const std::uint8_t* classes, Cursors at, std::size_t section_count,
                         std::uint8_t* target) {
  const hn::FixedTag<std::uint8_t, 8> d;
  const hn::FixedTag<std::uint8_t, 16> d16;
  for (std::size_t i = 0; i < count; i += kClassStep) {
    const std::size_t left = std::min(count - i, kClassStep);
    alignas(64) std::uint8_t own[kClassStep];
    for (std::size_t k = 0; k < left; ++k) own[k] = classes[context[i + k]];
    std::fill(own + left, own + kClassStep, std::uint8_t{kMaxClasses});
    for (std::size_t lane = 0; lane < kClassStep; lane += 16) {
      const auto here = hn::Load(d16, own + lane);
      auto low = hn::Zero(d), high = low;
      for (std::size_t k = 0; k < section_count; ++k) {
        std::uint8_t bits[8] = {};
        hn::StoreMaskBits(d16, hn::Eq(here, hn::Set(d16, static_cast<std::uint8_t>(k))), bits);
        low = hn::Or(low, SpreadClass(d, bits[0], &at[k]));
        high = hn::Or(high, SpreadClass(d, bits[1], &at[k]));
      }
      hn::StoreU(low, d, target + i + lane);
      hn::StoreU(high, d, target + i + lane + 8);
    }
  }
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::records
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::records {

HWY_EXPORT(GatherClassesTarget);

void GatherClasses(const std::uint8_t* context, std::size_t count,
                   const std::array<std::uint8_t, 256>& classes,
                   std::span<const std::uint8_t* const> sections, std::uint8_t* target) noexcept {
  std::array<const std::uint8_t*, kMaxClasses> at{};
  std::copy(sections.begin(), sections.end(), at.begin());
  HWY_DYNAMIC_DISPATCH(GatherClassesTarget)
  (context, count, classes.data(), at, sections.size(), target);
}

}  // namespace sigma::kernels::records
#endif  // HWY_ONCE
