// ScanFeed: finds the chunks by reading the input once from front to end, as a pipe must be. Checks
// everything a stream says about itself: every header, the order of the chunks, user data and the
// footer byte for byte. Zeros after the last stream are padding; where anything else follows, the
// run ends well with what the streams hold, and Totals names the place.
//
// Memory does not grow with the number of chunks or streams. The frames of a stream with far copies
// are kept in a temporary file.
#ifndef SIGMA_PIPELINE_SCAN_FEED_H_
#define SIGMA_PIPELINE_SCAN_FEED_H_

#include <atomic>
#include <optional>

#include "engine/format/chunk_tally.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/decode_stages.h"
#include "engine/pipeline/forward_reader.h"
#include "engine/pipeline/frame_spool.h"
#include "engine/pipeline/user_data.h"

namespace sigma {

class ScanFeed final : public Feed {
 public:
  // output_limit: 0 = none.
  ScanFeed(Source& source, std::uint64_t output_limit)
      : reader_(source), output_limit_(output_limit) {}

  // Called with the frames of user data, in the order of the input. Before Open.
  void VisitUserData(UserDataVisitor visit) { visit_ = std::move(visit); }
  // Reads the first stream's header, so that its chunk size is known. To be called first.
  Result<StreamHeader> Open();
  // How many threads restore what the feed finds, under a memory limit or without; before Next. Not
  // called: one.
  void ReadBy(std::uint32_t threads, bool limited) {
    threads_ = threads;
    limited_ = limited;
  }
  // A later stream with chunks of more than `chunk_size` bytes is kLimit.
  void BoundChunkSize(std::uint32_t chunk_size) { chunk_size_bound_ = chunk_size; }

  bool Next(DecodeSlot& slot) override;
  void Load(DecodeSlot&, BufferPool&, BufferPool::Lease&) override {}
  [[nodiscard]] OwnChunks* own_chunks() override { return own_chunks_ ? &*own_chunks_ : nullptr; }
  [[nodiscard]] FeedTotals Totals() const override;
  [[nodiscard]] std::uint64_t Taken() const override {
    return taken_.load(std::memory_order_relaxed);
  }

 private:
  // True: a chunk is in the slot. False: the input has ended.
  Result<bool> FindChunk(DecodeSlot& slot);
  Result<void> TakeChunk(DecodeSlot& slot, ByteView front);
  Result<void> EndStream();
  Result<void> EndContent(std::uint64_t footer);
  // True if another stream begins, false at the end of the input.
  Result<bool> BeginStream();
  // Passes over zeros; true if the input ends with them.
  Result<bool> SkipPadding();

  ForwardReader reader_;
  const std::uint64_t output_limit_;
  UserDataVisitor visit_;
  std::uint32_t chunk_size_bound_ = ~std::uint32_t{0};
  bool in_stream_ = false;
  std::uint64_t begin_ = 0;  // of the stream
  StreamHeader header_;
  ChunkTally seen_{ChunkTally::kKept};
  ContentHashTally content_;
  std::optional<ContentEnd> ended_;  // of a stream before this one, for the next chunk
  std::uint64_t original_ = 0;       // of all streams
  Buffer user_data_;
  FeedTotals totals_;
  std::uint32_t threads_ = 1;
  bool limited_ = true;
  FrameSpool spool_;
  std::optional<OwnChunks> own_chunks_;  // from the first stream with far copies on
  std::uint64_t far_first_ = 0;          // of this stream in `spool_`
  std::atomic<std::uint64_t> taken_ = 0;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_SCAN_FEED_H_
