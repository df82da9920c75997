// Unsigned LEB128: 7 bits a byte, low bits first, at most 10 bytes; the shortest form is the only
// valid one.
#ifndef SIGMA_BASE_VARINT_H_
#define SIGMA_BASE_VARINT_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "sigma/result.hpp"

namespace sigma {

inline constexpr std::size_t kMaxVarint = 10;

// Writes `value` at `to` (kMaxVarint bytes must be writable) and returns the bytes used.
inline std::size_t WriteVarint(std::uint64_t value, std::uint8_t* to) noexcept {
  std::size_t size = 0;
  while (value >= 0x80) {
    to[size++] = static_cast<std::uint8_t>(value | 0x80);
    value >>= 7;
  }
  to[size++] = static_cast<std::uint8_t>(value);
  return size;
}

// Parses a value at `*position` of `bytes` and advances; nothing if it is cut, too long or not
// shortest.
[[nodiscard]] inline std::optional<std::uint64_t> ParseVarint(ByteView bytes,
                                                              std::size_t* position) noexcept {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    if (*position >= bytes.size()) return std::nullopt;
    const std::uint8_t byte = bytes[(*position)++];
    if (shift == 63 && byte > 1) return std::nullopt;
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) {
      if (byte == 0 && shift != 0) return std::nullopt;
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace sigma

#endif  // SIGMA_BASE_VARINT_H_
