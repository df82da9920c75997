// A file compressed or restored by several processes at once, of one machine or many, each of which
// sees the source and writes its share into one target, at the right place. The result has the very
// bytes that CompressFile or DecompressFile would have made. What sigma-mpi stands on; how the
// processes talk to each other is not the library's.
//
//   process 0: target = SharedTarget::Create(…), tells the others target.path()
//   each:      compressor = SharedCompressor::Open(source, options); all must have the same traits
//              compressor.Run(work): work hands out chunks and takes their frames
//   process 0: writes Header() at 0, the frames' end by WriteEnd, and calls target.Publish()
//
// Each of these objects belongs to one thread at a time, unless a function says otherwise.
#ifndef SIGMA_SHARED_HPP_
#define SIGMA_SHARED_HPP_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sigma/files.hpp"

namespace sigma {

// By which processes find out whether they see the same file.
struct SourceTraits {
  std::uint64_t size = 0;
  std::int64_t modified = 0;  // seconds since 1970; 0 for what is no regular file
  std::uint32_t modified_nanoseconds = 0;
  std::uint64_t sample = 0;  // hash of the first and the last 64 KiB
  bool operator==(const SourceTraits&) const = default;
};

// Chunks first … first + count − 1 of a file.
struct ChunkSpan {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

// A chunk as it stands in the stream.
struct FrameEntry {
  std::uint64_t hash = 0;      // XXH3-64 of the chunk
  std::uint32_t stored = 0;    // bytes of the frame
  std::uint32_t original = 0;  // bytes of the chunk
};

// A process's share of a compression. Next and Take are called by one worker at a time each, but a
// call of the one may go on while the other is called.
class FrameWork {
 public:
  virtual ~FrameWork() = default;
  // The chunks to go on with, none of which any other process gets; nothing: there are no more. May
  // wait for Take to be called for chunks handed out before, or for other processes.
  virtual Result<std::optional<ChunkSpan>> Next() = 0;
  // The frame of a chunk, in the order of Next; its bytes are gone after the call.
  virtual Result<void> Take(std::uint64_t chunk, ByteView frame, const FrameEntry& entry) = 0;
  // The run fails: a Next that waits returns. From any thread.
  virtual void Stop() noexcept {}
};

class SharedCompressor {
 public:
  // Reads the source's ends. kInvalidArgument: a pipe or what else cannot be read at any place;
  // rsyncable; far; adapt; content_hash. Under a memory limit chunks never get smaller than without one, as the processes'
  // limits might differ; the index of members and the frames that FrameWork keeps come on top of it.
  static Result<SharedCompressor> Open(const std::string& source, const Options& options);
  SharedCompressor(SharedCompressor&&) noexcept;
  SharedCompressor& operator=(SharedCompressor&&) noexcept;
  ~SharedCompressor();

  [[nodiscard]] const SourceTraits& traits() const noexcept;
  [[nodiscard]] std::uint32_t chunk_size() const noexcept;
  [[nodiscard]] std::uint64_t chunks() const noexcept;
  // Chunks that are between Next and Take at most.
  [[nodiscard]] std::uint32_t in_flight() const noexcept;

  // The stream's first bytes.
  [[nodiscard]] Bytes Header() const;
  // Compresses what `work` hands out.
  Result<Summary> Run(FrameWork& work, const Observer& observer = {});
  // What follows the frames, in pieces and in order: the index of members, if the source is a tar,
  // and the footer. `entries`: of all chunks, in order.
  Result<void> WriteEnd(std::span<const FrameEntry> entries,
                        const std::function<Result<void>(ByteView)>& write);
  // kIo: the source was written to since it was opened.
  Result<void> CheckUnchanged() const;

 private:
  struct State;
  explicit SharedCompressor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Frames read back from where they were written: they must be, whole and without a gap, those of the
// span's chunks of a source of `size` bytes. kCorrupt, with the offset in `frames`.
Result<void> CheckFrames(ByteView frames, const ChunkSpan& span, std::uint32_t chunk_size,
                         std::uint64_t size);

class SharedRestorer {
 public:
  // Reads the seek tables: 24 bytes of memory a chunk. A source without an intact footer is an error
  // that says what reading from the front finds wrong.
  static Result<SharedRestorer> Open(const std::string& source, const Options& options);
  SharedRestorer(SharedRestorer&&) noexcept;
  SharedRestorer& operator=(SharedRestorer&&) noexcept;
  ~SharedRestorer();

  [[nodiscard]] const SourceTraits& traits() const noexcept;
  [[nodiscard]] std::uint64_t original() const noexcept;
  // Of all streams of the source.
  [[nodiscard]] std::uint64_t chunks() const noexcept;
  [[nodiscard]] std::uint32_t chunk_size() const noexcept;  // the largest of all
  [[nodiscard]] std::uint32_t threads() const noexcept;

  // Restores the chunks of a span; `take` gets their bytes in order, each piece with its offset in
  // the restored file. The error of a chunk has its offset in the source.
  Result<Summary> Run(const ChunkSpan& span,
                      const std::function<Result<void>(std::uint64_t, ByteView)>& take);
  // The place of a chunk in the restored file.
  [[nodiscard]] ByteRange Place(std::uint64_t chunk) const;
  // Restored bytes read back from where they were written: kCorrupt if they are not those of the
  // chunk.
  Result<void> Check(std::uint64_t chunk, ByteView bytes) const;
  Result<void> CheckUnchanged() const;

 private:
  struct State;
  explicit SharedRestorer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// A target that several processes write: a hidden file beside it, which has a name that they can
// open, until it is published. Destroying it unpublished, or DiscardUnpublished, removes the file.
class SharedTarget {
 public:
  // As the target of CompressFile (`compresses`) or DecompressFile; a link is refused.
  static Result<SharedTarget> Create(const std::string& source, const std::string& target,
                                     bool compresses, const FileOptions& files);
  SharedTarget(SharedTarget&&) noexcept;
  SharedTarget& operator=(SharedTarget&&) noexcept;
  ~SharedTarget();

  // To write to, empty so far.
  [[nodiscard]] const std::string& path() const noexcept;
  // Syncs it (but with Sync::kNever), gives it the source's metadata and the target's name, and
  // returns warnings.
  Result<std::vector<std::string>> Publish();

 private:
  struct State;
  explicit SharedTarget(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sigma

#endif  // SIGMA_SHARED_HPP_
