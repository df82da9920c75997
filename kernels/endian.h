// Little-endian integers on byte pointers, for the scalar heads and tails of the kernels (this room
// includes nothing of the engine). The caller guarantees that the bytes exist.
#ifndef SIGMA_KERNELS_ENDIAN_H_
#define SIGMA_KERNELS_ENDIAN_H_

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sigma::kernels {

template <std::unsigned_integral T>
[[nodiscard]] inline T LoadInteger(const std::uint8_t* from) noexcept {
  T value = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&value, from, sizeof(T));
  } else {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value = static_cast<T>(value | (static_cast<T>(from[i]) << (8 * i)));
    }
  }
  return value;
}

template <std::unsigned_integral T>
inline void StoreInteger(std::uint8_t* to, T value) noexcept {
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(to, &value, sizeof(T));
  } else {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      to[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i));
    }
  }
}

// The integer whose little-endian form is the big-endian form of `value`.
template <std::unsigned_integral T>
[[nodiscard]] constexpr T ReverseInteger(T value) noexcept {
  T reversed = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    reversed =
        static_cast<T>(std::uint64_t{reversed} << 8 | (std::uint64_t{value} >> (8 * i) & 255));
  }
  return reversed;
}

}  // namespace sigma::kernels

#endif  // SIGMA_KERNELS_ENDIAN_H_
