#include "engine/io/memory_stream.h"

#include <algorithm>

namespace sigma {

Result<std::size_t> MemorySource::Read(MutableBytes target) {
  const std::size_t size = std::min(target.size(), bytes_.size() - position_);
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(position_), size, target.begin());
  position_ += size;
  return size;
}

Result<std::size_t> MemorySource::ReadAt(std::uint64_t offset, MutableBytes target) {
  if (offset >= bytes_.size()) return std::size_t{0};
  const ByteView rest = bytes_.subspan(static_cast<std::size_t>(offset));
  const std::size_t size = std::min(target.size(), rest.size());
  std::copy_n(rest.begin(), size, target.begin());
  return size;
}

Result<void> BytesSink::Write(ByteView bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  return {};
}

void MemorySink::SkipPlaced() {
  while (!placed_.empty() && placed_.front().begin <= position_) {
    position_ = std::max(position_, placed_.front().end);
    placed_.pop_front();
  }
}

Result<void> MemorySink::Write(ByteView bytes) {
  while (!bytes.empty()) {
    SkipPlaced();
    const std::size_t end = placed_.empty() ? target_.size() : placed_.front().begin;
    if (end == position_) return Fail(ErrorCode::kLimit, "the result does not fit its buffer");
    const std::size_t size = std::min(bytes.size(), end - position_);
    std::copy_n(bytes.begin(), size, target_.begin() + static_cast<std::ptrdiff_t>(position_));
    position_ += size;
    bytes = bytes.subspan(size);
  }
  return {};
}

MutableBytes MemorySink::Place(std::uint64_t offset, std::size_t size) {
  if (offset > target_.size() || size > target_.size() - offset) return {};
  const auto begin = static_cast<std::size_t>(offset);
  if (!placed_.empty() && placed_.back().end == begin) {
    placed_.back().end += size;
  } else {
    placed_.push_back({begin, begin + size});
  }
  return target_.subspan(begin, size);
}

std::size_t MemorySink::size() {
  SkipPlaced();
  return position_;
}

}  // namespace sigma
