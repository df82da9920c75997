// Restores segments of sorted bytes from what run_encoder.h makes of them, two of them in turns:
// the steps of a run wait for each other, those of two segments do not.
#ifndef SIGMA_KERNELS_SORT_RUN_DECODER_H_
#define SIGMA_KERNELS_SORT_RUN_DECODER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/sort/run_model.h"

namespace sigma::kernels::sort {

// Bytes that may be read after the end of a segment's code.
inline constexpr std::size_t kRunPad = 64;

// `code` is hostile. `order`: the bytes that occur, as the first run finds them, then zeros; at
// least one occurs. `model` has been started. `target` has at least one byte, and nothing but it is
// written.
struct SegmentJob {
  std::span<const std::uint8_t> code;
  std::span<std::uint8_t> target;
  RunModel* model;
  std::uint32_t used;  // bytes that occur, 1 … 256
  alignas(16) std::array<std::uint8_t, 256 + 16> order;
};

// One or two segments, which do not overlap. False where the code is damaged; the targets' contents
// are then arbitrary. Cost on AVX2 (Zen 5): 11 ns a symbol in two segments.
[[nodiscard]] bool DecodeSegments(std::span<SegmentJob> jobs) noexcept;

}  // namespace sigma::kernels::sort

#endif  // SIGMA_KERNELS_SORT_RUN_DECODER_H_
