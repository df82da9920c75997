// The source of a compression, cut into chunks.
#ifndef SIGMA_PIPELINE_CHUNK_INPUT_H_
#define SIGMA_PIPELINE_CHUNK_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/io/stream.h"
#include "engine/memory/buffer.h"

namespace sigma {

struct InputChunk {
  Buffer raw;
  ByteView chunk;     // in `raw` or in the source's memory; kPad bytes are readable after it
  bool hole = false;  // a whole chunk of zeros that was not read; `chunk` is empty
  // Of a chunk that is left to its worker: where it begins in the source; `chunk` is empty until then.
  std::optional<std::uint64_t> unread;
  double read_seconds = 0;  // by the worker
};

class ChunkInput {
 public:
  // The source outlives it. `by_content`: chunks end where their content says so (content_cut.h).
  ChunkInput(Source& source, std::uint32_t chunk_size, bool by_content)
      : source_(source), chunk_size_(chunk_size), by_content_(by_content) {}

  // Makes the memory that Next needs.
  void Prepare(InputChunk& chunk) const;
  // The next chunk of the source, and its size: less than a chunk's only at the end, at a flush and
  // where the content says so; 0 at the end. Serial.
  Result<std::size_t> Next(InputChunk& chunk);
  // After the last chunk.
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  // Reads a chunk that Next has left (`unread`). `chunk.chunk` is shorter than Next said, or empty,
  // where the source was cut meanwhile. Any thread; may be repeated.
  Result<void> ReadLeft(InputChunk& chunk) const;

 private:
  Result<std::size_t> Take(InputChunk& chunk);
  [[nodiscard]] bool LeaveToWorker(InputChunk& chunk);
  std::size_t Carry(const Buffer& raw, std::size_t size);

  Source& source_;
  const std::uint32_t chunk_size_;
  const bool by_content_;
  std::uint64_t position_ = 0;
  bool ended_ = false;
  Buffer carry_;  // the first carried_ bytes of the next chunk
  std::size_t carried_ = 0;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_CHUNK_INPUT_H_
