// Per-target inline header (included once per SIMD target, inside foreach_target): the expansion of
// token planes 64 tokens at a time by masked byte expansions (vpexpandb), where the target has
// them.
//
// Both functions do the leading whole groups of 64, advance the planes, and return how many tokens
// they did: none on other targets.
#if defined(SIGMA_KERNELS_LZ_EXPAND_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SIGMA_KERNELS_LZ_EXPAND_INL_H_
#undef SIGMA_KERNELS_LZ_EXPAND_INL_H_
#else
#define SIGMA_KERNELS_LZ_EXPAND_INL_H_
#endif

#include <bit>
#include <cstddef>
#include <cstdint>

#include "kernels/lz/expand.h"

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::lz {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3_DL

HWY_INLINE __m512i ExpandNext(std::uint64_t mask, const std::uint8_t** plane) {
  const __m512i bytes = _mm512_maskz_expand_epi8(mask, _mm512_loadu_si512(*plane));
  *plane += hwy::PopCount(mask);
  return bytes;
}

// 16 offsets from the 16-byte blocks of their bytes.
HWY_INLINE void StoreOffsets16(__m128i b0, __m128i b1, __m128i b2, std::uint32_t* to) {
  const __m512i low = _mm512_cvtepu8_epi32(b0);
  const __m512i middle = _mm512_slli_epi32(_mm512_cvtepu8_epi32(b1), 8);
  const __m512i high = _mm512_slli_epi32(_mm512_cvtepu8_epi32(b2), 16);
  _mm512_storeu_si512(to, _mm512_or_si512(low, _mm512_or_si512(middle, high)));
}

HWY_INLINE std::size_t ExpandMany(Sections& at, std::size_t count, std::uint8_t* literals,
                                  std::uint8_t* matches, std::uint32_t* offsets) {
  const __m512i one = _mm512_set1_epi8(1);
  const __m512i three = _mm512_set1_epi8(3);
  const __m512i fifteen = _mm512_set1_epi8(15);
  std::size_t i = 0;
  for (; i + 64 <= count; i += 64) {
    const __m512i token = _mm512_loadu_si512(at.tokens + i);
    const __m512i literal = _mm512_and_si512(_mm512_srli_epi16(token, 4), three);
    const __m512i match = _mm512_and_si512(token, fifteen);
    const __m512i literal_more =
        ExpandNext(_mm512_cmpeq_epi8_mask(literal, three), &at.literal_escapes);
    const __m512i match_more =
        ExpandNext(_mm512_cmpeq_epi8_mask(match, fifteen), &at.match_escapes);
    _mm512_storeu_si512(literals + i, _mm512_adds_epu8(literal, literal_more));
    _mm512_storeu_si512(matches + i, _mm512_adds_epu8(_mm512_add_epi8(match, three), match_more));

    const std::uint64_t far = _mm512_movepi8_mask(token);
    const std::uint64_t odd = _mm512_movepi8_mask(_mm512_slli_epi16(token, 1));  // classes 1, 3
    const std::uint64_t near_mask = odd & ~far;
    const __m512i near = ExpandNext(near_mask, &at.near);
    const std::uint64_t codes = _mm512_mask_cmple_epu8_mask(near_mask, near, one);
    const __m512i near_value =
        _mm512_mask_add_epi8(_mm512_maskz_sub_epi8(near_mask, near, one), codes, near, one);
    const __m512i b0 = _mm512_or_si512(near_value, ExpandNext(far, &at.low));
    const __m512i b1 = ExpandNext(far, &at.middle);
    const __m512i b2 = ExpandNext(far & odd, &at.high);
    std::uint32_t* const to = offsets + i;
    StoreOffsets16(_mm512_castsi512_si128(b0), _mm512_castsi512_si128(b1),
                   _mm512_castsi512_si128(b2), to);
    StoreOffsets16(_mm512_extracti32x4_epi32(b0, 1), _mm512_extracti32x4_epi32(b1, 1),
                   _mm512_extracti32x4_epi32(b2, 1), to + 16);
    StoreOffsets16(_mm512_extracti32x4_epi32(b0, 2), _mm512_extracti32x4_epi32(b1, 2),
                   _mm512_extracti32x4_epi32(b2, 2), to + 32);
    StoreOffsets16(_mm512_extracti32x4_epi32(b0, 3), _mm512_extracti32x4_epi32(b1, 3),
                   _mm512_extracti32x4_epi32(b2, 3), to + 48);

    for (std::uint64_t repeats = ~(far | odd) | codes; repeats != 0; repeats &= repeats - 1) {
      std::uint32_t* const here = to + std::countr_zero(repeats);
      *here = *(here - 1 - *here);
    }
  }
  return i;
}

HWY_INLINE std::size_t ExpandManyNarrow(const std::uint8_t* tokens, std::size_t count,
                                        const std::uint8_t** literal_escapes,
                                        const std::uint8_t** match_escapes, std::uint8_t* literals,
                                        std::uint8_t* matches) {
  const __m512i four = _mm512_set1_epi8(4);
  const __m512i fifteen = _mm512_set1_epi8(15);
  std::size_t i = 0;
  for (; i + 64 <= count; i += 64) {
    const __m512i token = _mm512_loadu_si512(tokens + i);
    const __m512i literal = _mm512_and_si512(_mm512_srli_epi16(token, 4), fifteen);
    const __m512i match = _mm512_and_si512(token, fifteen);
    const __m512i literal_more =
        ExpandNext(_mm512_cmpeq_epi8_mask(literal, fifteen), literal_escapes);
    const __m512i match_more = ExpandNext(_mm512_cmpeq_epi8_mask(match, fifteen), match_escapes);
    _mm512_storeu_si512(literals + i, _mm512_adds_epu8(literal, literal_more));
    _mm512_storeu_si512(matches + i, _mm512_adds_epu8(_mm512_add_epi8(match, four), match_more));
  }
  return i;
}

#else  // 16 at a time suit the other targets

HWY_INLINE std::size_t ExpandMany(Sections&, std::size_t, std::uint8_t*, std::uint8_t*,
                                  std::uint32_t*) {
  return 0;
}

HWY_INLINE std::size_t ExpandManyNarrow(const std::uint8_t*, std::size_t, const std::uint8_t**,
                                        const std::uint8_t**, std::uint8_t*, std::uint8_t*) {
  return 0;
}

#endif  // HWY_TARGET == HWY_AVX3_DL

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::lz
HWY_AFTER_NAMESPACE();

#endif  // SIGMA_KERNELS_LZ_EXPAND_INL_H_
