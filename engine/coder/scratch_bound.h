// The most scratch that coding a source takes at once, in the sense of BufferPool::Bound: a
// promise of all coders together, which a property test holds them to. Plain arithmetic.
#ifndef SIGMA_CODER_SCRATCH_BOUND_H_
#define SIGMA_CODER_SCRATCH_BOUND_H_

#include <cstddef>
#include <cstdint>

#include "engine/coder/coder.h"

namespace sigma {

// Of the encoder that needs most for `size` bytes at these parameters.
[[nodiscard]] std::uint64_t EncoderScratch(const CoderParams& params, std::size_t size);
// Of the decoder that needs most to restore `size` bytes, whatever the code says.
[[nodiscard]] std::uint64_t DecoderScratch(std::size_t size);

}  // namespace sigma

#endif  // SIGMA_CODER_SCRATCH_BOUND_H_
