#include "engine/pipeline/chunk_cache.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <new>
#include <utility>

#include "engine/pipeline/budget.h"

namespace sigma {
namespace {

// Chunks ahead of a reader for each decoder: one being decoded and one done.
constexpr std::size_t kAheadPerDecoder = 2;

bool AnySorts(const StreamIndex& index) {
  return std::ranges::any_of(
      index.streams, [](const IndexedStream& stream) { return MaySort(stream.header.level); });
}

}  // namespace

ChunkCache::ChunkCache(Source& source, StreamIndex index, const Traits& traits)
    : index_(std::move(index)),
      feed_(source, index_, ByteRange{}, 0),
      stages_(feed_, source, no_sink_, no_observer_),
      traits_(traits),
      scratch_(std::make_unique<BufferPool[]>(traits.decoders)) {
  places_.reserve(static_cast<std::size_t>(index_.chunks));
  for (std::uint32_t s = 0; s < index_.streams.size(); ++s) {
    std::uint64_t begin = index_.streams[s].original_begin;
    const std::vector<SeekEntry>& entries = index_.streams[s].footer.entries;
    for (std::uint32_t e = 0; e < entries.size(); ++e) {
      places_.push_back({begin, s, e});
      begin += entries[e].original;
    }
  }
  feed_.ReadBy(traits_.decoders, traits_.limited);
  const std::uint64_t scratch = ScratchNeed({.direction = Direction::kDecompress,
                                             .chunk_size = index_.chunk_size,
                                             .sorts = AnySorts(index_),
                                             .far = index_.far});
  decoders_.reserve(traits_.decoders);
  for (std::uint32_t i = 0; i < traits_.decoders; ++i) {
    scratch_[i].Bound(scratch);
    decoders_.push_back(i);
  }
  ends_.fill(~std::uint64_t{0});
  if (!traits_.read_ahead || traits_.decoders == 1) return;
  // Half of what is kept, so that what was read is not given up for what may be.
  window_ = static_cast<std::size_t>(std::min<std::uint64_t>(
      kAheadPerDecoder * traits_.decoders, traits_.bytes / 2 / std::max(index_.chunk_size, 1u)));
  threads_.reserve(traits_.decoders - 1);
}

ChunkCache::~ChunkCache() {
  {
    const Lock lock(mutex_);
    ending_ = true;
  }
  wanted_.notify_all();
  threads_.clear();
}

ChunkCache::Counts ChunkCache::counts() {
  const Lock lock(mutex_);
  Counts counts = counts_;
  counts.held_bytes = held_;
  return counts;
}

std::size_t ChunkCache::ChunkAt(std::uint64_t offset) const noexcept {
  const auto after = std::ranges::upper_bound(places_, offset, {}, &Place::begin);
  return static_cast<std::size_t>(after - places_.begin()) - 1;
}

Result<std::size_t> ChunkCache::Read(std::uint64_t offset, MutableBytes target) {
  if (offset >= index_.original || target.empty()) return std::size_t{0};
  const auto size =
      static_cast<std::size_t>(std::min<std::uint64_t>(target.size(), index_.original - offset));
  Expect(offset, offset + size);
  std::size_t done = 0;
  for (std::size_t chunk = ChunkAt(offset); done < size; ++chunk) {
    const Result<Use> use = Get(chunk);
    if (!use) return use.failure();
    const Entry& entry = **use;
    const auto skip = static_cast<std::size_t>(offset + done - places_[chunk].begin);
    const std::size_t part = std::min(entry.size - skip, size - done);
    std::memcpy(target.data() + done, entry.bytes.data() + skip, part);
    done += part;
  }
  return size;
}

Result<ChunkCache::Use> ChunkCache::Get(std::size_t chunk) {
  Lock lock(mutex_);
  for (;;) {
    const auto found = entries_.find(chunk);
    if (found != entries_.end()) {
      Use use(found->second);
      Entry& entry = *use;
      ++counts_.hits;
      SetAhead(entry, false);
      if (entry.ready) {
        by_age_.splice(by_age_.begin(), by_age_, entry.age);
      } else {
        loaded_.wait(lock, [&] { return entry.ready; });
      }
      if (entry.error) return Unexpected{*entry.error};
      return use;
    }
    if (!decoders_.empty()) {
      Use use(Load(chunk, false, lock));
      if ((*use).error) return Unexpected{*(*use).error};
      return use;
    }
    loaded_.wait(lock);
  }
}

ChunkCache::Shared ChunkCache::Load(std::size_t chunk, bool ahead, Lock& lock) {
  auto entry = std::make_shared<Entry>();
  std::list<std::size_t> age{chunk};
  entry->age = age.begin();
  entry->size = SizeOf(chunk);
  entries_.emplace(chunk, entry);
  const std::uint32_t decoder = decoders_.back();
  decoders_.pop_back();
  entry->bytes = MakeRoom(entry->size);
  held_ += entry->size;
  SetAhead(*entry, ahead);
  lock.unlock();
  Decode(chunk, *entry, scratch_[decoder]);
  lock.lock();
  decoders_.push_back(decoder);  // there is room
  ++counts_.decoded;
  if (ahead) ++counts_.read_ahead;
  entry->ready = true;
  if (entry->error) {
    SetAhead(*entry, false);
    held_ -= entry->size;
    entries_.erase(chunk);
  } else {
    by_age_.splice(by_age_.begin(), age);
    (void)MakeRoom(0);
  }
  loaded_.notify_all();
  wanted_.notify_one();
  return entry;
}

void ChunkCache::Decode(std::size_t chunk, Entry& entry, BufferPool& scratch) noexcept {
  const Place& place = places_[chunk];
  const IndexedStream& stream = index_.streams[place.stream];
  try {
    DecodeSlot slot;
    slot.chunk = place.entry;
    slot.expected = stream.footer.entries[place.entry];
    slot.offset = stream.begin + slot.expected.offset;
    slot.chunk_size = stream.header.chunk_size;
    slot.far_first = feed_.FarFirst(place.stream);
    if (entry.bytes.size() < entry.size) entry.bytes = Buffer(entry.size);
    slot.target = entry.bytes.bytes().first(entry.size);
    slot.in_place = true;
    stages_.Work(slot, scratch);
    entry.error = std::move(slot.error);
  } catch (...) {
    entry.error = Error{ErrorCode::kOutOfMemory, {}, kNoPosition, kNoPosition};
  }
}

Buffer ChunkCache::MakeRoom(std::size_t size) noexcept {
  Buffer spare;
  while (!by_age_.empty() && held_ + size > traits_.bytes) {
    const auto oldest = entries_.find(by_age_.back());
    Entry& entry = *oldest->second;
    held_ -= entry.size;
    SetAhead(entry, false);
    if (size != 0 && spare.size() < size && entry.bytes.size() >= size &&
        entry.readers.load(std::memory_order_acquire) == 0) {
      spare = std::move(entry.bytes);
    }
    by_age_.pop_back();
    entries_.erase(oldest);
  }
  return spare;
}

void ChunkCache::SetAhead(Entry& entry, bool ahead) noexcept {
  if (entry.ahead == ahead) return;
  entry.ahead = ahead;
  if (ahead) {
    held_ahead_ += entry.size;
  } else {
    held_ahead_ -= entry.size;
  }
}

void ChunkCache::Expect(std::uint64_t from, std::uint64_t to) noexcept {
  if (window_ == 0) return;
  const std::size_t first = ChunkAt(from);
  const std::size_t next = ChunkAt(to - 1) + 1;
  const Lock lock(mutex_);
  const auto follows = std::ranges::find(ends_, from);
  std::size_t end = next;
  if (follows != ends_.end()) {
    *follows = to;
    end = std::min(next + window_, places_.size());
  } else {
    ends_[next_end_] = to;
    next_end_ = (next_end_ + 1) % ends_.size();
  }
  try {
    WantAhead(first + 1, end);
  } catch (...) {
    // No memory to look ahead.
  }
}

// What is wanted of chunks [first, end) is queued, no more than a window's worth of all.
void ChunkCache::WantAhead(std::size_t first, std::size_t end) {
  bool more = false;
  for (std::size_t chunk = first; chunk < end && ahead_.size() < window_; ++chunk) {
    if (entries_.contains(chunk) || std::ranges::find(ahead_, chunk) != ahead_.end()) continue;
    ahead_.push_back(chunk);
    more = true;
  }
  if (!more) return;
  while (threads_.size() + 1 < traits_.decoders) {
    auto thread =
        WorkerThread::Start([](void* self) { static_cast<ChunkCache*>(self)->ReadAhead(); }, this);
    if (!thread) break;
    threads_.push_back(*std::move(thread));  // there is room
  }
  wanted_.notify_all();
}

// A thread's life.
void ChunkCache::ReadAhead() noexcept {
  Lock lock(mutex_);
  for (;;) {
    wanted_.wait(lock, [this] { return ending_ || (!ahead_.empty() && !decoders_.empty()); });
    if (ending_) return;
    const std::size_t chunk = ahead_.front();
    ahead_.pop_front();
    if (entries_.contains(chunk) || held_ahead_ + SizeOf(chunk) > traits_.bytes / 2) continue;
    try {
      (void)Load(chunk, true, lock);
    } catch (...) {
      // No memory: whoever asks for the chunk tries again.
    }
  }
}

}  // namespace sigma
