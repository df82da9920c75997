// Method: w vectors of 16 bytes hold 16 integers of w bytes. Splitting shuffles the bytes of each
// vector by plane, so that a vector is w groups of 16 / w bytes, then transposes the w × w groups
// with interleaves; joining interleaves the planes' bytes, pairs, then quads. The differences are
// taken from unaligned loads one integer back (no dependency between steps), and undone by prefix
// sums (prefix_sum-inl.h), all in registers: each byte is read once and written once.
// 128-bit vectors on every target: the transposes would need cross-block permutes beyond that, and
// at this width the loops already run at several bytes a cycle.
#include "kernels/integers/planes.h"

#include <algorithm>
#include <bit>

#include "kernels/endian.h"
#include "kernels/integers/delta.h"
#include "kernels/integers/record_planes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/integers/planes.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// After highway.h, which defines what it toggles on.
#include "kernels/integers/prefix_sum-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::integers {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Planes = std::span<const std::span<std::uint8_t>>;
using ConstPlanes = std::span<const std::span<const std::uint8_t>>;

#if HWY_TARGET != HWY_SCALAR

using D8 = hn::FixedTag<std::uint8_t, 16>;
using V8 = hn::Vec<D8>;

template <typename T>
HWY_INLINE V8 Lower(V8 a, V8 b) {
  const hn::Repartition<T, D8> d;
  return hn::BitCast(D8(), hn::InterleaveLower(d, hn::BitCast(d, a), hn::BitCast(d, b)));
}

template <typename T>
HWY_INLINE V8 Upper(V8 a, V8 b) {
  const hn::Repartition<T, D8> d;
  return hn::BitCast(D8(), hn::InterleaveUpper(d, hn::BitCast(d, a), hn::BitCast(d, b)));
}

// Byte k of integer i goes to place k · 16 / width + i.
alignas(16) constexpr std::uint8_t kByPlane2[16] = {0, 2, 4, 6, 8, 10, 12, 14,
                                                    1, 3, 5, 7, 9, 11, 13, 15};
alignas(16) constexpr std::uint8_t kByPlane4[16] = {0, 4, 8,  12, 1, 5, 9,  13,
                                                    2, 6, 10, 14, 3, 7, 11, 15};
alignas(16) constexpr std::uint8_t kByPlane8[16] = {0, 8,  1, 9,  2, 10, 3, 11,
                                                    4, 12, 5, 13, 6, 14, 7, 15};

template <typename T, bool kDifference>
HWY_INLINE V8 LoadByPlane(const std::uint8_t* HWY_RESTRICT from) {
  const D8 d8;
  V8 v = hn::LoadU(d8, from);
  if constexpr (kDifference) {
    const hn::Repartition<T, D8> d;
    const auto before = hn::BitCast(d, hn::LoadU(d8, from - sizeof(T)));
    v = hn::BitCast(d8, hn::Sub(hn::BitCast(d, v), before));
  }
  const std::uint8_t* order = sizeof(T) == 2 ? kByPlane2 : (sizeof(T) == 4 ? kByPlane4 : kByPlane8);
  return hn::TableLookupBytes(v, hn::Load(d8, order));
}

// 16 integers of sizeof(T) bytes to byte `at` of every plane.
template <typename T, bool kDifference>
HWY_INLINE void Split16(const std::uint8_t* HWY_RESTRICT from, Planes planes, std::size_t at) {
  const D8 d8;
  const auto put = [&](std::size_t plane, V8 v)
                       HWY_ATTR { hn::StoreU(v, d8, planes[plane].data() + at); };
  const auto get = [&](std::size_t i)
                       HWY_ATTR { return LoadByPlane<T, kDifference>(from + 16 * i); };
  if constexpr (sizeof(T) == 2) {
    const V8 v0 = get(0), v1 = get(1);
    put(0, Lower<std::uint64_t>(v0, v1));
    put(1, Upper<std::uint64_t>(v0, v1));
  } else if constexpr (sizeof(T) == 4) {
    const V8 v0 = get(0), v1 = get(1), v2 = get(2), v3 = get(3);
    const V8 a = Lower<std::uint32_t>(v0, v1), b = Upper<std::uint32_t>(v0, v1);
    const V8 c = Lower<std::uint32_t>(v2, v3), e = Upper<std::uint32_t>(v2, v3);
    put(0, Lower<std::uint64_t>(a, c));
    put(1, Upper<std::uint64_t>(a, c));
    put(2, Lower<std::uint64_t>(b, e));
    put(3, Upper<std::uint64_t>(b, e));
  } else {
    // Per half of four vectors: planes 2k and 2k + 1 of its eight integers.
    const auto half = [&](std::size_t i, V8& p01, V8& p23, V8& p45, V8& p67) HWY_ATTR {
      const V8 v0 = get(i), v1 = get(i + 1), v2 = get(i + 2), v3 = get(i + 3);
      const V8 a = Lower<std::uint16_t>(v0, v1), b = Upper<std::uint16_t>(v0, v1);
      const V8 c = Lower<std::uint16_t>(v2, v3), e = Upper<std::uint16_t>(v2, v3);
      p01 = Lower<std::uint32_t>(a, c);
      p23 = Upper<std::uint32_t>(a, c);
      p45 = Lower<std::uint32_t>(b, e);
      p67 = Upper<std::uint32_t>(b, e);
    };
    V8 a01, a23, a45, a67, b01, b23, b45, b67;
    half(0, a01, a23, a45, a67);
    half(4, b01, b23, b45, b67);
    put(0, Lower<std::uint64_t>(a01, b01));
    put(1, Upper<std::uint64_t>(a01, b01));
    put(2, Lower<std::uint64_t>(a23, b23));
    put(3, Upper<std::uint64_t>(a23, b23));
    put(4, Lower<std::uint64_t>(a45, b45));
    put(5, Upper<std::uint64_t>(a45, b45));
    put(6, Lower<std::uint64_t>(a67, b67));
    put(7, Upper<std::uint64_t>(a67, b67));
  }
}

template <typename T, bool kDifference>
HWY_INLINE void PutIntegers(V8 v, hn::Vec<Tag16<T>>& carry, std::uint8_t* HWY_RESTRICT to) {
  const D8 d8;
  if constexpr (kDifference) {
    const Tag16<T> d;
    v = hn::BitCast(d8, AddPrefix<SumOp, sizeof(T)>(d, hn::BitCast(d, v), carry));
  }
  hn::StoreU(v, d8, to);
}

// 16 integers of sizeof(T) bytes from byte `at` of every plane.
template <typename T, bool kDifference>
HWY_INLINE void Join16(ConstPlanes planes, std::size_t at, hn::Vec<Tag16<T>>& carry,
                       std::uint8_t* HWY_RESTRICT to) {
  const D8 d8;
  const auto get = [&](std::size_t plane)
                       HWY_ATTR { return hn::LoadU(d8, planes[plane].data() + at); };
  const auto put = [&](std::size_t i, V8 v)
                       HWY_ATTR { PutIntegers<T, kDifference>(v, carry, to + 16 * i); };
  if constexpr (sizeof(T) == 2) {
    const V8 p0 = get(0), p1 = get(1);
    put(0, Lower<std::uint8_t>(p0, p1));
    put(1, Upper<std::uint8_t>(p0, p1));
  } else if constexpr (sizeof(T) == 4) {
    const V8 p0 = get(0), p1 = get(1), p2 = get(2), p3 = get(3);
    const V8 a = Lower<std::uint8_t>(p0, p1), b = Upper<std::uint8_t>(p0, p1);
    const V8 c = Lower<std::uint8_t>(p2, p3), e = Upper<std::uint8_t>(p2, p3);
    put(0, Lower<std::uint16_t>(a, c));
    put(1, Upper<std::uint16_t>(a, c));
    put(2, Lower<std::uint16_t>(b, e));
    put(3, Upper<std::uint16_t>(b, e));
  } else {
    // Per half of four planes: its four bytes of integers 4k … 4k + 3.
    const auto half = [&](std::size_t k, V8& q0, V8& q1, V8& q2, V8& q3) HWY_ATTR {
      const V8 p0 = get(k), p1 = get(k + 1), p2 = get(k + 2), p3 = get(k + 3);
      const V8 a = Lower<std::uint8_t>(p0, p1), b = Upper<std::uint8_t>(p0, p1);
      const V8 c = Lower<std::uint8_t>(p2, p3), e = Upper<std::uint8_t>(p2, p3);
      q0 = Lower<std::uint16_t>(a, c);
      q1 = Upper<std::uint16_t>(a, c);
      q2 = Lower<std::uint16_t>(b, e);
      q3 = Upper<std::uint16_t>(b, e);
    };
    V8 a0, a1, a2, a3, b0, b1, b2, b3;
    half(0, a0, a1, a2, a3);
    half(4, b0, b1, b2, b3);
    put(0, Lower<std::uint32_t>(a0, b0));
    put(1, Upper<std::uint32_t>(a0, b0));
    put(2, Lower<std::uint32_t>(a1, b1));
    put(3, Upper<std::uint32_t>(a1, b1));
    put(4, Lower<std::uint32_t>(a2, b2));
    put(5, Upper<std::uint32_t>(a2, b2));
    put(6, Lower<std::uint32_t>(a3, b3));
    put(7, Upper<std::uint32_t>(a3, b3));
  }
}

#endif  // HWY_TARGET != HWY_SCALAR

// The vector loops take integers as they lie in memory.
constexpr bool kVectors = std::endian::native == std::endian::little;

template <typename T, bool kDifference>
void SplitIntegers(std::span<const std::uint8_t> source, Planes planes) {
  const std::size_t count = source.size() / sizeof(T);
  const std::uint8_t* const from = source.data();
  T before = 0;
  std::size_t i = 0;
  const auto split_one = [&] {
    const T now = LoadInteger<T>(from + i * sizeof(T));
    const T value = kDifference ? static_cast<T>(now - before) : now;
    for (std::size_t k = 0; k < sizeof(T); ++k) {
      planes[k][i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * k));
    }
    before = now;
    ++i;
  };
#if HWY_TARGET != HWY_SCALAR
  if constexpr (kVectors) {
    if (kDifference && count != 0) split_one();
    for (; i + 16 <= count; i += 16) {
      Split16<T, kDifference>(from + i * sizeof(T), planes, i);
    }
    if (kDifference && i != 0) before = LoadInteger<T>(from + (i - 1) * sizeof(T));
  }
#endif
  while (i < count) split_one();
}

template <typename T, bool kDifference>
void JoinIntegers(ConstPlanes planes, std::span<std::uint8_t> target) {
  const std::size_t count = target.size() / sizeof(T);
  std::size_t i = 0;
  T sum = 0;
#if HWY_TARGET != HWY_SCALAR
  if constexpr (kVectors) {
    auto carry = hn::Zero(Tag16<T>());
    for (; i + 16 <= count; i += 16) {
      Join16<T, kDifference>(planes, i, carry, target.data() + i * sizeof(T));
    }
    sum = hn::GetLane(carry);
  }
#endif
  for (; i < count; ++i) {
    std::uint64_t value = 0;
    for (std::size_t k = 0; k < sizeof(T); ++k) {
      value |= static_cast<std::uint64_t>(planes[k][i]) << (8 * k);
    }
    sum = static_cast<T>(kDifference ? sum + static_cast<T>(value) : value);
    StoreInteger<T>(target.data() + i * sizeof(T), sum);
  }
}

void SplitTarget(std::span<const std::uint8_t> source, std::size_t width, bool difference,
                 Planes planes) {
  switch (difference ? width : width + 16) {
    case 2:
      return SplitIntegers<std::uint16_t, true>(source, planes);
    case 4:
      return SplitIntegers<std::uint32_t, true>(source, planes);
    case 8:
      return SplitIntegers<std::uint64_t, true>(source, planes);
    case 16 + 2:
      return SplitIntegers<std::uint16_t, false>(source, planes);
    case 16 + 4:
      return SplitIntegers<std::uint32_t, false>(source, planes);
    case 16 + 8:
      return SplitIntegers<std::uint64_t, false>(source, planes);
    default:
      break;
  }
}

void JoinTarget(ConstPlanes planes, std::size_t width, bool difference,
                std::span<std::uint8_t> target) {
  switch (difference ? width : width + 16) {
    case 2:
      return JoinIntegers<std::uint16_t, true>(planes, target);
    case 4:
      return JoinIntegers<std::uint32_t, true>(planes, target);
    case 8:
      return JoinIntegers<std::uint64_t, true>(planes, target);
    case 16 + 2:
      return JoinIntegers<std::uint16_t, false>(planes, target);
    case 16 + 4:
      return JoinIntegers<std::uint32_t, false>(planes, target);
    case 16 + 8:
      return JoinIntegers<std::uint64_t, false>(planes, target);
    default:
      break;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::integers
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::integers {
HWY_EXPORT(SplitTarget);
HWY_EXPORT(JoinTarget);

void SplitPlanes(std::span<const std::uint8_t> source, std::size_t width, bool difference,
                 std::span<const std::span<std::uint8_t>> planes) noexcept {
  if (width == 1) {
    if (difference) return Delta(source, 1, planes[0]);
    std::copy(source.begin(), source.end(), planes[0].begin());
    return;
  }
  if (width != 2 && width != 4 && width != 8) return SplitRecords(source, width, planes);
  HWY_DYNAMIC_DISPATCH(SplitTarget)(source, width, difference, planes);
}

void JoinPlanes(std::span<const std::span<const std::uint8_t>> planes, std::size_t width,
                bool difference, std::span<std::uint8_t> target) noexcept {
  if (width == 1) {
    const std::span<const std::uint8_t> plane = planes[0].first(target.size());
    if (difference) return Undelta(plane, 1, target);
    std::copy(plane.begin(), plane.end(), target.begin());
    return;
  }
  if (width != 2 && width != 4 && width != 8) return JoinRecords(planes, width, target);
  HWY_DYNAMIC_DISPATCH(JoinTarget)(planes, width, difference, target);
}

}  // namespace sigma::kernels::integers
#endif  // HWY_ONCE
