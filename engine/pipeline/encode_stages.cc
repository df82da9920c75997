// The frame of a chunk is built in one buffer so that it leaves in one write: the payload is
// encoded at kFrontRoom, and once its size is known the header is put right in front of it.
//
//   encoded: | … | chunk header | payload | kPad |
//                               ^ kFrontRoom
#include "engine/pipeline/encode_stages.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/base/hash.h"
#include "engine/format/content_hash.h"
#include "engine/pipeline/far_chunk.h"
#include "engine/pipeline/source_bytes.h"
#include "engine/pipeline/stopwatch.h"

namespace sigma {
namespace {

constexpr std::size_t kFrontRoom = kCacheLine;  // keeps the payload aligned
static_assert(kFrontRoom >= kMaxFrameHeader);

constexpr std::uint64_t kMaxChunks = std::uint64_t{1} << 32;  // sequence numbers of 32 bits

// A longer code of a chunk of zeros (--strategy raw stores them) is made anew each time: the memory
// formula has no room for a copy.
constexpr std::size_t kMostZeros = 4096;

}  // namespace

EncodeStages::EncodeStages(Source& source, Sink& sink, const CompressionPlan& plan,
                           const Observer& observer, ByteView lead, FrameTaker* frames)
    : source_(source),
      input_(source, plan.chunk_size, plan.rsyncable),
      sink_(sink),
      plan_(plan),
      lead_(lead),
      frames_(frames),
      observation_(observer, source.Size().value_or(0)),
      tracing_(plan.tracer),
      pace_(*plan.lowest, *plan.level, plan.shape.threads),
      seek_table_(plan.limited ? kSeekTableInLimit - kMemberLogInLimit : ~std::uint64_t{0}) {
  if (plan.lowest != plan.level) {
    level_chunks_.resize(static_cast<std::size_t>(plan.level->level));
  }
  const std::uint64_t size = source.Size().value_or(0);
  if (plan.far && lead.empty() && frames == nullptr && source.Seekable() &&
      size > plan.chunk_size) {
    far_.emplace(source, plan.chunk_size, CopyFinder::TableBytes(size, plan.far_table));
  }
  // A part of a tar has no index of its own.
  if (plan.index && lead.empty() && frames == nullptr) index_.emplace(plan);
  // Nor is the hash of a part that of the whole: whoever makes parts refuses it.
  if (plan.content_hash != ContentHash::kNone && frames == nullptr) {
    content_.emplace(plan.content_hash);
  }
}

void EncodeStages::Prepare(EncodeSlot& slot) {
  input_.Prepare(slot);
  if (far_) far_->Prepare(slot.far);
}

void EncodeStages::Stop() noexcept {
  source_.Stop();
  if (far_) far_->Stop();
}

bool EncodeStages::Fill(EncodeSlot& slot) {
  if (input_.ended()) return false;
  const Stopwatch watch;
  const Tracing::Time begin = tracing_.Now();
  const Result<std::size_t> got = input_.Next(slot);
  const double seconds = watch.Seconds();
  read_seconds_ += seconds;
  slot.level = &pace_.Next(seconds);
  slot.far.done = false;
  slot.far.error.reset();
  if (!got) {
    slot.error = got.error();
    return true;
  }
  observation_.Read(*got);
  if (*got == 0) return false;
  slot.number = frames_ != nullptr ? frames_->Number() : slot.sequence;
  if (slot.number >= kMaxChunks) {
    slot.error = Error{ErrorCode::kLimit, "more than 2^32 chunks: larger chunks are needed",
                       kNoPosition, slot.number};
    return true;
  }
  if (index_ && !whole_size_) {
    if (slot.hole) {
      index_->PassZeros(*got);
    } else if (slot.unread) {
      index_->Walk(source_, *slot.unread, *slot.unread + *got);
    } else {
      index_->Pass(slot.chunk);
    }
  }
  sink_.ChunkTaken();
  slot.since =
      slot.unread ? tracing_.Now() : tracing_.Tell(TraceStage::kRead, slot.sequence, *got, begin);
  return true;
}

void EncodeStages::Work(EncodeSlot& slot, BufferPool& scratch) {
  const Stopwatch watch;
  const Tracing::Time begin = tracing_.Now();
  slot.share = {};
  slot.frame = {};
  if (!Load(slot)) return;
  if (slot.encoded.size() == 0) slot.encoded = Buffer(kFrontRoom + plan_.chunk_size);
  const std::uint64_t size = slot.hole ? plan_.chunk_size : slot.chunk.size();
  const Tracing::Time read = slot.unread ? tracing_.Now() : begin;
  if (slot.hole) {
    CopyZeros(slot, scratch);
  } else {
    Encode(slot, scratch);
  }
  slot.work_seconds = watch.Seconds() - slot.read_seconds;
  tracing_.Tell(TraceStage::kQueue, slot.sequence, size, slot.since, begin);
  if (slot.unread) tracing_.Tell(TraceStage::kRead, slot.sequence, size, begin, read);
  slot.since = tracing_.Tell(TraceStage::kEncode, slot.sequence, size, read);
}

// Reads the chunk where Fill has not, and finds its far copies: once, though a worker that lacks memory
// begins again, since others wait for their turn. False where there is nothing to code.
bool EncodeStages::Load(EncodeSlot& slot) {
  if (!slot.far.done) {
    slot.read_seconds = 0;
    if (slot.unread) {
      if (const Result<void> read = input_.ReadLeft(slot); !read) slot.error = read.error();
    }
    if (!far_ || slot.hole || slot.error || slot.chunk.empty()) {
      slot.far.copies.clear();
      if (far_) far_->Pass(slot.number);
      slot.far.done = true;
    } else {
      far_->Find(slot.number, slot.chunk, slot.far);
      if (slot.far.error) slot.error = std::move(slot.far.error);
    }
  }
  return !slot.error && (slot.hole || !slot.chunk.empty());
}

void EncodeStages::Drain(EncodeSlot& slot) {
  own_read_seconds_ += slot.read_seconds;
  // Where the source is cut while it is read, what there was is the stream. If it has grown again by
  // the time a later chunk is read, there is no telling what the whole would have been.
  const bool nothing = slot.unread && slot.chunk.empty();
  if (cut_ && !nothing) {
    slot.error = Error{ErrorCode::kIo, "the input was cut and written to while it was read",
                       kNoPosition, slot.sequence};
    return;
  }
  cut_ = slot.unread && slot.chunk.size() < plan_.chunk_size;
  if (nothing) {
    sink_.ChunkWritten();
    return;
  }
  const Tracing::Time begin =
      tracing_.Tell(TraceStage::kWait, slot.sequence, slot.header.original, slot.since);
  const double written_before = write_seconds_;
  if (Result<void> put = Put(slot); !put) {
    slot.error = put.error();
    return;
  }
  if (content_) HashContent(slot);
  pace_.Written(slot.work_seconds, write_seconds_ - written_before);
  if (!level_chunks_.empty()) ++level_chunks_[static_cast<std::size_t>(slot.level->level) - 1];
  for (const FarCopy& copy : slot.far.copies) far_copied_ += copy.length;
  ++chunks_;
  original_ += slot.header.original;
  totals_.Add(slot.header.plan_id, slot.header.original, slot.frame.size());
  work_seconds_ += slot.work_seconds;
  classify_seconds_ += slot.classify_seconds;
  sink_.ChunkWritten();
  tracing_.Tell(TraceStage::kWrite, slot.sequence, slot.frame.size(), begin);
  if (!observation_.Done(slot.share, slot.header.original, written_)) {
    slot.error = Error{ErrorCode::kCancelled, "cancelled", kNoPosition, kNoPosition};
  }
}

// Here, where the chunks are in order again, while the workers code those after it.
void EncodeStages::HashContent(const EncodeSlot& slot) {
  if (slot.hole) {
    content_->AddZeros(slot.header.original);
  } else {
    content_->Add(slot.chunk);
  }
}

// The chunk at hand, in the stream or wherever frames go.
Result<void> EncodeStages::Put(const EncodeSlot& slot) {
  if (frames_ != nullptr) {
    const Stopwatch watch;
    Result<void> taken = frames_->Take(slot.header, slot.frame);
    write_seconds_ += watch.Seconds();
    written_ += slot.frame.size();
    return taken;
  }
  if (Result<void> begun = Begin(); !begun) return begun;
  if (Result<void> added =
          seek_table_.Add(SeekEntry{.offset = written_,
                                    .stored = static_cast<std::uint32_t>(slot.frame.size()),
                                    .original = slot.header.original,
                                    .hash = slot.header.hash});
      !added) {
    return added;
  }
  return Write(slot.frame);
}

// After the last chunk.
Result<void> EncodeStages::End(BufferPool& scratch) {
  if (frames_ != nullptr) return {};
  const Tracing::Time begin = tracing_.Now();
  if (Result<void> begun = Begin(); !begun) return begun;
  if (Result<void> indexed = WriteIndex(scratch); !indexed) return indexed;
  if (content_) {
    const Bytes frame = WriteContentHashFrame(content_->kind(), content_->Value());
    if (Result<void> hashed = Write(frame); !hashed) return hashed;
  }
  if (Result<void> footer =
          seek_table_.WriteFooter(written_, [&](ByteView piece) { return Write(piece); });
      !footer) {
    return footer;
  }
  const Stopwatch watch;
  Result<void> finished = sink_.Finish();
  write_seconds_ += watch.Seconds();
  tracing_.Tell(TraceStage::kFinish, kNoPosition, 0, begin);
  return finished;
}

// One chunk holds all its members: to read them is to decode it, whatever an index says.
Result<void> EncodeStages::WriteIndex(BufferPool& scratch) {
  const std::uint64_t size = whole_size_.value_or(seek_table_.original());
  if (!indexes() || (whole_size_ ? size <= plan_.chunk_size : seek_table_.count() < 2)) return {};
  return index_->Write(size, scratch, [&](ByteView frame) { return Write(frame); });
}

void EncodeStages::IndexWhole(Source& whole) {
  whole_size_ = whole.Size().value_or(0);
  index_.emplace(plan_);
  index_->Walk(whole, 0, *whole_size_);
}

void EncodeStages::Report(Summary& summary) const {
  summary.original = original_;
  summary.compressed = written_;
  summary.chunks = chunks_;
  summary.streams = frames_ != nullptr ? 0 : 1;
  if (far_) {
    const std::uint64_t size = source_.Size().value_or(0);
    summary.far_copied = far_copied_;
    summary.far_table = CopyFinder::TableBytes(size, plan_.far_table);
    summary.full_far_table = CopyFinder::TableBytes(size, plan_.full_far_table);
  }
  if (index_) {
    summary.members = index_->members();
    summary.index_note = index_->note();
  }
  summary.strategies = totals_.Named();
  summary.level_chunks = level_chunks_;
  summary.read_seconds = read_seconds_ + own_read_seconds_;
  summary.work_seconds = work_seconds_;
  summary.write_seconds = write_seconds_;
  summary.classify_seconds = classify_seconds_;
}

void EncodeStages::Encode(EncodeSlot& slot, BufferPool& scratch) {
  const std::size_t size = slot.chunk.size();
  // First of all: a pass in order brings the chunk into the cache, where the classifier's
  // scattered samples would each wait for memory.
  const std::uint64_t hash = Hash64(slot.chunk);
  ChunkMeter meter(observation_, slot.share, size);
  const MeteredWork metered(observation_.active() ? &meter : nullptr);
  const MutableBytes target{slot.encoded.data() + kFrontRoom, size};
  const EncodedPayload payload =
      slot.far.copies.empty()
          ? EncodeChunk(slot.chunk, *slot.level, plan_.choice, scratch, target)
          : EncodeFarChunk(slot.chunk, slot.far.copies, slot.number * plan_.chunk_size, *slot.level,
                           plan_.choice, scratch, target);
  slot.header =
      ChunkHeader{.plan_id = payload.plan_id,
                  .sequence = static_cast<std::uint32_t>(slot.number),
                  .original = static_cast<std::uint32_t>(size),
                  .payload = static_cast<std::uint32_t>(payload.size),
                  .hash = hash,
                  .payload_hash = Hash32({slot.encoded.data() + kFrontRoom, payload.size})};
  Frame(slot);
  if (plan_.verify) Verify(slot, scratch);
  slot.classify_seconds = payload.classify_seconds;
}

// Puts the header in front of the payload.
void EncodeStages::Frame(EncodeSlot& slot) {
  std::array<std::uint8_t, kMaxFrameHeader> header;
  const std::size_t header_size = WriteChunkHeader(slot.header, header);
  std::uint8_t* const front = slot.encoded.data() + kFrontRoom - header_size;
  std::memcpy(front, header.data(), header_size);
  slot.frame = ByteView{front, header_size + slot.header.payload};
}

// A whole chunk of zeros is encoded once, as any other chunk is; the others are copies of it. Of
// a sparse file most chunks are such, and none of them is read, hashed or searched.
void EncodeStages::CopyZeros(EncodeSlot& slot, BufferPool& scratch) {
  if (const EncodedZeros* const zeros = Zeros()) {
    slot.header = zeros->header;
    slot.header.sequence = static_cast<std::uint32_t>(slot.number);
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
const EncodeStages::EncodedZeros* EncodeStages::Zeros() {
  const std::lock_guard hold(zeros_lock_);
  return zeros_ ? &*zeros_ : nullptr;
}

void EncodeStages::Verify(EncodeSlot& slot, BufferPool& scratch) {
  const std::size_t size = slot.chunk.size();
  BufferPool::Lease lease = scratch.Acquire(size);
  const MutableBytes restored = lease.As<std::uint8_t>(size);
  SourceBytes source(source_, plan_.chunk_size);
  const Result<void> decoded =
      DecodeFarChunk(slot.header.plan_id, slot.frame.subspan(slot.header.bytes),
                     slot.number * plan_.chunk_size, &source, scratch, restored);
  if (decoded && std::memcmp(restored.data(), slot.chunk.data(), size) == 0) return;
  slot.error = Error{ErrorCode::kCorrupt,
                     "verification failed: the encoded chunk does not restore its source "
                     "(faulty memory, or a defect of this program)",
                     kNoPosition, slot.number};
}

std::size_t WriteHeaderOf(const CompressionPlan& plan, bool far,
                          std::span<std::uint8_t, kMaxStreamHeader> to) {
  // The original size stays out even where it is known: a pipe and a file give the same stream.
  // A level that does not sort would promise that nothing is sorted.
  const bool promises = plan.sorts() == plan.level->coder.sorts;
  return WriteStreamHeader({.level = static_cast<std::uint8_t>(promises ? plan.level->level : 0),
                            .chunk_size = plan.chunk_size,
                            .original_size = std::nullopt,
                            .far = far},
                           to);
}

Result<void> EncodeStages::Begin() {
  if (written_ != 0) return {};
  std::array<std::uint8_t, kMaxStreamHeader> bytes;
  Result<void> written =
      Write(ByteView{bytes.data(), WriteHeaderOf(plan_, far_.has_value(), bytes)});
  if (written && !lead_.empty()) written = Write(lead_);
  if (written && content_) written = Write(WriteContentHashFrame(content_->kind()));
  return written;
}

Result<void> EncodeStages::Write(ByteView bytes) {
  const Stopwatch watch;
  Result<void> written = sink_.Write(bytes);
  write_seconds_ += watch.Seconds();
  written_ += bytes.size();
  return written;
}

}  // namespace sigma
