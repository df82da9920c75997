// Floating-point numbers ↔ integers in their order ("keys"), decimals among them by their digits.
//
// A number's *pattern* is its bits, or, in a decimal mode, sign and digits in a range of patterns
// whose numbers hardly occur (from 2^513 to 2^559 for 64 bits, 2^65 to 2^67 for 32). ALP (Afroozeh,
// Kuffo, Boncz 2023) counts decimals of fixed places so, with a list of exceptions; here a number
// that is no such decimal keeps its bits. The key orders the patterns; with differences, it is the
// distance from the key before, plus half of the range.
#ifndef SIGMA_TRANSFORM_FLOATS_KEYS_H_
#define SIGMA_TRANSFORM_FLOATS_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "sigma/result.hpp"

namespace sigma::floats {

// Wire byte: bits 0–5: 0 no decimals, 1 + k decimals with k places, 32 + s decimals with s digits;
// bit 6 differences. With bit 7 there is a relation (relation.h), its operation in bits 0–2.
struct KeyMode {
  std::uint8_t byte = 0;
  [[nodiscard]] unsigned decimals() const { return byte & 0x3F; }
  [[nodiscard]] bool difference() const { return (byte & 0x40) != 0; }
  [[nodiscard]] bool related() const { return (byte & 0x80) != 0; }
};

inline constexpr std::uint8_t kDifferenceBit = 0x40;
inline constexpr std::uint8_t kRelationBit = 0x80;
inline constexpr unsigned kPlaces = 1;   // + places
inline constexpr unsigned kDigits = 32;  // + digits

// Whether numbers of `width` bytes (2, 4, 8) have this mode.
[[nodiscard]] bool IsValid(KeyMode mode, std::size_t width) noexcept;

// Most places that are tried.
[[nodiscard]] unsigned MostPlaces(std::size_t width) noexcept;

// keys.size() numbers, without a relation; false if one of them is where decimals are.
[[nodiscard]] bool ToKeys(const std::uint8_t* numbers, std::size_t width, KeyMode mode,
                          std::span<std::uint64_t> keys) noexcept;
// The inverse, for any keys.
void FromKeys(std::span<const std::uint64_t> keys, std::size_t width, KeyMode mode,
              std::uint8_t* numbers) noexcept;

// How many of these numbers are decimals in this mode.
[[nodiscard]] std::size_t CountDecimals(const std::uint8_t* numbers, std::size_t count,
                                        std::size_t width, KeyMode mode) noexcept;

}  // namespace sigma::floats

#endif  // SIGMA_TRANSFORM_FLOATS_KEYS_H_
