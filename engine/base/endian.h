// Little-endian loads and stores on byte pointers: no alignment needed, one instruction on x86 and
// Arm. The caller guarantees that the bytes exist.
#ifndef SIGMA_BASE_ENDIAN_H_
#define SIGMA_BASE_ENDIAN_H_

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>

namespace sigma {

template <std::unsigned_integral T>
[[nodiscard]] constexpr T ByteSwap(T value) noexcept {
  T swapped = 0;
  for (unsigned i = 0; i < sizeof(T); ++i) {
    swapped =
        static_cast<T>((static_cast<std::uint64_t>(swapped) << 8) | ((value >> (8 * i)) & 0xFF));
  }
  return swapped;
}

template <std::unsigned_integral T>
[[nodiscard]] inline T LoadLE(const std::uint8_t* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof(T));
  if constexpr (std::endian::native == std::endian::big) value = ByteSwap(value);
  return value;
}

template <std::unsigned_integral T>
inline void StoreLE(std::uint8_t* to, T value) noexcept {
  if constexpr (std::endian::native == std::endian::big) value = ByteSwap(value);
  std::memcpy(to, &value, sizeof(T));
}

}  // namespace sigma

#endif  // SIGMA_BASE_ENDIAN_H_
