// The stages of decompression that do not depend on how the chunks are found: decoding and checking
// a chunk, and writing it. A Feed finds the chunks: by the seek table (index_feed) or by reading
// forward (scan_feed).
#ifndef SIGMA_PIPELINE_DECODE_STAGES_H_
#define SIGMA_PIPELINE_DECODE_STAGES_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/hash.h"
#include "engine/format/content_hash.h"
#include "engine/format/stream_format.h"
#include "engine/io/stream.h"
#include "engine/memory/buffer.h"
#include "engine/pipeline/flow.h"
#include "engine/pipeline/own_chunks.h"
#include "engine/pipeline/totals.h"
#include "engine/pipeline/tracing.h"
#include "sigma/options.hpp"

namespace sigma {

// What a stream with chunks says its content's hash is.
struct ContentEnd {
  Digest digest;
  std::uint64_t place = 0;  // of the frame that says so
};

struct DecodeSlot final : Slot {
  std::uint64_t offset = 0;  // of the chunk header in the input
  std::uint64_t chunk = 0;   // index in its stream
  SeekEntry expected;        // what the seek table says (index_feed)
  std::uint32_t chunk_size = 0;
  // Of a stream with far copies: what the feed's frames number its first chunk.
  std::optional<std::uint64_t> far_first;
  ChunkHeader header;
  ByteView payload;            // kPad readable bytes after it
  std::uint32_t skip = 0;      // leading bytes of the chunk that are not wanted
  std::uint32_t keep = 0;      // bytes wanted after them
  std::uint64_t position = 0;  // of the wanted bytes in the output
  MutableBytes target;         // the restored chunk: in `restored`, scratch or the sink
  bool in_place = false;       // `target` is the sink's
  bool counted = false;        // the feed's own: among the bytes taken
  ContentHash content = ContentHash::kNone;  // of the stream, where it is restored whole
  std::optional<ContentEnd> ended;           // of the stream that ended before this chunk
  Buffer stored;  // the payload, where the input can only be read in order
  Buffer restored;
  double work_seconds = 0;
  double write_seconds = 0;  // of Work
  Tracing::Time since;       // its stage's begin

  void Free() noexcept override {
    stored = Buffer();
    restored = Buffer();
  }
};

// Sums of the chunks a feed has seen; complete when the run has ended well.
struct FeedTotals {
  std::uint64_t streams = 0;
  std::uint32_t chunk_size = 0;  // of the first stream
  int level = 0;                 // of the first stream
  double read_seconds = 0;
  std::optional<Error> trailing;      // as Summary has it
  std::optional<ContentEnd> ended;    // of the last stream with chunks
  bool unknown_content_hash = false;  // of a version or kind that nobody here can check
};

class Feed {
 public:
  virtual ~Feed() = default;
  // Serial: the next chunk's place, and its header and payload too if they can only be had in
  // order. False at the end; an error goes into the slot.
  virtual bool Next(DecodeSlot& slot) = 0;
  // Parallel: header and payload, where Next did not read them. What `frame` then holds is the
  // worker's and lasts until it is released.
  virtual void Load(DecodeSlot& slot, BufferPool& scratch, BufferPool::Lease& frame) = 0;
  // Whether Load reads, rather than Next.
  [[nodiscard]] virtual bool Loads() const { return false; }
  // What chunks of streams with far copies copy from; null if there are none.
  [[nodiscard]] virtual OwnChunks* own_chunks() = 0;
  [[nodiscard]] virtual FeedTotals Totals() const = 0;
  // Bytes of the input taken so far. From any thread.
  [[nodiscard]] virtual std::uint64_t Taken() const = 0;
};

class DecodeStages final : public Stages<DecodeSlot> {
 public:
  DecodeStages(Feed& feed, Source& source, Sink& sink, const Observer& observer,
               Tracer* tracer = nullptr);

  bool Fill(DecodeSlot& slot) override;
  void Work(DecodeSlot& slot, BufferPool& scratch) override;
  void Drain(DecodeSlot& slot) override;
  [[nodiscard]] bool Waits() const override { return source_.Waits(); }
  void Stop() noexcept override { source_.Stop(); }

  // Finishes the sink and fills in what the run found.
  Result<void> End(Summary& summary);

 private:
  Result<void> Decode(const DecodeSlot& slot, BufferPool& scratch, Hasher& hash);
  void HashContent(const DecodeSlot& slot);
  Result<void> EndContent(const std::optional<ContentEnd>& ended);

  Feed& feed_;
  Source& source_;
  Sink& sink_;
  // How the sink would have its bytes: both null if it takes them in order.
  Places* places_ = nullptr;
  Pieces* pieces_ = nullptr;
  const Observer& observer_;
  const std::uint64_t total_;
  const Tracing tracing_;
  std::uint64_t placed_ = 0;  // Fill's own: output bytes of the chunks so far
  // Drain's own.
  std::optional<ContentHasher> content_;  // of the stream
  std::uint64_t written_ = 0;
  std::uint64_t chunks_ = 0;
  double work_seconds_ = 0;
  double write_seconds_ = 0;
  PlanTotals totals_;
};

// A feed's error for a chunk with which more than `limit` bytes would be restored.
[[nodiscard]] std::string OutputLimitText(std::uint64_t limit);

// Parses the chunk header at the front of `bytes` (offset slot.offset of the input) into
// slot.header. False: slot.error is set.
bool ParseHeader(DecodeSlot& slot, ByteView bytes);

}  // namespace sigma

#endif  // SIGMA_PIPELINE_DECODE_STAGES_H_
