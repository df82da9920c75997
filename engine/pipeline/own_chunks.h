// OwnChunks: the own bytes of chunks (far_chunk.h), for those that copy them. A chunk is decoded by
// whoever first asks for it, while others who want it wait, and kept until the room is needed: the
// least recently used goes first.
//
// Memory: `room` chunks, and one more for each thread that reads at the same time; the scratch is the
// reader's. Thread-safe.
#ifndef SIGMA_PIPELINE_OWN_CHUNKS_H_
#define SIGMA_PIPELINE_OWN_CHUNKS_H_

#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/format/far_format.h"
#include "engine/io/stream.h"
#include "engine/memory/buffer.h"
#include "engine/pipeline/far_chunk.h"

namespace sigma {

// A chunk's frame: where it is kept, by a number of the keeper's own.
struct KeptFrame {
  std::uint64_t offset = 0;
  std::uint32_t stored = 0;  // bytes, header included
};

// Where frames can be had from again. Thread-safe.
class FrameKeeper {
 public:
  // kCorrupt if there is no such chunk. `id`: the number that the first chunk of a stream has here,
  // and for each one after it one more.
  virtual Result<KeptFrame> FrameOf(std::uint64_t id) = 0;
  // All of a frame.
  virtual Result<void> ReadFrame(const KeptFrame& frame, MutableBytes target) = 0;

 protected:
  ~FrameKeeper() = default;
};

// Numbers where streams and their chunks are known: of chunks a stream has fewer than 2^32.
[[nodiscard]] constexpr std::uint64_t FirstFrameOf(std::size_t stream) noexcept {
  return std::uint64_t{stream} << 32;
}
[[nodiscard]] constexpr std::size_t StreamOfFrame(std::uint64_t id) noexcept {
  return static_cast<std::size_t>(id >> 32);
}
[[nodiscard]] constexpr std::uint32_t ChunkOfFrame(std::uint64_t id) noexcept {
  return static_cast<std::uint32_t>(id);
}
// FrameKeeper::ReadFrame where the frames are in a source.
Result<void> ReadFrameFrom(Source& source, const KeptFrame& frame, MutableBytes target);

class OwnChunks {
 public:
  // Chunks that `threads` threads keep, under a memory limit or without: what a chunk copies from comes
  // mostly from one or two others, and the next chunk copies from them, too.
  [[nodiscard]] static std::size_t RoomFor(std::uint32_t threads, std::uint64_t chunk_size,
                                           bool limited);

  OwnChunks(FrameKeeper& keeper, std::size_t room) : keeper_(keeper), room_(room) {}

  // FarBytes::Fill for the stream whose first chunk is `first`. `chunk_size` is the stream's.
  Result<void> Fill(std::uint64_t first, std::uint64_t chunk, std::uint32_t chunk_size,
                    std::span<const FarCopy> copies, MutableBytes target, BufferPool& scratch);

 private:
  struct Entry {
    std::uint64_t id = 0;
    Buffer bytes;
    std::size_t size = 0;
    std::vector<FarCopy> copies;  // what of the bytes is not the chunk's own
    bool ready = false;
    std::optional<Error> error;
  };
  using Shared = std::shared_ptr<Entry>;

  Shared Get(std::uint64_t first, std::uint64_t chunk, std::uint32_t chunk_size,
             BufferPool& scratch);
  Result<void> Decode(std::uint64_t chunk, std::uint32_t chunk_size, Entry& entry,
                      BufferPool& scratch);

  FrameKeeper& keeper_;
  const std::size_t room_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable ready_;
  std::list<Shared> by_age_;  // the youngest first
};

// OwnChunks as the bytes of one stream.
class StreamBytes final : public FarBytes {
 public:
  StreamBytes(OwnChunks& chunks, std::uint64_t first, std::uint32_t chunk_size)
      : chunks_(chunks), first_(first), chunk_size_(chunk_size) {}
  [[nodiscard]] std::uint32_t chunk_size() const override { return chunk_size_; }
  Result<void> Fill(std::uint64_t chunk, std::span<const FarCopy> copies, MutableBytes target,
                    BufferPool& scratch) override {
    return chunks_.Fill(first_, chunk, chunk_size_, copies, target, scratch);
  }

 private:
  OwnChunks& chunks_;
  const std::uint64_t first_;
  const std::uint32_t chunk_size_;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_OWN_CHUNKS_H_
