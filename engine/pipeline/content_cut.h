// Cuts by content (--rsyncable): a chunk ends where the bytes before its end say so, so that after a
// change of the source the cuts soon fall on the same bytes again and all chunks from there on are
// the same.
#ifndef SIGMA_PIPELINE_CONTENT_CUT_H_
#define SIGMA_PIPELINE_CONTENT_CUT_H_

#include <cstddef>
#include <cstdint>

#include "sigma/result.hpp"

namespace sigma {

// The least size of a chunk that is cut by content, of the stream's bound: a quarter.
[[nodiscard]] constexpr std::uint32_t LeastContentChunk(std::uint32_t chunk_size) {
  return chunk_size / 4;
}

// Bytes of the chunk that begins with `bytes`, which are as many as its bound, or all there are:
// from LeastContentChunk up to all of them, half of them in the mean. All where nothing in them
// cuts: where they are zeros, for instance. About 1 ns a byte beyond the least size; the same for
// any CPU.
[[nodiscard]] std::size_t ContentCut(ByteView bytes, std::uint32_t chunk_size) noexcept;

}  // namespace sigma

#endif  // SIGMA_PIPELINE_CONTENT_CUT_H_
