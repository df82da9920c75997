#include "engine/pipeline/index_feed.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "engine/pipeline/stopwatch.h"

namespace sigma {
namespace {

std::optional<ContentEnd> EndOf(const IndexedStream& stream) {
  if (stream.content.digest().size == 0) return std::nullopt;
  return ContentEnd{stream.content.digest(), stream.content.place()};
}

}  // namespace

IndexFeed::IndexFeed(Source& source, const StreamIndex& index, ByteRange range,
                     std::uint64_t output_limit)
    : source_(source), index_(index), output_limit_(output_limit) {
  from_ = std::min(range.offset, index.original);
  if (range.from_end) from_ = index.original - from_;
  to_ = from_ + std::min(range.length, index.original - from_);
  whole_ = to_ - from_ == index.original;
  // Headers and footers have been read by LoadIndex already.
  std::uint64_t overhead = index.padding;
  for (const IndexedStream& stream : index.streams) {
    std::uint64_t chunks = 0;
    for (const SeekEntry& entry : stream.footer.entries) chunks += entry.stored;
    overhead += stream.footer.stream_size - chunks;
  }
  taken_ = whole_ ? overhead : 0;
  ReadBy(1, true);
}

IndexFeed::IndexFeed(Source& source, const StreamIndex& index, ByteRange range, std::size_t stream,
                     std::size_t entry)
    : source_(source),
      index_(index),
      output_limit_(0),
      from_(range.offset),
      to_(range.offset + range.length),
      stream_(stream),
      entry_(entry),
      original_(range.offset) {
  ReadBy(1, true);
}

void IndexFeed::ReadBy(std::uint32_t threads, bool limited) {
  own_chunks_.reset();
  FrameKeeper& keeper = *this;
  if (index_.far)
    own_chunks_.emplace(keeper, OwnChunks::RoomFor(threads, index_.chunk_size, limited));
}

std::optional<std::uint64_t> IndexFeed::FarFirst(std::size_t stream) const {
  if (!index_.streams[stream].header.far) return std::nullopt;
  return FirstFrameOf(stream);
}

Result<KeptFrame> IndexFeed::FrameOf(std::uint64_t id) {
  const IndexedStream& stream = index_.streams[StreamOfFrame(id)];
  const std::uint32_t chunk = ChunkOfFrame(id);
  if (chunk >= stream.footer.entries.size()) {
    return Fail(ErrorCode::kCorrupt, "there is no such chunk");
  }
  const SeekEntry& entry = stream.footer.entries[chunk];
  return KeptFrame{stream.begin + entry.offset, entry.stored};
}

Result<void> IndexFeed::ReadFrame(const KeptFrame& frame, MutableBytes target) {
  return ReadFrameFrom(source_, frame, target);
}

std::optional<Error> IndexFeed::FindLimit() const {
  if (output_limit_ == 0 || to_ - from_ <= output_limit_) return std::nullopt;
  const std::uint64_t last = from_ + output_limit_;  // the first byte that is too many
  for (const IndexedStream& stream : index_.streams) {
    std::uint64_t end = stream.original_begin;
    for (std::size_t at = 0; at < stream.footer.entries.size(); ++at) {
      const SeekEntry& entry = stream.footer.entries[at];
      end += entry.original;
      if (end > last) {
        return Error{ErrorCode::kLimit, OutputLimitText(output_limit_), stream.begin + entry.offset,
                     at};
      }
    }
  }
  return std::nullopt;
}

bool IndexFeed::Next(DecodeSlot& slot) {
  while (stream_ < index_.streams.size() && original_ < to_) {
    const IndexedStream& stream = index_.streams[stream_];
    if (entry_ == 0 &&
        (stream.original_begin >= to_ || stream.original_begin + stream.footer.original <= from_)) {
      entry_ = stream.footer.entries.size();  // nothing wanted here
    }
    if (entry_ == 0) original_ = stream.original_begin;
    while (entry_ < stream.footer.entries.size()) {
      const std::size_t at = entry_++;
      const SeekEntry& entry = stream.footer.entries[at];
      const std::uint64_t begin = original_;
      const std::uint64_t end = begin + entry.original;
      original_ = end;
      if (begin >= to_) return false;
      if (end <= from_) continue;
      slot.counted = false;
      slot.content = whole_ ? stream.content.kind() : ContentHash::kNone;
      slot.ended = std::exchange(ended_, std::nullopt);
      slot.offset = stream.begin + entry.offset;
      slot.chunk = at;
      slot.expected = entry;
      slot.chunk_size = stream.header.chunk_size;
      slot.far_first = FarFirst(stream_);
      slot.skip = static_cast<std::uint32_t>(std::max(begin, from_) - begin);
      slot.keep = static_cast<std::uint32_t>(std::min(end, to_) - begin) - slot.skip;
      return true;
    }
    if (whole_ && entry_ != 0) ended_ = EndOf(stream);
    ++stream_;
    entry_ = 0;
  }
  return false;
}

void IndexFeed::Load(DecodeSlot& slot, BufferPool& scratch, BufferPool::Lease& frame_memory) {
  const std::size_t size = slot.expected.stored;
  const ByteView memory = source_.Memory();
  ByteView frame;
  if (!memory.empty() && memory.size() - slot.offset >= size + kPad) {
    frame = memory.subspan(static_cast<std::size_t>(slot.offset), size);
  } else {
    const Stopwatch watch;
    frame_memory = scratch.Acquire(size);
    const auto bytes = frame_memory.As<std::uint8_t>(size);
    const Result<std::size_t> got = source_.ReadAt(slot.offset, bytes);
    if (!got) {
      slot.error = got.error();
      return;
    }
    if (*got < size) {
      slot.error = Error{ErrorCode::kTruncated, "the input ends inside a chunk", slot.offset + *got,
                         slot.chunk};
      return;
    }
    // Decoders may read the pad, though nothing may depend on it: then it is never what somebody
    // else left there, and memcheck knows it.
    std::memset(bytes.data() + size, 0, kPad);
    frame = bytes;
    read_nanoseconds_.fetch_add(static_cast<std::uint64_t>(watch.Seconds() * 1e9),
                                std::memory_order_relaxed);
  }
  // Once, though a worker that lacks memory begins again.
  if (!std::exchange(slot.counted, true)) taken_.fetch_add(size, std::memory_order_relaxed);
  if (!ParseHeader(slot, frame)) return;
  if (slot.header.bytes + slot.header.payload != size ||
      slot.header.original != slot.expected.original || slot.header.hash != slot.expected.hash) {
    slot.error = Error{ErrorCode::kCorrupt, "the chunk and the seek table do not agree",
                       slot.offset, slot.chunk};
    return;
  }
  slot.payload = frame.subspan(slot.header.bytes);
}

FeedTotals IndexFeed::Totals() const {
  const auto holds = [](const IndexedStream& stream) { return !stream.footer.entries.empty(); };
  const auto last = std::find_if(index_.streams.rbegin(), index_.streams.rend(), holds);
  const auto unknown = [](const IndexedStream& stream) { return stream.content.unsupported(); };
  return FeedTotals{
      .streams = index_.streams.size(),
      .chunk_size = index_.streams.front().header.chunk_size,
      .level = index_.streams.front().header.level,
      .read_seconds = static_cast<double>(read_nanoseconds_.load(std::memory_order_relaxed)) / 1e9,
      .trailing = std::nullopt,
      .ended = whole_ && last != index_.streams.rend() ? EndOf(*last) : std::nullopt,
      .unknown_content_hash = whole_ && std::ranges::any_of(index_.streams, unknown)};
}

}  // namespace sigma
