// Shared by the two ends of TABLE: the codes of the lines and the schema of the columns
// (SPEC.md).
#ifndef SIGMA_TRANSFORM_TABLE_LAYOUT_H_
#define SIGMA_TRANSFORM_TABLE_LAYOUT_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/transform/table/numbers.h"
#include "sigma/result.hpp"

namespace sigma::table {

// Stands for a value in a template; sources that contain it are refused.
inline constexpr std::uint8_t kSlot = 0xFF;

// Codes of a line: a frequent template, the next rare template that has not been used yet, or a
// rare one named by two bytes in a section of their own.
inline constexpr std::size_t kMaxFrequentTemplates = 254;
inline constexpr std::uint8_t kNewTemplate = 254;
inline constexpr std::uint8_t kOldTemplate = 255;
inline constexpr std::size_t kMaxRareTemplates = 65536;

// Columns of few rows share the sections of a group: one for each width, without and with
// differences; each of `width` planes.
inline constexpr std::size_t kGroups = 8;

// One column: where the values of one slot of one template are and how they are written.
//
//   byte 0  bits 0–1  Base
//           bits 2–3  log2 of the width of an integer
//           bit 4     zigzag differences to the value before
//           bit 5     has sections of its own
//           bit 6     integers in planes (own sections; groups always are)
//           bit 7     each value has its least number of digits in a section of lengths
//   byte 1  (numbers without lengths) the least number of digits of every value
struct Column {
  Base base = Base::kText;
  std::uint8_t log_width = 0;
  bool difference = false;
  bool own = false;
  bool planes = false;
  bool lengths = false;
  std::uint8_t least = 0;

  [[nodiscard]] std::size_t width() const noexcept { return std::size_t{1} << log_width; }
  [[nodiscard]] std::size_t group() const noexcept {
    return std::size_t{log_width} + (difference ? 4u : 0u);
  }
  [[nodiscard]] std::uint8_t Pack() const noexcept {
    return static_cast<std::uint8_t>(static_cast<unsigned>(base) | unsigned{log_width} << 2 |
                                     (difference ? 0x10u : 0u) | (own ? 0x20u : 0u) |
                                     (planes ? 0x40u : 0u) | (lengths ? 0x80u : 0u));
  }
  [[nodiscard]] bool has_least() const noexcept { return base != Base::kText && !lengths; }
  // Nothing if no encoder makes it; `least` is not part of it.
  [[nodiscard]] static std::optional<Column> Unpack(std::uint8_t byte) noexcept {
    Column column{static_cast<Base>(byte & 3),
                  static_cast<std::uint8_t>(byte >> 2 & 3),
                  (byte & 0x10) != 0,
                  (byte & 0x20) != 0,
                  (byte & 0x40) != 0,
                  (byte & 0x80) != 0,
                  0};
    if (column.base == Base::kText && (byte & 0xDC) != 0) return std::nullopt;
    if (column.planes && (!column.own || column.log_width == 0)) return std::nullopt;
    return column;
  }
};

// Columns in all: bounds what a decoder builds of a schema.
inline constexpr std::size_t kMaxSlots = 65536;

// Most digits a column may ask for.
inline constexpr std::uint8_t kMaxLeast = 20;

struct Header {
  std::uint64_t lines = 0;
  bool cut = false;  // the last line has no separator
  std::uint64_t frequent = 0;
  std::uint64_t rare = 0;
  std::uint8_t groups = 0;  // bit g: group g has sections
};

// A value's difference to the one before, small if it is near zero, modulo 2^bits; and back.
template <typename T>
[[nodiscard]] constexpr T ZigZag(T difference) noexcept {
  const auto sign = static_cast<T>(difference >> (8 * sizeof(T) - 1));
  return static_cast<T>(static_cast<T>(difference << 1) ^ static_cast<T>(T{0} - sign));
}
template <typename T>
[[nodiscard]] constexpr T UnZigZag(T code) noexcept {
  return static_cast<T>(static_cast<T>(code >> 1) ^
                        static_cast<T>(T{0} - static_cast<T>(code & 1)));
}

}  // namespace sigma::table

#endif  // SIGMA_TRANSFORM_TABLE_LAYOUT_H_
