#include "kernels/text/density.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/text/density.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::text {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Lead bytes of sequences of at least two, three and four bytes run from these up to kLastLead.
constexpr std::uint8_t kLead2 = 0xC2, kLead3 = 0xE0, kLead4 = 0xF0, kLastLead = 0xF4;

inline bool IsIn(std::uint8_t byte, std::uint8_t first, std::uint8_t last) {
  return byte >= first && byte <= last;
}

inline bool IsText(std::span<const std::uint8_t> source, std::size_t i) {
  const std::uint8_t byte = source[i];
  if (byte < 0x80) {
    return IsIn(byte, 0x20, 0x7E) || byte == '\t' || byte == '\n' || byte == '\r';
  }
  if (byte < 0xC0) {
    return (i >= 1 && IsIn(source[i - 1], kLead2, kLastLead)) ||
           (i >= 2 && IsIn(source[i - 2], kLead3, kLastLead)) ||
           (i >= 3 && IsIn(source[i - 3], kLead4, kLastLead));
  }
  return IsIn(byte, kLead2, kLastLead) && i + 1 < source.size() && IsIn(source[i + 1], 0x80, 0xBF);
}

#if HWY_TARGET != HWY_SCALAR
template <class D, class V>
HWY_INLINE hn::Mask<D> In(D d, V v, std::uint8_t first, std::uint8_t last) {
  const auto offset = hn::Sub(v, hn::Set(d, first));
  return hn::Eq(hn::Min(offset, hn::Set(d, static_cast<std::uint8_t>(last - first))), offset);
}
#endif

#if HWY_TARGET != HWY_SCALAR
// The text bytes of the vector at `now`; 3 bytes before it and 1 after it are readable.
template <class D>
HWY_INLINE std::size_t CountVector(D d, const std::uint8_t* now) {
  const hn::RebindToSigned<D> di;
  const auto v = hn::LoadU(d, now);
  const auto printable = In(d, v, 0x20, 0x7E);
  const auto blank = hn::Or(
      hn::Or(hn::Eq(v, hn::Set(d, std::uint8_t{'\t'})), hn::Eq(v, hn::Set(d, std::uint8_t{'\n'}))),
      hn::Eq(v, hn::Set(d, std::uint8_t{'\r'})));
  auto text = hn::Or(printable, blank);
  if (!hn::AllFalse(di, hn::Lt(hn::BitCast(di, v), hn::Zero(di)))) {
    const auto reached = hn::Or(hn::Or(In(d, hn::LoadU(d, now - 1), kLead2, kLastLead),
                                       In(d, hn::LoadU(d, now - 2), kLead3, kLastLead)),
                                In(d, hn::LoadU(d, now - 3), kLead4, kLastLead));
    const auto continued = hn::And(In(d, v, 0x80, 0xBF), reached);
    const auto leading =
        hn::And(In(d, v, kLead2, kLastLead), In(d, hn::LoadU(d, now + 1), 0x80, 0xBF));
    text = hn::Or(text, hn::Or(continued, leading));
  }
  return hn::CountTrue(d, text);
}
#endif

std::size_t TextTarget(std::span<const std::uint8_t> source) {
  std::size_t count = 0;
  std::size_t at = 0;
  for (; at < 3 && at < source.size(); ++at) count += IsText(source, at) ? 1u : 0u;
#if HWY_TARGET != HWY_SCALAR
  const hn::CappedTag<std::uint8_t, 64> d;
  const std::size_t lanes = hn::Lanes(d);
  for (; at + lanes + 1 <= source.size(); at += lanes) count += CountVector(d, source.data() + at);
  if (at < source.size()) {
    // The rest, at most a vector, between zeros: they are not text, nor do they make any.
    std::uint8_t rest[3 + 64 + 1] = {};
    std::copy(source.begin() + static_cast<std::ptrdiff_t>(at) - 3, source.end(), rest);
    count += CountVector(d, rest + 3);
  }
#else
  for (; at < source.size(); ++at) count += IsText(source, at) ? 1u : 0u;
#endif
  return count;
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::text
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::text {
HWY_EXPORT(TextTarget);

std::size_t CountText(std::span<const std::uint8_t> source) noexcept {
  return HWY_DYNAMIC_DISPATCH(TextTarget)(source);
}

}  // namespace sigma::kernels::text
#endif  // HWY_ONCE
