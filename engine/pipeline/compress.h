// Compression of one source into one stream: chunks are read in order, encoded by the workers in
// any order, and written in order again, followed by the footer. The bytes depend on the source,
// the level, the strategy and the chunk size alone; with far copies on the size of their table, too.
//
// Memory is O(chunk size · chunks in flight) plus 16 bytes per chunk for the seek table, of which
// under a memory limit no more than kSeekTableInLimit is in memory (seek_table.h).
#ifndef SIGMA_PIPELINE_COMPRESS_H_
#define SIGMA_PIPELINE_COMPRESS_H_

#include "engine/io/stream.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/encode_stages.h"
#include "engine/pipeline/stopwatch.h"
#include "sigma/options.hpp"

namespace sigma {

class Compressor {
 public:
  explicit Compressor(const CompressionPlan& plan);

  // Reads all of `source`, writes a whole stream to `sink` and finishes it. May be called again;
  // threads, slots and scratch are kept. `lead`: whole frames of user data, which go in front of the
  // first chunk. With these the source is a part, which has no index of members but where `whole`
  // is given, what it is the last part of, whose index it gets. Throws std::bad_alloc.
  Result<Summary> Run(Source& source, Sink& sink, const Observer& observer, ByteView lead = {},
                      Source* whole = nullptr);
  // The same with the frames alone, which go to `frames`.
  Result<Summary> RunFrames(Source& source, FrameTaker& frames, const Observer& observer);

  // Bytes of slots and scratch held.
  [[nodiscard]] std::uint64_t Workspace() const;
  // While nothing runs: the memory of a worker, for what follows a run.
  [[nodiscard]] BufferPool& OwnScratch() noexcept { return workers_.OwnScratch(); }

 private:
  Result<Summary> RunStages(EncodeStages& stages, const Stopwatch& watch);

  CompressionPlan plan_;
  Workers workers_;
  Flow<EncodeSlot> flow_;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_COMPRESS_H_
