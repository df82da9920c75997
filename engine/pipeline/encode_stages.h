// The stages of compression: reading a chunk, coding and checking it, and writing its frame.
#ifndef SIGMA_PIPELINE_ENCODE_STAGES_H_
#define SIGMA_PIPELINE_ENCODE_STAGES_H_

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/content_hasher.h"
#include "engine/far/copy_finder.h"
#include "engine/format/stream_format.h"
#include "engine/io/stream.h"
#include "engine/memory/buffer.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/chunk_input.h"
#include "engine/pipeline/flow.h"
#include "engine/pipeline/member_index.h"
#include "engine/pipeline/observation.h"
#include "engine/pipeline/pace.h"
#include "engine/pipeline/seek_table.h"
#include "engine/pipeline/totals.h"
#include "engine/pipeline/tracing.h"
#include "sigma/options.hpp"

namespace sigma {

struct EncodeSlot final : Slot, InputChunk {
  Buffer encoded;
  ByteView frame;            // in `encoded`
  ChunkHeader header;        // filled by Work
  std::uint64_t number = 0;  // of the chunk in its stream
  const LevelRow* level = nullptr;
  CopyFinder::Chunk far;
  double work_seconds = 0;
  double classify_seconds = 0;
  Observation::Share share;
  Tracing::Time since;  // its stage's begin

  void Free() noexcept override {
    raw = Buffer();
    encoded = Buffer();
  }
};

// Takes the frames of chunks that make no stream by themselves: of some of a source's chunks, each
// under its number in the whole.
class FrameTaker {
 public:
  // The number of the chunk that was read last. Serial.
  [[nodiscard]] virtual std::uint64_t Number() const = 0;
  // Serial, in the order of reading.
  virtual Result<void> Take(const ChunkHeader& header, ByteView frame) = 0;

 protected:
  ~FrameTaker() = default;
};

class EncodeStages final : public Stages<EncodeSlot> {
 public:
  // All of them outlive the stages. `lead`: frames that follow the stream header. `frames`, if not
  // null, takes the frames instead of the sink, which gets nothing then, no header and no footer.
  EncodeStages(Source& source, Sink& sink, const CompressionPlan& plan, const Observer& observer,
               ByteView lead = {}, FrameTaker* frames = nullptr);

  void Prepare(EncodeSlot& slot) override;
  bool Fill(EncodeSlot& slot) override;
  void Work(EncodeSlot& slot, BufferPool& scratch) override;
  void Drain(EncodeSlot& slot) override;
  [[nodiscard]] bool Waits() const override { return source_.Waits(); }
  void Stop() noexcept override;

  // The index is that of `whole`, of which the source is the last part; it is read now, at any
  // place.
  void IndexWhole(Source& whole);
  // After the last chunk: writes the index of members and the footer, and finishes the sink.
  // `scratch` is for the index, which is coded now.
  Result<void> End(BufferPool& scratch);
  // Whether End has an index to code.
  [[nodiscard]] bool indexes() const { return index_ && !index_->empty(); }
  // Fills in what the run counted.
  void Report(Summary& summary) const;

 private:
  // The code of a whole chunk of zeros, whatever its place.
  struct EncodedZeros {
    ChunkHeader header;
    Bytes payload;
  };

  Result<void> WriteIndex(BufferPool& scratch);
  bool Load(EncodeSlot& slot);
  void HashContent(const EncodeSlot& slot);
  void Encode(EncodeSlot& slot, BufferPool& scratch);
  static void Frame(EncodeSlot& slot);
  void CopyZeros(EncodeSlot& slot, BufferPool& scratch);
  [[nodiscard]] const EncodedZeros* Zeros();
  void Verify(EncodeSlot& slot, BufferPool& scratch);
  Result<void> Begin();
  Result<void> Put(const EncodeSlot& slot);
  Result<void> Write(ByteView bytes);

  Source& source_;
  ChunkInput input_;
  Sink& sink_;
  const CompressionPlan& plan_;
  const ByteView lead_;
  FrameTaker* const frames_;
  Observation observation_;
  const Tracing tracing_;
  std::optional<CopyFinder> far_;
  Pace pace_;
  // Fill's own.
  double read_seconds_ = 0;
  std::optional<MemberIndexWriter> index_;
  std::optional<std::uint64_t> whole_size_;  // of what is indexed instead of the source
  // Made by the workers.
  std::mutex zeros_lock_;
  std::optional<EncodedZeros> zeros_;
  // Drain's own.
  std::optional<ContentHasher> content_;
  bool cut_ = false;  // the source was cut while it was read
  std::uint64_t written_ = 0;
  std::uint64_t chunks_ = 0;
  std::uint64_t original_ = 0;
  double own_read_seconds_ = 0;  // of the workers
  double work_seconds_ = 0;
  double write_seconds_ = 0;
  double classify_seconds_ = 0;
  std::uint64_t far_copied_ = 0;
  std::vector<std::uint64_t> level_chunks_;  // where levels differ
  SeekTable seek_table_;
  PlanTotals totals_;
};

// The header of a stream that this plan makes, with far copies or without; bytes used.
std::size_t WriteHeaderOf(const CompressionPlan& plan, bool far,
                          std::span<std::uint8_t, kMaxStreamHeader> to);

}  // namespace sigma

#endif  // SIGMA_PIPELINE_ENCODE_STAGES_H_
