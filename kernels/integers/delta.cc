// Forward, every vector is set against an unaligned load one distance back: no step depends on
// another. Back, a distance below 16 bytes is prefix sums inside the vector (prefix_sum-inl.h), the
// distances that divide 16 with constant shifts, the others (3 bytes of a pixel, three channels)
// with shuffles. Up to 8 vectors of the last `distance` bytes stay in registers (read back from
// memory they would wait for stores that have not landed: 40 cycles a record); the last of them is
// moved back to end with the record. Longer distances read what was restored from memory.
#include "kernels/integers/delta.h"

#include <algorithm>
#include <bit>

#include "kernels/endian.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/integers/delta.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// After highway.h, which defines what they toggle on.
#include "kernels/integers/prefix_sum-inl.h"
#include "kernels/integers/swap-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::integers {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The vector loops take integers as they lie in memory.
constexpr bool kVectors = HWY_TARGET != HWY_SCALAR && std::endian::native == std::endian::little;

// The kinds of difference: how integers of type T lie in the restored bytes, how two make the
// difference and how the difference is undone.
template <typename Integer, bool kBigEndian>
struct Subtraction {
  using T = Integer;
  static constexpr bool kBig = kBigEndian;
  static T Forward(T now, T before) { return static_cast<T>(now - before); }
  static T Inverse(T difference, T before) { return static_cast<T>(difference + before); }
#if HWY_TARGET != HWY_SCALAR
  using Undo = SumOp;
  template <class V>
  static HWY_INLINE V ForwardVector(V now, V before) {
    return hn::Sub(now, before);
  }
#endif
};

struct ExclusiveOr {
  using T = std::uint8_t;
  static constexpr bool kBig = false;
  static T Forward(T now, T before) { return now ^ before; }
  static T Inverse(T difference, T before) { return difference ^ before; }
#if HWY_TARGET != HWY_SCALAR
  using Undo = XorOp;
  template <class V>
  static HWY_INLINE V ForwardVector(V now, V before) {
    return hn::Xor(now, before);
  }
#endif
};

template <class Kind>
typename Kind::T LoadOne(const std::uint8_t* from) {
  using T = typename Kind::T;
  const T value = LoadInteger<T>(from);
  return Kind::kBig ? ReverseInteger(value) : value;
}

template <class Kind>
void StoreOne(std::uint8_t* to, typename Kind::T value) {
  using T = typename Kind::T;
  StoreInteger<T>(to, Kind::kBig ? ReverseInteger(value) : value);
}

#if HWY_TARGET != HWY_SCALAR

// Restored integers in memory ↔ lanes.
template <class Kind, class D>
HWY_INLINE hn::Vec<D> LoadLanes(D d, const std::uint8_t* from) {
  const hn::Repartition<std::uint8_t, D> d8;
  constexpr std::size_t kSwap = Kind::kBig ? sizeof(typename Kind::T) : 1;
  return hn::BitCast(d, SwapLaneBytes<kSwap>(d8, hn::LoadU(d8, from)));
}

template <class Kind, class D>
HWY_INLINE void StoreLanes(D, hn::Vec<D> v, std::uint8_t* to) {
  const hn::Repartition<std::uint8_t, D> d8;
  constexpr std::size_t kSwap = Kind::kBig ? sizeof(typename Kind::T) : 1;
  hn::StoreU(SwapLaneBytes<kSwap>(d8, hn::BitCast(d8, v)), d8, to);
}

template <class D>
HWY_INLINE hn::Vec<D> LoadDifferences(D d, const std::uint8_t* from) {
  const hn::Repartition<std::uint8_t, D> d8;
  return hn::BitCast(d, hn::LoadU(d8, from));
}

// Each of these restores whole vectors and returns how many bytes it has done.

template <class Kind, std::size_t kDistance>
std::size_t UndoDivisor(const std::uint8_t* source, std::size_t end, std::uint8_t* target) {
  if constexpr (kDistance < sizeof(typename Kind::T)) {
    return 0;
  } else {
    const Tag16<typename Kind::T> d;
    auto carry = hn::Zero(d);
    std::size_t at = 0;
    for (; at + 16 <= end; at += 16) {
      const auto v = LoadDifferences(d, source + at);
      StoreLanes<Kind>(d, AddPrefix<typename Kind::Undo, kDistance>(d, v, carry), target + at);
    }
    return at;
  }
}

template <class Kind, int kSteps>
std::size_t UndoShort(const std::uint8_t* source, std::size_t end, std::size_t distance,
                      std::uint8_t* target) {
  const Tag16<typename Kind::T> d;
  const LagTables tables(distance);
  auto carry = hn::Zero(d);
  std::size_t at = 0;
  for (; at + 16 <= end; at += 16) {
    const auto v = LoadDifferences(d, source + at);
    const auto sums = AddLaggedPrefix<typename Kind::Undo, kSteps>(d, tables, v, carry);
    StoreLanes<Kind>(d, sums, target + at);
  }
  return at;
}

// From `at` on, for distances of at least a vector of D.
template <class Kind, class D>
std::size_t UndoLong(D d, const std::uint8_t* source, std::size_t at, std::size_t end,
                     std::size_t distance, std::uint8_t* target) {
  for (const std::size_t step = hn::Lanes(d) * sizeof(hn::TFromD<D>); at + step <= end;
       at += step) {
    const auto before = LoadLanes<Kind>(d, target + at - distance);
    StoreLanes<Kind>(d, Kind::Undo::Apply(LoadDifferences(d, source + at), before), target + at);
  }
  return at;
}

#if !HWY_HAVE_SCALABLE

// From `at` == distance on, whole records of `distance` bytes in kCount vectors.
template <class Kind, std::size_t kCount, class D>
std::size_t UndoRecords(D d, const std::uint8_t* source, std::size_t end, std::size_t distance,
                        std::uint8_t* target) {
  constexpr std::size_t kBytes = hn::MaxLanes(D()) * sizeof(hn::TFromD<D>);
  std::size_t place[kCount];
  hn::Vec<D> sum[kCount];
  for (std::size_t k = 0; k < kCount; ++k) {
    place[k] = k + 1 < kCount ? k * kBytes : distance - kBytes;
    sum[k] = LoadLanes<Kind>(d, target + place[k]);
  }
  std::size_t at = distance;
  for (; at + distance <= end; at += distance) {
    for (std::size_t k = 0; k < kCount; ++k) {
      sum[k] = Kind::Undo::Apply(sum[k], LoadDifferences(d, source + at + place[k]));
    }
    for (std::size_t k = 0; k < kCount; ++k) StoreLanes<Kind>(d, sum[k], target + at + place[k]);
  }
  return at;
}

template <class Kind, class D>
std::size_t UndoUpTo8Vectors(D d, const std::uint8_t* source, std::size_t end, std::size_t distance,
                             std::uint8_t* target) {
  constexpr std::size_t kBytes = hn::MaxLanes(D()) * sizeof(hn::TFromD<D>);
  switch ((distance + kBytes - 1) / kBytes) {
    case 1:
      return UndoRecords<Kind, 1>(d, source, end, distance, target);
    case 2:
      return UndoRecords<Kind, 2>(d, source, end, distance, target);
    case 3:
      return UndoRecords<Kind, 3>(d, source, end, distance, target);
    case 4:
      return UndoRecords<Kind, 4>(d, source, end, distance, target);
    case 5:
      return UndoRecords<Kind, 5>(d, source, end, distance, target);
    case 6:
      return UndoRecords<Kind, 6>(d, source, end, distance, target);
    case 7:
      return UndoRecords<Kind, 7>(d, source, end, distance, target);
    case 8:
      return UndoRecords<Kind, 8>(d, source, end, distance, target);
    default:
      return distance;
  }
}

#endif  // !HWY_HAVE_SCALABLE

template <class Kind>
std::size_t UndoBelow16(const std::uint8_t* source, std::size_t end, std::size_t distance,
                        std::uint8_t* target) {
  switch (distance) {
    case 1:
      return UndoDivisor<Kind, 1>(source, end, target);
    case 2:
      return UndoDivisor<Kind, 2>(source, end, target);
    case 4:
      return UndoDivisor<Kind, 4>(source, end, target);
    case 8:
      return UndoDivisor<Kind, 8>(source, end, target);
    case 3:
      return UndoShort<Kind, 3>(source, end, distance, target);
    case 5:
    case 6:
    case 7:
      return UndoShort<Kind, 2>(source, end, distance, target);
    default:
      return UndoShort<Kind, 1>(source, end, distance, target);
  }
}

#endif  // HWY_TARGET != HWY_SCALAR

// `end` is a multiple of the integer's size and the distance at most `end`.
template <class Kind>
void ForwardOf(const std::uint8_t* HWY_RESTRICT source, std::size_t end, std::size_t distance,
               std::uint8_t* HWY_RESTRICT target) {
  using T = typename Kind::T;
  std::size_t at = 0;
  for (; at < distance; at += sizeof(T)) {
    StoreInteger<T>(target + at, LoadOne<Kind>(source + at));
  }
#if HWY_TARGET != HWY_SCALAR
  if constexpr (kVectors) {
    const hn::ScalableTag<T> d;
    const hn::Repartition<std::uint8_t, decltype(d)> d8;
    for (const std::size_t step = hn::Lanes(d8); at + step <= end; at += step) {
      const auto now = LoadLanes<Kind>(d, source + at);
      const auto before = LoadLanes<Kind>(d, source + at - distance);
      hn::StoreU(hn::BitCast(d8, Kind::ForwardVector(now, before)), d8, target + at);
    }
  }
#endif
  for (; at < end; at += sizeof(T)) {
    const T before = LoadOne<Kind>(source + at - distance);
    StoreInteger<T>(target + at, Kind::Forward(LoadOne<Kind>(source + at), before));
  }
}

template <class Kind>
void InverseOf(const std::uint8_t* source, std::size_t end, std::size_t distance,
               std::uint8_t* target) {
  using T = typename Kind::T;
  std::size_t at = 0;
#if HWY_TARGET != HWY_SCALAR
  if constexpr (kVectors) {
    if (distance < 16) at = UndoBelow16<Kind>(source, end, distance, target);
  }
#endif
  for (; at < distance; at += sizeof(T)) {
    StoreOne<Kind>(target + at, LoadInteger<T>(source + at));
  }
#if HWY_TARGET != HWY_SCALAR
  if constexpr (kVectors) {
    if (distance >= 16) {
#if !HWY_HAVE_SCALABLE
      const hn::CappedTag<T, 32 / sizeof(T)> wide;
      at = distance < hn::Lanes(wide) * sizeof(T)
               ? UndoUpTo8Vectors<Kind>(Tag16<T>(), source, end, distance, target)
               : UndoUpTo8Vectors<Kind>(wide, source, end, distance, target);
#endif
      const hn::ScalableTag<T> d;
      at = distance >= hn::Lanes(d) * sizeof(T)
               ? UndoLong<Kind>(d, source, at, end, distance, target)
               : UndoLong<Kind>(Tag16<T>(), source, at, end, distance, target);
    }
  }
#endif
  for (; at < end; at += sizeof(T)) {
    const T before = LoadOne<Kind>(target + at - distance);
    StoreOne<Kind>(target + at, Kind::Inverse(LoadInteger<T>(source + at), before));
  }
}

using Loop = void (*)(const std::uint8_t*, std::size_t, std::size_t, std::uint8_t*);

template <bool kBig>
Loop ForwardLoop(std::size_t width) {
  switch (width) {
    case 1:
      return ForwardOf<Subtraction<std::uint8_t, false>>;
    case 2:
      return ForwardOf<Subtraction<std::uint16_t, kBig>>;
    case 4:
      return ForwardOf<Subtraction<std::uint32_t, kBig>>;
    default:
      return ForwardOf<Subtraction<std::uint64_t, kBig>>;
  }
}

template <bool kBig>
Loop InverseLoop(std::size_t width) {
  switch (width) {
    case 1:
      return InverseOf<Subtraction<std::uint8_t, false>>;
    case 2:
      return InverseOf<Subtraction<std::uint16_t, kBig>>;
    case 4:
      return InverseOf<Subtraction<std::uint32_t, kBig>>;
    default:
      return InverseOf<Subtraction<std::uint64_t, kBig>>;
  }
}

void Run(Loop loop, std::span<const std::uint8_t> source, std::size_t width, std::size_t lag,
         std::span<std::uint8_t> target) {
  const std::size_t end = source.size() - source.size() % width;
  const std::size_t distance = lag < end / width ? lag * width : end;
  if (end != 0) loop(source.data(), end, distance, target.data());
  if (target.data() == source.data()) return;
  std::copy(source.begin() + static_cast<std::ptrdiff_t>(end), source.end(),
            target.begin() + static_cast<std::ptrdiff_t>(end));
}

void DeltaTarget(std::span<const std::uint8_t> source, std::size_t width, std::size_t lag, bool big,
                 std::span<std::uint8_t> target) {
  Run(big ? ForwardLoop<true>(width) : ForwardLoop<false>(width), source, width, lag, target);
}

void UndeltaTarget(std::span<const std::uint8_t> source, std::size_t width, std::size_t lag,
                   bool big, std::span<std::uint8_t> target) {
  Run(big ? InverseLoop<true>(width) : InverseLoop<false>(width), source, width, lag, target);
}

void XorTarget(std::span<const std::uint8_t> source, std::size_t distance,
               std::span<std::uint8_t> target) {
  Run(ForwardOf<ExclusiveOr>, source, 1, distance, target);
}

void UnxorTarget(std::span<const std::uint8_t> source, std::size_t distance,
                 std::span<std::uint8_t> target) {
  Run(InverseOf<ExclusiveOr>, source, 1, distance, target);
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::integers
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::integers {
HWY_EXPORT(DeltaTarget);
HWY_EXPORT(UndeltaTarget);
HWY_EXPORT(XorTarget);
HWY_EXPORT(UnxorTarget);

void Delta(std::span<const std::uint8_t> source, std::size_t width, std::span<std::uint8_t> target,
           std::size_t lag, ByteOrder order) noexcept {
  HWY_DYNAMIC_DISPATCH(DeltaTarget)(source, width, lag, order == ByteOrder::kBig, target);
}

void Undelta(std::span<const std::uint8_t> source, std::size_t width,
             std::span<std::uint8_t> target, std::size_t lag, ByteOrder order) noexcept {
  HWY_DYNAMIC_DISPATCH(UndeltaTarget)(source, width, lag, order == ByteOrder::kBig, target);
}

void XorDelta(std::span<const std::uint8_t> source, std::size_t distance,
              std::span<std::uint8_t> target) noexcept {
  HWY_DYNAMIC_DISPATCH(XorTarget)(source, distance, target);
}

void UnxorDelta(std::span<const std::uint8_t> source, std::size_t distance,
                std::span<std::uint8_t> target) noexcept {
  HWY_DYNAMIC_DISPATCH(UnxorTarget)(source, distance, target);
}

}  // namespace sigma::kernels::integers
#endif  // HWY_ONCE
