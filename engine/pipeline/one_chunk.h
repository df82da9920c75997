// OneChunk: streams of a single chunk, from memory to memory by the calling thread alone: what a
// call for a small block comes to. The bytes are those of Compressor. In a steady state it
// allocates nothing.
#ifndef SIGMA_PIPELINE_ONE_CHUNK_H_
#define SIGMA_PIPELINE_ONE_CHUNK_H_

#include <cstddef>
#include <optional>

#include "engine/memory/buffer.h"
#include "engine/memory/buffer_pool.h"
#include "engine/pipeline/budget.h"
#include "sigma/result.hpp"

namespace sigma {

class OneChunk {
 public:
  explicit OneChunk(const CompressionPlan& plan);

  // Bytes of the stream in `target`; `source` has 1 … plan.chunk_size bytes. kLimit if it does not
  // fit.
  Result<std::size_t> Compress(ByteView source, MutableBytes target);
  // Restores a stream of one chunk that is intact and has nothing before or after it. Nothing where
  // `source` is anything else: then Decompressor restores it, or says what is wrong.
  Result<std::optional<std::size_t>> Decompress(ByteView source, MutableBytes target);

 private:
  const CompressionPlan plan_;
  BufferPool scratch_;
  Buffer padded_;   // what is coded or restored, with a pad
  Buffer payload_;  // what is coded
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_ONE_CHUNK_H_
