#include "kernels/text/marks.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/text/marks.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::text {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline bool IsDigit(std::uint8_t byte) { return byte >= '0' && byte <= '9'; }
inline bool IsLetter(std::uint8_t byte) {
  const std::uint8_t lower = byte | 0x20;
  return lower >= 'a' && lower <= 'z';
}

inline void SetBit(std::span<std::uint8_t> bits, std::size_t i, bool value) {
  bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | (value ? 1u << (i % 8) : 0u));
}

#if HWY_TARGET != HWY_SCALAR
template <class D, class V>
HWY_INLINE hn::Mask<D> In(D d, V v, std::uint8_t first, std::uint8_t last) {
  const auto offset = hn::Sub(v, hn::Set(d, first));
  return hn::Eq(hn::Min(offset, hn::Set(d, static_cast<std::uint8_t>(last - first))), offset);
}
#endif

bool WordsTarget(std::span<const std::uint8_t> source, std::uint8_t separator, std::uint8_t escape,
                 std::span<std::uint8_t> words, std::span<std::uint8_t> digits,
                 std::span<std::uint8_t> ends) {
  std::size_t at = 0;
  bool clean = true;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<std::uint8_t> d;
  const std::size_t lanes = hn::Lanes(d);
  for (; at + lanes <= source.size(); at += lanes) {
    const auto v = hn::LoadU(d, source.data() + at);
    const auto digit = In(d, v, '0', '9');
    const auto letter = In(d, hn::Or(v, hn::Set(d, std::uint8_t{0x20})), 'a', 'z');
    const auto escaped = hn::Eq(v, hn::Set(d, escape));
    const auto number = hn::Or(digit, escaped);
    clean = clean && hn::AllFalse(d, escaped);
    hn::StoreMaskBits(d, hn::Or(number, letter), words.data() + at / 8);
    hn::StoreMaskBits(d, number, digits.data() + at / 8);
    hn::StoreMaskBits(d, hn::Eq(v, hn::Set(d, separator)), ends.data() + at / 8);
  }
#endif
  std::fill(words.begin() + static_cast<std::ptrdiff_t>(at / 8), words.end(), std::uint8_t{0});
  std::fill(digits.begin() + static_cast<std::ptrdiff_t>(at / 8), digits.end(), std::uint8_t{0});
  std::fill(ends.begin() + static_cast<std::ptrdiff_t>(at / 8), ends.end(), std::uint8_t{0});
  for (; at < source.size(); ++at) {
    const bool number = IsDigit(source[at]) || source[at] == escape;
    SetBit(words, at, number || IsLetter(source[at]));
    SetBit(digits, at, number);
    SetBit(ends, at, source[at] == separator);
    clean = clean && source[at] != escape;
  }
  return clean;
}

bool FieldsTarget(std::span<const std::uint8_t> source, std::uint8_t separator,
                  std::uint8_t delimiter, std::uint8_t escape, std::span<std::uint8_t> stops,
                  std::span<std::uint8_t> ends) {
  std::size_t at = 0;
  bool clean = true;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<std::uint8_t> d;
  const std::size_t lanes = hn::Lanes(d);
  auto nearest = hn::Set(d, std::uint8_t{0xFF});  // 0 where `escape` was met
  for (; at + lanes <= source.size(); at += lanes) {
    const auto v = hn::LoadU(d, source.data() + at);
    const auto end = hn::Eq(v, hn::Set(d, separator));
    nearest = hn::Min(nearest, hn::Xor(v, hn::Set(d, escape)));
    hn::StoreMaskBits(d, hn::Or(end, hn::Eq(v, hn::Set(d, delimiter))), stops.data() + at / 8);
    hn::StoreMaskBits(d, end, ends.data() + at / 8);
  }
  clean = hn::AllFalse(d, hn::Eq(nearest, hn::Zero(d)));
#endif
  std::fill(stops.begin() + static_cast<std::ptrdiff_t>(at / 8), stops.end(), std::uint8_t{0});
  std::fill(ends.begin() + static_cast<std::ptrdiff_t>(at / 8), ends.end(), std::uint8_t{0});
  for (; at < source.size(); ++at) {
    SetBit(stops, at, source[at] == separator || source[at] == delimiter);
    SetBit(ends, at, source[at] == separator);
    clean = clean && source[at] != escape;
  }
  return clean;
}

void FillTarget(std::span<const std::uint8_t> source, std::span<const std::uint8_t> marks,
                std::uint8_t fill, std::span<std::uint8_t> target) {
  std::size_t at = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<std::uint8_t> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto fills = hn::Set(d, fill);
  // Masks are loaded eight bytes at a time.
  for (; at + lanes <= source.size() && at / 8 + 8 <= marks.size(); at += lanes) {
    const auto mask = hn::LoadMaskBits(d, marks.data() + at / 8);
    hn::StoreU(hn::IfThenElse(mask, fills, hn::LoadU(d, source.data() + at)), d,
               target.data() + at);
  }
#endif
  for (; at < source.size(); ++at) {
    target[at] = (marks[at / 8] >> (at % 8) & 1) != 0 ? fill : source[at];
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::text
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::text {
HWY_EXPORT(WordsTarget);
HWY_EXPORT(FieldsTarget);
HWY_EXPORT(FillTarget);

namespace {

std::uint64_t LoadWord(const std::uint8_t* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

}  // namespace

bool MarkWords(std::span<const std::uint8_t> source, std::uint8_t separator, std::uint8_t escape,
               std::span<std::uint8_t> words, std::span<std::uint8_t> digits,
               std::span<std::uint8_t> ends) noexcept {
  return HWY_DYNAMIC_DISPATCH(WordsTarget)(source, separator, escape, words, digits, ends);
}

bool MarkFields(std::span<const std::uint8_t> source, std::uint8_t separator,
                std::uint8_t delimiter, std::uint8_t escape, std::span<std::uint8_t> stops,
                std::span<std::uint8_t> ends) noexcept {
  return HWY_DYNAMIC_DISPATCH(FieldsTarget)(source, separator, delimiter, escape, stops, ends);
}

// Upwards a digit fills its run with one addition whose carry the run passes on (G. Myers 1999, "A
// fast bit-vector algorithm for approximate string matching"); downwards by doubling steps (P.
// Kogge and H. Stone 1973).
void MarkValues(std::span<const std::uint8_t> words, std::span<std::uint8_t> digits) noexcept {
  const std::size_t count = words.size() / 8;
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t run = LoadWord(words.data() + 8 * i);
    const std::uint64_t digit = (LoadWord(digits.data() + 8 * i) | carry) & run;
    const std::uint64_t filled = (((digit + run) ^ run) | digit) & run;
    carry = filled >> 63;
    std::memcpy(digits.data() + 8 * i, &filled, 8);
  }
  carry = 0;
  for (std::size_t i = count; i-- > 0;) {
    std::uint64_t run = LoadWord(words.data() + 8 * i);
    std::uint64_t filled = LoadWord(digits.data() + 8 * i) | (carry << 63 & run);
    for (unsigned step = 1; step < 64; step *= 2) {
      filled |= run & filled >> step;
      run &= run >> step;
    }
    carry = filled & 1;
    std::memcpy(digits.data() + 8 * i, &filled, 8);
  }
}

void FillMarked(std::span<const std::uint8_t> source, std::span<const std::uint8_t> marks,
                std::uint8_t fill, std::span<std::uint8_t> target) noexcept {
  HWY_DYNAMIC_DISPATCH(FillTarget)(source, marks, fill, target);
}

}  // namespace sigma::kernels::text
#endif  // HWY_ONCE
