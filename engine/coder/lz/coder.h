// The registry's LZ coder: LZ77 (FORMAT.md). Matches reach back over the
// whole source, never outside it.
//
// Hostile input: 24 steps a sequence and a byte restored, and for each sub-block at most 20
// streams, none of which costs anything without symbols: entropy.h's c for the streams, 64 else.
#ifndef SIGMA_CODER_LZ_CODER_H_
#define SIGMA_CODER_LZ_CODER_H_

#include "engine/base/hash.h"
#include "engine/coder/coder.h"
#include "engine/coder/entropy/stream.h"

namespace sigma::lz {

std::size_t Encode(ByteView source, const CoderParams& params, BufferPool& pool,
                   MutableBytes target);
// Bytes of the tables that Encode works with on a source of `size` bytes.
[[nodiscard]] std::uint64_t TableBytes(const Params& params, std::size_t size);
Result<void> Decode(ByteView source, BufferPool& pool, MutableBytes target);
// The same; adds what it restores to `hash` while it is still in a near cache.
Result<void> DecodeHashed(ByteView source, BufferPool& pool, MutableBytes target, Hasher* hash);

// CoderRow: tables, sequences, the planes of a sub-block, its code where the target has no room,
// and a block of entropy coding.
[[nodiscard]] std::uint64_t EncodeScratch(const CoderParams& params, std::size_t size);
[[nodiscard]] std::uint64_t DecodeScratch(std::size_t size);
inline constexpr std::uint32_t kWork = entropy::kStreamWork + 64;

}  // namespace sigma::lz

#endif  // SIGMA_CODER_LZ_CODER_H_
