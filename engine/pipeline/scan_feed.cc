#include "engine/pipeline/scan_feed.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "engine/pipeline/error_place.h"
#include "engine/pipeline/stopwatch.h"

namespace sigma {
Result<StreamHeader> ScanFeed::Open() {
  const Result<bool> begun = BeginStream();
  if (!begun) return begun.failure();
  return header_;
}

bool ScanFeed::Next(DecodeSlot& slot) {
  const Stopwatch watch;
  const Result<bool> found = FindChunk(slot);
  totals_.read_seconds += watch.Seconds();
  taken_.store(reader_.position(), std::memory_order_relaxed);
  if (!found) {
    slot.error = found.error();
    return true;
  }
  return *found;
}

Result<bool> ScanFeed::FindChunk(DecodeSlot& slot) {
  while (in_stream_) {
    const Result<ByteView> front = reader_.PeekFlushed(kMaxFrameHeader);
    if (!front) return front.failure();
    const Result<FrameKind> kind = ParseFrameKind(*front);
    if (!kind) return Moved(kind.error(), reader_.position(), seen_.count());
    switch (*kind) {
      case FrameKind::kChunk: {
        // A small chunk ends before that many bytes: what a flush brought may be all there is.
        if (front->size() < kMaxFrameHeader && reader_.Flushed()) {
          const Result<ChunkHeader> header = ParseChunkHeader(*front, header_.chunk_size);
          if (!header && header.error().code == ErrorCode::kTruncated) break;
        }
        if (Result<void> taken = TakeChunk(slot, *front); !taken) return taken.failure();
        return true;
      }
      case FrameKind::kUserData: {
        if (Result<void> skipped = SkipUserData(reader_, user_data_, content_, 0, visit_);
            !skipped) {
          return skipped.failure();
        }
        break;
      }
      case FrameKind::kFooter: {
        if (Result<void> ended = EndStream(); !ended) return ended.failure();
        const Result<bool> more = BeginStream();
        if (!more) return more.failure();
        break;
      }
    }
  }
  return false;
}

Result<void> ScanFeed::TakeChunk(DecodeSlot& slot, ByteView front) {
  slot.offset = reader_.position();
  slot.chunk = seen_.count();
  slot.chunk_size = header_.chunk_size;
  if (!ParseHeader(slot, front)) return Unexpected{*slot.error};
  original_ += slot.header.original;
  if (output_limit_ != 0 && original_ > output_limit_) {
    return Fail(ErrorCode::kLimit, OutputLimitText(output_limit_), slot.offset, slot.chunk);
  }
  std::array<std::uint8_t, kMaxFrameHeader> header;
  std::ranges::copy(front.first(slot.header.bytes), header.begin());
  if (Result<void> taken = content_.TakeChunk(); !taken) {
    return Moved(taken.error(), slot.offset, slot.chunk);
  }
  slot.content = content_.kind();
  slot.ended = std::exchange(ended_, std::nullopt);
  reader_.Skip(slot.header.bytes);
  const Result<ByteView> payload = reader_.Take(slot.header.payload, slot.stored);
  if (!payload) return payload.failure();
  if (payload->size() < slot.header.payload) {
    return Fail(ErrorCode::kTruncated, "the input ends inside a chunk", reader_.position(),
                slot.chunk);
  }
  slot.payload = *payload;
  slot.far_first.reset();
  if (header_.far) {
    slot.far_first = far_first_;
    if (!own_chunks_) {
      own_chunks_.emplace(spool_, OwnChunks::RoomFor(threads_, header_.chunk_size, limited_));
    }
    spool_.Add(ByteView{header}.first(slot.header.bytes), *payload);
  }
  slot.skip = 0;
  slot.keep = slot.header.original;
  slot.expected =
      SeekEntry{.offset = slot.offset - begin_,
                .stored = static_cast<std::uint32_t>(slot.header.bytes) + slot.header.payload,
                .original = slot.header.original,
                .hash = slot.header.hash};
  seen_.Add(slot.expected);
  return {};
}

Result<void> ScanFeed::EndStream() {
  const std::uint64_t footer = reader_.position();
  const auto next = [&](std::size_t size) {
    Result<ByteView> bytes = reader_.Peek(size);
    if (bytes) reader_.Skip(bytes->size());
    return bytes;
  };
  const Result<void> checked = seen_.Check(header_, footer - begin_, next);
  if (!checked) return Moved(checked.error(), footer);
  return EndContent(footer);
}

// The hash of a stream with chunks is checked where they are drained.
Result<void> ScanFeed::EndContent(std::uint64_t footer) {
  const bool hashed = content_.digest().size != 0;
  if (Result<void> ended = content_.End(); !ended) {
    return Moved(ended.error(), hashed ? content_.place() : footer);
  }
  if (hashed && seen_.count() != 0) ended_ = ContentEnd{content_.digest(), content_.place()};
  totals_.unknown_content_hash |= content_.unsupported();
  return {};
}

FeedTotals ScanFeed::Totals() const {
  FeedTotals totals = totals_;
  totals.ended = ended_;
  return totals;
}

Result<bool> ScanFeed::SkipPadding() {
  constexpr std::size_t kPiece = std::size_t{16} << 10;
  for (;;) {
    const Result<ByteView> piece = reader_.Peek(kPiece);
    if (!piece) return piece.failure();
    const auto other = std::ranges::find_if(*piece, [](std::uint8_t byte) { return byte != 0; });
    reader_.Skip(static_cast<std::size_t>(other - piece->begin()));
    if (other != piece->end()) return false;
    if (piece->size() < kPiece) return true;
  }
}

Result<bool> ScanFeed::BeginStream() {
  in_stream_ = false;
  begin_ = reader_.position();
  seen_.Clear();
  content_.Clear();
  const Result<ByteView> front = reader_.Peek(kMaxStreamHeader);
  if (!front) return front.failure();
  if (totals_.streams == 0) {
    if (front->empty()) return NothingThere();
  } else {
    if (front->empty()) return false;
    if (front->front() == 0) {
      const Result<bool> ended = SkipPadding();
      if (!ended) return ended.failure();
      if (!*ended) totals_.trailing = TrailingData(reader_.position());
      return false;
    }
  }
  const Result<StreamHeader> header = ParseStreamHeader(*front);
  if (!header) {
    if (totals_.streams != 0 && header.error().code == ErrorCode::kNotSigma) {
      totals_.trailing = TrailingData(begin_);
      return false;
    }
    return Moved(header.error(), begin_);
  }
  if (header->chunk_size > chunk_size_bound_) {
    return Fail(ErrorCode::kLimit,
                "a stream with chunks of " + std::to_string(header->chunk_size) +
                    " bytes does not fit into the memory limit",
                begin_);
  }
  header_ = *header;
  far_first_ = spool_.next();
  reader_.Skip(header->bytes);
  if (totals_.streams == 0) {
    totals_.chunk_size = header->chunk_size;
    totals_.level = header->level;
  }
  ++totals_.streams;
  in_stream_ = true;
  return true;
}

}  // namespace sigma
