// ChunkCache: the restored bytes of a seekable source, read from any place by any number of threads.
// A chunk is decoded by whoever first asks for it, while others who want it wait, and kept until
// the room is needed: the least recently used goes first. Where reads follow one another, threads
// of its own decode ahead.
//
// Memory: `bytes` of chunks kept, those that calls read beside them, and the scratch of `decoders`.
// A chunk that takes the place of another takes its memory, too. Throws std::bad_alloc from the
// constructor alone.
#ifndef SIGMA_PIPELINE_CHUNK_CACHE_H_
#define SIGMA_PIPELINE_CHUNK_CACHE_H_

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "engine/io/memory_stream.h"
#include "engine/io/stream.h"
#include "engine/memory/buffer.h"
#include "engine/memory/buffer_pool.h"
#include "engine/pipeline/decode_stages.h"
#include "engine/pipeline/index_feed.h"
#include "engine/pipeline/stream_index.h"
#include "engine/pipeline/worker_thread.h"

namespace sigma {

class ChunkCache {
 public:
  struct Traits {
    std::uint32_t decoders = 1;  // chunks decoded at once, ≥ 1
    std::uint64_t bytes = 0;     // kept
    bool read_ahead = false;
    bool limited = false;  // by a memory limit
  };
  struct Counts {
    std::uint64_t decoded = 0;
    std::uint64_t read_ahead = 0;
    std::uint64_t hits = 0;
    std::uint64_t held_bytes = 0;
  };

  // `source` is the index's and outlives the cache.
  ChunkCache(Source& source, StreamIndex index, const Traits& traits);
  ~ChunkCache();
  ChunkCache(const ChunkCache&) = delete;
  ChunkCache& operator=(const ChunkCache&) = delete;

  // Restored bytes from `offset` on; fewer than asked for only at the end.
  Result<std::size_t> Read(std::uint64_t offset, MutableBytes target);

  [[nodiscard]] const StreamIndex& index() const noexcept { return index_; }
  [[nodiscard]] Counts counts();

 private:
  using Lock = std::unique_lock<std::mutex>;

  // A restored chunk. Whoever reads it shares it, so that it can be given up meanwhile.
  struct Entry {
    Buffer bytes;
    std::size_t size = 0;
    bool ready = false;  // or not to be had, which `error` tells
    bool ahead = false;  // nobody has asked for it yet
    std::optional<Error> error;
    std::atomic<std::uint32_t> readers = 0;  // grows under the lock
    std::list<std::size_t>::iterator age;    // in `by_age_`, once it is ready
  };
  using Shared = std::shared_ptr<Entry>;

  // A reader's hold on an entry.
  class Use {
   public:
    explicit Use(Shared entry) noexcept : entry_(std::move(entry)) { ++entry_->readers; }
    Use(Use&&) noexcept = default;
    Use& operator=(Use&&) = delete;
    ~Use() {
      if (entry_ != nullptr) entry_->readers.fetch_sub(1, std::memory_order_release);
    }
    [[nodiscard]] Entry& operator*() const noexcept { return *entry_; }

   private:
    Shared entry_;
  };

  // Where each chunk begins in the restored bytes, and the stream that it is in.
  struct Place {
    std::uint64_t begin;
    std::uint32_t stream;
    std::uint32_t entry;
  };

  [[nodiscard]] std::size_t ChunkAt(std::uint64_t offset) const noexcept;
  [[nodiscard]] std::size_t SizeOf(std::size_t chunk) const noexcept {
    const Place& place = places_[chunk];
    return index_.streams[place.stream].footer.entries[place.entry].original;
  }
  Result<Use> Get(std::size_t chunk);
  // With a decoder free: makes the chunk's entry and fills it. Throws std::bad_alloc with nothing
  // changed.
  Shared Load(std::size_t chunk, bool ahead, Lock& lock);
  void Decode(std::size_t chunk, Entry& entry, BufferPool& scratch) noexcept;
  // Gives up ready entries, the oldest first, until `size` bytes more may be kept. Returns the
  // memory of one of them if it is large enough and nobody reads it.
  Buffer MakeRoom(std::size_t size) noexcept;
  void SetAhead(Entry& entry, bool ahead) noexcept;
  // A read of the restored bytes [from, to) begins.
  void Expect(std::uint64_t from, std::uint64_t to) noexcept;
  void WantAhead(std::size_t first, std::size_t end);
  void ReadAhead() noexcept;

  const StreamIndex index_;
  IndexFeed feed_;
  NullSink no_sink_;
  Observer no_observer_;
  DecodeStages stages_;  // whose Work decodes and checks a chunk
  const Traits traits_;
  std::size_t window_ = 0;  // chunks decoded ahead; 0: none
  std::vector<Place> places_;
  std::unique_ptr<BufferPool[]> scratch_;

  std::mutex mutex_;                     // guards what follows
  std::condition_variable loaded_;       // an entry is ready, or a decoder free
  std::condition_variable wanted_;       // there is something to do for ReadAhead
  std::vector<std::uint32_t> decoders_;  // free ones
  std::unordered_map<std::size_t, Shared> entries_;
  std::list<std::size_t> by_age_;         // ready ones, the youngest first
  std::uint64_t held_ = 0;                // bytes of `entries_`
  std::uint64_t held_ahead_ = 0;          // of those that nobody has asked for yet
  std::array<std::uint64_t, 16> ends_{};  // of the last reads
  std::size_t next_end_ = 0;
  std::deque<std::size_t> ahead_;  // chunks to decode
  bool ending_ = false;
  Counts counts_;
  std::vector<WorkerThread> threads_;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_CHUNK_CACHE_H_
