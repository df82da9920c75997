#include "engine/pipeline/chunk_input.h"

#include <algorithm>
#include <cstring>

#include "engine/pipeline/content_cut.h"
#include "engine/pipeline/stopwatch.h"

namespace sigma {

void ChunkInput::Prepare(InputChunk& chunk) const {
  const bool reads = source_.Memory().empty();
  if (reads && chunk.raw.size() < chunk_size_) chunk.raw = Buffer(chunk_size_);
}

Result<std::size_t> ChunkInput::Next(InputChunk& chunk) {
  const Result<std::size_t> got = Take(chunk);
  if (got) position_ += *got;
  return got;
}

Result<std::size_t> ChunkInput::Take(InputChunk& chunk) {
  chunk.unread.reset();
  const ByteView memory = source_.Memory();
  if (!memory.empty()) {
    const auto position = static_cast<std::size_t>(position_);
    const std::size_t left = memory.size() - position;
    std::size_t size = std::min<std::size_t>(left, chunk_size_);
    if (by_content_) {
      const ByteView ahead = memory.subspan(position, size);
      size = ContentCut(ahead, chunk_size_);
    }
    ended_ = size == left;
    chunk.hole = false;
    chunk.chunk = memory.subspan(position, size);
    if (left - size >= kPad || size == 0) return size;
    if (chunk.raw.size() < size) chunk.raw = Buffer(size);
    std::memcpy(chunk.raw.data(), chunk.chunk.data(), size);
    std::memset(chunk.raw.data() + size, 0, kPad);
    chunk.chunk = ByteView{chunk.raw.data(), size};
    return size;
  }
  chunk.hole = carried_ == 0 && source_.ZerosAhead() >= chunk_size_;
  if (chunk.hole) {
    (void)source_.Skip(chunk_size_);
    chunk.chunk = {};
    return std::size_t{chunk_size_};
  }
  if (LeaveToWorker(chunk)) return std::size_t{chunk_size_};
  // What the cut left of the chunk before.
  if (carried_ != 0) std::memcpy(chunk.raw.data(), carry_.data(), carried_);
  const Result<std::size_t> got =
      source_.Read(chunk.raw.bytes().subspan(carried_, chunk_size_ - carried_));
  if (!got) return got;
  std::size_t size = carried_ + *got;
  carried_ = 0;
  const bool flushed = size < chunk_size_ && source_.GoesOn();
  ended_ = size < chunk_size_ && !flushed;
  if (by_content_ && !flushed) size = Carry(chunk.raw, size);
  chunk.chunk = chunk.raw.view().first(size);
  std::memset(chunk.raw.data() + size, 0, kPad);
  return size;
}

// A whole chunk of a source that can be read at any place is read by the worker that encodes it, so
// that reading keeps as many cores busy as there are. The rest, and what the source has grown by since
// its size was asked for, is read here in order.
bool ChunkInput::LeaveToWorker(InputChunk& chunk) {
  if (by_content_ || !source_.Seekable()) return false;
  const std::uint64_t size = source_.Size().value_or(0);
  if (size - std::min(position_, size) < chunk_size_ || !source_.Skip(chunk_size_)) {
    return false;
  }
  chunk.unread = position_;
  chunk.chunk = {};
  return true;
}

// Cuts what was read by its content; the rest begins the next chunk.
std::size_t ChunkInput::Carry(const Buffer& raw, std::size_t size) {
  const std::size_t cut = ContentCut(raw.view().first(size), chunk_size_);
  if (cut == size) return size;
  if (carry_.size() < chunk_size_) carry_ = Buffer(chunk_size_);
  carried_ = size - cut;
  std::memcpy(carry_.data(), raw.data() + cut, carried_);
  ended_ = false;
  return cut;
}

Result<void> ChunkInput::ReadLeft(InputChunk& chunk) const {
  const Stopwatch watch;
  const Result<std::size_t> got =
      source_.ReadAt(*chunk.unread, chunk.raw.bytes().first(chunk_size_));
  chunk.read_seconds = watch.Seconds();
  if (!got) return got.failure();
  chunk.chunk = chunk.raw.view().first(*got);
  std::memset(chunk.raw.data() + *got, 0, kPad);
  return {};
}

}  // namespace sigma
