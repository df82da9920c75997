// Restores bytes from adaptively coded sequences (engine/coder/adaptive/SPEC.md).
//
// No allocation. The result is the same on every target.
#ifndef SIGMA_KERNELS_ADAPTIVE_SEQUENCE_DECODER_H_
#define SIGMA_KERNELS_ADAPTIVE_SEQUENCE_DECODER_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/adaptive/model.h"

namespace sigma::kernels::adaptive {

// Bytes that may be read after the end of the code.
inline constexpr std::size_t kCodePad = 64;

// `code` is hostile. `model` has been started. False where the code is damaged; the target's contents
// are then arbitrary. Nothing but `target` is written.
[[nodiscard]] bool DecodeSequences(std::span<const std::uint8_t> code, Model& model,
                                   std::span<std::uint8_t> target) noexcept;

}  // namespace sigma::kernels::adaptive

#endif  // SIGMA_KERNELS_ADAPTIVE_SEQUENCE_DECODER_H_
