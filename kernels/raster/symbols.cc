// Gathering is the expansion of masks: for each section the bits of the samples that are its own,
// the next bytes of the section spread over them by a shuffle whose index rows come from a table by
// 8 bits of the mask (16 samples a time), or by vpexpandb (64 samples, AVX3_DL). Scattering is the
// same backwards. What one section does waits for no other, and every cursor advances by a
// population count, so that nothing depends on the symbols. HWY_SCALAR: one sample a step.
#include "kernels/raster/symbols.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "kernels/shuffles.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/raster/symbols.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::raster {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

void ContextsTarget(const std::uint16_t* above, const std::uint16_t* above2, std::size_t count,
                    const std::uint16_t* limits, std::size_t limit_count, std::uint8_t first,
                    std::uint8_t* sections) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t* const n = above + i;
    const int sum = 4 * n[0] + 2 * (*(n - 1) + n[1] + above2[i]) + *(n - 2) + n[2];
    unsigned section = first;
    for (std::size_t k = 0; k < limit_count; ++k) section += sum >= limits[k];
    sections[i] = static_cast<std::uint8_t>(section);
  }
}

void MergeTarget(std::uint8_t* contexts, std::size_t count, const std::uint8_t* limits,
                 std::size_t limit_count, std::uint8_t first, std::size_t* counts) {
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t section = 0;
    for (std::size_t k = 0; k < limit_count; ++k) section += contexts[i] >= limits[k];
    ++counts[section];
    contexts[i] = static_cast<std::uint8_t>(first + section);
  }
}

void GatherTarget(const std::uint16_t* above, const std::uint16_t* above2, std::size_t count,
                  const std::uint16_t* limits, std::size_t limit_count, Cursor* cursors,
                  std::uint8_t* symbols) {
  ContextsTarget(above, above2, count, limits, limit_count, 0, symbols);
  for (std::size_t i = 0; i < count; ++i) {
    Cursor& cursor = cursors[symbols[i]];
    symbols[i] = *cursor.at;
    cursor.at += cursor.at != cursor.end;
  }
  std::fill(symbols + count, symbols + (count + kSymbolStep - 1) / kSymbolStep * kSymbolStep,
            std::uint8_t{0});
}

void ScatterTarget(const std::uint8_t* sections, std::size_t count, const std::uint8_t* symbols,
                   Target* targets, std::size_t) {
  for (std::size_t i = 0; i < count; ++i) *targets[sections[i]].at++ = symbols[i];
}

std::size_t EscapesTarget(const std::uint8_t* symbols, std::size_t count, std::uint8_t least,
                          std::uint16_t* places) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (symbols[i] >= least) places[found++] = static_cast<std::uint16_t>(i);
  }
  return found;
}

#else

// The weighted magnitudes around the samples at `above` and `above2`.
template <class D>
HWY_INLINE hn::Vec<hn::RebindToSigned<D> > Sums(D d, const std::uint16_t* above,
                                                const std::uint16_t* above2) {
  const auto load = [&](const std::uint16_t* from) HWY_ATTR { return hn::LoadU(d, from); };
  const auto outer = hn::Add(load(above - 2), load(above + 2));
  const auto inner = hn::Add(hn::Add(load(above - 1), load(above + 1)), load(above2));
  const auto here = load(above);
  const auto twice = hn::Add(hn::Add(here, here), inner);
  return hn::BitCast(hn::RebindToSigned<D>(), hn::Add(hn::Add(twice, twice), outer));
}

// The sections of one step of samples.
HWY_INLINE void ContextsStep(const std::uint16_t* HWY_RESTRICT above,
                             const std::uint16_t* HWY_RESTRICT above2,
                             const std::uint16_t* HWY_RESTRICT limits, std::size_t limit_count,
                             std::uint8_t first, std::uint8_t* HWY_RESTRICT sections) {
  const hn::CappedTag<std::uint16_t, kSymbolStep / 2> d;
  const hn::RebindToSigned<decltype(d)> ds;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i < kSymbolStep; i += 2 * lanes) {
    // Two vectors a step share the loads of the limits.
    const auto low = Sums(d, above + i, above2 + i);
    const auto high = Sums(d, above + i + lanes, above2 + i + lanes);
    auto low_section = hn::Set(ds, first);
    auto high_section = low_section;
    for (std::size_t k = 0; k < limit_count; ++k) {
      const auto limit = hn::Set(ds, static_cast<std::int16_t>(limits[k] - 1));
      low_section = hn::Sub(low_section, hn::VecFromMask(ds, hn::Gt(low, limit)));
      high_section = hn::Sub(high_section, hn::VecFromMask(ds, hn::Gt(high, limit)));
    }
    // As one vector: a load of it must not wait for two stores.
    hn::StoreU(hn::Combine(hn::Twice<decltype(d8)>(), hn::DemoteTo(d8, high_section),
                           hn::DemoteTo(d8, low_section)),
               hn::Twice<decltype(d8)>(), sections + i);
  }
}

void ContextsTarget(const std::uint16_t* above, const std::uint16_t* above2, std::size_t count,
                    const std::uint16_t* limits, std::size_t limit_count, std::uint8_t first,
                    std::uint8_t* sections) {
  for (std::size_t i = 0; i < count; i += kSymbolStep) {
    ContextsStep(above + i, above2 + i, limits, limit_count, first, sections + i);
  }
}

HWY_INLINE std::uint64_t LaneBits(std::size_t lanes) {
  return lanes >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << lanes) - 1;
}

// The lanes of a step that belong to the row.
HWY_INLINE std::uint64_t RowBits(std::size_t left) { return LaneBits(left); }

template <class D, class M>
HWY_INLINE std::uint64_t MaskBits(D d, M mask) {
  std::uint8_t bytes[8] = {};
  hn::StoreMaskBits(d, mask, bytes);
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, 8);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

void MergeTarget(std::uint8_t* contexts, std::size_t count, const std::uint8_t* limits,
                 std::size_t limit_count, std::uint8_t first, std::size_t* counts) {
  const hn::CappedTag<std::uint8_t, kSymbolStep> d;
  for (std::size_t i = 0; i < count; i += kSymbolStep) {
    const std::uint64_t row = RowBits(count - i);
    for (std::size_t lane = 0; lane < kSymbolStep; lane += hn::Lanes(d)) {
      const auto now = hn::LoadU(d, contexts + i + lane);
      auto section = hn::Set(d, first);
      // Section k has those at or above its limit less those at or above the next one.
      std::size_t before = hwy::PopCount(row >> lane & LaneBits(hn::Lanes(d)));
      for (std::size_t k = 0; k < limit_count; ++k) {
        const auto above = hn::Eq(hn::Max(now, hn::Set(d, limits[k])), now);
        section = hn::Sub(section, hn::VecFromMask(d, above));
        const std::size_t there = hwy::PopCount(MaskBits(d, above) & (row >> lane));
        counts[k] += before - there;
        before = there;
      }
      counts[limit_count] += before;
      hn::StoreU(section, d, contexts + i + lane);
    }
  }
}

#if HWY_TARGET == HWY_AVX3_DL

// The masks come from comparing the sums: no sections in between. kLimits: as many limits, all
// unrolled, so that the cursors of a row stay in registers.
template <std::size_t kLimits>
void GatherBy(const std::uint16_t* above, const std::uint16_t* above2, std::size_t count,
              const std::uint16_t* limits, std::size_t, Cursor* cursors, std::uint8_t* symbols) {
  const hn::FixedTag<std::uint16_t, kSymbolStep / 2> d;
  std::array<__m512i, kLimits + 1> limit;
  std::array<const std::uint8_t*, kLimits + 1> at;
  for (std::size_t k = 0; k < kLimits; ++k) {
    limit[k] = _mm512_set1_epi16(static_cast<short>(limits[k]));
  }
  for (std::size_t k = 0; k <= kLimits; ++k) at[k] = cursors[k].at;
  for (std::size_t i = 0; i < count; i += kSymbolStep) {
    const __m512i low = Sums(d, above + i, above2 + i).raw;
    const __m512i high = Sums(d, above + i + kSymbolStep / 2, above2 + i + kSymbolStep / 2).raw;
    __m512i gathered = _mm512_setzero_si512();
    std::uint64_t left = RowBits(count - i);
#pragma GCC unroll 16
    for (std::size_t k = 0; k <= kLimits; ++k) {
      const std::uint64_t beyond = k == kLimits
                                       ? 0
                                       : _mm512_kunpackd(_mm512_cmpge_epi16_mask(high, limit[k]),
                                                         _mm512_cmpge_epi16_mask(low, limit[k]));
      const std::uint64_t mask = left & ~beyond;
      left &= beyond;
      // In a register: expansions from memory take several times as long.
      __m512i next = _mm512_loadu_si512(at[k]);
      __asm__("" : "+v"(next));
      gathered = _mm512_or_si512(gathered, _mm512_maskz_expand_epi8(mask, next));
      at[k] = std::min(at[k] + hwy::PopCount(mask), cursors[k].end);
    }
    _mm512_storeu_si512(symbols + i, gathered);
  }
  for (std::size_t k = 0; k <= kLimits; ++k) cursors[k].at = at[k];
}

// For any number of limits.
void GatherMany(const std::uint16_t* above, const std::uint16_t* above2, std::size_t count,
                const std::uint16_t* limits, std::size_t limit_count, Cursor* cursors,
                std::uint8_t* symbols) {
  const hn::FixedTag<std::uint16_t, kSymbolStep / 2> d;
  for (std::size_t i = 0; i < count; i += kSymbolStep) {
    const __m512i low = Sums(d, above + i, above2 + i).raw;
    const __m512i high = Sums(d, above + i + kSymbolStep / 2, above2 + i + kSymbolStep / 2).raw;
    __m512i gathered = _mm512_setzero_si512();
    std::uint64_t left = RowBits(count - i);
    for (std::size_t k = 0; k <= limit_count; ++k) {
      std::uint64_t beyond = 0;
      if (k < limit_count) {
        const __m512i limit = _mm512_set1_epi16(static_cast<short>(limits[k]));
        beyond = _mm512_kunpackd(_mm512_cmpge_epi16_mask(high, limit),
                                 _mm512_cmpge_epi16_mask(low, limit));
      }
      const std::uint64_t mask = left & ~beyond;
      left &= beyond;
      if (mask == 0) continue;
      Cursor& cursor = cursors[k];
      __m512i next = _mm512_loadu_si512(cursor.at);
      __asm__("" : "+v"(next));
      gathered = _mm512_or_si512(gathered, _mm512_maskz_expand_epi8(mask, next));
      cursor.at = std::min(cursor.at + hwy::PopCount(mask), cursor.end);
    }
    _mm512_storeu_si512(symbols + i, gathered);
  }
}

void GatherTarget(const std::uint16_t* above, const std::uint16_t* above2, std::size_t count,
                  const std::uint16_t* limits, std::size_t limit_count, Cursor* cursors,
                  std::uint8_t* symbols) {
  using GatherFunction = void (*)(const std::uint16_t*, const std::uint16_t*, std::size_t,
                                  const std::uint16_t*, std::size_t, Cursor*, std::uint8_t*);
  static constexpr std::array<GatherFunction, 8> kUnrolled = {GatherBy<0>, GatherBy<1>, GatherBy<2>,
                                                              GatherBy<3>, GatherBy<4>, GatherBy<5>,
                                                              GatherBy<6>, GatherBy<7>};
  const GatherFunction gather =
      limit_count < kUnrolled.size() ? kUnrolled[limit_count] : GatherMany;
  gather(above, above2, count, limits, limit_count, cursors, symbols);
}

void ScatterTarget(const std::uint8_t* sections, std::size_t count, const std::uint8_t* symbols,
                   Target* targets, std::size_t target_count) {
  for (std::size_t i = 0; i < count; i += kSymbolStep) {
    const std::uint64_t row = RowBits(count - i);
    const __m512i own = _mm512_loadu_si512(sections + i);
    const __m512i from = _mm512_loadu_si512(symbols + i);
    for (std::size_t k = 0; k < target_count; ++k) {
      const auto section = static_cast<char>(k);
      const std::uint64_t mask = _mm512_mask_cmpeq_epi8_mask(row, own, _mm512_set1_epi8(section));
      Target& target = targets[k];
      const std::size_t there = hwy::PopCount(mask);
      const __m512i own_symbols = _mm512_maskz_compress_epi8(mask, from);
      if (static_cast<std::size_t>(target.end - target.at) >= kSymbolStep) {
        _mm512_storeu_si512(target.at, own_symbols);
      } else {
        _mm512_mask_storeu_epi8(target.at, LaneBits(there), own_symbols);
      }
      target.at += there;
    }
  }
}

#else  // shuffles

// The next bytes of `*at` in those of 8 lanes whose bit in `others` is not set, zero elsewhere.
template <class D>
HWY_INLINE hn::Vec<D> SpreadNext(D d, std::uint64_t others, const std::uint8_t** at) {
  const auto byte = static_cast<std::size_t>(others & 0xFF);
  // As the left side of a merge: lanes of the right one have the top bit.
  const auto index = hn::LoadU(d, kMergeLow[byte].data());
  const auto bytes = hn::LoadU(d, *at);
  *at += 8 - hwy::PopCount(byte);
  return hn::TableLookupBytesOr0(bytes, index);
}

void GatherTarget(const std::uint16_t* above, const std::uint16_t* above2, std::size_t count,
                  const std::uint16_t* limits, std::size_t limit_count, Cursor* cursors,
                  std::uint8_t* symbols) {
  const hn::FixedTag<std::uint8_t, 8> d;
  const hn::CappedTag<std::uint8_t, kSymbolStep / 2> wide;
  for (std::size_t i = 0; i < count; i += kSymbolStep) {
    const std::uint64_t row = RowBits(count - i);
    alignas(64) std::uint8_t sections[kSymbolStep];
    ContextsStep(above + i, above2 + i, limits, limit_count, 0, sections);
    auto v0 = hn::Zero(d);
    auto v1 = v0, v2 = v0, v3 = v0, v4 = v0, v5 = v0, v6 = v0, v7 = v0;
    for (std::size_t k = 0; k <= limit_count; ++k) {
      const auto section = hn::Set(wide, static_cast<std::uint8_t>(k));
      std::uint64_t mask = 0;
      for (std::size_t lane = 0; lane < kSymbolStep; lane += hn::Lanes(wide)) {
        mask |= MaskBits(wide, hn::Eq(hn::Load(wide, sections + lane), section)) << lane;
      }
      mask &= row;
      if (mask == 0) continue;
      const std::uint64_t others = ~mask;
      const std::uint8_t* at = cursors[k].at;
      v0 = hn::Or(v0, SpreadNext(d, others, &at));
      v1 = hn::Or(v1, SpreadNext(d, others >> 8, &at));
      v2 = hn::Or(v2, SpreadNext(d, others >> 16, &at));
      v3 = hn::Or(v3, SpreadNext(d, others >> 24, &at));
      v4 = hn::Or(v4, SpreadNext(d, others >> 32, &at));
      v5 = hn::Or(v5, SpreadNext(d, others >> 40, &at));
      v6 = hn::Or(v6, SpreadNext(d, others >> 48, &at));
      v7 = hn::Or(v7, SpreadNext(d, others >> 56, &at));
      cursors[k].at = std::min(at, cursors[k].end);
    }
    hn::StoreU(v0, d, symbols + i);
    hn::StoreU(v1, d, symbols + i + 8);
    hn::StoreU(v2, d, symbols + i + 16);
    hn::StoreU(v3, d, symbols + i + 24);
    hn::StoreU(v4, d, symbols + i + 32);
    hn::StoreU(v5, d, symbols + i + 40);
    hn::StoreU(v6, d, symbols + i + 48);
    hn::StoreU(v7, d, symbols + i + 56);
  }
}

void ScatterTarget(const std::uint8_t* sections, std::size_t count, const std::uint8_t* symbols,
                   Target* targets, std::size_t target_count) {
  const hn::FixedTag<std::uint8_t, 8> d;
  const hn::CappedTag<std::uint8_t, kSymbolStep / 2> wide;
  for (std::size_t i = 0; i < count; i += kSymbolStep) {
    const std::uint64_t row = RowBits(count - i);
    for (std::size_t k = 0; k < target_count; ++k) {
      const auto section = hn::Set(wide, static_cast<std::uint8_t>(k));
      std::uint64_t mask = 0;
      for (std::size_t lane = 0; lane < kSymbolStep; lane += hn::Lanes(wide)) {
        mask |= MaskBits(wide, hn::Eq(hn::LoadU(wide, sections + i + lane), section)) << lane;
      }
      mask &= row;
      if (mask == 0) continue;
      std::uint8_t* to = targets[k].at;
      if (static_cast<std::size_t>(targets[k].end - to) < kSymbolStep) {
        for (; mask != 0; mask &= mask - 1)
          *to++ = symbols[i + static_cast<std::size_t>(std::countr_zero(mask))];
        targets[k].at = to;
        continue;
      }
      for (std::size_t lane = 0; lane < kSymbolStep; lane += 8, mask >>= 8) {
        // A partition puts the lanes of zeros first.
        const auto others = static_cast<std::size_t>(~mask & 0xFF);
        const auto index = hn::LoadU(d, kPartitionLow[others].data());
        hn::StoreU(hn::TableLookupBytes(hn::LoadU(d, symbols + i + lane), index), d, to);
        to += hwy::PopCount(mask & 0xFF);
      }
      targets[k].at = to;
    }
  }
}

#endif  // shuffles

std::size_t EscapesTarget(const std::uint8_t* symbols, std::size_t count, std::uint8_t least,
                          std::uint16_t* places) {
  const hn::CappedTag<std::uint8_t, kSymbolStep> d;
  const auto bound = hn::Set(d, least);
  std::size_t found = 0;
  for (std::size_t i = 0; i < count; i += kSymbolStep) {
    std::uint64_t mask = 0;
    for (std::size_t lane = 0; lane < kSymbolStep; lane += hn::Lanes(d)) {
      const auto now = hn::LoadU(d, symbols + i + lane);
      mask |= MaskBits(d, hn::Eq(hn::Max(now, bound), now)) << lane;
    }
    for (mask &= RowBits(count - i); mask != 0; mask &= mask - 1) {
      places[found++] =
          static_cast<std::uint16_t>(i + static_cast<std::size_t>(std::countr_zero(mask)));
    }
  }
  return found;
}

#endif  // HWY_TARGET == HWY_SCALAR

void UnfoldTarget(const std::uint8_t* HWY_RESTRICT symbols, std::size_t count,
                  std::uint16_t* HWY_RESTRICT residuals, std::uint16_t* HWY_RESTRICT magnitudes) {
  count = (count + kSymbolStep - 1) / kSymbolStep * kSymbolStep;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t code = symbols[i];
    residuals[i] = static_cast<std::uint16_t>((code >> 1) ^ (0 - (code & 1)));
    magnitudes[i] = static_cast<std::uint16_t>((code + 1) >> 1);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::raster
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::raster {
HWY_EXPORT(ContextsTarget);
HWY_EXPORT(MergeTarget);
HWY_EXPORT(GatherTarget);
HWY_EXPORT(ScatterTarget);
HWY_EXPORT(UnfoldTarget);
HWY_EXPORT(EscapesTarget);

void Contexts(const std::uint16_t* above, const std::uint16_t* above2, std::size_t count,
              std::span<const std::uint16_t> limits, std::uint8_t first,
              std::uint8_t* sections) noexcept {
  HWY_DYNAMIC_DISPATCH(ContextsTarget)
  (above, above2, count, limits.data(), limits.size(), first, sections);
}

void MergeContexts(std::uint8_t* contexts, std::size_t count, std::span<const std::uint8_t> limits,
                   std::uint8_t first, std::span<std::size_t> counts) noexcept {
  HWY_DYNAMIC_DISPATCH(MergeTarget)
  (contexts, count, limits.data(), limits.size(), first, counts.data());
}

void Gather(const std::uint16_t* above, const std::uint16_t* above2, std::size_t count,
            std::span<const std::uint16_t> limits, std::span<Cursor> cursors,
            std::uint8_t* symbols) noexcept {
  HWY_DYNAMIC_DISPATCH(GatherTarget)
  (above, above2, count, limits.data(), limits.size(), cursors.data(), symbols);
}

void Scatter(const std::uint8_t* sections, std::size_t count, const std::uint8_t* symbols,
             std::span<Target> targets) noexcept {
  HWY_DYNAMIC_DISPATCH(ScatterTarget)(sections, count, symbols, targets.data(), targets.size());
}

void Unfold(const std::uint8_t* symbols, std::size_t count, std::uint16_t* residuals,
            std::uint16_t* magnitudes) noexcept {
  HWY_DYNAMIC_DISPATCH(UnfoldTarget)(symbols, count, residuals, magnitudes);
}

std::size_t Escapes(const std::uint8_t* symbols, std::size_t count, std::uint8_t least,
                    std::uint16_t* places) noexcept {
  return HWY_DYNAMIC_DISPATCH(EscapesTarget)(symbols, count, least, places);
}

}  // namespace sigma::kernels::raster
#endif  // HWY_ONCE
