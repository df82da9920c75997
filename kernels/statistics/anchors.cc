#include "kernels/statistics/anchors.h"

#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/statistics/anchors.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::statistics {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

AnchorScan FindAnchorsTarget(std::span<const std::uint8_t> source, std::size_t begin,
                             std::span<std::uint32_t> places) {
  AnchorScan scan{0, begin};
#if HWY_TARGET != HWY_SCALAR
  static_assert(std::has_single_bit(unsigned{kAnchorBelow}));
  const hn::CappedTag<std::uint8_t, kLeastAnchors> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto anchor = hn::Set(d, kAnchor);
  const auto high = hn::Set(d, static_cast<std::uint8_t>(256 - kAnchorBelow));
  for (; scan.next + lanes + 1 <= source.size() && scan.count + lanes <= places.size();
       scan.next += lanes) {
    const auto first = hn::LoadU(d, source.data() + scan.next);
    const auto second = hn::LoadU(d, source.data() + scan.next + 1);
    const auto found = hn::And(hn::Eq(first, anchor), hn::Eq(hn::And(second, high), hn::Zero(d)));
    if (hn::AllFalse(d, found)) continue;
    std::uint8_t bits[kLeastAnchors / 8] = {};
    hn::StoreMaskBits(d, found, bits);
    for (std::size_t byte = 0; byte * 8 < lanes; ++byte) {
      for (unsigned left = bits[byte]; left != 0; left &= left - 1) {
        places[scan.count++] = static_cast<std::uint32_t>(
            scan.next + byte * 8 + static_cast<unsigned>(std::countr_zero(left)));
      }
    }
  }
  if (scan.next + lanes + 1 <= source.size()) return scan;
#endif
  for (; scan.next < source.size() && scan.count < places.size(); ++scan.next) {
    if (source[scan.next] == kAnchor && scan.next + 1 < source.size() &&
        source[scan.next + 1] < kAnchorBelow) {
      places[scan.count++] = static_cast<std::uint32_t>(scan.next);
    }
  }
  return scan;
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::statistics
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::statistics {
HWY_EXPORT(FindAnchorsTarget);

AnchorScan FindAnchors(std::span<const std::uint8_t> source, std::size_t begin,
                       std::span<std::uint32_t> places) noexcept {
  return HWY_DYNAMIC_DISPATCH(FindAnchorsTarget)(source, begin, places);
}

}  // namespace sigma::kernels::statistics
#endif  // HWY_ONCE
