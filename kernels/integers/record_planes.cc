// A tile is 16 records by 16 (or 8) columns. Interleaving the bytes of vectors i and i + n / 2
// rotates the address (vector, byte) left by one bit, so four such stages turn rows into columns
// (the perfect shuffle; Stone 1971, "Parallel processing with the perfect shuffle"). Wider vectors
// hold the same columns of 16 further records in each of their blocks: the interleaves stay within
// blocks, and the columns come out as 32 or 64 consecutive bytes of a plane.
//
// A width is covered by tiles of 16 columns; the last tile is moved back so that it ends with the
// record, and does a few columns again. Widths 9 … 15 are two overlapping tiles of 8; widths 5 … 7
// one that also reads the beginning of the next record, and writes its own in two overlapping
// halves; width 3 has its own instructions in Highway.
//
// 64 records are done before the next ones, columns inside: the planes of a power-of-two size fall
// on the same few sets of a cache, so a line must be filled while it is there.
//
// Vectors of SVE and RISC-V V cannot form arrays; these targets take the plain loop.
#include "kernels/integers/record_planes.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/integers/record_planes.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::integers {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Planes = std::span<const std::span<std::uint8_t>>;
using ConstPlanes = std::span<const std::span<const std::uint8_t>>;

// Records [begin, end) one byte at a time.
void SplitPlain(const std::uint8_t* source, std::size_t width, std::size_t begin, std::size_t end,
                Planes planes) {
  for (std::size_t i = begin; i < end; ++i) {
    for (std::size_t k = 0; k < width; ++k) planes[k][i] = source[i * width + k];
  }
}

void JoinPlain(ConstPlanes planes, std::size_t width, std::size_t begin, std::size_t end,
               std::uint8_t* target) {
  for (std::size_t i = begin; i < end; ++i) {
    for (std::size_t k = 0; k < width; ++k) target[i * width + k] = planes[k][i];
  }
}

#if HWY_TARGET != HWY_SCALAR && !HWY_HAVE_SCALABLE

constexpr std::size_t kGroup = 64;  // records done together

using D = hn::CappedTag<std::uint8_t, 64>;
using V = hn::Vec<D>;
constexpr std::size_t kLanes = hn::MaxLanes(D());  // records of one tile

// Bytes 0 … kColumns − 1 of records 0, 16, 32, 48 … to the blocks of a vector.
template <std::size_t kColumns, class DV>
HWY_INLINE hn::Vec<DV> LoadRows(DV d, const std::uint8_t* from, std::size_t width) {
  constexpr std::size_t kBytes = hn::MaxLanes(DV());
  if constexpr (kBytes == 16 && kColumns == 16) {
    return hn::LoadU(d, from);
  } else if constexpr (kBytes == 16) {
    const hn::Half<DV> half;
    return hn::ZeroExtendVector(d, hn::LoadU(half, from));
  } else {
    const hn::Half<DV> half;
    const auto low = LoadRows<kColumns>(half, from, width);
    const auto high = LoadRows<kColumns>(half, from + kBytes / 2 * width, width);
    return hn::Combine(d, high, low);
  }
}

// The reverse.
template <class DV>
HWY_INLINE void StoreRows(DV d, hn::Vec<DV> v, std::uint8_t* to, std::size_t width) {
  constexpr std::size_t kBytes = hn::MaxLanes(DV());
  if constexpr (kBytes == 16) {
    hn::StoreU(v, d, to);
  } else {
    const hn::Half<DV> half;
    StoreRows(half, hn::LowerHalf(half, v), to, width);
    StoreRows(half, hn::UpperHalf(half, v), to + kBytes / 2 * width, width);
  }
}

// The 8 bytes of a row, or the first `width` of them if that is 4 … 7.
template <bool kWhole, class DV>
HWY_INLINE void StoreShortRow([[maybe_unused]] DV d8, hn::Vec<DV> v, std::uint8_t* to,
                              std::size_t width) {
  if constexpr (kWhole) {
    hn::StoreU(v, d8, to);
  } else {
    const hn::Repartition<std::uint64_t, DV> d64;
    const std::uint64_t row = hn::GetLane(hn::BitCast(d64, v));
    const std::uint64_t end = row >> (8 * (width - 4));
    std::memcpy(to, &row, 4);
    std::memcpy(to + width - 4, &end, 4);
  }
}

// Each block holds 8 bytes of two rows.
template <bool kWhole, class DV>
HWY_INLINE void StoreRowPairs([[maybe_unused]] DV d, hn::Vec<DV> v, std::uint8_t* to,
                              std::size_t width) {
  constexpr std::size_t kBytes = hn::MaxLanes(DV());
  const hn::Half<DV> half;
  if constexpr (kBytes == 16) {
    StoreShortRow<kWhole>(half, hn::LowerHalf(half, v), to, width);
    StoreShortRow<kWhole>(half, hn::UpperHalf(half, v), to + width, width);
  } else {
    StoreRowPairs<kWhole>(half, hn::LowerHalf(half, v), to, width);
    StoreRowPairs<kWhole>(half, hn::UpperHalf(half, v), to + kBytes / 2 * width, width);
  }
}

// One rotation of the address of kCount vectors.
template <std::size_t kCount>
HWY_INLINE void Shuffle(V (&v)[16]) {
  const D d;
  V out[16];
  for (std::size_t i = 0; i < kCount / 2; ++i) {
    out[2 * i] = hn::InterleaveLower(d, v[i], v[i + kCount / 2]);
    out[2 * i + 1] = hn::InterleaveUpper(d, v[i], v[i + kCount / 2]);
  }
  for (std::size_t i = 0; i < kCount; ++i) v[i] = out[i];
}

// kColumns columns of kLanes records; the first `count` of them are stored at `at` of the planes.
template <std::size_t kColumns>
HWY_INLINE void SplitTile(const std::uint8_t* from, std::size_t width,
                          const std::span<std::uint8_t>* planes, std::size_t at,
                          std::size_t count) {
  const D d;
  V v[16];
  for (std::size_t i = 0; i < 16; ++i) v[i] = LoadRows<kColumns>(d, from + i * width, width);
  if constexpr (kColumns == 16) {
    Shuffle<16>(v);
  } else {
    for (std::size_t i = 0; i < 8; ++i) v[i] = hn::InterleaveLower(d, v[i], v[i + 8]);
  }
  Shuffle<kColumns>(v);
  Shuffle<kColumns>(v);
  Shuffle<kColumns>(v);
  if (count == kColumns) {
    for (std::size_t k = 0; k < kColumns; ++k) hn::StoreU(v[k], d, planes[k].data() + at);
  } else {
    for (std::size_t k = 0; k < 8; ++k) {
      if (k < count) hn::StoreU(v[k], d, planes[k].data() + at);
    }
  }
}

// The inverse; planes from `count` on stand for zeros.
template <std::size_t kColumns>
HWY_INLINE void JoinTile(const std::span<const std::uint8_t>* planes, std::size_t at,
                         std::size_t count, std::uint8_t* to, std::size_t width) {
  const D d;
  V v[16];
  if (count == kColumns) {
    for (std::size_t k = 0; k < kColumns; ++k) v[k] = hn::LoadU(d, planes[k].data() + at);
  } else {
    for (std::size_t k = 0; k < 8; ++k) {
      v[k] = k < count ? hn::LoadU(d, planes[k].data() + at) : hn::Zero(d);
    }
  }
  Shuffle<kColumns>(v);
  Shuffle<kColumns>(v);
  Shuffle<kColumns>(v);
  if constexpr (kColumns == 16) {
    Shuffle<16>(v);
    for (std::size_t i = 0; i < 16; ++i) StoreRows(d, v[i], to + i * width, width);
  } else {
    for (std::size_t i = 0; i < 8; ++i) {
      if (count == kColumns) {
        StoreRowPairs<true>(d, v[i], to + 2 * i * width, width);
      } else {
        StoreRowPairs<false>(d, v[i], to + 2 * i * width, width);
      }
    }
  }
}

// Records that the tiles may do: whole tiles, and a width below 8 reads into the next record.
std::size_t TiledRecords(std::size_t count, std::size_t width) {
  if (width < 4) return 0;
  if (width < 8 && count != 0) --count;
  return count / kLanes * kLanes;
}

// Calls tile16(column) and tile8(column, columns) for the tiles of a record.
template <class Tile16, class Tile8>
HWY_INLINE void ForEachTile(std::size_t width, Tile16 tile16, Tile8 tile8) {
  std::size_t column = 0;
  for (; column + 16 <= width; column += 16) tile16(column);
  const std::size_t rest = width - column;
  if (rest == 0) return;
  if (width <= 8) {
    tile8(0, width);
  } else if (width < 16) {
    tile8(0, 8);
    tile8(width - 8, 8);
  } else if (rest <= 8) {
    tile8(width - 8, 8);
  } else {
    tile16(width - 16);
  }
}

std::size_t SplitThree(const std::uint8_t* source, std::size_t count, Planes planes) {
  const hn::ScalableTag<std::uint8_t> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    V v0, v1, v2;
    hn::LoadInterleaved3(d, source + 3 * i, v0, v1, v2);
    hn::StoreU(v0, d, planes[0].data() + i);
    hn::StoreU(v1, d, planes[1].data() + i);
    hn::StoreU(v2, d, planes[2].data() + i);
  }
  return i;
}

std::size_t JoinThree(ConstPlanes planes, std::size_t count, std::uint8_t* target) {
  const hn::ScalableTag<std::uint8_t> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreInterleaved3(hn::LoadU(d, planes[0].data() + i), hn::LoadU(d, planes[1].data() + i),
                          hn::LoadU(d, planes[2].data() + i), d, target + 3 * i);
  }
  return i;
}

void SplitTarget(std::span<const std::uint8_t> source, std::size_t width, Planes planes) {
  const std::size_t count = source.size() / width;
  const std::uint8_t* const from = source.data();
  const std::size_t tiled = TiledRecords(count, width);
  for (std::size_t group = 0; group < tiled; group += kGroup) {
    const std::size_t end = std::min(group + kGroup, tiled);
    ForEachTile(
        width,
        [&](std::size_t column) HWY_ATTR {
          for (std::size_t i = group; i < end; i += kLanes) {
            SplitTile<16>(from + i * width + column, width, planes.data() + column, i, 16);
          }
        },
        [&](std::size_t column, std::size_t columns) HWY_ATTR {
          for (std::size_t i = group; i < end; i += kLanes) {
            SplitTile<8>(from + i * width + column, width, planes.data() + column, i, columns);
          }
        });
  }
  const std::size_t done = width == 3 ? SplitThree(from, count, planes) : tiled;
  SplitPlain(from, width, done, count, planes);
}

void JoinTarget(ConstPlanes planes, std::size_t width, std::span<std::uint8_t> target) {
  const std::size_t count = target.size() / width;
  std::uint8_t* const to = target.data();
  const std::size_t tiled = TiledRecords(count, width);
  for (std::size_t group = 0; group < tiled; group += kGroup) {
    const std::size_t end = std::min(group + kGroup, tiled);
    ForEachTile(
        width,
        [&](std::size_t column) HWY_ATTR {
          for (std::size_t i = group; i < end; i += kLanes) {
            JoinTile<16>(planes.data() + column, i, 16, to + i * width + column, width);
          }
        },
        [&](std::size_t column, std::size_t columns) HWY_ATTR {
          for (std::size_t i = group; i < end; i += kLanes) {
            JoinTile<8>(planes.data() + column, i, columns, to + i * width + column, width);
          }
        });
  }
  const std::size_t done = width == 3 ? JoinThree(planes, count, to) : tiled;
  JoinPlain(planes, width, done, count, to);
}

#else

void SplitTarget(std::span<const std::uint8_t> source, std::size_t width, Planes planes) {
  SplitPlain(source.data(), width, 0, source.size() / width, planes);
}

void JoinTarget(ConstPlanes planes, std::size_t width, std::span<std::uint8_t> target) {
  JoinPlain(planes, width, 0, target.size() / width, target.data());
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::integers
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::integers {
HWY_EXPORT(SplitTarget);
HWY_EXPORT(JoinTarget);

void SplitRecords(std::span<const std::uint8_t> source, std::size_t width,
                  std::span<const std::span<std::uint8_t>> planes) noexcept {
  HWY_DYNAMIC_DISPATCH(SplitTarget)(source, width, planes);
}

void JoinRecords(std::span<const std::span<const std::uint8_t>> planes, std::size_t width,
                 std::span<std::uint8_t> target) noexcept {
  HWY_DYNAMIC_DISPATCH(JoinTarget)(planes, width, target);
}

}  // namespace sigma::kernels::integers
#endif  // HWY_ONCE
