// FrameSpool: the frames of chunks as they come from an input that can only be read once, in a
// temporary file without a name, so that later chunks can copy from them. 12 bytes a chunk beside
// them, in another.
//
// Frames are added by one thread; any may read those that it knows to be there.
#ifndef SIGMA_PIPELINE_FRAME_SPOOL_H_
#define SIGMA_PIPELINE_FRAME_SPOOL_H_

#include <atomic>
#include <cstdint>
#include <optional>

#include "engine/io/scratch_file.h"
#include "engine/pipeline/own_chunks.h"

namespace sigma {

class FrameSpool final : public FrameKeeper {
 public:
  // The next frame, in two pieces. What fails, fails whoever wants the frame.
  void Add(ByteView header, ByteView payload);
  // The number of the next frame.
  [[nodiscard]] std::uint64_t next() const noexcept { return count_; }

  Result<KeptFrame> FrameOf(std::uint64_t id) override;
  Result<void> ReadFrame(const KeptFrame& frame, MutableBytes target) override;

 private:
  Result<void> TryAdd(ByteView header, ByteView payload);

  std::optional<ScratchFile> frames_;
  std::optional<ScratchFile> places_;
  std::atomic<std::uint64_t> count_ = 0;
  std::optional<Error> failure_;  // before the frames from failed_ on
  std::atomic<std::uint64_t> failed_ = ~std::uint64_t{0};
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_FRAME_SPOOL_H_
