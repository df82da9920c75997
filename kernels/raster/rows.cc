// Sums of absolute differences of bytes, eight at a time: a distance costs a few instructions for
// each place, and the loads before it overlap.
#include "kernels/raster/rows.h"

#include <algorithm>
#include <bit>
#include <cassert>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/raster/rows.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::raster {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR
// Sums of the absolute differences of eight bytes each.
#if HWY_ARCH_X86 && HWY_TARGET != HWY_EMU128
HWY_INLINE hn::Vec128<std::uint64_t> SumsOfDifferences(hn::Vec128<std::uint8_t> a,
                                                       hn::Vec128<std::uint8_t> b) {
  return hn::Vec128<std::uint64_t>{_mm_sad_epu8(a.raw, b.raw)};
}
#if HWY_TARGET <= HWY_AVX2
HWY_INLINE hn::Vec256<std::uint64_t> SumsOfDifferences(hn::Vec256<std::uint8_t> a,
                                                       hn::Vec256<std::uint8_t> b) {
  return hn::Vec256<std::uint64_t>{_mm256_sad_epu8(a.raw, b.raw)};
}
#endif
#else
template <class V>
HWY_INLINE auto SumsOfDifferences(V a, V b) {
  return hn::SumsOf8(hn::Or(hn::SaturatedSub(a, b), hn::SaturatedSub(b, a)));
}
#endif
#endif

// Plain loops, which the compiler turns into vectors of each target.
void NarrowTarget(const std::uint16_t* HWY_RESTRICT lanes, std::size_t count,
                  std::uint8_t* HWY_RESTRICT bytes) {
  std::uint16_t lowest = 0xFFFF;
  std::uint16_t highest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    lowest = std::min(lowest, lanes[i]);
    highest = std::max(highest, lanes[i]);
  }
  if (count == 0) return;
  const int width = static_cast<int>(std::bit_width(static_cast<unsigned>(highest - lowest)));
  const int spare = std::max(0, width - 8);
  for (std::size_t i = 0; i < count; ++i) {
    bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint16_t>(lanes[i] - lowest) >> spare);
  }
}

void DistancesTarget(const std::uint8_t* const* places, std::size_t count,
                     std::uint16_t* HWY_RESTRICT sums, std::size_t size) {
  for (std::size_t k = 0; k < size; ++k) {
#if HWY_TARGET == HWY_SCALAR
    unsigned sum = 0;
    for (std::size_t p = 0; p < count; ++p) {
      for (std::size_t i = 0; i < kPlace; ++i) {
        const int difference = places[p][i] - *(places[p] + i - 2 * k);
        sum += static_cast<unsigned>(difference < 0 ? -difference : difference);
      }
    }
    sums[k] = static_cast<std::uint16_t>(sum);
#else
    const hn::CappedTag<std::uint8_t, kPlace> d;
    const hn::Repartition<std::uint64_t, decltype(d)> d64;
    auto sum = hn::Zero(d64);
    for (std::size_t p = 0; p < count; ++p) {
      for (std::size_t i = 0; i < kPlace; i += hn::Lanes(d)) {
        sum = hn::Add(sum, SumsOfDifferences(hn::LoadU(d, places[p] + i),
                                             hn::LoadU(d, places[p] + i - 2 * k)));
      }
    }
    sums[k] = static_cast<std::uint16_t>(hn::GetLane(hn::SumOfLanes(d64, sum)));
#endif
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::raster
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::raster {
HWY_EXPORT(NarrowTarget);
HWY_EXPORT(DistancesTarget);

void NarrowLanes(std::span<const std::uint16_t> lanes, std::uint8_t* bytes) noexcept {
  HWY_DYNAMIC_DISPATCH(NarrowTarget)(lanes.data(), lanes.size(), bytes);
}

void Distances(std::span<const std::uint8_t* const> places,
               std::span<std::uint16_t> sums) noexcept {
  assert(places.size() <= 8);
  HWY_DYNAMIC_DISPATCH(DistancesTarget)(places.data(), places.size(), sums.data(), sums.size());
}

}  // namespace sigma::kernels::raster
#endif  // HWY_ONCE
