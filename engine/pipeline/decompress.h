// Decompression of one input (one stream or several, back to back) into a sink.
//
// A seekable input is read by its seek tables, the workers reading their chunks themselves. A pipe,
// or an input whose tables are damaged or missing, is read from front to end, which names the place
// of the damage. Both ways accept the same inputs. So is, under a memory limit, an input with more
// chunks or streams than kSeekTableInLimit holds.
#ifndef SIGMA_PIPELINE_DECOMPRESS_H_
#define SIGMA_PIPELINE_DECOMPRESS_H_

#include <memory>

#include "engine/io/stream.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/decode_stages.h"
#include "engine/pipeline/index_feed.h"
#include "sigma/files.hpp"

namespace sigma {

// Trailing data as the error it is, where no result is delivered with it.
[[nodiscard]] inline Result<Summary> WithoutTrailing(Result<Summary> done) {
  if (done && done->trailing) return Unexpected{*done->trailing};
  return done;
}

class Decompressor {
 public:
  // Uses threads, memory_limit and output_limit.
  explicit Decompressor(const Options& options) : options_(options), container_(ContainerBound()) {}

  // All of `source`. May be called again; threads, slots and scratch are kept while the chunk size
  // stays. Throws std::bad_alloc.
  Result<Summary> Run(Source& source, Sink& sink, const Observer& observer);
  // A part of the restored bytes of a seekable source; reads and decodes only the chunks that hold
  // it. kLimit where the seek tables do not fit into the memory limit.
  Result<Summary> RunRange(Source& source, Sink& sink, ByteRange range);
  // The index of a seekable source, if it is intact and no larger than Run would load.
  Result<StreamIndex> Index(Source& source) const;
  // As Run with an index that is known to be the source's. Refuses, before any work, a range that
  // is beyond the output limit.
  Result<Summary> RunIndexed(Source& source, const StreamIndex& index, ByteRange range, Sink& sink,
                             const Observer& observer);

  // As RunIndexed with whole chunks from one on that is known; see IndexFeed.
  Result<Summary> RunChunks(Source& source, const StreamIndex& index, ByteRange range,
                            std::size_t stream, std::size_t entry, Sink& sink,
                            const Observer& observer);

  // Bytes of slots and scratch held.
  [[nodiscard]] std::uint64_t Workspace() const;

 private:
  Result<void> PrepareFor(const StreamIndex& index);
  Result<Summary> RunForward(Source& source, Sink& sink, const Observer& observer);
  Result<Summary> RunFeed(Feed& feed, Source& source, Sink& sink, const Observer& observer);
  // Makes workers and slots for this many chunks, if those at hand do not suit.
  // `index_bytes` of a memory limit are taken already.
  Result<void> Prepare(const Job& job, std::uint64_t chunks, std::uint64_t index_bytes);

  const Options options_;
  const std::uint64_t container_;  // asked of the system once, not for each run
  Job job_;                        // that they are for
  std::uint64_t index_bytes_ = 0;  // of the run's index, beyond what the formula counts
  Shape shape_;
  std::uint64_t memory_limit_ = 0;  // that is kept
  std::unique_ptr<Workers> workers_;
  std::unique_ptr<Flow<DecodeSlot>> flow_;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_DECOMPRESS_H_
