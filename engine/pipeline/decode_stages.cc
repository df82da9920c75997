#include "engine/pipeline/decode_stages.h"

#include "engine/base/hash.h"
#include "engine/pipeline/chunk_codec.h"
#include "engine/pipeline/error_place.h"
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

DecodeStages::DecodeStages(Feed& feed, Source& source, Sink& sink, const Observer& observer)
    : feed_(feed),
      sink_(sink),
      pieces_(sink.TakesPieces()),
      observer_(observer),
      total_(source.Size().value_or(0)) {}

std::unique_ptr<Slot> DecodeStages::NewSlot() { return std::make_unique<DecodeSlot>(); }

bool DecodeStages::Fill(Slot& slot) {
  auto& mine = static_cast<DecodeSlot&>(slot);
  if (!feed_.Next(mine)) return false;
  if (mine.error) return true;
  mine.in_place = false;
  mine.target = {};
  if (mine.skip == 0 && mine.keep == mine.expected.original) {
    mine.target = sink_.Place(placed_, mine.keep);
    mine.in_place = !mine.target.empty();
  }
  mine.position = placed_;
  placed_ += mine.keep;
  return true;
}

void DecodeStages::Work(Slot& slot, BufferPool& scratch) {
  auto& mine = static_cast<DecodeSlot&>(slot);
  // Gone with the end of this call: only the restored bytes travel on, and not even they where the
  // sink takes pieces. What is written is then still in the worker's cache.
  BufferPool::Lease frame;
  BufferPool::Lease restored;
  feed_.Load(mine, scratch, frame);
  if (mine.error) return;
  const Stopwatch watch;  // after Load, which counts as reading
  if (!mine.in_place) {
    const std::size_t size = mine.header.original;
    if (pieces_) {
      restored = scratch.Acquire(size);
      mine.target = restored.As<std::uint8_t>(size);
    } else {
      if (mine.restored.size() < size) mine.restored = Buffer(size);
      mine.target = mine.restored.bytes().first(size);
    }
  }
  Hasher hash;
  const Result<void> decoded =
      DecodeChunk(mine.header.plan_id, mine.payload, scratch, mine.target, &hash);
  // Behind decoding, which needs no intact payload: its loads hide the wait for memory that a pass
  // of its own in front would spend (level 1: a sixth of the time). A damaged payload is named
  // before whatever decoding made of it.
  if (Hash32(mine.payload) != mine.header.payload_hash) {
    mine.error = Error{ErrorCode::kCorrupt, "the chunk is damaged: its payload's hash differs",
                       mine.offset, mine.chunk};
  } else if (!decoded) {
    mine.error = Moved(decoded.error(), mine.offset + mine.header.bytes, mine.chunk).error;
  } else if (hash.Value() != mine.header.hash) {
    mine.error = Error{ErrorCode::kCorrupt, "the chunk does not restore to what its hash says",
                       mine.offset, mine.chunk};
  }
  mine.work_seconds = watch.Seconds();
  if (!pieces_ || mine.in_place || mine.error) return;
  if (Result<void> written =
          sink_.WriteAt(mine.position, mine.target.subspan(mine.skip, mine.keep));
      !written) {
    mine.error = written.error();
  }
  mine.write_seconds = watch.Seconds() - mine.work_seconds;
}

void DecodeStages::Drain(Slot& slot) {
  auto& mine = static_cast<DecodeSlot&>(slot);
  if (pieces_) {
    write_seconds_ += mine.write_seconds;
    sink_.WrittenTo(mine.position + mine.keep);
  } else if (!mine.in_place) {
    const Stopwatch watch;
    const Result<void> written = sink_.Write(mine.target.subspan(mine.skip, mine.keep));
    write_seconds_ += watch.Seconds();
    if (!written) {
      mine.error = written.error();
      return;
    }
  }
  written_ += mine.keep;
  ++chunks_;
  totals_.Add(mine.header.plan_id, mine.header.original, mine.header.bytes + mine.header.payload);
  work_seconds_ += mine.work_seconds;
  if (observer_ && !observer_(Progress{feed_.Taken(), written_, total_, feed_.Taken()})) {
    mine.error = Error{ErrorCode::kCancelled, "cancelled", kNoPosition, kNoPosition};
  }
}

Result<void> DecodeStages::End(Summary& summary) {
  const Stopwatch watch;
  if (Result<void> finished = sink_.Finish(); !finished) return finished;
  const FeedTotals feed = feed_.Totals();
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
