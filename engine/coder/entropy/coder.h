// The registry's ENTROPY coder: one entropy stream as a whole section.
#ifndef SIGMA_CODER_ENTROPY_CODER_H_
#define SIGMA_CODER_ENTROPY_CODER_H_

#include "engine/coder/coder.h"
#include "engine/coder/entropy/stream.h"

namespace sigma::entropy {

std::size_t Encode(ByteView source, const CoderParams& params, BufferPool& pool,
                   MutableBytes target);
Result<void> Decode(ByteView source, BufferPool& pool, MutableBytes target);

// CoderRow: the stream where the target has no room, and a block.
[[nodiscard]] std::uint64_t EncodeScratch(const CoderParams& params, std::size_t size);
[[nodiscard]] std::uint64_t DecodeScratch(std::size_t size);
inline constexpr std::uint32_t kWork = kStreamWork;

}  // namespace sigma::entropy

#endif  // SIGMA_CODER_ENTROPY_CODER_H_
