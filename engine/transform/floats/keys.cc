// A decimal is restored by one division of two exact numbers, digits below 2^53 by a power of ten
// up to 10^22, which IEEE 754 rounds correctly: the same bits everywhere.
#include "engine/transform/floats/keys.h"

#include <array>
#include <bit>

#include "engine/base/endian.h"
#include "engine/transform/floats/relation.h"

namespace sigma::floats {
namespace {

constexpr std::array<double, 23> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                            1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                            1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
// 10^-7 … 10^15: where decades begin, for the encoder's guess alone.
constexpr std::array<double, 23> kDecades = {1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1e0,
                                             1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,
                                             1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

template <typename Word>
struct Format;
template <>
struct Format<std::uint64_t> {
  using Number = double;
  static constexpr std::uint64_t kDecimals = 0x600ull << 52;   // the first pattern of a decimal
  static constexpr std::uint64_t kDecimalRange = 23ull << 53;  // patterns
  static constexpr double kMostDigits = 9007199254740992.0;    // 2^53
};
template <>
struct Format<std::uint32_t> {
  using Number = float;
  static constexpr std::uint32_t kDecimals = 0xC0u << 23;
  static constexpr std::uint32_t kDecimalRange = 2u << 23;
  static constexpr double kMostDigits = 16777216.0;  // 2^24
};

template <typename Word>
constexpr Word kSign = static_cast<Word>(Word{1} << (8 * sizeof(Word) - 1));

template <typename Word>
Word Magnitude(Word digits, unsigned places) {
  using Number = typename Format<Word>::Number;
  return std::bit_cast<Word>(static_cast<Number>(static_cast<double>(digits) / kPowers[places]));
}

// Whether a pattern stands for a decimal.
template <typename Word>
bool IsDecimal(Word pattern) {
  return static_cast<Word>(pattern - Format<Word>::kDecimals) < Format<Word>::kDecimalRange;
}

// The digits of `number` (its magnitude) with so many places; false if it is no such decimal.
template <typename Word>
bool Digits(Word number, unsigned places, Word* digits) {
  const auto value = static_cast<double>(std::bit_cast<typename Format<Word>::Number>(number));
  const double scaled = value * kPowers[places];
  if (!(scaled < Format<Word>::kMostDigits - 1)) return false;
  *digits = static_cast<Word>(scaled + 0.5);
  return Magnitude(*digits, places) == number;
}

// The pattern's magnitude for a number's, or itself.
template <typename Word>
Word ToPattern(Word number, unsigned decimals) {
  if (decimals == 0) return number;
  Word digits;
  if (decimals < kDigits) {
    if (!Digits(number, decimals - kPlaces, &digits)) return number;
    return static_cast<Word>(Format<Word>::kDecimals + digits);
  }
  if constexpr (sizeof(Word) == 8) {
    // Decade −7 … 15, by the binary exponent: 1233 / 4096 is log10(2).
    const double value = std::bit_cast<double>(number);
    if (!(value >= kDecades.front() && value < kPowers[16])) return number;
    const int exponent = static_cast<int>(number >> 52) - 1023;
    int decade = (exponent * 1233 >> 12) + 7;
    decade = decade < 0 ? 0 : decade;
    if (decade < 22 && value >= kDecades[static_cast<std::size_t>(decade + 1)]) ++decade;
    const int places = static_cast<int>(decimals - kDigits) - 1 - (decade - 7);
    if (places < 0 || places > 22) return number;
    if (!Digits(number, static_cast<unsigned>(places), &digits)) return number;
    return Format<Word>::kDecimals + (static_cast<Word>(decade) << 53) + digits;
  }
  return number;
}

template <typename Word>
Word FromPattern(Word pattern, unsigned decimals) {
  if (!IsDecimal(pattern)) return pattern;
  const Word digits = static_cast<Word>(pattern - Format<Word>::kDecimals);
  if (decimals < kDigits) return Magnitude(digits, decimals - kPlaces);
  if constexpr (sizeof(Word) == 8) {
    const int decade = static_cast<int>(digits >> 53) - 7;
    const int places = static_cast<int>(decimals - kDigits) - 1 - decade;
    const auto valid = static_cast<unsigned>(places < 0 ? 0 : places > 22 ? 22 : places);
    return Magnitude(digits & ((Word{1} << 53) - 1), valid);
  }
  return pattern;
}

template <typename Word, typename Pattern>
bool KeysOf(const std::uint8_t* numbers, bool difference, std::span<std::uint64_t> keys,
            Pattern to_pattern) {
  Word before = 0;
  bool good = true;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto number = LoadLE<Word>(numbers + i * sizeof(Word));
    const Word sign = number & kSign<Word>;
    const Word pattern = to_pattern(static_cast<Word>(number & ~kSign<Word>), &good);
    const Word ordered =
        sign != 0 ? static_cast<Word>(~(pattern | sign)) : static_cast<Word>(pattern | kSign<Word>);
    keys[i] = difference ? static_cast<Word>(ordered - before + kSign<Word>) : ordered;
    before = ordered;
  }
  return good;
}

template <typename Word, typename Number>
void NumbersOf(std::span<const std::uint64_t> keys, bool difference, std::uint8_t* numbers,
               Number from_pattern) {
  Word before = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto ordered = static_cast<Word>(keys[i]);
    if (difference) ordered = static_cast<Word>(ordered + before + kSign<Word>);
    before = ordered;
    const bool positive = (ordered & kSign<Word>) != 0;
    const Word sign = positive ? Word{0} : kSign<Word>;
    const Word bits = positive ? ordered : static_cast<Word>(~ordered);
    const Word number = from_pattern(static_cast<Word>(bits & ~kSign<Word>));
    StoreLE(numbers + i * sizeof(Word), static_cast<Word>(number | sign));
  }
}

template <typename Word>
bool ToKeysOf(const std::uint8_t* numbers, KeyMode mode, std::span<std::uint64_t> keys) {
  const unsigned decimals = mode.decimals();
  if (decimals == 0) {
    return KeysOf<Word>(numbers, mode.difference(), keys,
                        [](Word number, bool*) { return number; });
  }
  if constexpr (sizeof(Word) >= 4) {
    return KeysOf<Word>(numbers, mode.difference(), keys, [=](Word number, bool* good) {
      *good = *good && !IsDecimal(number);
      return ToPattern(number, decimals);
    });
  }
  return false;
}

template <typename Word>
void FromKeysOf(std::span<const std::uint64_t> keys, KeyMode mode, std::uint8_t* numbers) {
  const unsigned decimals = mode.decimals();
  if constexpr (sizeof(Word) >= 4) {
    if (decimals != 0) {
      NumbersOf<Word>(keys, mode.difference(), numbers,
                      [=](Word pattern) { return FromPattern(pattern, decimals); });
      return;
    }
  }
  NumbersOf<Word>(keys, mode.difference(), numbers, [](Word pattern) { return pattern; });
}

template <typename Word>
std::size_t CountOf(const std::uint8_t* numbers, std::size_t count, unsigned decimals) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto number = static_cast<Word>(LoadLE<Word>(numbers + i * sizeof(Word)) & ~kSign<Word>);
    found += !IsDecimal(number) && IsDecimal(ToPattern(number, decimals)) ? 1u : 0u;
  }
  return found;
}

}  // namespace

unsigned MostPlaces(std::size_t width) noexcept { return width == 8 ? 14 : width == 4 ? 6 : 0; }

bool IsValid(KeyMode mode, std::size_t width) noexcept {
  if (mode.related()) {
    return width >= 4 && (mode.byte & ~kRelationBit) < static_cast<int>(kOperations);
  }
  const unsigned decimals = mode.decimals();
  if (decimals == 0) return true;
  if (decimals < kDigits) return width >= 4 && decimals - kPlaces < kPowers.size();
  return width == 8 && (decimals == kDigits + 15 || decimals == kDigits + 16);
}

bool ToKeys(const std::uint8_t* numbers, std::size_t width, KeyMode mode,
            std::span<std::uint64_t> keys) noexcept {
  switch (width) {
    case 2:
      return ToKeysOf<std::uint16_t>(numbers, mode, keys);
    case 4:
      return ToKeysOf<std::uint32_t>(numbers, mode, keys);
    default:
      return ToKeysOf<std::uint64_t>(numbers, mode, keys);
  }
}

void FromKeys(std::span<const std::uint64_t> keys, std::size_t width, KeyMode mode,
              std::uint8_t* numbers) noexcept {
  switch (width) {
    case 2:
      return FromKeysOf<std::uint16_t>(keys, mode, numbers);
    case 4:
      return FromKeysOf<std::uint32_t>(keys, mode, numbers);
    default:
      return FromKeysOf<std::uint64_t>(keys, mode, numbers);
  }
}

std::size_t CountDecimals(const std::uint8_t* numbers, std::size_t count, std::size_t width,
                          KeyMode mode) noexcept {
  return width == 8   ? CountOf<std::uint64_t>(numbers, count, mode.decimals())
         : width == 4 ? CountOf<std::uint32_t>(numbers, count, mode.decimals())
                      : 0;
}

}  // namespace sigma::floats
