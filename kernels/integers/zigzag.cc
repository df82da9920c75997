// The sign, spread over the lane, is a comparison with zero on the way there and 0 − (v & 1) on the
// way back: no arithmetic shift, which 8- and 64-bit lanes lack on most machines.
#include "kernels/integers/zigzag.h"

#include <bit>

#include "kernels/endian.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/integers/zigzag.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::integers {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The vector loops take integers as they lie in memory.
constexpr bool kVectors = HWY_TARGET != HWY_SCALAR && std::endian::native == std::endian::little;

template <typename Integer>
struct Fold {
  using T = Integer;
  static T One(T v) {
    const bool negative = v >> (8 * sizeof(T) - 1) != 0;
    const T twice = static_cast<T>(v + v);
    return negative ? static_cast<T>(~twice) : twice;
  }
#if HWY_TARGET != HWY_SCALAR
  template <class D, class V = hn::Vec<D>>
  static HWY_INLINE V Vector(D d, V v) {
    const hn::RebindToSigned<D> di;
    const auto number = hn::BitCast(di, v);
    const auto sign = hn::VecFromMask(di, hn::Lt(number, hn::Zero(di)));
    return hn::Xor(hn::Add(v, v), hn::BitCast(d, sign));
  }
#endif
};

template <typename Integer>
struct Unfold {
  using T = Integer;
  static T One(T v) {
    const T half = static_cast<T>(v >> 1);
    return (v & 1) != 0 ? static_cast<T>(~half) : half;
  }
#if HWY_TARGET != HWY_SCALAR
  template <class D, class V = hn::Vec<D>>
  static HWY_INLINE V Vector(D d, V v) {
    const auto sign = hn::Sub(hn::Zero(d), hn::And(v, hn::Set(d, T{1})));
    return hn::Xor(hn::ShiftRight<1>(v), sign);
  }
#endif
};

template <class Step>
void Walk(const std::uint8_t* source, std::size_t size, std::uint8_t* target) {
  using T = typename Step::T;
  const std::size_t end = size - size % sizeof(T);
  std::size_t at = 0;
#if HWY_TARGET != HWY_SCALAR
  if constexpr (kVectors) {
    const hn::ScalableTag<std::uint8_t> d8;
    const hn::Repartition<T, decltype(d8)> d;
    for (const std::size_t step = hn::Lanes(d8); at + step <= end; at += step) {
      const auto v = hn::BitCast(d, hn::LoadU(d8, source + at));
      hn::StoreU(hn::BitCast(d8, Step::Vector(d, v)), d8, target + at);
    }
  }
#endif
  for (; at < end; at += sizeof(T)) {
    StoreInteger<T>(target + at, Step::One(LoadInteger<T>(source + at)));
  }
  for (; at < size; ++at) target[at] = source[at];
}

template <template <typename> class Step>
void WalkWidth(const std::uint8_t* source, std::size_t size, std::size_t width,
               std::uint8_t* target) {
  switch (width) {
    case 1:
      return Walk<Step<std::uint8_t>>(source, size, target);
    case 2:
      return Walk<Step<std::uint16_t>>(source, size, target);
    case 4:
      return Walk<Step<std::uint32_t>>(source, size, target);
    default:
      return Walk<Step<std::uint64_t>>(source, size, target);
  }
}

void FoldTarget(const std::uint8_t* source, std::size_t size, std::size_t width,
                std::uint8_t* target) {
  WalkWidth<Fold>(source, size, width, target);
}

void UnfoldTarget(const std::uint8_t* source, std::size_t size, std::size_t width,
                  std::uint8_t* target) {
  WalkWidth<Unfold>(source, size, width, target);
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::integers
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::integers {
HWY_EXPORT(FoldTarget);
HWY_EXPORT(UnfoldTarget);

void Zigzag(std::span<const std::uint8_t> source, std::size_t width,
            std::span<std::uint8_t> target) noexcept {
  HWY_DYNAMIC_DISPATCH(FoldTarget)(source.data(), source.size(), width, target.data());
}

void Unzigzag(std::span<const std::uint8_t> source, std::size_t width,
              std::span<std::uint8_t> target) noexcept {
  HWY_DYNAMIC_DISPATCH(UnfoldTarget)(source.data(), source.size(), width, target.data());
}

}  // namespace sigma::kernels::integers
#endif  // HWY_ONCE
