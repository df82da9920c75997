// The hash of a place is a · kFirst + b · kSecond + kThird of its two little-endian words, whose upper
// bits depend on all of them; zeros are no landmark. Four vectors of words, each one byte after the other, have the hashes of a
// vector's bytes; where a word's comparison holds, the byte of that place is kept of its lane, so that
// one mask of bytes has all places in order.
#include "kernels/lz/landmarks.h"

#include <bit>

#include "kernels/endian.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lz/landmarks.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::lz {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Odd numbers without a pattern (the golden ratio's fraction, and two of xxHash's primes).
constexpr std::uint32_t kFirst = 0x9E3779B1;
constexpr std::uint32_t kSecond = 0x85EBCA77;
constexpr std::uint32_t kThird = 0xC2B2AE3D;
constexpr std::uint32_t kBelow = 1u << (32 - kLandmarkLog);

class Writer {
 public:
  explicit Writer(std::span<std::uint32_t> places) : places_(places) {}
  void Take(std::size_t place) noexcept {
    if (place < next_) return;
    places_[count_++] = static_cast<std::uint32_t>(place);
    next_ = place + kLandmarkGap;
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }

 private:
  std::span<std::uint32_t> places_;
  std::size_t count_ = 0;
  std::size_t next_ = 0;
};

std::size_t FindLandmarksTarget(std::span<const std::uint8_t> source,
                                std::span<std::uint32_t> places) {
  Writer writer(places);
  if (source.size() < kLandmarkBytes) return 0;
  const std::size_t end = source.size() - kLandmarkBytes + 1;
  const std::uint8_t* const bytes = source.data();
  std::size_t at = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::CappedTag<std::uint8_t, 64> d8;
  const hn::Repartition<std::uint32_t, decltype(d8)> d32;
  const std::size_t lanes = hn::Lanes(d8);
  const auto first = hn::Set(d32, kFirst);
  const auto second = hn::Set(d32, kSecond);
  const auto third = hn::Set(d32, kThird);
  const auto below = hn::Set(d32, kBelow);
  const auto load = [&](std::size_t from)
                        HWY_ATTR { return hn::BitCast(d32, hn::LoadU(d8, bytes + from)); };
  // The last load begins 7 bytes after the first.
  for (; at + lanes + kLandmarkBytes - 1 <= source.size(); at += lanes) {
    const auto found = [&](std::size_t byte) HWY_ATTR {
      const auto low = hn::Add(hn::Mul(load(at + byte), first), third);
      const auto hash = hn::Add(low, hn::Mul(load(at + byte + 4), second));
      return hn::And(hn::VecFromMask(d32, hn::Lt(hash, below)),
                     hn::Set(d32, std::uint32_t{0xFF} << (8 * byte)));
    };
    const auto all = hn::Or(hn::Or(found(0), found(1)), hn::Or(found(2), found(3)));
    const auto marks = hn::Ne(hn::BitCast(d8, all), hn::Zero(d8));
    if (HWY_LIKELY(hn::AllFalse(d8, marks))) continue;
    std::uint8_t bits[8] = {};
    hn::StoreMaskBits(d8, marks, bits);
    for (auto left = LoadInteger<std::uint64_t>(bits); left != 0; left &= left - 1) {
      writer.Take(at + static_cast<unsigned>(std::countr_zero(left)));
    }
  }
#endif
  for (; at < end; ++at) {
    const std::uint32_t low = LoadInteger<std::uint32_t>(bytes + at) * kFirst + kThird;
    const std::uint32_t hash = low + LoadInteger<std::uint32_t>(bytes + at + 4) * kSecond;
    if (hash < kBelow) writer.Take(at);
  }
  return writer.count();
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::lz
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::lz {
HWY_EXPORT(FindLandmarksTarget);

std::size_t FindLandmarks(std::span<const std::uint8_t> source,
                          std::span<std::uint32_t> places) noexcept {
  return HWY_DYNAMIC_DISPATCH(FindLandmarksTarget)(source, places);
}

}  // namespace sigma::kernels::lz
#endif  // HWY_ONCE
