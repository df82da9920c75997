#include "engine/pipeline/merge.h"

#include <algorithm>
#include <array>
#include <string>

#include "engine/base/hash.h"
#include "engine/format/content_hash.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/error_place.h"
#include "engine/pipeline/scan_feed.h"
#include "engine/pipeline/stopwatch.h"

namespace sigma {
namespace {

constexpr std::uint64_t kMostChunks = 0xFFFFFFFF;  // of a stream

Unexpected NotWhatItSays() {
  return Fail(ErrorCode::kCorrupt, "this part does not hold what its record says");
}

}  // namespace

Result<std::optional<ShardRecord>> FindShardRecord(Source& source, std::uint64_t begin) {
  std::array<std::uint8_t, kMaxStreamHeader + kMaxFrameHeader + kMaxShardRecord> bytes;
  const Result<std::size_t> got = source.ReadAt(begin, bytes);
  if (!got) return got.failure();
  const ByteView front = ByteView{bytes}.first(*got);
  const Result<StreamHeader> header = ParseStreamHeader(front);
  if (!header) return Moved(header.error(), begin);
  const ByteView frame = front.subspan(header->bytes);
  const Result<FrameKind> kind = ParseFrameKind(frame);
  if (!kind || *kind != FrameKind::kUserData) return std::optional<ShardRecord>();
  const std::uint64_t place = begin + header->bytes;
  const Result<UserDataHeader> data = ParseUserDataHeader(frame);
  if (!data) return Moved(data.error(), place);
  if (data->type != kShardType) return std::optional<ShardRecord>();
  if (data->size > kMaxShardRecord) {
    return Fail(ErrorCode::kCorrupt, "the record of a part is too long", place);
  }
  if (data->size > frame.size() - data->bytes) {
    return Fail(ErrorCode::kTruncated, "the input ends inside the record of a part",
                begin + front.size());
  }
  const ByteView record = frame.subspan(data->bytes, data->size);
  if (Hash64(record) != data->hash) {
    return Fail(ErrorCode::kCorrupt, "user data is damaged: its hash differs", place);
  }
  Result<ShardRecord> parsed = ParseShardRecord(record);
  if (!parsed) return Moved(parsed.error(), place + data->bytes);
  if (parsed->chunk_size != header->chunk_size) {
    return Fail(ErrorCode::kCorrupt, "the record of a part contradicts its stream header", place);
  }
  return std::optional<ShardRecord>(std::move(*parsed));
}

Merger::Merger(Sink& sink, const Observer& observer, std::uint64_t total, bool limited)
    : sink_(sink),
      observer_(observer),
      total_(total),
      seek_table_(limited ? kSeekTableInLimit : ~std::uint64_t{0}) {}

Result<void> Merger::Add(Source& part, const ShardRecord& record) {
  ScanFeed feed(part, 0);
  feed.VisitUserData(
      [&](std::uint32_t type, ByteView bytes) { return CopyUserData(type, bytes, record); });
  const Result<StreamHeader> header = feed.Open();
  if (!header) return header.failure();
  if (written_ == 0) {
    if (Result<void> begun = Begin(*header); !begun) return begun;
  }
  if (header->level != header_.level || header->chunk_size != header_.chunk_size ||
      header->original_size || header->far) {
    return NotWhatItSays();
  }
  if (seek_table_.original() != record.offset) return NotWhatItSays();
  for (;;) {
    slot_.error.reset();
    if (!feed.Next(slot_)) break;
    if (slot_.error) return Unexpected{*slot_.error};
    if (feed.Totals().streams > 1) break;
    if (Result<void> copied = Copy(slot_, record); !copied) return copied;
    const std::uint64_t read = read_ + feed.Taken();
    if (observer_ && !observer_(Progress{read, written_, total_, read})) {
      return Fail(ErrorCode::kCancelled, "cancelled");
    }
  }
  const FeedTotals totals = feed.Totals();
  if (totals.trailing) return Unexpected{*totals.trailing};
  if (totals.streams > 1) {
    return Fail(ErrorCode::kCorrupt, "more than one stream is in this file: a part has one");
  }
  if (seek_table_.original() != record.offset + record.size()) return NotWhatItSays();
  read_ += feed.Taken();
  read_seconds_ += totals.read_seconds;
  return {};
}

Result<Summary> Merger::End() {
  if (Result<void> footer =
          seek_table_.WriteFooter(written_, [&](ByteView piece) { return Write(piece); });
      !footer) {
    return footer.failure();
  }
  const Stopwatch watch;
  if (Result<void> finished = sink_.Finish(); !finished) return finished.failure();
  write_seconds_ += watch.Seconds();
  Summary summary;
  summary.original = seek_table_.original();
  summary.compressed = written_;
  summary.chunks = seek_table_.count();
  summary.streams = 1;
  summary.chunk_size = header_.chunk_size;
  summary.full_chunk_size = header_.chunk_size;
  summary.level = header_.level;
  summary.threads = 1;
  summary.in_flight = 1;
  summary.strategies = totals_.Named();
  summary.read_seconds = read_seconds_;
  summary.write_seconds = write_seconds_;
  return summary;
}

Result<void> Merger::Begin(const StreamHeader& header) {
  header_ = header;
  std::array<std::uint8_t, kMaxStreamHeader> bytes;
  return Write(ByteView{bytes.data(), WriteStreamHeader(header_, bytes)});
}

Result<void> Merger::Copy(DecodeSlot& slot, const ShardRecord& record) {
  if (Hash32(slot.payload) != slot.header.payload_hash) {
    return Fail(ErrorCode::kCorrupt, "the chunk is damaged: its payload's hash differs",
                slot.offset, slot.chunk);
  }
  // Cut where one encoder would have: all chunks but the source's last one are full.
  const std::uint64_t begin = seek_table_.original();
  const std::uint64_t left = record.source_size - std::min(begin, record.source_size);
  if (slot.header.original != std::min<std::uint64_t>(record.chunk_size, left) || closed_) {
    return Fail(ErrorCode::kCorrupt, "the chunk is none of those that its part must have",
                slot.offset, slot.chunk);
  }
  if (seek_table_.count() == kMostChunks) {
    return Fail(ErrorCode::kLimit, "more than 2^32 chunks: larger chunks are needed", slot.offset,
                slot.chunk);
  }
  ChunkHeader header = slot.header;
  header.sequence = static_cast<std::uint32_t>(seek_table_.count());
  std::array<std::uint8_t, kMaxFrameHeader> bytes;
  const ByteView front{bytes.data(), WriteChunkHeader(header, bytes)};
  const std::uint64_t stored = front.size() + slot.payload.size();
  if (Result<void> added = seek_table_.Add(SeekEntry{.offset = written_,
                                                     .stored = static_cast<std::uint32_t>(stored),
                                                     .original = header.original,
                                                     .hash = header.hash});
      !added) {
    return added;
  }
  if (Result<void> written = Write(front); !written) return written;
  if (Result<void> written = Write(slot.payload); !written) return written;
  totals_.Add(header.plan_id, header.original, stored);
  return {};
}

// One encoder writes its user data in front of the footer: only the last part can have it.
Result<void> Merger::CopyUserData(std::uint32_t type, ByteView bytes, const ShardRecord& record) {
  if (type == kShardType) return {};
  if (type == kContentHashType) {
    return Fail(
        ErrorCode::kUnsupported,
        "this part holds the hash of its own content, which is not the whole's: make the part "
        "anew without it");
  }
  if (record.part != record.parts) {
    return Fail(ErrorCode::kUnsupported, "this part holds user data of type " +
                                             std::to_string(type) +
                                             ", for which a merged stream has no place");
  }
  closed_ = true;
  return Write(bytes);
}

Result<void> Merger::Write(ByteView bytes) {
  const Stopwatch watch;
  Result<void> written = sink_.Write(bytes);
  write_seconds_ += watch.Seconds();
  written_ += bytes.size();
  return written;
}

}  // namespace sigma
