// Salvage: writes what a wreck map (wreck_map.h) has of the restored bytes, each at its place, and the
// fill byte where a chunk is lost; or a sound file that restores to the same (repair). Chunks are
// decoded side by side as in decompression. A chunk that fails only now is lost as well.
//
// A repaired file has one stream for each that was found, of one chunk for each: those that are
// intact as they are, constant ones for what is lost. User data is left out.
#ifndef SIGMA_PIPELINE_SALVAGE_H_
#define SIGMA_PIPELINE_SALVAGE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/hash.h"
#include "engine/format/stream_format.h"
#include "engine/io/stream.h"
#include "engine/memory/buffer.h"
#include "engine/pipeline/flow.h"
#include "engine/pipeline/own_chunks.h"
#include "engine/pipeline/seek_table.h"
#include "engine/pipeline/totals.h"
#include "engine/pipeline/wreck_map.h"
#include "sigma/recover.hpp"

namespace sigma {

struct SalvageSlot final : Slot {
  std::size_t stream = 0;  // of the map
  std::size_t chunk = 0;
  std::uint8_t plan = 0;  // of a chunk that is not lost
  bool lost = false;
  Buffer restored;  // the chunk, or the bytes for a lost one; its stored form in a repair
  double work_seconds = 0;

  void Free() noexcept override { restored = Buffer(); }
};

class SalvageStages final : public Stages<SalvageSlot>, private FrameKeeper {
 public:
  // All of them outlive the stages.
  SalvageStages(Source& source, const std::vector<MappedStream>& map, const RecoverOptions& choices,
                Sink& sink, const Observer& observer, bool limited);

  // Where chunks copy from others: for that many threads, with chunks of at most so many bytes.
  void CopyBy(std::uint32_t threads, std::uint32_t chunk_size);

  bool Fill(SalvageSlot& slot) override;
  void Work(SalvageSlot& slot, BufferPool& scratch) override;
  void Drain(SalvageSlot& slot) override;

  // After the last chunk: ends the last stream and the sink, and fills in what was counted.
  Result<void> End(Recovery& recovery);

 private:
  [[nodiscard]] const MappedChunk& ChunkOf(const SalvageSlot& slot) const {
    return map_[slot.stream].chunks[slot.chunk];
  }
  Result<KeptFrame> FrameOf(std::uint64_t id) override;
  Result<void> ReadFrame(const KeptFrame& frame, MutableBytes target) override;
  bool Restore(SalvageSlot& slot, BufferPool& scratch);
  [[nodiscard]] Result<void> Decode(const SalvageSlot& slot, const ChunkHeader& header,
                                    ByteView payload, BufferPool& scratch, MutableBytes target,
                                    Hasher& hash);
  void Lose(const SalvageSlot& slot);
  Result<void> WriteFrame(const SalvageSlot& slot);
  // Repair: ends and begins streams until this one is open.
  Result<void> OpenStream(std::size_t stream);
  Result<void> CloseStream();
  Result<void> Write(ByteView bytes);

  Source& source_;
  const std::vector<MappedStream>& map_;
  const RecoverOptions choices_;
  Sink& sink_;
  const Observer& observer_;
  const bool limited_;
  const std::uint64_t total_;
  std::optional<OwnChunks> own_chunks_;
  // Fill's own.
  std::size_t stream_ = 0;
  std::size_t chunk_ = 0;
  // Drain's own.
  std::uint64_t original_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t chunks_ = 0;
  std::size_t streams_open_ = 0;      // repair: those begun
  std::uint64_t stream_written_ = 0;  // repair: of the open one
  std::optional<SeekTable> seek_table_;
  bool inferred_ = false;  // the length of something lost so far is
  std::vector<LostRange> lost_;
  std::uint64_t lost_bytes_ = 0;
  double work_seconds_ = 0;
  double write_seconds_ = 0;
  PlanTotals totals_;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_SALVAGE_H_
