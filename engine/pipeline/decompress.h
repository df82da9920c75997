// Decompression of one input (one stream or several, one behind the other) into a sink.
//
// A seekable input is read by its seek tables, the workers reading their chunks themselves. A pipe,
// or an input whose tables are damaged or missing, is read from front to end, which names the place
// of the damage. Both ways accept the same inputs.
#ifndef SIGMA_PIPELINE_DECOMPRESS_H_
#define SIGMA_PIPELINE_DECOMPRESS_H_

#include <memory>

#include "engine/io/stream.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/flow.h"
#include "engine/pipeline/index_feed.h"
#include "sigma/sigma.hpp"

namespace sigma {

class Decompressor {
 public:
  // Uses threads, memory_limit and output_limit.
  explicit Decompressor(const Options& options) : options_(options) {}

  // All of `source`. May be called again; threads, slots and scratch are kept while the chunk size
  // stays. Throws std::bad_alloc.
  Result<Summary> Run(Source& source, Sink& sink, const Observer& observer);
  // A part of the restored bytes of a seekable source; reads and decodes only the chunks that hold
  // it.
  Result<Summary> RunRange(Source& source, Sink& sink, OriginalRange range);
  // As Run with an index that is known to be the source's.
  Result<Summary> RunIndexed(Source& source, const StreamIndex& index, OriginalRange range,
                             Sink& sink, const Observer& observer);

  // Bytes of slots and scratch held.
  [[nodiscard]] std::uint64_t Workspace() const;

 private:
  Result<Summary> RunForward(Source& source, Sink& sink, const Observer& observer);
  Result<Summary> RunFeed(Feed& feed, Source& source, Sink& sink, const Observer& observer);
  // Makes workers and slots for this many chunks of this size, if those at hand do not suit.
  Result<void> Prepare(std::uint32_t chunk_size, std::uint64_t chunks);

  const Options options_;
  std::uint32_t chunk_size_ = 0;
  Shape shape_;
  std::unique_ptr<Workers> workers_;
  std::unique_ptr<Flow> flow_;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_DECOMPRESS_H_
