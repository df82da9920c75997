// SourceBytes: the bytes of a stream that is being made, as its source has them: what checks a chunk with
// far copies before the chunks it copies from can be read back.
#ifndef SIGMA_PIPELINE_SOURCE_BYTES_H_
#define SIGMA_PIPELINE_SOURCE_BYTES_H_

#include <cstdint>
#include <span>

#include "engine/io/stream.h"
#include "engine/pipeline/far_chunk.h"

namespace sigma {

class SourceBytes final : public FarBytes {
 public:
  SourceBytes(Source& source, std::uint32_t chunk_size)
      : source_(source), chunk_size_(chunk_size) {}
  [[nodiscard]] std::uint32_t chunk_size() const override { return chunk_size_; }
  Result<void> Fill(std::uint64_t chunk, std::span<const FarCopy> copies, MutableBytes target,
                    BufferPool&) override {
    for (const FarCopy& copy : copies) {
      if (copy.source / chunk_size_ != chunk) continue;
      const Result<std::size_t> got =
          source_.ReadAt(copy.source, target.subspan(copy.begin, copy.length));
      if (!got) return got.failure();
      if (*got < copy.length) return Fail(ErrorCode::kIo, "the input was cut while it was read");
    }
    return {};
  }

 private:
  Source& source_;
  const std::uint32_t chunk_size_;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_SOURCE_BYTES_H_
