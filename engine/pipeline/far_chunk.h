// A chunk with far copies (FORMAT.md, "Far copies"): its own bytes are coded like a chunk of their
// own; the others stand in earlier chunks of the stream, as those chunks' own.
#ifndef SIGMA_PIPELINE_FAR_CHUNK_H_
#define SIGMA_PIPELINE_FAR_CHUNK_H_

#include <cstdint>
#include <span>

#include "engine/format/far_format.h"
#include "engine/pipeline/chunk_codec.h"

namespace sigma {

// The restored bytes of one stream, chunk by chunk.
class FarBytes {
 public:
  [[nodiscard]] virtual std::uint32_t chunk_size() const = 0;
  // Fills in those of `copies` into `target` whose source begins in chunk `chunk`; kCorrupt if any
  // of their bytes is not that chunk's own. From any thread.
  virtual Result<void> Fill(std::uint64_t chunk, std::span<const FarCopy> copies,
                            MutableBytes target, BufferPool& scratch) = 0;

 protected:
  ~FarBytes() = default;
};

// As EncodeChunk, of the chunk at `position` of its stream with these copies (CopyFinder), at least
// one. Takes a chunk of scratch more.
[[nodiscard]] EncodedPayload EncodeFarChunk(ByteView raw, std::span<const FarCopy> copies,
                                            std::uint64_t position, const LevelRow& level,
                                            StrategyChoice choice, BufferPool& pool,
                                            MutableBytes target);

// The copies of a chunk whose own bytes are restored.
struct OwnBytes {
  BufferPool::Lease memory;
  std::span<const FarCopy> copies;
};

// Restores the own bytes of a chunk to their places in `target`: all of them, and no copies, where the
// plan is none of far copies. The other bytes of `target` are scratch. Everything else as DecodeChunk;
// `hash` gets the bytes of a chunk without copies alone.
Result<OwnBytes> DecodeOwnBytes(std::uint8_t plan_id, ByteView payload, std::uint64_t position,
                                BufferPool& pool, MutableBytes target, Hasher* hash = nullptr);

// All of a chunk: its own bytes, and those of `from`, which restores each of at most kMostFarSources
// chunks once. `from` may be null for a stream without far
// copies, of which a chunk with some is corrupt.
Result<void> DecodeFarChunk(std::uint8_t plan_id, ByteView payload, std::uint64_t position,
                            FarBytes* from, BufferPool& pool, MutableBytes target,
                            Hasher* hash = nullptr);

}  // namespace sigma

#endif  // SIGMA_PIPELINE_FAR_CHUNK_H_
