// Merger: joins the parts of a source (FORMAT.md, "Parts") into the stream that one encoder would
// have made of it. Chunks are copied as they are, under new sequence numbers; nothing is decoded.
//
// Every header and hash of a part is checked as it goes by: headers, the order of the chunks, the
// payloads' hashes, user data, the footer. Memory is that of one stored chunk and of the seek table
// (seek_table.h), however many parts there are.
#ifndef SIGMA_PIPELINE_MERGE_H_
#define SIGMA_PIPELINE_MERGE_H_

#include <cstdint>
#include <optional>

#include "engine/format/shard_format.h"
#include "engine/format/stream_format.h"
#include "engine/io/stream.h"
#include "engine/pipeline/decode_stages.h"
#include "engine/pipeline/seek_table.h"
#include "engine/pipeline/totals.h"
#include "sigma/options.hpp"

namespace sigma {

// The record of the stream that begins at `begin` of a seekable source; nothing if it is no part.
Result<std::optional<ShardRecord>> FindShardRecord(Source& source, std::uint64_t begin);

class Merger {
 public:
  // `total`: bytes of all parts, for the observer. `limited`: under a memory limit. What is passed
  // by reference outlives the merger.
  Merger(Sink& sink, const Observer& observer, std::uint64_t total, bool limited);

  // The next part, in the order of the source; its record is `record`. Error offsets are the part's.
  Result<void> Add(Source& part, const ShardRecord& record);
  // After the last part: writes the footer and finishes the sink.
  Result<Summary> End();

 private:
  Result<void> Begin(const StreamHeader& header);
  Result<void> Copy(DecodeSlot& slot, const ShardRecord& record);
  Result<void> CopyUserData(std::uint32_t type, ByteView bytes, const ShardRecord& record);
  Result<void> Write(ByteView bytes);

  Sink& sink_;
  const Observer& observer_;
  const std::uint64_t total_;
  StreamHeader header_;
  DecodeSlot slot_;
  SeekTable seek_table_;
  PlanTotals totals_;
  std::uint64_t read_ = 0;  // bytes of the parts before
  std::uint64_t written_ = 0;
  bool closed_ = false;  // user data was written: no chunk may follow
  double read_seconds_ = 0;
  double write_seconds_ = 0;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_MERGE_H_
