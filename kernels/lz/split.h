// Sequences to the byte planes of the LZ sections (FORMAT.md): the inverse of expand.h.
//
// Every plane holds one byte for each sequence whose field asks for it, in order. The kernel may
// write 16 bytes after each plane's end. The bytes are the same on every target.
#ifndef SIGMA_KERNELS_LZ_SPLIT_H_
#define SIGMA_KERNELS_LZ_SPLIT_H_

#include <cstddef>
#include <cstdint>

#include "kernels/lz/sequence.h"

namespace sigma::kernels::lz {

// Where the planes begin; after the call, where they end.
struct SplitTargets {
  std::uint8_t* tokens;           // class(2) | LL(2) | ML(4), class in the high bits
  std::uint8_t* literal_escapes;  // LL − 3 of LL ≥ 3, at most 252; 255 = long
  std::uint8_t* match_escapes;    // ML − 18 of ML ≥ 18; 255 = long, from ML = 255 on
  std::uint8_t* near;             // class 1: 0/1 = rep1/rep2, else offset + 1
  std::uint8_t* low;              // classes 2 and 3: bits 0–7 of the offset
  std::uint8_t* middle;           // bits 8–15
  std::uint8_t* high;             // class 3: bits 16–23
  std::uint8_t* long_literals;    // LL ≥ 255 as 32 bits, little-endian
  std::uint8_t* long_matches;     // ML ≥ 255
};

// Splits `count` sequences with matches of 3 bytes or more and offsets below 2^24. Repeats are
// positional; before the first sequence all offsets are 1.
void SplitSections(const Sequence* sequences, std::size_t count, SplitTargets* split) noexcept;

}  // namespace sigma::kernels::lz

#endif  // SIGMA_KERNELS_LZ_SPLIT_H_
