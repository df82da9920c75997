// Source and Sink: where a stream's bytes come from and go to. The implementations (file, pipe,
// memory) are the only code that talks to the operating system; nothing here throws.
#ifndef SIGMA_IO_STREAM_H_
#define SIGMA_IO_STREAM_H_

#include <cstdint>
#include <optional>
#include <variant>

#include "sigma/result.hpp"

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
  // Moves the position over bytes that are not read: such zeros, or what ReadAt gives instead. False
  // where it cannot; then it has not moved.
  [[nodiscard]] virtual bool Skip(std::uint64_t bytes) {
    (void)bytes;
    return false;
  }
  // Whether a Read may wait for somebody who waits for what was read before it to be written.
  [[nodiscard]] virtual bool Waits() const { return false; }
  // Makes such a Read return with an error, and every later one. From any thread.
  virtual void Stop() noexcept {}
  // After a Read that gave fewer bytes than asked for: whether the source goes on all the same,
  // because what came so far is wanted on its own (a flush). Such a Read gives at least one byte.
  [[nodiscard]] virtual bool GoesOn() const { return false; }
  // The whole content where it is already in memory (nothing to copy), else an empty view.
  [[nodiscard]] virtual ByteView Memory() const { return {}; }
};

// A sink that lets the workers restore in place, in its own memory.
class Places {
 public:
  // The target of the `size` bytes at `offset` of the output: they are the sink's once they are
  // filled in, without a Write. An empty span where there is no room for them; they are then written
  // in their turn. From one thread; what it gives may be filled from any.
  virtual MutableBytes Place(std::uint64_t offset, std::size_t size) = 0;

 protected:
  ~Places() = default;
};

// A sink that takes its bytes in any order and from several threads at once: a file that nobody else
// sees before it is finished.
class Pieces {
 public:
  virtual Result<void> WriteAt(std::uint64_t offset, ByteView bytes) = 0;
  // All bytes before `end` are written. From one thread.
  virtual void WrittenTo(std::uint64_t end) = 0;

 protected:
  ~Pieces() = default;
};

struct InOrder {};

// How a sink would have its bytes: by Write alone, in the order of the output; by Place, and by Write
// what finds none; by WriteAt alone.
using Delivery = std::variant<InOrder, Places*, Pieces*>;

class Sink {
 public:
  virtual ~Sink() = default;
  // Appends. Every sink takes it that has taken nothing by WriteAt.
  virtual Result<void> Write(ByteView bytes) = 0;
  // How many chunks are on their way to this sink, as that changes: one was taken from the source;
  // one that was taken is written. From any thread.
  virtual void ChunkTaken() noexcept {}
  virtual void ChunkWritten() noexcept {}
  // Called once after the last byte: flushes what is buffered (a trailing hole, for instance).
  virtual Result<void> Finish() = 0;
  // The sink's own interface, which lives as long as the sink.
  [[nodiscard]] virtual Delivery delivery() { return InOrder{}; }
};

}  // namespace sigma

#endif  // SIGMA_IO_STREAM_H_
