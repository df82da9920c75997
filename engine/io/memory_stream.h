// Sources and sinks in memory, and the sink that takes everything and keeps nothing.
#ifndef SIGMA_IO_MEMORY_STREAM_H_
#define SIGMA_IO_MEMORY_STREAM_H_

#include <deque>

#include "engine/io/stream.h"

namespace sigma {

// Reads a view that outlives it. Memory() is the view: nothing is copied.
class MemorySource final : public Source {
 public:
  explicit MemorySource(ByteView bytes) : bytes_(bytes) {}

  Result<std::size_t> Read(MutableBytes target) override;
  [[nodiscard]] std::optional<std::uint64_t> Size() const override { return bytes_.size(); }
  [[nodiscard]] bool Seekable() const override { return true; }
  Result<std::size_t> ReadAt(std::uint64_t offset, MutableBytes target) override;
  [[nodiscard]] ByteView Memory() const override { return bytes_; }

 private:
  ByteView bytes_;
  std::size_t position_ = 0;
};

// Appends to a vector of its own.
class BytesSink final : public Sink {
 public:
  explicit BytesSink(std::size_t reserve = 0) { bytes_.reserve(reserve); }

  Result<void> Write(ByteView bytes) override;
  Result<void> Finish() override { return {}; }
  [[nodiscard]] Bytes Take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

// Fills the caller's buffer; kLimit when it is full. Bytes handed out by Place count as written:
// what Write gets goes after those placed before it. Place and Write are called from one thread at
// a time; the places themselves may be filled from any.
class MemorySink final : public Sink, public Places {
 public:
  explicit MemorySink(MutableBytes target) : target_(target) {}

  Result<void> Write(ByteView bytes) override;
  Result<void> Finish() override { return {}; }
  MutableBytes Place(std::uint64_t offset, std::size_t size) override;
  [[nodiscard]] Delivery delivery() override { return static_cast<Places*>(this); }
  // Bytes from the start of the buffer that were written or placed without a gap.
  [[nodiscard]] std::size_t size();

 private:
  struct Placed {
    std::size_t begin, end;
  };
  void SkipPlaced();

  MutableBytes target_;
  std::size_t position_ = 0;   // where the next Write goes, after SkipPlaced
  std::deque<Placed> placed_;  // ahead of position_, in order, neighbours merged
};

// Counts what it is given.
class NullSink final : public Sink {
 public:
  Result<void> Write(ByteView bytes) override {
    written_ += bytes.size();
    return {};
  }
  Result<void> Finish() override { return {}; }
  [[nodiscard]] std::uint64_t written() const { return written_; }

 private:
  std::uint64_t written_ = 0;
};

}  // namespace sigma

#endif  // SIGMA_IO_MEMORY_STREAM_H_
