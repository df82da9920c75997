// Sequence: the seam between the parsers (which find matches) and the record writers (which code
// them).
#ifndef SIGMA_CODER_LZ_SEQUENCE_H_
#define SIGMA_CODER_LZ_SEQUENCE_H_

#include <cstddef>
#include <cstdint>

#include "kernels/lz/sequence.h"

namespace sigma {

// What follows the last sequence of a sub-block is literals.
using Sequence = kernels::lz::Sequence;

// Shortest match that the sections can hold; raw records hold kRawMinMatch.
inline constexpr std::size_t kMinMatch = 3;
inline constexpr std::size_t kRawMinMatch = 4;
// Offsets in sections have at most 24 bits, in raw records 16.
inline constexpr std::size_t kMaxOffset = (std::size_t{1} << 24) - 1;
inline constexpr std::size_t kRawMaxOffset = (std::size_t{1} << 16) - 1;
// Nearest match of the wide records: their copy loop moves 64 bytes without looking.
inline constexpr std::size_t kWideMinOffset = 64;

// Most output bytes of one sub-block: bounds the scratch of both sides.
inline constexpr std::size_t kMaxSubBlock = std::size_t{1} << 20;

}  // namespace sigma

#endif  // SIGMA_CODER_LZ_SEQUENCE_H_
