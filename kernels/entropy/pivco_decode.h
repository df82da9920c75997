// Stable merges and bit unpacking: the inner loops of the PivCo-Huffman decoder (Żukowski 2026,
// arXiv 2606.05765). Bits are LSB first; bit i says which side output i comes from (0 left, 1
// right).
//
// Choose the table once per stream; its functions are for the SIMD target of that moment. They
// allocate nothing, check nothing and may read kPivcoPad bytes after every input and write as many
// after `out`. Inputs and `out` must not overlap. Bits after the n-th may be anything.
#ifndef SIGMA_KERNELS_ENTROPY_PIVCO_DECODE_H_
#define SIGMA_KERNELS_ENTROPY_PIVCO_DECODE_H_

#include <cstddef>
#include <cstdint>

namespace sigma::kernels::entropy {

inline constexpr std::size_t kPivcoPad = 64;

struct PivcoDecodeKernels {
  // Ones among the first n bits.
  std::size_t (*count_ones)(const std::uint8_t* bits, std::size_t n) noexcept;
  // `left` and `right` hold as many symbols as there are zeros and ones.
  void (*merge)(const std::uint8_t* bits, std::size_t n, const std::uint8_t* left,
                const std::uint8_t* right, std::uint8_t* out) noexcept;
  // One side is a single symbol.
  void (*merge_left_leaf)(const std::uint8_t* bits, std::size_t n, std::uint8_t left,
                          const std::uint8_t* right, std::uint8_t* out) noexcept;
  void (*merge_right_leaf)(const std::uint8_t* bits, std::size_t n, const std::uint8_t* left,
                           std::uint8_t right, std::uint8_t* out) noexcept;
  // Both are.
  void (*leaf_pair)(const std::uint8_t* bits, std::size_t n, std::uint8_t left, std::uint8_t right,
                    std::uint8_t* out) noexcept;
  // out[i] = symbols[width bits at bit i · width of packed], 2 ≤ width ≤ 8; `symbols` has 2^width.
  void (*unpack)(const std::uint8_t* packed, std::size_t n, unsigned width,
                 const std::uint8_t* symbols, std::uint8_t* out) noexcept;
};

[[nodiscard]] const PivcoDecodeKernels& ChoosePivcoDecode() noexcept;

}  // namespace sigma::kernels::entropy

#endif  // SIGMA_KERNELS_ENTROPY_PIVCO_DECODE_H_
