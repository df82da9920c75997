// Source and Sink: where a stream's bytes come from and go to. The implementations (file, pipe,
// memory) are the only code that talks to the operating system; nothing here throws.
#ifndef SIGMA_IO_STREAM_H_
#define SIGMA_IO_STREAM_H_

#include <cstdint>
#include <optional>

#include "sigma/sigma.hpp"

namespace sigma {

// Whatever went wrong went wrong with the target of a call.
template <typename T>
[[nodiscard]] Result<T> AtTarget(Result<T> result) {
  if (!result) result.error().at_target = true;
  return result;
}

class Source {
 public:
  virtual ~Source() = default;
  // Fills `target` from the current position; fewer bytes mean that the end was reached.
  // Interrupted and short reads are retried inside.
  virtual Result<std::size_t> Read(MutableBytes target) = 0;
  // Total size in bytes; nothing for a pipe.
  [[nodiscard]] virtual std::optional<std::uint64_t> Size() const = 0;
  // Whether ReadAt works.
  [[nodiscard]] virtual bool Seekable() const = 0;
  // Fills `target` from `offset` without moving the position; fewer bytes mean the end. Safe from
  // several threads at once.
  virtual Result<std::size_t> ReadAt(std::uint64_t offset, MutableBytes target) = 0;
  // How many bytes from the current position are known to be zeros without reading them: a hole in
  // a sparse file. 0 where nothing is known.
  [[nodiscard]] virtual std::uint64_t ZerosAhead() { return 0; }
  // Moves the position over that many of them, or fewer.
  virtual void SkipZeros(std::uint64_t bytes) { (void)bytes; }
  // The whole content where it is already in memory (nothing to copy), else an empty view.
  [[nodiscard]] virtual ByteView Memory() const { return {}; }
};

class Sink {
 public:
  virtual ~Sink() = default;
  virtual Result<void> Write(ByteView bytes) = 0;
  // Called once after the last Write: flushes what is buffered (a trailing hole, for instance).
  virtual Result<void> Finish() = 0;
  // A memory sink of known size lets the workers decode in place: the target of the `size` bytes at
  // `offset`, or an empty span if this sink takes only Write.
  virtual MutableBytes Place(std::uint64_t offset, std::size_t size) {
    (void)offset;
    (void)size;
    return {};
  }
  // A file of our own takes its bytes in any order and from several threads at once. The caller
  // then uses WriteAt alone and says, from one thread, when all bytes before `end` are written.
  [[nodiscard]] virtual bool TakesPieces() const { return false; }
  virtual Result<void> WriteAt(std::uint64_t offset, ByteView bytes) {
    (void)offset;
    (void)bytes;
    return Fail(ErrorCode::kIo, "the output cannot be written at an offset");
  }
  virtual void WrittenTo(std::uint64_t end) { (void)end; }
};

}  // namespace sigma

#endif  // SIGMA_IO_STREAM_H_
