// One chunk: raw bytes to payload and back. Pure functions of their input and a worker's scratch;
// the flow graphs call them from any thread.
//
// EncodeChunk is the one place that decides to store a chunk raw.
#ifndef SIGMA_PIPELINE_CHUNK_CODEC_H_
#define SIGMA_PIPELINE_CHUNK_CODEC_H_

#include <cstdint>

#include "engine/base/hash.h"
#include "engine/memory/buffer_pool.h"
#include "engine/strategy/choose.h"
#include "engine/strategy/levels.h"
#include "sigma/result.hpp"

namespace sigma {

struct EncodedPayload {
  std::uint8_t plan_id = 0;     // FORMAT.md: 0 raw, 1…63 a coder, 64… a transform with sections
  std::size_t size = 0;         // bytes of `target` used
  double classify_seconds = 0;  // spent choosing
};

// Encodes `raw` into `target` (at least raw.size() bytes, all of them scratch; the payload is never
// larger). Both have kPad readable bytes after them.
[[nodiscard]] EncodedPayload EncodeChunk(ByteView raw, const LevelRow& level, StrategyChoice choice,
                                         BufferPool& pool, MutableBytes target);

// Decodes `payload` into exactly `target`, writing nowhere else. May read kPad bytes after
// `payload`. Error offsets count from the start of the payload. `hash`, if there is one, gets what
// was restored; the caller checks it.
Result<void> DecodeChunk(std::uint8_t plan_id, ByteView payload, BufferPool& pool,
                         MutableBytes target, Hasher* hash = nullptr);

}  // namespace sigma

#endif  // SIGMA_PIPELINE_CHUNK_CODEC_H_
