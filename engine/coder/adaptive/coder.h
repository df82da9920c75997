// The registry's ADAPTIVE coder: references whose every decision, literals included, is coded by
// adaptive distributions in contexts (SPEC.md beside this file). For programs, fonts, tables and what
// else repeats in pieces.
#ifndef SIGMA_CODER_ADAPTIVE_CODER_H_
#define SIGMA_CODER_ADAPTIVE_CODER_H_

#include "engine/coder/coder.h"

namespace sigma::adaptive {

// Smaller sources are not coded: the model is 900 KB to set up.
inline constexpr std::size_t kLeastSize = 1024;

std::size_t Encode(ByteView source, const CoderParams& params, BufferPool& pool,
                   MutableBytes target);
Result<void> Decode(ByteView source, BufferPool& pool, MutableBytes target);

// CoderRow. Encoding: tables of 98 MB at most, 16 bytes for each of a small source, and 14 MB for a
// block, its sequences and its group's code; nothing at levels that do not sort. Restoring: a model.
//
// Hostile input: a sequence, which may restore two bytes, has at most 9 symbols of 600 steps (four
// slots of 16 lanes mixed and moved) and 6 more that restore 15 bytes or are alone; a model of 900 KB
// is set up for 1,024 bytes restored or more.
[[nodiscard]] std::uint64_t EncodeScratch(const CoderParams& params, std::size_t size);
[[nodiscard]] std::uint64_t DecodeScratch(std::size_t size);
inline constexpr std::uint32_t kWork = 8192;

}  // namespace sigma::adaptive

#endif  // SIGMA_CODER_ADAPTIVE_CODER_H_
