// Merging by table-driven shuffles.
//
// 16 outputs: the two control bytes pick index rows (the second row also depends on the popcount of
// the first byte), one shuffle of each side's next 16 symbols by them, zero where the other side's
// turn is, and an OR. Cursors advance by popcounts of the control bits alone, so consecutive groups
// do not wait for each other's data. On AVX3_DL 64 outputs are two masked byte expansions.
//
// Unpacking: each 16-bit lane gets the two bytes that hold its symbol; a multiplication by a power
// of two per lane aligns it at the top, a shift brings it down; even and odd symbols take turns.
// Symbols are then looked up in 16-byte tables. On AVX3_DL a byte permutation, one multishift and
// one permutation.
//
// HWY_SCALAR: one output a step, the side's cursor picked without a branch.
#include "kernels/entropy/pivco_decode.h"

#include <array>
#include <bit>
#include <cstring>

#include "kernels/shuffles.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/entropy/pivco_decode.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// After highway.h, which defines what it toggles on.
#include "kernels/entropy/lookup-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::entropy {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

enum class Sides { kBoth, kRightOnly, kLeftOnly };  // those that are streams, not leaves

HWY_INLINE std::uint64_t Load64(const std::uint8_t* from) {
  std::uint64_t value = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&value, from, 8);
  } else {
    for (unsigned i = 0; i < 8; ++i) value |= std::uint64_t{from[i]} << (8 * i);
  }
  return value;
}

std::size_t CountOnes(const std::uint8_t* bits, std::size_t n) noexcept {
  std::size_t ones = 0;
  std::size_t i = 0;
  for (; i + 64 <= n; i += 64) ones += hwy::PopCount(Load64(bits + i / 8));
  if (i < n) ones += hwy::PopCount(Load64(bits + i / 8) & ((std::uint64_t{1} << (n - i)) - 1));
  return ones;
}

#if HWY_TARGET == HWY_SCALAR

HWY_INLINE unsigned Bit(const std::uint8_t* bits, std::size_t i) {
  return (bits[i / 8] >> (i % 8)) & 1U;
}

template <Sides kSides>
HWY_INLINE void MergeAny(const std::uint8_t* bits, std::size_t n, const std::uint8_t* left,
                         const std::uint8_t* right, std::uint8_t leaf, std::uint8_t* out) {
  for (std::size_t i = 0; i < n; ++i) {
    const unsigned bit = Bit(bits, i);
    const std::uint8_t zero = kSides == Sides::kRightOnly ? leaf : *left;
    const std::uint8_t one = kSides == Sides::kLeftOnly ? leaf : *right;
    out[i] = bit != 0 ? one : zero;
    if constexpr (kSides != Sides::kLeftOnly) right += bit;
    if constexpr (kSides != Sides::kRightOnly) left += 1 - bit;
  }
}

void LeafPair(const std::uint8_t* bits, std::size_t n, std::uint8_t left, std::uint8_t right,
              std::uint8_t* out) noexcept {
  for (std::size_t i = 0; i < n; ++i) out[i] = Bit(bits, i) != 0 ? right : left;
}

void Unpack(const std::uint8_t* packed, std::size_t n, unsigned width, const std::uint8_t* symbols,
            std::uint8_t* out) noexcept {
  const unsigned mask = (1U << width) - 1;
  for (std::size_t i = 0, bit = 0; i < n; ++i, bit += width) {
    const unsigned window = packed[bit / 8] | static_cast<unsigned>(packed[bit / 8 + 1]) << 8;
    out[i] = symbols[(window >> (bit % 8)) & mask];
  }
}

#else  // HWY_TARGET != HWY_SCALAR

#if HWY_TARGET == HWY_AVX3_DL

template <Sides kSides>
HWY_INLINE void MergeAny(const std::uint8_t* bits, std::size_t n, const std::uint8_t* left,
                         const std::uint8_t* right, std::uint8_t leaf, std::uint8_t* out) {
  const __m512i one_symbol = _mm512_set1_epi8(static_cast<char>(leaf));
  for (std::size_t i = 0; i < n; i += 64) {
    const std::uint64_t ones = Load64(bits + i / 8);
    const auto count = hwy::PopCount(ones);
    __m512i merged = one_symbol;
    if constexpr (kSides != Sides::kRightOnly) {
      const __m512i next = _mm512_loadu_si512(left);
      merged = kSides == Sides::kBoth ? _mm512_maskz_expand_epi8(~ones, next)
                                      : _mm512_mask_expand_epi8(merged, ~ones, next);
      left += 64 - count;
    }
    if constexpr (kSides != Sides::kLeftOnly) {
      merged = _mm512_mask_expand_epi8(merged, ones, _mm512_loadu_si512(right));
      right += count;
    }
    _mm512_storeu_si512(out + i, merged);
  }
}

#else  // shuffles

template <Sides kSides>
HWY_INLINE void MergeAny(const std::uint8_t* bits, std::size_t n, const std::uint8_t* left,
                         const std::uint8_t* right, std::uint8_t leaf, std::uint8_t* out) {
  const hn::FixedTag<std::uint8_t, 16> d;
  const hn::Half<decltype(d)> half;
  const auto one_symbol = hn::Set(d, leaf);
  const auto side_bit = hn::Set(d, 0x80);
  for (std::size_t i = 0; i < n; i += 64) {
    std::uint64_t word = Load64(bits + i / 8);
    for (std::size_t group = 0; group < 64; group += 16, word >>= 16) {
      const auto low = static_cast<std::size_t>(word & 0xFF);
      const auto high = static_cast<std::size_t>((word >> 8) & 0xFF);
      const auto low_ones = hwy::PopCount(low);
      const auto index = hn::Combine(d, hn::LoadU(half, kMergeHigh[low_ones][high].data()),
                                     hn::LoadU(half, kMergeLow[low].data()));
      const auto count = hwy::PopCount(word & 0xFFFF);
      const auto next_left = kSides == Sides::kRightOnly ? one_symbol : hn::LoadU(d, left);
      const auto next_right = kSides == Sides::kLeftOnly ? one_symbol : hn::LoadU(d, right);
      const auto zeros = hn::TableLookupBytesOr0(next_left, index);
      const auto ones = hn::TableLookupBytesOr0(next_right, hn::Xor(index, side_bit));
      hn::StoreU(hn::Or(zeros, ones), d, out + i + group);
      if constexpr (kSides != Sides::kRightOnly) left += 16 - count;
      if constexpr (kSides != Sides::kLeftOnly) right += count;
    }
  }
}

#endif  // shuffles

void LeafPair(const std::uint8_t* bits, std::size_t n, std::uint8_t left, std::uint8_t right,
              std::uint8_t* out) noexcept {
  const hn::CappedTag<std::uint8_t, 64> d;
  const auto zero = hn::Set(d, left);
  const auto one = hn::Set(d, right);
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    hn::StoreU(hn::IfThenElse(hn::LoadMaskBits(d, bits + i / 8), one, zero), d, out + i);
  }
}

#if HWY_TARGET == HWY_AVX3_DL

template <unsigned kWidth>
HWY_INLINE void UnpackWidth(const std::uint8_t* packed, std::size_t n, const std::uint8_t* symbols,
                            std::uint8_t* out) {
  // Qword j gets the bytes from j · kWidth on, which hold its eight symbols.
  alignas(64) std::array<std::uint8_t, 64> spread;
  alignas(64) std::array<std::uint8_t, 64> shifts;
  for (unsigned i = 0; i < 64; ++i) {
    spread[i] = static_cast<std::uint8_t>(i / 8 * kWidth + i % 8);
    shifts[i] = static_cast<std::uint8_t>(i % 8 * kWidth);
  }
  const __m512i spread_index = _mm512_load_si512(spread.data());
  const __m512i shift_index = _mm512_load_si512(shifts.data());
  const __m512i mask = _mm512_set1_epi8(static_cast<char>((1U << kWidth) - 1));
  const __m512i table0 = _mm512_loadu_si512(symbols);
  const __m512i table1 = kWidth > 6 ? _mm512_loadu_si512(symbols + 64) : table0;
  const __m512i table2 = kWidth > 7 ? _mm512_loadu_si512(symbols + 128) : table0;
  const __m512i table3 = kWidth > 7 ? _mm512_loadu_si512(symbols + 192) : table0;
  for (std::size_t i = 0; i < n; i += 64, packed += 8 * kWidth) {
    const __m512i bytes = _mm512_permutexvar_epi8(spread_index, _mm512_loadu_si512(packed));
    const __m512i index = _mm512_and_si512(_mm512_multishift_epi64_epi8(shift_index, bytes), mask);
    __m512i found;
    if constexpr (kWidth <= 6) {
      found = _mm512_permutexvar_epi8(index, table0);
    } else {
      found = _mm512_permutex2var_epi8(table0, index, table1);
      if constexpr (kWidth == 8) {
        found = _mm512_mask_mov_epi8(found, _mm512_movepi8_mask(index),
                                     _mm512_permutex2var_epi8(table2, index, table3));
      }
    }
    _mm512_storeu_si512(out + i, found);
  }
}

#else  // multiplications and shuffles

// Shuffle rows and multipliers that align each symbol of 16 at the top of a 16-bit lane.
template <unsigned kWidth>
struct Windows {
  alignas(16) std::array<std::uint8_t, 16> even_bytes;
  alignas(16) std::array<std::uint8_t, 16> odd_bytes;
  alignas(16) std::array<std::uint16_t, 8> even_scale;
  alignas(16) std::array<std::uint16_t, 8> odd_scale;

  constexpr Windows() : even_bytes{}, odd_bytes{}, even_scale{}, odd_scale{} {
    for (unsigned lane = 0; lane < 8; ++lane) {
      const unsigned even = 2 * lane * kWidth;
      const unsigned odd = even + kWidth;
      for (unsigned half = 0; half < 2; ++half) {
        even_bytes[2 * lane + half] = Byte(even / 8 + half);
        odd_bytes[2 * lane + half] = Byte(odd / 8 + half);
      }
      even_scale[lane] = static_cast<std::uint16_t>(1U << (16 - kWidth - even % 8));
      odd_scale[lane] = static_cast<std::uint16_t>(1U << (16 - kWidth - odd % 8));
    }
  }
  // The last window's second byte may lie beyond the 16; its bits are not needed then.
  static constexpr std::uint8_t Byte(unsigned at) {
    return static_cast<std::uint8_t>(at < 16 ? at : 15);
  }
};

template <unsigned kWidth>
HWY_INLINE void UnpackWidth(const std::uint8_t* packed, std::size_t n, const std::uint8_t* symbols,
                            std::uint8_t* out) {
  static constexpr Windows<kWidth> kWindows;
  constexpr unsigned kTables = kWidth <= 4 ? 1 : 1U << (kWidth - 4);
  const hn::CappedTag<std::uint8_t, 32> d;
  const hn::RepartitionToWide<decltype(d)> wide;
  constexpr std::size_t kBlocks = hn::MaxLanes(d) / 16;
  const auto even_bytes = hn::LoadDup128(d, kWindows.even_bytes.data());
  const auto odd_bytes = hn::LoadDup128(d, kWindows.odd_bytes.data());
  const auto even_scale = hn::LoadDup128(wide, kWindows.even_scale.data());
  const auto odd_scale = hn::LoadDup128(wide, kWindows.odd_scale.data());
  const auto high_bytes = hn::Set(wide, 0xFF00);
  alignas(16) std::array<std::uint8_t, 16 * kTables> tables{};
  std::memcpy(tables.data(), symbols, std::size_t{1} << kWidth);
  const auto table0 = hn::LoadDup128(d, tables.data());
  for (std::size_t i = 0; i < n; i += hn::Lanes(d), packed += 2 * kWidth * kBlocks) {
    const auto bytes = [&] {
      if constexpr (kBlocks == 1) {
        return hn::LoadU(d, packed);
      } else {
        const hn::Half<decltype(d)> half;
        return hn::Combine(d, hn::LoadU(half, packed + 2 * kWidth), hn::LoadU(half, packed));
      }
    }();
    const auto even =
        hn::Mul(hn::BitCast(wide, hn::TableLookupBytes(bytes, even_bytes)), even_scale);
    const auto odd = hn::Mul(hn::BitCast(wide, hn::TableLookupBytes(bytes, odd_bytes)), odd_scale);
    const auto odd_high = hn::And(hn::ShiftRight<8 - kWidth>(odd), high_bytes);
    const auto index = hn::BitCast(d, hn::Or(hn::ShiftRight<16 - kWidth>(even), odd_high));
    if constexpr (kTables == 1) {
      hn::StoreU(hn::TableLookupBytes(table0, index), d, out + i);
    } else {
      auto found = LookupBelow16(d, table0, index);
      for (unsigned table = 1; table < kTables; ++table) {
        const auto offset = hn::Sub(index, hn::Set(d, static_cast<std::uint8_t>(16 * table)));
        const auto next = hn::LoadDup128(d, tables.data() + 16 * table);
        found = hn::Or(found, LookupBelow16(d, next, offset));
      }
      hn::StoreU(found, d, out + i);
    }
  }
}

#endif  // multiplications and shuffles

void Unpack(const std::uint8_t* packed, std::size_t n, unsigned width, const std::uint8_t* symbols,
            std::uint8_t* out) noexcept {
  switch (width) {
    case 2:
      return UnpackWidth<2>(packed, n, symbols, out);
    case 3:
      return UnpackWidth<3>(packed, n, symbols, out);
    case 4:
      return UnpackWidth<4>(packed, n, symbols, out);
    case 5:
      return UnpackWidth<5>(packed, n, symbols, out);
    case 6:
      return UnpackWidth<6>(packed, n, symbols, out);
    case 7:
      return UnpackWidth<7>(packed, n, symbols, out);
    default:
      return UnpackWidth<8>(packed, n, symbols, out);
  }
}

#endif  // HWY_TARGET

void Merge(const std::uint8_t* bits, std::size_t n, const std::uint8_t* left,
           const std::uint8_t* right, std::uint8_t* out) noexcept {
  MergeAny<Sides::kBoth>(bits, n, left, right, 0, out);
}

void MergeLeftLeaf(const std::uint8_t* bits, std::size_t n, std::uint8_t left,
                   const std::uint8_t* right, std::uint8_t* out) noexcept {
  MergeAny<Sides::kRightOnly>(bits, n, nullptr, right, left, out);
}

void MergeRightLeaf(const std::uint8_t* bits, std::size_t n, const std::uint8_t* left,
                    std::uint8_t right, std::uint8_t* out) noexcept {
  MergeAny<Sides::kLeftOnly>(bits, n, left, nullptr, right, out);
}

}  // namespace

const PivcoDecodeKernels* PivcoDecodeTable() {
  static constexpr PivcoDecodeKernels kTable{&CountOnes,      &Merge,    &MergeLeftLeaf,
                                             &MergeRightLeaf, &LeafPair, &Unpack};
  return &kTable;
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::entropy
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::entropy {

HWY_EXPORT(PivcoDecodeTable);

const PivcoDecodeKernels& ChoosePivcoDecode() noexcept {
  return *HWY_DYNAMIC_DISPATCH(PivcoDecodeTable)();
}

}  // namespace sigma::kernels::entropy
#endif  // HWY_ONCE
