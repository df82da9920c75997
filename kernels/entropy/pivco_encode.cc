// Rank: the table is 16 shuffle rows of 16; a row serves the symbols whose high nibble is its
// number, and rows of zeros are left out. On AVX3_DL two permutations of 128 entries each.
//
// Partition: the compare mask is the bitmap. Eight control bits pick a shuffle row that puts the
// zeros' lanes first and the ones' after them; both ends are stored whole and the cursors advance
// by popcounts. On AVX3_DL 64 ranks are two byte compressions.
//
// Packing: three steps join pairs of fields, to 2, 4 and 8 fields a 64-bit lane; lanes are stored
// back to back, each over the last one's empty end.
//
// HWY_SCALAR: one symbol a step; both sides are stored and only one cursor advances.
#include "kernels/entropy/pivco_encode.h"

#include <array>
#include <bit>
#include <cstring>

#include "kernels/shuffles.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/entropy/pivco_encode.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// After highway.h, which defines what it toggles on.
#include "kernels/entropy/lookup-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::entropy {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE void Store64(std::uint8_t* to, std::uint64_t value) {
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(to, &value, 8);
  } else {
    for (unsigned i = 0; i < 8; ++i) to[i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
}

// Clears what was written after the last of `count` bits in its byte.
HWY_INLINE void ClearAfter(std::uint8_t* bits, std::size_t count) {
  if (count % 8 == 0) return;
  bits[count / 8] = static_cast<std::uint8_t>(bits[count / 8] & ((1U << (count % 8)) - 1));
}

#if HWY_TARGET == HWY_SCALAR

void Rank(const std::uint8_t* symbols, std::size_t n, const std::uint8_t* table,
          std::uint8_t* ranks) noexcept {
  for (std::size_t i = 0; i < n; ++i) ranks[i] = table[symbols[i]];
}

template <bool kLeft, bool kRight>
void Split(const std::uint8_t* ranks, std::size_t n, std::uint8_t mid, std::uint8_t* left,
           std::uint8_t* right, std::uint8_t* bits) {
  for (std::size_t i = 0; i < n; i += 8) {
    unsigned byte = 0;
    const std::size_t end = n - i < 8 ? n - i : 8;
    for (unsigned j = 0; j < end; ++j) {
      const std::uint8_t rank = ranks[i + j];
      const unsigned bit = rank >= mid;
      byte |= bit << j;
      if constexpr (kLeft) {
        *left = rank;
        left += 1 - bit;
      }
      if constexpr (kRight) {
        *right = rank;
        right += bit;
      }
    }
    bits[i / 8] = static_cast<std::uint8_t>(byte);
  }
}

void Pack(const std::uint8_t* ranks, std::size_t n, std::uint8_t low, unsigned width,
          std::uint8_t* packed) noexcept {
  std::uint32_t pending = 0;
  unsigned held = 0;
  for (std::size_t i = 0; i < n; ++i) {
    pending |= static_cast<std::uint32_t>(ranks[i] - low) << held;
    held += width;
    while (held >= 8) {
      *packed++ = static_cast<std::uint8_t>(pending);
      pending >>= 8;
      held -= 8;
    }
  }
  if (held > 0) *packed = static_cast<std::uint8_t>(pending);
}

#else  // HWY_TARGET != HWY_SCALAR

// The first `count` bits, all 64 from there on: lanes after the last rank hold whatever the pad does
// and count as zeros, so that no row of a table and no cursor depends on them.
HWY_INLINE std::uint64_t LanesBefore(std::size_t count) {
  return count < 64 ? (std::uint64_t{1} << count) - 1 : ~std::uint64_t{0};
}

#if HWY_TARGET == HWY_AVX3_DL

void Rank(const std::uint8_t* symbols, std::size_t n, const std::uint8_t* table,
          std::uint8_t* ranks) noexcept {
  const __m512i table0 = _mm512_loadu_si512(table);
  const __m512i table1 = _mm512_loadu_si512(table + 64);
  const __m512i table2 = _mm512_loadu_si512(table + 128);
  const __m512i table3 = _mm512_loadu_si512(table + 192);
  for (std::size_t i = 0; i < n; i += 64) {
    const __m512i index = _mm512_loadu_si512(symbols + i);
    const __m512i low = _mm512_permutex2var_epi8(table0, index, table1);
    const __m512i high = _mm512_permutex2var_epi8(table2, index, table3);
    _mm512_storeu_si512(ranks + i, _mm512_mask_mov_epi8(low, _mm512_movepi8_mask(index), high));
  }
}

template <bool kLeft, bool kRight>
HWY_INLINE void Split(const std::uint8_t* ranks, std::size_t n, std::uint8_t mid,
                      std::uint8_t* left, std::uint8_t* right, std::uint8_t* bits) {
  const __m512i first_right = _mm512_set1_epi8(static_cast<char>(mid));
  for (std::size_t i = 0; i < n; i += 64) {
    const __m512i now = _mm512_loadu_si512(ranks + i);
    const std::uint64_t ones = _mm512_cmpge_epu8_mask(now, first_right) & LanesBefore(n - i);
    Store64(bits + i / 8, ones);
    const auto count = hwy::PopCount(ones);
    if constexpr (kLeft) {
      _mm512_storeu_si512(left, _mm512_maskz_compress_epi8(~ones, now));
      left += 64 - count;
    }
    if constexpr (kRight) {
      _mm512_storeu_si512(right, _mm512_maskz_compress_epi8(ones, now));
      right += count;
    }
  }
}

#else  // shuffles

void Rank(const std::uint8_t* symbols, std::size_t n, const std::uint8_t* table,
          std::uint8_t* ranks) noexcept {
  const hn::CappedTag<std::uint8_t, 64> d;
  constexpr std::size_t kLanes = hn::MaxLanes(d);
  std::array<std::uint8_t, 16> rows;
  std::size_t row_count = 0;
  for (unsigned row = 0; row < 16; ++row) {
    std::uint64_t halves[2];
    std::memcpy(halves, table + 16 * row, 16);
    if ((halves[0] | halves[1]) != 0) rows[row_count++] = static_cast<std::uint8_t>(16 * row);
  }
  for (std::size_t i = 0; i < n; i += 2 * kLanes) {
    const bool two = i + kLanes < n;  // the second vector may lie beyond the pad
    const auto first = hn::LoadU(d, symbols + i);
    const auto second = two ? hn::LoadU(d, symbols + i + kLanes) : first;
    auto first_ranks = hn::Zero(d);
    auto second_ranks = hn::Zero(d);
    for (std::size_t r = 0; r < row_count; ++r) {
      const auto start = hn::Set(d, rows[r]);
      const auto row = hn::LoadDup128(d, table + rows[r]);
      first_ranks = hn::Or(first_ranks, LookupBelow16(d, row, hn::Sub(first, start)));
      second_ranks = hn::Or(second_ranks, LookupBelow16(d, row, hn::Sub(second, start)));
    }
    hn::StoreU(first_ranks, d, ranks + i);
    if (two) hn::StoreU(second_ranks, d, ranks + i + kLanes);
  }
}

// Bit per lane of 64 ranks: rank ≥ mid.
template <class D, class V>
HWY_INLINE std::uint64_t CompareWord(D d, V mid, const std::uint8_t* ranks) {
  std::uint64_t word = 0;
  for (std::size_t lane = 0; lane < 64; lane += hn::Lanes(d)) {
    const auto now = hn::LoadU(d, ranks + lane);
    std::uint8_t bytes[8] = {};
    hn::StoreMaskBits(d, hn::Eq(hn::Max(now, mid), now), bytes);
    std::uint64_t part;
    std::memcpy(&part, bytes, 8);
    word |= part << lane;
  }
  return word;
}

template <bool kLeft, bool kRight>
HWY_INLINE void Split(const std::uint8_t* ranks, std::size_t n, std::uint8_t mid,
                      std::uint8_t* left, std::uint8_t* right, std::uint8_t* bits) {
  const hn::CappedTag<std::uint8_t, 64> wide;
  const hn::FixedTag<std::uint8_t, 16> d;
  const hn::Half<decltype(d)> half;
  const hn::FixedTag<std::uint64_t, 2> words;
  const auto first_right = hn::Set(wide, mid);
  for (std::size_t i = 0; i < n; i += 64) {
    std::uint64_t ones = CompareWord(wide, first_right, ranks + i) & LanesBefore(n - i);
    Store64(bits + i / 8, ones);
    if constexpr (kLeft || kRight) {
      for (std::size_t group = 0; group < 64; group += 16, ones >>= 16) {
        const auto low = static_cast<std::size_t>(ones & 0xFF);
        const auto high = static_cast<std::size_t>((ones >> 8) & 0xFF);
        const auto index = hn::Combine(d, hn::LoadU(half, kPartitionHigh[high].data()),
                                       hn::LoadU(half, kPartitionLow[low].data()));
        const auto parted =
            hn::BitCast(words, hn::TableLookupBytes(hn::LoadU(d, ranks + i + group), index));
        const std::uint64_t first = hn::ExtractLane(parted, 0);
        const std::uint64_t second = hn::ExtractLane(parted, 1);
        const auto low_ones = hwy::PopCount(low);
        const auto high_ones = hwy::PopCount(high);
        if constexpr (kLeft) {
          std::memcpy(left, &first, 8);
          left += 8 - low_ones;
          std::memcpy(left, &second, 8);
          left += 8 - high_ones;
        }
        if constexpr (kRight) {
          // Rotated by the zeros: the ones come first.
          const std::uint64_t low_right = std::rotl(first, static_cast<int>(8 * low_ones));
          const std::uint64_t high_right = std::rotl(second, static_cast<int>(8 * high_ones));
          std::memcpy(right, &low_right, 8);
          right += low_ones;
          std::memcpy(right, &high_right, 8);
          right += high_ones;
        }
      }
    }
  }
}

#endif  // shuffles

void Pack(const std::uint8_t* ranks, std::size_t n, std::uint8_t low, unsigned width,
          std::uint8_t* packed) noexcept {
  const hn::CappedTag<std::uint8_t, 64> d;
  const hn::Repartition<std::uint16_t, decltype(d)> d16;
  const hn::Repartition<std::uint32_t, decltype(d)> d32;
  const hn::Repartition<std::uint64_t, decltype(d)> d64;
  constexpr std::size_t kLanes = hn::MaxLanes(d);
  const auto base = hn::Set(d, low);
  const auto low16 = hn::Set(d16, 0xFF);
  const auto low32 = hn::Set(d32, 0xFFFF);
  const auto low64 = hn::Set(d64, 0xFFFFFFFF);
  const int bits = static_cast<int>(width);
  std::uint8_t* to = packed;
  for (std::size_t i = 0; i < n; i += kLanes) {
    const auto fields = hn::BitCast(d16, hn::Sub(hn::LoadU(d, ranks + i), base));
    const auto two = hn::BitCast(
        d32, hn::Or(hn::And(fields, low16), hn::ShiftLeftSame(hn::ShiftRight<8>(fields), bits)));
    const auto four = hn::BitCast(
        d64, hn::Or(hn::And(two, low32), hn::ShiftLeftSame(hn::ShiftRight<16>(two), 2 * bits)));
    const auto eight =
        hn::Or(hn::And(four, low64), hn::ShiftLeftSame(hn::ShiftRight<32>(four), 4 * bits));
    alignas(64) std::array<std::uint64_t, kLanes / 8> lanes;
    hn::Store(eight, d64, lanes.data());
    for (const std::uint64_t lane : lanes) {
      Store64(to, lane);
      to += width;
    }
  }
  ClearAfter(packed, n * width);
}

#endif  // HWY_TARGET

void Partition(const std::uint8_t* ranks, std::size_t n, std::uint8_t mid, std::uint8_t* left,
               std::uint8_t* right, std::uint8_t* bits) noexcept {
  Split<true, true>(ranks, n, mid, left, right, bits);
}

void PartitionLeft(const std::uint8_t* ranks, std::size_t n, std::uint8_t mid, std::uint8_t* left,
                   std::uint8_t* bits) noexcept {
  Split<true, false>(ranks, n, mid, left, nullptr, bits);
}

void PartitionRight(const std::uint8_t* ranks, std::size_t n, std::uint8_t mid, std::uint8_t* right,
                    std::uint8_t* bits) noexcept {
  Split<false, true>(ranks, n, mid, nullptr, right, bits);
}

void Compare(const std::uint8_t* ranks, std::size_t n, std::uint8_t mid,
             std::uint8_t* bits) noexcept {
  Split<false, false>(ranks, n, mid, nullptr, nullptr, bits);
}

}  // namespace

const PivcoEncodeKernels* PivcoEncodeTable() {
  static constexpr PivcoEncodeKernels kTable{&Rank,           &Partition, &PartitionLeft,
                                             &PartitionRight, &Compare,   &Pack};
  return &kTable;
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::entropy
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::entropy {

HWY_EXPORT(PivcoEncodeTable);

const PivcoEncodeKernels& ChoosePivcoEncode() noexcept {
  return *HWY_DYNAMIC_DISPATCH(PivcoEncodeTable)();
}

}  // namespace sigma::kernels::entropy
#endif  // HWY_ONCE
