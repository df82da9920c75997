// How much of a stretch of bytes looks like text.
//
// A byte counts if it is printable ASCII, a tab, newline or carriage return, or part of what looks
// like a UTF-8 sequence: a lead byte (0xC2 … 0xF4) with a continuation byte after it, or a
// continuation byte within reach of its lead byte. Sequences cut by the ends of the span lose a few
// bytes; overlong forms and surrogates are not told apart.
//
// Nothing outside the span is read; no allocation; safe from any thread. Cost on AVX2 (Zen 5):
// 0.1 cycles per byte on ASCII, 0.2 otherwise. Pays from 64 bytes on.
#ifndef SIGMA_KERNELS_TEXT_DENSITY_H_
#define SIGMA_KERNELS_TEXT_DENSITY_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace sigma::kernels::text {

[[nodiscard]] std::size_t CountText(std::span<const std::uint8_t> source) noexcept;

}  // namespace sigma::kernels::text

#endif  // SIGMA_KERNELS_TEXT_DENSITY_H_
