#include "kernels/range.h"

#include <algorithm>
#include <bit>
#include <type_traits>

#include "kernels/integers.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/range.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The vector loops take integers as they lie in memory.
constexpr bool kVectors = HWY_TARGET != HWY_SCALAR && std::endian::native == std::endian::little;

template <typename T, typename Range>
void RangeOf(std::span<const std::uint8_t> source, Range& range) {
  const std::size_t end = source.size() - source.size() % sizeof(T);
  if (end == 0) return;
  const std::uint8_t* const bytes = source.data();
  const auto load = [&](std::size_t at) {
    return static_cast<T>(LoadInteger<std::make_unsigned_t<T>>(bytes + at));
  };
  T low = load(0);
  T high = low;
  std::size_t at = 0;
#if HWY_TARGET != HWY_SCALAR
  if constexpr (kVectors) {
    const hn::ScalableTag<std::uint8_t> d8;
    const hn::Repartition<T, decltype(d8)> d;
    const std::size_t lanes = hn::Lanes(d8);
    auto low0 = hn::Set(d, low), low1 = low0, high0 = low0, high1 = low0;
    for (; at + 2 * lanes <= end; at += 2 * lanes) {
      const auto v0 = hn::BitCast(d, hn::LoadU(d8, bytes + at));
      const auto v1 = hn::BitCast(d, hn::LoadU(d8, bytes + at + lanes));
      low0 = hn::Min(low0, v0);
      low1 = hn::Min(low1, v1);
      high0 = hn::Max(high0, v0);
      high1 = hn::Max(high1, v1);
    }
    low = hn::GetLane(hn::MinOfLanes(d, hn::Min(low0, low1)));
    high = hn::GetLane(hn::MaxOfLanes(d, hn::Max(high0, high1)));
  }
#endif
  for (; at < end; at += sizeof(T)) {
    low = std::min(low, load(at));
    high = std::max(high, load(at));
  }
  range.min = low;
  range.max = high;
}

void UnsignedTarget(std::span<const std::uint8_t> source, std::size_t width, UnsignedRange& range) {
  if (width == 2) return RangeOf<std::uint16_t>(source, range);
  if (width == 4) return RangeOf<std::uint32_t>(source, range);
  RangeOf<std::uint64_t>(source, range);
}

void SignedTarget(std::span<const std::uint8_t> source, std::size_t width, SignedRange& range) {
  if (width == 2) return RangeOf<std::int16_t>(source, range);
  if (width == 4) return RangeOf<std::int32_t>(source, range);
  RangeOf<std::int64_t>(source, range);
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels {
HWY_EXPORT(UnsignedTarget);
HWY_EXPORT(SignedTarget);

UnsignedRange MeasureUnsigned(std::span<const std::uint8_t> source, std::size_t width) noexcept {
  UnsignedRange range;
  HWY_DYNAMIC_DISPATCH(UnsignedTarget)(source, width, range);
  return range;
}

SignedRange MeasureSigned(std::span<const std::uint8_t> source, std::size_t width) noexcept {
  SignedRange range;
  HWY_DYNAMIC_DISPATCH(SignedTarget)(source, width, range);
  return range;
}

}  // namespace sigma::kernels
#endif  // HWY_ONCE
