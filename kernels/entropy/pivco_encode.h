// Rank, stable partition and bit packing: the inner loops of the PivCo-Huffman encoder (Żukowski
// 2026, arXiv 2606.05765). Bits are LSB first, and the last byte is filled with zeros.
//
// Choose the table once per stream; its functions are for the SIMD target of that moment. They
// allocate nothing, check nothing and may read kPivcoPad bytes after every input and write as many
// after every output, which must not overlap.
#ifndef SIGMA_KERNELS_ENTROPY_PIVCO_ENCODE_H_
#define SIGMA_KERNELS_ENTROPY_PIVCO_ENCODE_H_

#include <cstddef>
#include <cstdint>

#include "kernels/entropy/pivco_decode.h"

namespace sigma::kernels::entropy {

struct PivcoEncodeKernels {
  // ranks[i] = table[symbols[i]]; `table` has 256 entries.
  void (*rank)(const std::uint8_t* symbols, std::size_t n, const std::uint8_t* table,
               std::uint8_t* ranks) noexcept;
  // Bit i of `bits` = ranks[i] ≥ mid; the ranks of the zeros go to `left`, of the ones to `right`.
  void (*partition)(const std::uint8_t* ranks, std::size_t n, std::uint8_t mid, std::uint8_t* left,
                    std::uint8_t* right, std::uint8_t* bits) noexcept;
  // The same with one side only, for when the other is a leaf, and with none.
  void (*partition_left)(const std::uint8_t* ranks, std::size_t n, std::uint8_t mid,
                         std::uint8_t* left, std::uint8_t* bits) noexcept;
  void (*partition_right)(const std::uint8_t* ranks, std::size_t n, std::uint8_t mid,
                          std::uint8_t* right, std::uint8_t* bits) noexcept;
  void (*compare)(const std::uint8_t* ranks, std::size_t n, std::uint8_t mid,
                  std::uint8_t* bits) noexcept;
  // The low `width` bits (2 … 8) of ranks[i] − low, back to back.
  void (*pack)(const std::uint8_t* ranks, std::size_t n, std::uint8_t low, unsigned width,
               std::uint8_t* packed) noexcept;
};

[[nodiscard]] const PivcoEncodeKernels& ChoosePivcoEncode() noexcept;

}  // namespace sigma::kernels::entropy

#endif  // SIGMA_KERNELS_ENTROPY_PIVCO_ENCODE_H_
