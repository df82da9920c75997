// The registry's SORT coder: the Burrows–Wheeler transform of the whole source, its runs coded by
// adaptive distributions (SPEC.md beside this file). For text and what resembles it, from kLeastSize
// bytes on.
#ifndef SIGMA_CODER_SORT_CODER_H_
#define SIGMA_CODER_SORT_CODER_H_

#include "engine/coder/coder.h"

namespace sigma::sort {

// Smaller sources are not coded: the model alone is 800 KB to set up.
inline constexpr std::size_t kLeastSize = 4096;

std::size_t Encode(ByteView source, const CoderParams& params, BufferPool& pool,
                   MutableBytes target);
Result<void> Decode(ByteView source, BufferPool& pool, MutableBytes target);

// CoderRow. Encoding: six bytes for each of the source, a model, a group's symbols and its code;
// nothing at levels that do not sort. Restoring: five bytes for each, and two models.
//
// Hostile input: a run, which may restore one byte, has at most 10 symbols of 600 steps (four slots
// of 16 lanes mixed and moved); models of 800 KB are set up for 4,096 bytes restored or more.
[[nodiscard]] std::uint64_t EncodeScratch(const CoderParams& params, std::size_t size);
[[nodiscard]] std::uint64_t DecodeScratch(std::size_t size);
inline constexpr std::uint32_t kWork = 8192;

}  // namespace sigma::sort

#endif  // SIGMA_CODER_SORT_CODER_H_
