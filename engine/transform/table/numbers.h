// Numbers of text as integers and back: decimal and hexadecimal digits, zero-padded to a least
// width. A number goes into a column only if writing it gives its digits again.
#ifndef SIGMA_TRANSFORM_TABLE_NUMBERS_H_
#define SIGMA_TRANSFORM_TABLE_NUMBERS_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "engine/base/endian.h"

namespace sigma::table {

enum class Base : std::uint8_t { kText = 0, kDecimal = 1, kLowerHex = 2, kUpperHex = 3 };

inline constexpr std::size_t kMaxDecimalDigits = 18;
inline constexpr std::size_t kMaxHexDigits = 16;
// Most digits a number is written with, also by hostile columns, and the bytes that writing one may
// touch beyond its place.
inline constexpr std::size_t kMaxNumber = 24;

// The value of eight digits, the first one in the lowest byte; false if one is none. (Multiplying
// pairs, quads and halves in one register: D. Lemire, "Number parsing at a gigabyte a second",
// 2021.)
inline bool ParseEight(std::uint64_t text, std::uint64_t* value) noexcept {
  const std::uint64_t above = text + 0x0606060606060606u;
  const bool digits =
      ((text & 0xF0F0F0F0F0F0F0F0u) | (above & 0xF0F0F0F0F0F0F0F0u) >> 4) == 0x3333333333333333u;
  text -= 0x3030303030303030u;
  text = (text * 10 + (text >> 8)) & 0x00FF00FF00FF00FFu;
  text = (text * 100 + (text >> 16)) & 0x0000FFFF0000FFFFu;
  *value = (text * 10000 + (text >> 32)) & 0xFFFFFFFFu;
  return digits;
}

// The same for four digits.
inline bool ParseFour(std::uint32_t text, std::uint32_t* value) noexcept {
  const std::uint32_t above = text + 0x06060606u;
  const bool digits = ((text & 0xF0F0F0F0u) | (above & 0xF0F0F0F0u) >> 4) == 0x33333333u;
  text -= 0x30303030u;
  text = (text * 10 + (text >> 8)) & 0x00FF00FFu;
  *value = (text * 100 + (text >> 16)) & 0xFFFFu;
  return digits;
}

// 1 … kMaxDecimalDigits digits; eight bytes are readable from any of them on.
inline bool ParseDecimal(const std::uint8_t* from, std::size_t size,
                         std::uint64_t* value) noexcept {
  std::uint64_t sum = 0;
  const std::size_t head = (size - 1) % 8 + 1;
  const unsigned shift = 8 * static_cast<unsigned>(8 - head);
  const std::uint64_t zeros = shift == 0 ? 0 : 0x3030303030303030u >> (64 - shift);
  bool digits = ParseEight(LoadLE<std::uint64_t>(from) << shift | zeros, &sum);
  for (std::size_t at = head; at < size; at += 8) {
    std::uint64_t more = 0;
    digits = ParseEight(LoadLE<std::uint64_t>(from + at), &more) && digits;
    sum = sum * 100000000 + more;
  }
  *value = sum;
  return digits;
}

// 1 … kMaxHexDigits digits; `ten` is 'a' or 'A'.
inline bool ParseHex(const std::uint8_t* from, std::size_t size, std::uint8_t ten,
                     std::uint64_t* value) noexcept {
  std::uint64_t sum = 0;
  bool digits = true;
  for (std::size_t i = 0; i < size; ++i) {
    const unsigned decimal = from[i] - unsigned{'0'};
    const unsigned letter = from[i] - unsigned{ten};
    digits = digits && (decimal < 10 || letter < 6);
    sum = sum << 4 | (decimal < 10 ? decimal : letter + 10);
  }
  *value = sum;
  return digits;
}

namespace detail {

// Eight digits of a value below 10^8, the first one in the lowest byte. (Division by multiplication
// in all lanes of a register: P. Khuong, "How to print integers really fast", 2017.)
inline std::uint64_t EightDigits(std::uint32_t value) noexcept {
  const std::uint64_t high = value / 10000;
  const std::uint64_t fours = high | (value - high * 10000) << 32;
  const std::uint64_t hundreds = (fours * 10486 >> 20) & 0x0000007F0000007Fu;
  const std::uint64_t twos = hundreds | (fours - hundreds * 100) << 16;
  const std::uint64_t tens = (twos * 103 >> 10) & 0x000F000F000F000Fu;
  return (tens | (twos - tens * 10) << 8) + 0x3030303030303030u;
}

// Decimal digits of a value, at least 1.
inline std::size_t DecimalSize(std::uint64_t value) noexcept {
  constexpr std::array<std::uint64_t, 20> powers = [] {
    std::array<std::uint64_t, 20> all{};
    std::uint64_t power = 1;
    for (std::size_t i = 0; i < all.size(); ++i, power *= 10) all[i] = power;
    return all;
  }();
  // 1233 / 4096 is log10(2), just above.
  const auto bits = static_cast<unsigned>(std::bit_width(value | 1));
  const std::size_t guess = bits * 1233 >> 12;
  return guess + (value >= powers[guess] || guess == 0 ? 1 : 0);
}

}  // namespace detail

// Writes `value` with at least `least` digits (at most kMaxNumber) and returns how many it took;
// kMaxNumber bytes are writable.
inline std::size_t WriteDecimal(std::uint64_t value, std::size_t least, std::uint8_t* to) noexcept {
  using namespace detail;
  constexpr std::uint64_t kEight = 100000000;
  const std::size_t natural = DecimalSize(value);
  const std::size_t size = natural > least ? natural : least;
  // The digits of the highest eight that are written come first, whole words after them.
  std::uint8_t* at = to;
  const auto first = [&](std::uint64_t eight, std::size_t digits) {
    StoreLE(at, EightDigits(static_cast<std::uint32_t>(eight)) >> (64 - 8 * digits));
    at += digits;
  };
  if (size <= 8) {
    first(value, size);
    return size;
  }
  if (size <= 16) {
    first(value / kEight, size - 8);
  } else {
    first(value / kEight / kEight, size - 16);
    first(value / kEight % kEight, 8);
  }
  first(value % kEight, 8);
  return size;
}

inline std::size_t WriteHex(std::uint64_t value, std::size_t least, std::uint8_t ten,
                            std::uint8_t* to) noexcept {
  std::size_t size = (static_cast<std::size_t>(std::bit_width(value | 1)) + 3) / 4;
  if (size < least) size = least;
  for (std::size_t i = size; i-- > 0; value >>= 4) {
    const auto digit = static_cast<unsigned>(value & 15);
    to[i] = static_cast<std::uint8_t>(digit < 10 ? '0' + digit : ten + digit - 10);
  }
  return size;
}

}  // namespace sigma::table

#endif  // SIGMA_TRANSFORM_TABLE_NUMBERS_H_
