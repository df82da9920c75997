#include "engine/pipeline/own_chunks.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <utility>

#include "engine/base/hash.h"
#include "engine/format/stream_format.h"

namespace sigma {
namespace {

// Beyond a chunk a thread: so many bytes, or under a limit so many chunks.
constexpr std::uint64_t kMostKept = std::uint64_t{32} << 20;
constexpr std::uint64_t kLeastKept = 2;

// Whether [begin, end) has no byte that a copy gives.
bool AllOwn(const std::vector<FarCopy>& copies, std::size_t begin, std::size_t end) {
  const auto after = std::ranges::upper_bound(copies, begin, {}, [](const FarCopy& copy) {
    return copy.begin + std::uint64_t{copy.length};
  });
  return after == copies.end() || after->begin >= end;
}

}  // namespace

Result<void> ReadFrameFrom(Source& source, const KeptFrame& frame, MutableBytes target) {
  const Result<std::size_t> got = source.ReadAt(frame.offset, target);
  if (!got) return got.failure();
  if (*got < target.size()) return Fail(ErrorCode::kTruncated, "the input ends inside it");
  return {};
}

std::size_t OwnChunks::RoomFor(std::uint32_t threads, std::uint64_t chunk_size, bool limited) {
  const std::uint64_t kept = limited ? kLeastKept : std::max(kLeastKept, kMostKept / chunk_size);
  return threads + static_cast<std::size_t>(kept);
}

Result<void> OwnChunks::Fill(std::uint64_t first, std::uint64_t chunk, std::uint32_t chunk_size,
                             std::span<const FarCopy> copies, MutableBytes target,
                             BufferPool& scratch) {
  const Shared entry = Get(first, chunk, chunk_size, scratch);
  if (entry->error) {
    if (entry->error->code == ErrorCode::kOutOfMemory) throw std::bad_alloc();
    return Fail(ErrorCode::kCorrupt,
                "chunk " + std::to_string(chunk) +
                    ", which it copies from, cannot be restored: " + entry->error->text);
  }
  for (const FarCopy& copy : copies) {
    if (copy.source / chunk_size != chunk) continue;
    const auto begin = static_cast<std::size_t>(copy.source % chunk_size);
    const std::size_t end = begin + copy.length;
    if (end > entry->size || !AllOwn(entry->copies, begin, end)) {
      return Fail(ErrorCode::kCorrupt, "a far copy names bytes that are not its source's own");
    }
    std::memcpy(target.data() + copy.begin, entry->bytes.data() + begin, copy.length);
  }
  return {};
}

OwnChunks::Shared OwnChunks::Get(std::uint64_t first, std::uint64_t chunk, std::uint32_t chunk_size,
                                 BufferPool& scratch) {
  const std::uint64_t id = first + chunk;
  auto made = std::make_shared<Entry>();
  std::list<Shared> node{made};
  std::unique_lock lock(mutex_);
  const auto found = std::ranges::find(by_age_, id, [](const Shared& entry) { return entry->id; });
  if (found != by_age_.end()) {
    Shared entry = *found;
    by_age_.splice(by_age_.begin(), by_age_, found);
    ready_.wait(lock, [&] { return entry->ready; });
    return entry;
  }
  made->id = id;
  by_age_.splice(by_age_.begin(), node);
  // The oldest goes; its memory is used again where nobody reads it.
  if (by_age_.size() > room_) {
    const auto oldest = std::ranges::find_if(by_age_.rbegin(), by_age_.rend(),
                                             [](const Shared& entry) { return entry->ready; });
    if (oldest != by_age_.rend()) {
      if (oldest->use_count() == 1) made->bytes = std::move((*oldest)->bytes);
      by_age_.erase(std::next(oldest).base());
    }
  }
  lock.unlock();
  std::optional<Error> error;
  std::exception_ptr thrown;
  try {
    if (Result<void> decoded = Decode(chunk, chunk_size, *made, scratch); !decoded) {
      error = std::move(decoded.error());
    }
  } catch (...) {
    thrown = std::current_exception();
    error = Error{ErrorCode::kOutOfMemory, {}, kNoPosition, kNoPosition};
  }
  lock.lock();
  made->error = std::move(error);
  made->ready = true;
  // What failed may be had another time: memory that lacks now.
  if (made->error) {
    const auto mine = std::ranges::find(by_age_, made);
    if (mine != by_age_.end()) by_age_.erase(mine);
  }
  ready_.notify_all();
  if (thrown) std::rethrow_exception(thrown);
  return made;
}

Result<void> OwnChunks::Decode(std::uint64_t chunk, std::uint32_t chunk_size, Entry& entry,
                               BufferPool& scratch) {
  const Result<KeptFrame> kept = keeper_.FrameOf(entry.id);
  if (!kept) return kept.failure();
  BufferPool::Lease lease = scratch.Acquire(kept->stored);
  const auto frame = lease.As<std::uint8_t>(kept->stored);
  if (Result<void> read = keeper_.ReadFrame(*kept, frame); !read) return read;
  std::memset(frame.data() + frame.size(), 0, kPad);
  const Result<ChunkHeader> header = ParseChunkHeader(frame, chunk_size);
  if (!header) return header.failure();
  if (header->bytes + header->payload != frame.size() || header->sequence != chunk) {
    return Fail(ErrorCode::kCorrupt, "it is not where it should be");
  }
  const ByteView payload = ByteView{frame}.subspan(header->bytes);
  if (Hash32(payload) != header->payload_hash) return Fail(ErrorCode::kCorrupt, "it is damaged");
  entry.size = header->original;
  if (entry.bytes.size() < entry.size) entry.bytes = Buffer(entry.size);
  const Result<OwnBytes> own = DecodeOwnBytes(header->plan_id, payload, chunk * chunk_size, scratch,
                                              entry.bytes.bytes().first(entry.size));
  if (!own) return own.failure();
  entry.copies.assign(own->copies.begin(), own->copies.end());
  return {};
}

}  // namespace sigma
