#include "engine/pipeline/wreck_scan.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/base/hash.h"
#include "engine/format/far_format.h"
#include "engine/strategy/levels.h"

namespace sigma {
namespace {

constexpr std::size_t kWindow = std::size_t{1} << 20;
constexpr std::size_t kPiece = std::size_t{256} << 10;

// What may be read for frames that turn out to be none, beside the walk itself: a file of several
// damaged chunks of the largest size at once, and four times the input.
constexpr std::uint64_t kTrialBytes = std::uint64_t{256} << 20;
constexpr std::uint64_t kTrialShare = 4;

// The first bytes of a chunk and of a stream header, and the last one of a long footer.
constexpr std::uint8_t kChunkByte = 0xC3;
constexpr std::uint8_t kStreamByte = 0x89;
constexpr std::uint8_t kLongEndByte = 0xE6;
constexpr std::size_t kShortFooter = 7;

}  // namespace

WreckScan::WreckScan(Source& source, std::uint64_t most_bytes)
    : source_(source),
      size_(source.Size().value_or(0)),
      most_bytes_(most_bytes),
      trials_(kTrialBytes + kTrialShare * size_),
      window_(kWindow),
      piece_(kPiece) {}

Result<void> WreckScan::Run(const Observer& observer) {
  while (position_ < size_) {
    const Result<bool> stepped = Step();
    if (!stepped) return stepped.failure();
    if (!*stepped) {
      if (Result<void> searched = Search(); !searched) return searched;
    }
    if (observer && !observer(Progress{position_, 0, size_, position_ / 2})) {
      return Fail(ErrorCode::kCancelled, "cancelled");
    }
  }
  return {};
}

Result<ByteView> WreckScan::Look(std::uint64_t at, std::size_t wanted) {
  const std::uint64_t left = size_ - std::min(at, size_);
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, left));
  if (at < window_begin_ || at + size > window_begin_ + window_size_) {
    const Result<std::size_t> got = source_.ReadAt(at, window_.bytes());
    if (!got) return got.failure();
    window_begin_ = at;
    window_size_ = *got;
  }
  const auto from = static_cast<std::size_t>(at - window_begin_);
  return window_.view().subspan(from, std::min(size, window_size_ - from));
}

Result<bool> WreckScan::Step() {
  const Result<ByteView> front = Look(position_, kMaxFrameHeader);
  if (!front) return front.failure();
  if (front->empty()) {
    position_ = size_;  // it became shorter
    return true;
  }
  if (!in_stream_ && front->front() == 0) {  // padding
    const auto other = std::ranges::find_if(*front, [](std::uint8_t byte) { return byte != 0; });
    position_ += static_cast<std::uint64_t>(other - front->begin());
    return true;
  }
  const Result<bool> header = TakeHeader();
  if (!header || *header) return header;
  const Result<FrameKind> kind = ParseFrameKind(*front);
  if (!kind) return false;
  switch (*kind) {
    case FrameKind::kChunk:
      return TakeChunk(true);
    case FrameKind::kUserData:
      return TakeUserData();
    case FrameKind::kFooter: {
      Result<bool> ended = TakeShortEnd();
      // A long one is found by its end.
      if (ended && !*ended && in_stream_) footer_begins_.push_back(position_);
      return ended;
    }
  }
  return false;
}

Result<void> WreckScan::Search() {
  bool first = true;  // what is at position_ has been looked at
  while (position_ < size_) {
    const Result<ByteView> bytes = Look(position_, kWindow / 2);
    if (!bytes) return bytes.failure();
    if (bytes->empty()) break;
    std::size_t at = first ? 1 : 0;
    const std::size_t end = bytes->size();
    const std::uint8_t* const from = bytes->data();
    while (at < end && from[at] != kChunkByte && from[at] != kStreamByte &&
           from[at] != kLongEndByte) {
      ++at;
    }
    first = false;
    position_ += at;
    unknown_ += at;
    if (at == end) continue;
    const std::uint8_t kind = from[at];
    const Result<bool> found = kind == kChunkByte    ? TakeChunk(false)
                               : kind == kStreamByte ? TakeHeader()
                                                     : TakeLongEnd(position_ + 1);
    if (!found) return found.failure();
    if (*found) return {};
    first = true;
    if (position_ + 1 == size_) {
      ++position_;
      ++unknown_;
    }
  }
  return {};
}

Result<bool> WreckScan::GoesOnAt(std::uint64_t at) {
  if (at > size_) return false;
  if (at == size_) return true;
  const Result<ByteView> bytes = Look(at, kMaxFrameHeader);
  if (!bytes) return bytes.failure();
  const Result<FrameKind> kind = ParseFrameKind(*bytes);
  if (!kind) return ParseStreamHeader(*bytes).has_value();
  if (*kind == FrameKind::kChunk) return ParseChunkHeader(*bytes, kMaxChunkSize).has_value();
  if (*kind == FrameKind::kUserData) return ParseUserDataHeader(*bytes).has_value();
  return true;
}

Result<bool> WreckScan::TakeHeader() {
  const Result<ByteView> bytes = Look(position_, kMaxStreamHeader);
  if (!bytes) return bytes.failure();
  const Result<StreamHeader> header = ParseStreamHeader(*bytes);
  if (!header) return false;
  if (headers_.size() * sizeof(FoundHeader) >= most_bytes_) {
    return Fail(ErrorCode::kLimit, "more streams are in this input than there is memory for");
  }
  headers_.push_back({position_, *header});
  position_ += header->bytes;
  in_stream_ = true;
  return true;
}

// `walking`: the frame before led here, so a chunk whose payload is damaged is stepped over if what
// follows it goes on.
Result<bool> WreckScan::TakeChunk(bool walking) {
  const Result<ByteView> bytes = Look(position_, kMaxFrameHeader);
  if (!bytes) return bytes.failure();
  const Result<ChunkHeader> header = ParseChunkHeader(*bytes, kMaxChunkSize);
  if (!header) return false;
  FoundChunk chunk{.offset = position_,
                   .hash = header->hash,
                   .sequence = header->sequence,
                   .stored = static_cast<std::uint32_t>(header->bytes + header->payload),
                   .original = header->original,
                   .far = header->plan_id == kFarPlan};
  const std::uint64_t end = position_ + chunk.stored;
  if (end <= size_) {
    const auto hash = HashOf(position_ + header->bytes, header->payload);
    if (!hash) return hash.failure();
    chunk.intact = *hash && static_cast<std::uint32_t>(**hash) == header->payload_hash;
  }
  const Result<bool> kept = Keep(chunk);
  if (!kept) return kept;
  in_stream_ = true;
  if (chunk.intact) {
    position_ = end;
    return true;
  }
  if (walking) {
    const Result<bool> goes_on = GoesOnAt(end);
    if (!goes_on) return goes_on;
    if (*goes_on) {
      position_ = end;
      return true;
    }
  }
  Pay(chunk.stored);
  return false;
}

Result<bool> WreckScan::TakeUserData() {
  const Result<ByteView> bytes = Look(position_, kMaxFrameHeader);
  if (!bytes) return bytes.failure();
  const Result<UserDataHeader> header = ParseUserDataHeader(*bytes);
  if (!header) return false;
  const std::uint64_t end = position_ + header->bytes + header->size;
  const Result<bool> goes_on = GoesOnAt(end);
  if (!goes_on || !*goes_on) return goes_on;
  const auto hash = HashOf(position_ + header->bytes, header->size);
  if (!hash) return hash.failure();
  if (!*hash || **hash != header->hash) unknown_ += header->size;
  position_ = end;
  return true;
}

// 99, the stream's size, 53 79.
Result<bool> WreckScan::TakeShortEnd() {
  const Result<ByteView> bytes = Look(position_, kShortFooter);
  if (!bytes) return bytes.failure();
  if (bytes->size() < kShortFooter) return false;
  std::array<std::uint8_t, kTrailerSize> trailer{};
  std::memcpy(trailer.data() + kTrailerSize - kShortFooter, bytes->data(), kShortFooter);
  const Result<Trailer> parsed = ParseTrailer(trailer);
  if (!parsed || parsed->footer_size != kShortFooter) return false;
  position_ += kShortFooter;
  ends_.push_back({.end = position_,
                   .stream_size = parsed->stream_size,
                   .footer_size = kShortFooter,
                   .count = 1,
                   .begins = true});
  in_stream_ = false;
  return true;
}

// A long footer, which ends at `end`. Where its trailer is there but its table is not right, the
// numbers of the trailer are a hint.
Result<bool> WreckScan::TakeLongEnd(std::uint64_t end) {
  if (end < kTrailerSize) return false;
  std::array<std::uint8_t, kTrailerSize> bytes;
  const Result<ByteView> there = Look(end - kTrailerSize, kTrailerSize);
  if (!there) return there.failure();
  if (there->size() < kTrailerSize) return false;
  std::ranges::copy(*there, bytes.begin());
  const Result<Trailer> trailer = ParseTrailer(bytes);
  if (!trailer || trailer->footer_size < kTrailerSize) return false;
  FoundEnd found{.end = end,
                 .stream_size = trailer->stream_size,
                 .footer_size = trailer->footer_size,
                 .original = trailer->original,
                 .count = trailer->count};
  if (trailer->footer_size <= end) {
    const Result<ByteView> first = Look(end - trailer->footer_size, 1);
    if (!first) return first.failure();
    const Result<FrameKind> kind = ParseFrameKind(*first);
    found.begins = kind && *kind == FrameKind::kFooter;
    const auto hash = HashOf(end - trailer->footer_size, trailer->footer_size - kUnsealedFooter);
    if (!hash) return hash.failure();
    found.has_table = *hash && **hash == trailer->hash;
    if (!found.has_table) Pay(trailer->footer_size);
  }
  // Nothing that was searched through so far is of the footer: it did not look like a frame.
  if (found.has_table) unknown_ -= std::min(unknown_, found.footer_size - 1);
  ends_.push_back(found);
  position_ = end;
  in_stream_ = false;
  return true;
}

Result<std::optional<std::uint64_t>> WreckScan::HashOf(std::uint64_t begin, std::uint64_t size) {
  if (size > trials_) return std::optional<std::uint64_t>();
  Hasher hasher;
  for (std::uint64_t done = 0; done < size;) {
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, size - done));
    const Result<std::size_t> got = source_.ReadAt(begin + done, piece_.bytes().first(piece));
    if (!got) return got.failure();
    if (*got < piece) return std::optional<std::uint64_t>();
    hasher.Add(piece_.view().first(piece));
    done += piece;
  }
  return std::optional<std::uint64_t>(hasher.Value());
}

Result<bool> WreckScan::Keep(const FoundChunk& chunk) {
  if (chunks_.size() * sizeof(FoundChunk) >= most_bytes_) {
    return Fail(ErrorCode::kLimit, "more chunks are in this input than there is memory for");
  }
  chunks_.push_back(chunk);
  return true;
}

}  // namespace sigma
