// The frame of a chunk is built in one buffer so that it leaves in one write: the payload is
// encoded at kFrontRoom, and once its size is known the header is put right in front of it.
//
//   encoded: | … | chunk header | payload | kPad |
//                               ^ kFrontRoom
#include "engine/pipeline/compress.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <optional>

#include "engine/base/hash.h"
#include "engine/format/stream_format.h"
#include "engine/pipeline/chunk_codec.h"
#include "engine/pipeline/observation.h"
#include "engine/pipeline/seek_table.h"
#include "engine/pipeline/stopwatch.h"
#include "engine/pipeline/totals.h"

namespace sigma {
namespace {

constexpr std::size_t kFrontRoom = kCacheLine;  // keeps the payload aligned
static_assert(kFrontRoom >= kMaxFrameHeader);

constexpr std::uint64_t kMaxChunks = std::uint64_t{1} << 32;  // sequence numbers of 32 bits

struct EncodeSlot final : Slot {
  Buffer raw;
  Buffer encoded;
  ByteView chunk;      // in `raw` or in the source's memory; kPad bytes are readable after it
  bool hole = false;   // a whole chunk of zeros that was not read; `chunk` is empty
  ByteView frame;      // in `encoded`
  ChunkHeader header;  // filled by Work
  double work_seconds = 0;
  double classify_seconds = 0;
  Observation::Share share;

  void Free() noexcept override {
    raw = Buffer();
    encoded = Buffer();
  }
};

// The code of a whole chunk of zeros, whatever its place. A stored one (--strategy raw) is made
// anew each time: a copy is not in the memory formula.
constexpr std::size_t kMostZeros = 4096;
struct EncodedZeros {
  ChunkHeader header;
  Bytes payload;
};

class EncodeStages final : public Stages {
 public:
  EncodeStages(Source& source, Sink& sink, const CompressionPlan& plan, const Observer& observer)
      : source_(source),
        sink_(sink),
        plan_(plan),
        observation_(observer, source.Size().value_or(0)),
        seek_table_(plan.limited ? kSeekTableInLimit : ~std::uint64_t{0}) {}

  std::unique_ptr<Slot> NewSlot() override { return std::make_unique<EncodeSlot>(); }

  void Prepare(Slot& slot) override {
    auto& mine = static_cast<EncodeSlot&>(slot);
    const bool reads = source_.Memory().empty();
    if (reads && mine.raw.size() < plan_.chunk_size) mine.raw = Buffer(plan_.chunk_size);
  }

  bool Fill(Slot& slot) override {
    if (source_ended_) return false;
    auto& mine = static_cast<EncodeSlot&>(slot);
    if (mine.sequence >= kMaxChunks) {
      mine.error = Error{ErrorCode::kLimit, "more than 2^32 chunks: larger chunks are needed",
                         kNoPosition, mine.sequence};
      return true;
    }
    const Stopwatch watch;
    const Result<std::size_t> got = Read(mine);
    read_seconds_ += watch.Seconds();
    if (!got) {
      mine.error = got.error();
      return true;
    }
    source_ended_ = *got < plan_.chunk_size;
    observation_.Read(*got);
    return *got != 0;
  }

  void Work(Slot& slot, BufferPool& scratch) override {
    auto& mine = static_cast<EncodeSlot&>(slot);
    const Stopwatch watch;
    if (mine.encoded.size() == 0) mine.encoded = Buffer(kFrontRoom + plan_.chunk_size);
    mine.share = {};
    if (mine.hole) {
      CopyZeros(mine, scratch);
    } else {
      Encode(mine, scratch);
    }
    mine.work_seconds = watch.Seconds();
  }

  void Drain(Slot& slot) override {
    auto& mine = static_cast<EncodeSlot&>(slot);
    if (Result<void> begun = Begin(); !begun) {
      mine.error = begun.error();
      return;
    }
    if (Result<void> added =
            seek_table_.Add(SeekEntry{.offset = written_,
                                      .stored = static_cast<std::uint32_t>(mine.frame.size()),
                                      .original = mine.header.original,
                                      .hash = mine.header.hash});
        !added) {
      mine.error = added.error();
      return;
    }
    if (Result<void> written = Write(mine.frame); !written) {
      mine.error = written.error();
      return;
    }
    totals_.Add(mine.header.plan_id, mine.header.original, mine.frame.size());
    work_seconds_ += mine.work_seconds;
    classify_seconds_ += mine.classify_seconds;
    if (!observation_.Done(mine.share, mine.header.original, written_)) {
      mine.error = Error{ErrorCode::kCancelled, "cancelled", kNoPosition, kNoPosition};
    }
  }

  // After the last chunk.
  Result<void> End() {
    if (Result<void> begun = Begin(); !begun) return begun;
    if (Result<void> footer =
            seek_table_.WriteFooter(written_, [&](ByteView piece) { return Write(piece); });
        !footer) {
      return footer;
    }
    const Stopwatch watch;
    Result<void> finished = sink_.Finish();
    write_seconds_ += watch.Seconds();
    return finished;
  }

  void Report(Summary& summary) const {
    summary.original = seek_table_.original();
    summary.compressed = written_;
    summary.chunks = seek_table_.count();
    summary.streams = 1;
    summary.strategies = totals_.Named();
    summary.read_seconds = read_seconds_;
    summary.work_seconds = work_seconds_;
    summary.write_seconds = write_seconds_;
    summary.classify_seconds = classify_seconds_;
  }

 private:
  // The next chunk of the source; less than a chunk's size only at the end.
  Result<std::size_t> Read(EncodeSlot& slot) {
    const ByteView memory = source_.Memory();
    if (!memory.empty()) {
      const std::uint64_t position = observation_.read();
      const std::size_t left = memory.size() - static_cast<std::size_t>(position);
      const std::size_t size = std::min<std::size_t>(left, plan_.chunk_size);
      slot.hole = false;
      slot.chunk = memory.subspan(static_cast<std::size_t>(position), size);
      if (left - size >= kPad || size == 0) return size;
      if (slot.raw.size() < size) slot.raw = Buffer(size);
      std::memcpy(slot.raw.data(), slot.chunk.data(), size);
      std::memset(slot.raw.data() + size, 0, kPad);
      slot.chunk = ByteView{slot.raw.data(), size};
      return size;
    }
    slot.hole = source_.ZerosAhead() >= plan_.chunk_size;
    if (slot.hole) {
      source_.SkipZeros(plan_.chunk_size);
      slot.chunk = {};
      return std::size_t{plan_.chunk_size};
    }
    Result<std::size_t> got = source_.Read(slot.raw.bytes().first(plan_.chunk_size));
    if (!got) return got;
    slot.chunk = slot.raw.view().first(*got);
    std::memset(slot.raw.data() + *got, 0, kPad);
    return got;
  }

  void Encode(EncodeSlot& slot, BufferPool& scratch) {
    const std::size_t size = slot.chunk.size();
    // First of all: a pass in order brings the chunk into the cache, where the classifier's
    // scattered samples would each wait for memory.
    const std::uint64_t hash = Hash64(slot.chunk);
    ChunkMeter meter(observation_, slot.share, size);
    const MeteredWork metered(observation_.active() ? &meter : nullptr);
    const EncodedPayload payload =
        EncodeChunk(slot.chunk, *plan_.level, plan_.choice, scratch,
                    MutableBytes{slot.encoded.data() + kFrontRoom, size});
    slot.header =
        ChunkHeader{.plan_id = payload.plan_id,
                    .sequence = static_cast<std::uint32_t>(slot.sequence),
                    .original = static_cast<std::uint32_t>(size),
                    .payload = static_cast<std::uint32_t>(payload.size),
                    .hash = hash,
                    .payload_hash = Hash32({slot.encoded.data() + kFrontRoom, payload.size})};
    Frame(slot);
    if (plan_.verify) Verify(slot, scratch);
    slot.classify_seconds = payload.classify_seconds;
  }

  // Puts the header in front of the payload.
  static void Frame(EncodeSlot& slot) {
    std::array<std::uint8_t, kMaxFrameHeader> header;
    const std::size_t header_size = WriteChunkHeader(slot.header, header);
    std::uint8_t* const front = slot.encoded.data() + kFrontRoom - header_size;
    std::memcpy(front, header.data(), header_size);
    slot.frame = ByteView{front, header_size + slot.header.payload};
  }

  // A whole chunk of zeros is encoded once, as any other chunk is; the others are copies of it. Of
  // a sparse file most chunks are such, and none of them is read, hashed or searched.
  void CopyZeros(EncodeSlot& slot, BufferPool& scratch) {
    if (const EncodedZeros* const zeros = Zeros()) {
      slot.header = zeros->header;
      slot.header.sequence = static_cast<std::uint32_t>(slot.sequence);
      std::ranges::copy(zeros->payload, slot.encoded.data() + kFrontRoom);
      Frame(slot);
      slot.classify_seconds = 0;
      return;
    }
    if (slot.raw.size() < plan_.chunk_size) slot.raw = Buffer(plan_.chunk_size);
    std::memset(slot.raw.data(), 0, plan_.chunk_size);
    slot.chunk = slot.raw.view().first(plan_.chunk_size);
    Encode(slot, scratch);
    if (slot.error || slot.header.payload > kMostZeros) return;
    const ByteView payload = slot.frame.last(slot.header.payload);
    const std::lock_guard hold(zeros_lock_);
    if (!zeros_) zeros_.emplace(EncodedZeros{slot.header, {payload.begin(), payload.end()}});
  }

  // Null until a worker has made them; then they stay.
  [[nodiscard]] const EncodedZeros* Zeros() {
    const std::lock_guard hold(zeros_lock_);
    return zeros_ ? &*zeros_ : nullptr;
  }

  static void Verify(EncodeSlot& slot, BufferPool& scratch) {
    const std::size_t size = slot.chunk.size();
    BufferPool::Lease lease = scratch.Acquire(size);
    const MutableBytes restored = lease.As<std::uint8_t>(size);
    const Result<void> decoded =
        DecodeChunk(slot.header.plan_id, slot.frame.subspan(slot.header.bytes), scratch, restored);
    if (decoded && std::memcmp(restored.data(), slot.chunk.data(), size) == 0) return;
    slot.error = Error{ErrorCode::kCorrupt,
                       "verification failed: the encoded chunk does not restore its source "
                       "(faulty memory, or a defect of this program)",
                       kNoPosition, slot.sequence};
  }

  Result<void> Begin() {
    if (written_ != 0) return {};
    // The original size stays out even where it is known: a pipe and a file give the same stream.
    const StreamHeader header{.level = static_cast<std::uint8_t>(plan_.level->level),
                              .chunk_size = plan_.chunk_size,
                              .original_size = std::nullopt};
    std::array<std::uint8_t, kMaxStreamHeader> bytes;
    return Write(ByteView{bytes.data(), WriteStreamHeader(header, bytes)});
  }

  Result<void> Write(ByteView bytes) {
    const Stopwatch watch;
    Result<void> written = sink_.Write(bytes);
    write_seconds_ += watch.Seconds();
    written_ += bytes.size();
    return written;
  }

  Source& source_;
  Sink& sink_;
  const CompressionPlan& plan_;
  Observation observation_;
  // Fill's own.
  bool source_ended_ = false;
  double read_seconds_ = 0;
  // Made by the workers.
  std::mutex zeros_lock_;
  std::optional<EncodedZeros> zeros_;
  // Drain's own.
  std::uint64_t written_ = 0;
  double work_seconds_ = 0;
  double write_seconds_ = 0;
  double classify_seconds_ = 0;
  SeekTable seek_table_;
  PlanTotals totals_;
};

}  // namespace

Compressor::Compressor(const CompressionPlan& plan)
    : plan_(plan),
      workers_(plan.shape.threads, {.scratch = ScratchNeed(plan.job())}),
      flow_(workers_, plan.shape.in_flight) {}

Result<Summary> Compressor::Run(Source& source, Sink& sink, const Observer& observer) {
  const Stopwatch watch;
  const PoolCounters before = workers_.Counters();
  EncodeStages stages(source, sink, plan_, observer);
  if (Result<void> ran = flow_.Run(stages); !ran) return ran.failure();
  if (Result<void> ended = stages.End(); !ended) return ended.failure();
  Summary summary;
  stages.Report(summary);
  summary.chunk_size = plan_.chunk_size;
  summary.level = plan_.level->level;
  summary.threads = flow_.workers_used();
  summary.refused_threads = plan_.shape.threads - summary.threads;
  summary.in_flight = flow_.in_flight();
  summary.memory_limit = plan_.memory_limit;
  summary.full_chunk_size = plan_.full_chunk_size;
  summary.memory_need = MemoryNeed(plan_.job(), plan_.shape, plan_.limited);
  summary.pool = Since(before, workers_.Counters());
  summary.seconds = watch.Seconds();
  return summary;
}

std::uint64_t Compressor::Workspace() const {
  std::uint64_t bytes = workers_.Counters().peak_bytes;
  for (const std::unique_ptr<Slot>& slot : flow_.slots()) {
    const auto& mine = static_cast<const EncodeSlot&>(*slot);
    bytes += mine.raw.size() + mine.encoded.size();
  }
  return bytes;
}

}  // namespace sigma
