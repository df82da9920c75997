#include "engine/pipeline/decode_stages.h"

#include <utility>

#include "engine/pipeline/error_place.h"
#include "engine/pipeline/far_chunk.h"
#include "engine/pipeline/stopwatch.h"

namespace sigma {

bool ParseHeader(DecodeSlot& slot, ByteView bytes) {
  const Result<FrameKind> kind = ParseFrameKind(bytes);
  if (!kind) {
    slot.error = Moved(kind.error(), slot.offset, slot.chunk).error;
    return false;
  }
  if (*kind != FrameKind::kChunk) {
    slot.error = Error{ErrorCode::kCorrupt, "the seek table names a chunk where there is none",
                       slot.offset, slot.chunk};
    return false;
  }
  Result<ChunkHeader> header = ParseChunkHeader(bytes, slot.chunk_size);
  if (header && header->sequence != slot.chunk) {
    header = Fail(ErrorCode::kCorrupt,
                  "chunk " + std::to_string(header->sequence) + " stands in the place of chunk " +
                      std::to_string(slot.chunk),
                  0);
  }
  if (!header) {
    slot.error = Moved(header.error(), slot.offset, slot.chunk).error;
    return false;
  }
  slot.header = *header;
  return true;
}

std::string OutputLimitText(std::uint64_t limit) {
  return "the restored data would exceed the limit of " + std::to_string(limit) + " bytes";
}

DecodeStages::DecodeStages(Feed& feed, Source& source, Sink& sink, const Observer& observer,
                           Tracer* tracer)
    : feed_(feed),
      source_(source),
      sink_(sink),
      observer_(observer),
      total_(source.Size().value_or(0)),
      tracing_(tracer) {
  const Delivery delivery = sink.delivery();
  if (Places* const* const places = std::get_if<Places*>(&delivery)) places_ = *places;
  if (Pieces* const* const pieces = std::get_if<Pieces*>(&delivery)) pieces_ = *pieces;
}

bool DecodeStages::Fill(DecodeSlot& slot) {
  slot.since = tracing_.Now();
  if (!feed_.Next(slot)) return false;
  if (slot.error) return true;
  if (!feed_.Loads()) {
    slot.since = tracing_.Tell(TraceStage::kRead, slot.sequence,
                               slot.header.bytes + slot.header.payload, slot.since);
  }
  slot.in_place = false;
  slot.target = {};
  if (places_ != nullptr && slot.skip == 0 && slot.keep == slot.expected.original) {
    slot.target = places_->Place(placed_, slot.keep);
    slot.in_place = !slot.target.empty();
  }
  slot.position = placed_;
  placed_ += slot.keep;
  sink_.ChunkTaken();
  return true;
}

void DecodeStages::Work(DecodeSlot& slot, BufferPool& scratch) {
  // Gone with the end of this call: only the restored bytes travel on, and not even they where the
  // sink takes pieces. What is written is then still in the worker's cache.
  BufferPool::Lease frame;
  BufferPool::Lease restored;
  Tracing::Time begin = tracing_.Now();
  const Tracing::Time taken = std::exchange(slot.since, begin);
  feed_.Load(slot, scratch, frame);
  if (slot.error) return;
  tracing_.Tell(TraceStage::kQueue, slot.sequence, slot.header.original, taken, begin);
  if (feed_.Loads()) {
    begin = tracing_.Tell(TraceStage::kRead, slot.sequence, slot.header.bytes + slot.header.payload,
                          begin);
  }
  const Stopwatch watch;  // after Load, which counts as reading
  if (!slot.in_place) {
    const std::size_t size = slot.header.original;
    // For a hash of the content the bytes have to come in order after all.
    if (pieces_ != nullptr && slot.content == ContentHash::kNone) {
      restored = scratch.Acquire(size);
      slot.target = restored.As<std::uint8_t>(size);
    } else {
      if (slot.restored.size() < size) slot.restored = Buffer(size);
      slot.target = slot.restored.bytes().first(size);
    }
  }
  Hasher hash;
  const Result<void> decoded = Decode(slot, scratch, hash);
  // After decoding, which needs no intact payload: its loads hide the wait for memory that a pass of
  // its own before it would spend (level 1: a sixth of the time). A damaged payload is named rather
  // than whatever decoding made of it.
  if (Hash32(slot.payload) != slot.header.payload_hash) {
    slot.error = Error{ErrorCode::kCorrupt, "the chunk is damaged: its payload's hash differs",
                       slot.offset, slot.chunk};
  } else if (!decoded) {
    slot.error = Moved(decoded.error(), slot.offset + slot.header.bytes, slot.chunk).error;
  } else if (hash.Value() != slot.header.hash) {
    slot.error = Error{ErrorCode::kCorrupt, "the chunk does not restore to what its hash says",
                       slot.offset, slot.chunk};
  }
  slot.work_seconds = watch.Seconds();
  slot.since = tracing_.Tell(TraceStage::kDecode, slot.sequence, slot.header.original, begin);
  if (pieces_ == nullptr || slot.error) return;
  if (Result<void> written =
          pieces_->WriteAt(slot.position, slot.target.subspan(slot.skip, slot.keep));
      !written) {
    slot.error = written.error();
  }
  slot.write_seconds = watch.Seconds() - slot.work_seconds;
  slot.since = tracing_.Tell(TraceStage::kWrite, slot.sequence, slot.keep, slot.since);
}

Result<void> DecodeStages::Decode(const DecodeSlot& slot, BufferPool& scratch, Hasher& hash) {
  const std::uint8_t plan = slot.header.plan_id;
  OwnChunks* const chunks = feed_.own_chunks();
  if (plan != kFarPlan || !slot.far_first || chunks == nullptr) {
    return DecodeFarChunk(plan, slot.payload, 0, nullptr, scratch, slot.target, &hash);
  }
  StreamBytes stream(*chunks, *slot.far_first, slot.chunk_size);
  return DecodeFarChunk(plan, slot.payload, slot.chunk * slot.chunk_size, &stream, scratch,
                        slot.target, &hash);
}

void DecodeStages::Drain(DecodeSlot& slot) {
  if (const Result<void> ended = EndContent(slot.ended); !ended) {
    slot.error = ended.error();
    return;
  }
  HashContent(slot);
  const Tracing::Time begin =
      tracing_.Tell(TraceStage::kWait, slot.sequence, slot.header.original, slot.since);
  if (pieces_ != nullptr) {
    write_seconds_ += slot.write_seconds;
    pieces_->WrittenTo(slot.position + slot.keep);
  } else if (!slot.in_place) {
    const Stopwatch watch;
    const Result<void> written = sink_.Write(slot.target.subspan(slot.skip, slot.keep));
    write_seconds_ += watch.Seconds();
    if (!written) {
      slot.error = written.error();
      return;
    }
  }
  if (pieces_ == nullptr) tracing_.Tell(TraceStage::kWrite, slot.sequence, slot.keep, begin);
  sink_.ChunkWritten();
  written_ += slot.keep;
  ++chunks_;
  totals_.Add(slot.header.plan_id, slot.header.original, slot.header.bytes + slot.header.payload);
  work_seconds_ += slot.work_seconds;
  if (observer_ && !observer_(Progress{feed_.Taken(), written_, total_, feed_.Taken()})) {
    slot.error = Error{ErrorCode::kCancelled, "cancelled", kNoPosition, kNoPosition};
  }
}

void DecodeStages::HashContent(const DecodeSlot& slot) {
  if (slot.content == ContentHash::kNone) return;
  if (!content_) content_.emplace(slot.content);
  content_->Add(slot.target);
}

Result<void> DecodeStages::EndContent(const std::optional<ContentEnd>& ended) {
  if (!ended || !content_) return {};
  const bool differs = content_->Value() != ended->digest;
  content_.reset();
  if (!differs) return {};
  return Fail(ErrorCode::kCorrupt, kContentDiffersText, ended->place);
}

Result<void> DecodeStages::End(Summary& summary) {
  const Stopwatch watch;
  const Tracing::Time begin = tracing_.Now();
  const FeedTotals feed = feed_.Totals();
  // Before the sink is finished: a result that is not what was compressed is not delivered.
  if (Result<void> ended = EndContent(feed.ended); !ended) return ended;
  if (Result<void> finished = sink_.Finish(); !finished) return finished;
  tracing_.Tell(TraceStage::kFinish, kNoPosition, 0, begin);
  if (feed.unknown_content_hash) summary.warnings.emplace_back(kUnknownContentHashText);
  summary.original = written_;
  summary.compressed = feed_.Taken();
  summary.chunks = chunks_;
  summary.streams = feed.streams;
  summary.chunk_size = feed.chunk_size;
  summary.level = feed.level;
  summary.trailing = feed.trailing;
  summary.strategies = totals_.Named();
  summary.read_seconds = feed.read_seconds;
  summary.work_seconds = work_seconds_;
  summary.write_seconds = write_seconds_ + watch.Seconds();
  return {};
}

}  // namespace sigma
