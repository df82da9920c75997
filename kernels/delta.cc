#include "kernels/delta.h"

#include <bit>

#include "kernels/integers.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/delta.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// After highway.h, which defines what it toggles on.
#include "kernels/prefix_sum-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The vector loops take integers as they lie in memory.
constexpr bool kVectors = std::endian::native == std::endian::little;

template <typename T>
void DeltaOf(const std::uint8_t* HWY_RESTRICT source, std::size_t size,
             std::uint8_t* HWY_RESTRICT target) {
  const std::size_t end = size - size % sizeof(T);
  std::size_t at = 0;
  if (end != 0) {
    StoreInteger<T>(target, LoadInteger<T>(source));
    at = sizeof(T);
  }
#if HWY_TARGET != HWY_SCALAR
  if constexpr (kVectors) {
    const hn::ScalableTag<std::uint8_t> d8;
    const hn::Repartition<T, decltype(d8)> d;
    for (const std::size_t step = hn::Lanes(d8); at + step <= end; at += step) {
      const auto now = hn::BitCast(d, hn::LoadU(d8, source + at));
      const auto before = hn::BitCast(d, hn::LoadU(d8, source + at - sizeof(T)));
      hn::StoreU(hn::BitCast(d8, hn::Sub(now, before)), d8, target + at);
    }
  }
#endif
  for (; at < end; at += sizeof(T)) {
    const T before = LoadInteger<T>(source + at - sizeof(T));
    StoreInteger<T>(target + at, static_cast<T>(LoadInteger<T>(source + at) - before));
  }
  for (; at < size; ++at) target[at] = source[at];
}

template <typename T>
void UndeltaOf(const std::uint8_t* HWY_RESTRICT source, std::size_t size,
               std::uint8_t* HWY_RESTRICT target) {
  const std::size_t end = size - size % sizeof(T);
  std::size_t at = 0;
  T sum = 0;
#if HWY_TARGET != HWY_SCALAR
  if constexpr (kVectors) {
    using Sum = PrefixSum<T>;
    const typename Sum::D d;
    const hn::Repartition<std::uint8_t, typename Sum::D> d8;
    Sum prefix(0);
    for (; at + 16 <= end; at += 16) {
      const auto sums = prefix.Add(hn::BitCast(d, hn::LoadU(d8, source + at)));
      hn::StoreU(hn::BitCast(d8, sums), d8, target + at);
    }
    sum = prefix.carry();
  }
#endif
  for (; at < end; at += sizeof(T)) {
    sum = static_cast<T>(sum + LoadInteger<T>(source + at));
    StoreInteger<T>(target + at, sum);
  }
  for (; at < size; ++at) target[at] = source[at];
}

void DeltaTarget(const std::uint8_t* source, std::size_t size, std::size_t width,
                 std::uint8_t* target) {
  switch (width) {
    case 1:
      return DeltaOf<std::uint8_t>(source, size, target);
    case 2:
      return DeltaOf<std::uint16_t>(source, size, target);
    case 4:
      return DeltaOf<std::uint32_t>(source, size, target);
    default:
      return DeltaOf<std::uint64_t>(source, size, target);
  }
}

void UndeltaTarget(const std::uint8_t* source, std::size_t size, std::size_t width,
                   std::uint8_t* target) {
  switch (width) {
    case 1:
      return UndeltaOf<std::uint8_t>(source, size, target);
    case 2:
      return UndeltaOf<std::uint16_t>(source, size, target);
    case 4:
      return UndeltaOf<std::uint32_t>(source, size, target);
    default:
      return UndeltaOf<std::uint64_t>(source, size, target);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels {
HWY_EXPORT(DeltaTarget);
HWY_EXPORT(UndeltaTarget);

void Delta(std::span<const std::uint8_t> source, std::size_t width,
           std::span<std::uint8_t> target) noexcept {
  HWY_DYNAMIC_DISPATCH(DeltaTarget)(source.data(), source.size(), width, target.data());
}

void Undelta(std::span<const std::uint8_t> source, std::size_t width,
             std::span<std::uint8_t> target) noexcept {
  HWY_DYNAMIC_DISPATCH(UndeltaTarget)(source.data(), source.size(), width, target.data());
}

}  // namespace sigma::kernels
#endif  // HWY_ONCE
