#include "kernels/statistics/common_prefix.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/statistics/common_prefix.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::statistics {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

std::size_t PrefixTarget(const std::uint8_t* a, const std::uint8_t* b, std::size_t size) {
  std::size_t at = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<std::uint8_t> d;
  const std::size_t lanes = hn::Lanes(d);
  for (; at + 4 * lanes <= size; at += 4 * lanes) {
    const auto difference = [&](std::size_t k) HWY_ATTR {
      return hn::Xor(hn::LoadU(d, a + at + k * lanes), hn::LoadU(d, b + at + k * lanes));
    };
    const auto any =
        hn::Or(hn::Or(difference(0), difference(1)), hn::Or(difference(2), difference(3)));
    if (!hn::AllTrue(d, hn::Eq(any, hn::Zero(d)))) break;
  }
  for (; at + lanes <= size; at += lanes) {
    const auto unequal = hn::Not(hn::Eq(hn::LoadU(d, a + at), hn::LoadU(d, b + at)));
    const std::intptr_t first = hn::FindFirstTrue(d, unequal);
    if (first >= 0) return at + static_cast<std::size_t>(first);
  }
#endif
  while (at < size && a[at] == b[at]) ++at;
  return at;
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::statistics
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::statistics {
HWY_EXPORT(PrefixTarget);

std::size_t CommonPrefix(std::span<const std::uint8_t> a,
                         std::span<const std::uint8_t> b) noexcept {
  return HWY_DYNAMIC_DISPATCH(PrefixTarget)(a.data(), b.data(), std::min(a.size(), b.size()));
}

}  // namespace sigma::kernels::statistics
#endif  // HWY_ONCE
