#include "engine/pipeline/salvage.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/base/hash.h"
#include "engine/coder/entropy/block.h"
#include "engine/format/stream_format.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/far_chunk.h"
#include "engine/pipeline/stopwatch.h"

namespace sigma {
namespace {

// A chunk of one byte over and over: the coder ENTROPY's constant block (FORMAT.md, "Entropy stream").
constexpr std::uint8_t kEntropyPlan = 2;
constexpr std::uint8_t kConstantBlock = 1;

std::uint32_t RoundedChunkSize(std::uint32_t size) {
  const std::uint32_t least = std::max(size, kMinChunkSize);
  return (least + kChunkSizeUnit - 1) / kChunkSizeUnit * kChunkSizeUnit;
}

// One byte is stored; more are a constant block for each that the entropy stream has.
Bytes ConstantPayload(std::uint32_t size, std::uint8_t fill) {
  if (size == 1) return {fill};
  Bytes payload;
  for (std::size_t done = 0; done < size; done += entropy::kMaxBlock) {
    payload.insert(payload.end(), {kConstantBlock, fill});
  }
  return payload;
}

}  // namespace

SalvageStages::SalvageStages(Source& source, const std::vector<MappedStream>& map,
                             const RecoverOptions& choices, Sink& sink, const Observer& observer,
                             bool limited)
    : source_(source),
      map_(map),
      choices_(choices),
      sink_(sink),
      observer_(observer),
      limited_(limited),
      total_(BytesOf(map)) {}

bool SalvageStages::Fill(SalvageSlot& slot) {
  while (stream_ < map_.size() && chunk_ == map_[stream_].chunks.size()) {
    ++stream_;
    chunk_ = 0;
  }
  if (stream_ == map_.size()) return false;
  slot.stream = stream_;
  slot.chunk = chunk_++;
  sink_.ChunkTaken();
  return true;
}

void SalvageStages::Work(SalvageSlot& slot, BufferPool& scratch) {
  const Stopwatch watch;
  const MappedChunk& chunk = ChunkOf(slot);
  slot.lost = chunk.offset == kNoPosition || !Restore(slot, scratch);
  if (slot.error) return;
  if (slot.lost && !choices_.repair && chunk.original != 0) {
    if (slot.restored.size() < chunk.original) slot.restored = Buffer(chunk.original);
    std::memset(slot.restored.data(), choices_.fill, chunk.original);
  }
  slot.work_seconds = watch.Seconds();
}

// False: the chunk is not what the map says.
bool SalvageStages::Restore(SalvageSlot& slot, BufferPool& scratch) {
  const MappedChunk& chunk = ChunkOf(slot);
  BufferPool::Lease lease = scratch.Acquire(chunk.stored);
  const auto frame = lease.As<std::uint8_t>(chunk.stored);
  const Result<std::size_t> got = source_.ReadAt(chunk.offset, frame);
  if (!got) {
    slot.error = got.error();
    return false;
  }
  if (*got < frame.size()) return false;
  std::memset(frame.data() + frame.size(), 0, kPad);
  const Result<ChunkHeader> header = ParseChunkHeader(frame, kMaxChunkSize);
  if (!header || header->bytes + header->payload != frame.size() ||
      header->original != chunk.original || header->hash != chunk.hash) {
    return false;
  }
  const ByteView payload = ByteView{frame}.subspan(header->bytes);
  if (Hash32(payload) != header->payload_hash) return false;
  BufferPool::Lease lent;
  MutableBytes target;
  if (choices_.repair) {
    lent = scratch.Acquire(chunk.original);
    target = lent.As<std::uint8_t>(chunk.original);
  } else {
    if (slot.restored.size() < chunk.original) slot.restored = Buffer(chunk.original);
    target = slot.restored.bytes().first(chunk.original);
  }
  Hasher hash;
  if (!Decode(slot, *header, payload, scratch, target, hash) || hash.Value() != header->hash) {
    return false;
  }
  slot.plan = header->plan_id;
  if (choices_.repair) {
    if (slot.restored.size() < frame.size()) slot.restored = Buffer(frame.size());
    std::ranges::copy(frame, slot.restored.data());
  }
  return true;
}

Result<void> SalvageStages::Decode(const SalvageSlot& slot, const ChunkHeader& header,
                                   ByteView payload, BufferPool& scratch, MutableBytes target,
                                   Hasher& hash) {
  const MappedStream& stream = map_[slot.stream];
  if (!stream.far || !own_chunks_) {
    return DecodeFarChunk(header.plan_id, payload, 0, nullptr, scratch, target, &hash);
  }
  StreamBytes bytes(*own_chunks_, FirstFrameOf(slot.stream), stream.chunk_size);
  return DecodeFarChunk(header.plan_id, payload, std::uint64_t{slot.chunk} * stream.chunk_size,
                        &bytes, scratch, target, &hash);
}

void SalvageStages::CopyBy(std::uint32_t threads, std::uint32_t chunk_size) {
  FrameKeeper& keeper = *this;
  own_chunks_.emplace(keeper, OwnChunks::RoomFor(threads, chunk_size, limited_));
}

Result<KeptFrame> SalvageStages::FrameOf(std::uint64_t id) {
  const MappedStream& stream = map_[StreamOfFrame(id)];
  const std::uint32_t at = ChunkOfFrame(id);
  if (at >= stream.chunks.size()) return Fail(ErrorCode::kCorrupt, "there is no such chunk");
  const MappedChunk& chunk = stream.chunks[at];
  if (chunk.offset == kNoPosition) return Fail(ErrorCode::kCorrupt, "it is lost");
  return KeptFrame{chunk.offset, chunk.stored};
}

Result<void> SalvageStages::ReadFrame(const KeptFrame& frame, MutableBytes target) {
  return ReadFrameFrom(source_, frame, target);
}

void SalvageStages::Drain(SalvageSlot& slot) {
  const MappedChunk& chunk = ChunkOf(slot);
  if (slot.lost) Lose(slot);
  const Result<void> written =
      choices_.repair ? WriteFrame(slot) : Write(slot.restored.view().first(chunk.original));
  if (!written) {
    slot.error = written.error();
    return;
  }
  sink_.ChunkWritten();
  original_ += chunk.original;
  ++chunks_;
  work_seconds_ += slot.work_seconds;
  if (!slot.lost) totals_.Add(slot.plan, chunk.original, chunk.stored);
  // The first half of the work was to find it.
  const std::uint64_t all = source_.Size().value_or(0);
  const double share =
      total_ == 0 ? 1 : static_cast<double>(original_) / static_cast<double>(total_);
  const std::uint64_t worked =
      all / 2 + static_cast<std::uint64_t>(share * static_cast<double>(all / 2));
  if (observer_ && !observer_(Progress{all, written_, all, worked})) {
    slot.error = Error{ErrorCode::kCancelled, "cancelled", kNoPosition, kNoPosition};
  }
}

Result<void> SalvageStages::End(Recovery& recovery) {
  if (choices_.repair) {
    if (Result<void> opened = OpenStream(map_.size() - 1); !opened) return opened;
    if (Result<void> closed = CloseStream(); !closed) return closed;
  }
  const Stopwatch watch;
  if (Result<void> finished = sink_.Finish(); !finished) return finished;
  Summary& summary = recovery.summary;
  summary.original = original_;
  summary.compressed = choices_.repair ? written_ : source_.Size().value_or(0);
  summary.chunks = chunks_;
  summary.streams = map_.size();
  summary.chunk_size = map_.front().chunk_size;
  summary.level = map_.front().level;
  summary.strategies = totals_.Named();
  summary.work_seconds = work_seconds_;
  summary.write_seconds = write_seconds_ + watch.Seconds();
  recovery.lost = std::move(lost_);
  recovery.lost_bytes = lost_bytes_;
  return {};
}

void SalvageStages::Lose(const SalvageSlot& slot) {
  const MappedChunk& chunk = ChunkOf(slot);
  lost_bytes_ += chunk.original;
  LostRange* const last = lost_.empty() ? nullptr : &lost_.back();
  if (last != nullptr && last->stream == slot.stream && last->chunk + last->chunks == slot.chunk) {
    ++last->chunks;
    last->length += chunk.original;
    last->length_inferred |= chunk.inferred;
  } else {
    lost_.push_back({.stream = slot.stream,
                     .chunk = slot.chunk,
                     .chunks = 1,
                     .offset = original_,
                     .length = chunk.original,
                     .length_inferred = chunk.inferred,
                     .offset_inferred = inferred_});
  }
  inferred_ |= chunk.inferred;
}

Result<void> SalvageStages::WriteFrame(const SalvageSlot& slot) {
  const MappedChunk& chunk = ChunkOf(slot);
  if (Result<void> opened = OpenStream(slot.stream); !opened) return opened;
  if (chunk.original == 0) return {};
  std::array<std::uint8_t, kMaxFrameHeader> front;
  ChunkHeader header;
  Bytes constant;
  ByteView payload;
  if (slot.lost) {
    constant = ConstantPayload(chunk.original, choices_.fill);
    payload = constant;
    header.plan_id = chunk.original == 1 ? 0 : kEntropyPlan;
    header.original = chunk.original;
    header.payload = static_cast<std::uint32_t>(constant.size());
    header.payload_hash = Hash32(constant);
    Hasher hash;
    std::array<std::uint8_t, 4096> piece;
    piece.fill(choices_.fill);
    for (std::size_t left = chunk.original; left != 0;) {
      const std::size_t size = std::min(left, piece.size());
      hash.Add(ByteView{piece}.first(size));
      left -= size;
    }
    header.hash = hash.Value();
  } else {
    const ByteView frame = slot.restored.view().first(chunk.stored);
    const Result<ChunkHeader> parsed = ParseChunkHeader(frame, kMaxChunkSize);
    if (!parsed) return parsed.failure();
    header = *parsed;
    payload = frame.subspan(parsed->bytes);
  }
  header.sequence = static_cast<std::uint32_t>(seek_table_->count());
  const ByteView head{front.data(), WriteChunkHeader(header, front)};
  if (Result<void> added = seek_table_->Add(
          SeekEntry{.offset = stream_written_,
                    .stored = static_cast<std::uint32_t>(head.size() + payload.size()),
                    .original = header.original,
                    .hash = header.hash});
      !added) {
    return added;
  }
  if (Result<void> written = Write(head); !written) return written;
  return Write(payload);
}

Result<void> SalvageStages::OpenStream(std::size_t stream) {
  while (streams_open_ <= stream) {
    if (streams_open_ != 0) {
      if (Result<void> closed = CloseStream(); !closed) return closed;
    }
    const MappedStream& mapped = map_[streams_open_++];
    const StreamHeader header{.level = mapped.level,
                              .chunk_size = RoundedChunkSize(mapped.chunk_size),
                              .original_size = std::nullopt,
                              .far = mapped.far};
    seek_table_.emplace(limited_ ? kSeekTableInLimit : ~std::uint64_t{0});
    stream_written_ = 0;
    std::array<std::uint8_t, kMaxStreamHeader> bytes;
    const ByteView head{bytes.data(), WriteStreamHeader(header, bytes)};
    if (Result<void> written = Write(head); !written) return written;
  }
  return {};
}

Result<void> SalvageStages::CloseStream() {
  return seek_table_->WriteFooter(stream_written_, [&](ByteView piece) { return Write(piece); });
}

Result<void> SalvageStages::Write(ByteView bytes) {
  const Stopwatch watch;
  Result<void> written = sink_.Write(bytes);
  write_seconds_ += watch.Seconds();
  written_ += bytes.size();
  stream_written_ += bytes.size();
  return written;
}

}  // namespace sigma
