// CountEqualDistances works across distances, not along the data: one broadcast byte against a
// vector of its predecessors answers as many distances as the vector has lanes, with no reduction.
// Four vectors of counters stay in registers over all positions.
#include "kernels/statistics/period.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/statistics/period.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::statistics {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void DistancesTarget(std::span<const std::uint8_t> source, std::span<const std::uint32_t> positions,
                     std::span<std::uint8_t> counts) {
  const std::size_t distances = counts.size();
  std::size_t j = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<std::uint8_t> d;
  const std::size_t lanes = hn::Lanes(d);
  for (; j + 4 * lanes <= distances; j += 4 * lanes) {
    auto c0 = hn::Zero(d), c1 = c0, c2 = c0, c3 = c0;
    for (const std::uint32_t position : positions) {
      const auto byte = hn::Set(d, source[position]);
      const std::uint8_t* const from = source.data() + position - distances + j;
      // A true lane is −1.
      c0 = hn::Sub(c0, hn::VecFromMask(d, hn::Eq(byte, hn::LoadU(d, from))));
      c1 = hn::Sub(c1, hn::VecFromMask(d, hn::Eq(byte, hn::LoadU(d, from + lanes))));
      c2 = hn::Sub(c2, hn::VecFromMask(d, hn::Eq(byte, hn::LoadU(d, from + 2 * lanes))));
      c3 = hn::Sub(c3, hn::VecFromMask(d, hn::Eq(byte, hn::LoadU(d, from + 3 * lanes))));
    }
    hn::StoreU(c0, d, counts.data() + j);
    hn::StoreU(c1, d, counts.data() + j + lanes);
    hn::StoreU(c2, d, counts.data() + j + 2 * lanes);
    hn::StoreU(c3, d, counts.data() + j + 3 * lanes);
  }
#endif
  for (; j < distances; ++j) {
    unsigned count = 0;
    for (const std::uint32_t position : positions) {
      count += source[position] == source[position - distances + j] ? 1u : 0u;
    }
    counts[j] = static_cast<std::uint8_t>(count);
  }
}

std::size_t EqualTarget(const std::uint8_t* HWY_RESTRICT from, std::size_t size,
                        std::size_t distance) {
  std::size_t at = 0;
  std::size_t count = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<std::uint8_t> d;
  const hn::Repartition<std::uint64_t, decltype(d)> d64;
  const std::size_t lanes = hn::Lanes(d);
  auto sums = hn::Zero(d64);
  while (at + 2 * lanes <= size) {
    // Byte counters, two apart, folded before they can overflow.
    auto c0 = hn::Zero(d), c1 = c0;
    for (int i = 0; i < 255 && at + 2 * lanes <= size; ++i, at += 2 * lanes) {
      const std::uint8_t* const now = from + at;
      c0 = hn::Sub(c0, hn::VecFromMask(d, hn::Eq(hn::LoadU(d, now), hn::LoadU(d, now - distance))));
      c1 = hn::Sub(c1, hn::VecFromMask(d, hn::Eq(hn::LoadU(d, now + lanes),
                                                 hn::LoadU(d, now + lanes - distance))));
    }
    sums = hn::Add(sums, hn::Add(hn::SumsOf8(c0), hn::SumsOf8(c1)));
  }
  count = static_cast<std::size_t>(hn::GetLane(hn::SumOfLanes(d64, sums)));
#endif
  for (; at < size; ++at) count += from[at] == *(from + at - distance) ? 1u : 0u;
  return count;
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::statistics
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::statistics {
HWY_EXPORT(DistancesTarget);
HWY_EXPORT(EqualTarget);

void CountEqualDistances(std::span<const std::uint8_t> source,
                         std::span<const std::uint32_t> positions,
                         std::span<std::uint8_t> counts) noexcept {
  HWY_DYNAMIC_DISPATCH(DistancesTarget)(source, positions, counts);
}

std::size_t CountEqualAt(std::span<const std::uint8_t> source, std::size_t begin, std::size_t end,
                         std::size_t distance) noexcept {
  return HWY_DYNAMIC_DISPATCH(EqualTarget)(source.data() + begin, end - begin, distance);
}

}  // namespace sigma::kernels::statistics
#endif  // HWY_ONCE
