#include "kernels/byte_order.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/byte_order.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// After highway.h, which defines what it toggles on.
#include "kernels/swap-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <std::size_t kWidth>
void SwapOf(const std::uint8_t* source, std::size_t size, std::uint8_t* target) {
  const std::size_t end = size - size % kWidth;
  std::size_t at = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<std::uint8_t> d;
  for (const std::size_t step = hn::Lanes(d); at + step <= end; at += step) {
    hn::StoreU(SwapLaneBytes<kWidth>(d, hn::LoadU(d, source + at)), d, target + at);
  }
#endif
  for (; at < end; at += kWidth) {
    std::uint8_t integer[kWidth];
    for (std::size_t k = 0; k < kWidth; ++k) integer[k] = source[at + k];
    for (std::size_t k = 0; k < kWidth; ++k) target[at + k] = integer[kWidth - 1 - k];
  }
  for (; at < size; ++at) target[at] = source[at];
}

void SwapTarget(const std::uint8_t* source, std::size_t size, std::size_t width,
                std::uint8_t* target) {
  switch (width) {
    case 1:
      return SwapOf<1>(source, size, target);
    case 2:
      return SwapOf<2>(source, size, target);
    case 4:
      return SwapOf<4>(source, size, target);
    default:
      return SwapOf<8>(source, size, target);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels {
HWY_EXPORT(SwapTarget);

void SwapBytes(std::span<const std::uint8_t> source, std::size_t width,
               std::span<std::uint8_t> target) noexcept {
  HWY_DYNAMIC_DISPATCH(SwapTarget)(source.data(), source.size(), width, target.data());
}

}  // namespace sigma::kernels
#endif  // HWY_ONCE
