// Optimal length-limited prefix codes for small alphabets.
#ifndef SIGMA_CODER_ENTROPY_CODE_LENGTHS_H_
#define SIGMA_CODER_ENTROPY_CODE_LENGTHS_H_

#include <cstdint>
#include <span>

#include "engine/coder/entropy/alphabet.h"

namespace sigma::entropy {

// Fills lengths[i] for every counts[i] > 0, which are those of `present` (0 for the others), with the
// code of least total size among those of at most `limit` bits; the Kraft sum is exactly 1. Both
// spans hold the same number, at most 256; at least two counts are positive, 2^limit is at least
// their number, limit ≤ 15, and the counts' sum times `limit` fits 32 bits. Ties are broken by
// symbol. 1–10 µs, no allocation.
void BuildCodeLengths(std::span<const std::uint32_t> counts, const Alphabet& present,
                      unsigned limit, std::span<std::uint8_t> lengths) noexcept;

}  // namespace sigma::entropy

#endif  // SIGMA_CODER_ENTROPY_CODE_LENGTHS_H_
