// Bytes out of the sections of their classes, back into their order.
//
// No allocation; safe from any thread; the same results on every target. Cost (Zen 5), 5 classes:
// 0.13 ns a byte on AVX3_DL, 0.7 on AVX2, 1.2 on HWY_SCALAR.
#ifndef SIGMA_KERNELS_RECORDS_CLASSES_H_
#define SIGMA_KERNELS_RECORDS_CLASSES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sigma::kernels::records {

inline constexpr std::size_t kMaxClasses = 8;
inline constexpr std::size_t kClassStep = 64;

// target[i] = the next byte of the section sections[classes[context[i]]]. classes are below
// sections.size(), 1 … kMaxClasses, and each section holds as many bytes as its class occurs.
// Context and target have room up to the next multiple of kClassStep, and kClassStep bytes after
// each section may be read.
void GatherClasses(const std::uint8_t* context, std::size_t count,
                   const std::array<std::uint8_t, 256>& classes,
                   std::span<const std::uint8_t* const> sections, std::uint8_t* target) noexcept;

}  // namespace sigma::kernels::records

#endif  // SIGMA_KERNELS_RECORDS_CLASSES_H_
