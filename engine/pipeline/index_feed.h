// IndexFeed: finds the chunks by the seek tables of a seekable input; the workers read them
// themselves, in parallel. Gives all chunks, or those that hold a range of the restored bytes.
#ifndef SIGMA_PIPELINE_INDEX_FEED_H_
#define SIGMA_PIPELINE_INDEX_FEED_H_

#include <atomic>
#include <cstdint>
#include <optional>

#include "engine/pipeline/decode_stages.h"
#include "engine/pipeline/stream_index.h"
#include "sigma/files.hpp"

namespace sigma {

class IndexFeed final : public Feed, private FrameKeeper {
 public:
  IndexFeed(Source& source, const StreamIndex& index, ByteRange range, std::uint64_t output_limit);
  // Whole chunks from one on that is known: entry `entry` of stream `stream`, whose restored bytes
  // begin at range.offset. Takes no time for those before it.
  IndexFeed(Source& source, const StreamIndex& index, ByteRange range, std::size_t stream,
            std::size_t entry);

  // For that many threads at once, under a memory limit or without; before Next. Not called: for one.
  void ReadBy(std::uint32_t threads, bool limited);
  // The number of the first chunk of a stream; nothing if it has no far copies.
  [[nodiscard]] std::optional<std::uint64_t> FarFirst(std::size_t stream) const;

  // Whether, and with which chunk, what the feed gives would pass the output limit. Before Next.
  [[nodiscard]] std::optional<Error> FindLimit() const;

  bool Next(DecodeSlot& slot) override;
  void Load(DecodeSlot& slot, BufferPool& scratch, BufferPool::Lease& frame) override;
  [[nodiscard]] bool Loads() const override { return true; }
  [[nodiscard]] OwnChunks* own_chunks() override { return own_chunks_ ? &*own_chunks_ : nullptr; }
  [[nodiscard]] FeedTotals Totals() const override;
  [[nodiscard]] std::uint64_t Taken() const override {
    return taken_.load(std::memory_order_relaxed);
  }

 private:
  Result<KeptFrame> FrameOf(std::uint64_t id) override;
  Result<void> ReadFrame(const KeptFrame& frame, MutableBytes target) override;

  Source& source_;
  const StreamIndex& index_;
  const std::uint64_t output_limit_;
  std::uint64_t from_ = 0;  // of the range, in restored bytes
  std::uint64_t to_ = 0;
  bool whole_ = false;  // all is wanted: contents' hashes are checked
  // Next's own.
  std::size_t stream_ = 0;
  std::size_t entry_ = 0;
  std::optional<ContentEnd> ended_;  // of a stream before this one, for the next chunk
  std::uint64_t original_ = 0;       // offset of the next entry's restored bytes
  std::atomic<std::uint64_t> taken_ = 0;
  std::atomic<std::uint64_t> read_nanoseconds_ = 0;
  std::optional<OwnChunks> own_chunks_;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_INDEX_FEED_H_
