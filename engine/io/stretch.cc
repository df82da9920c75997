#include "engine/io/stretch.h"

#include <algorithm>

namespace sigma {

Result<std::size_t> Stretch::Read(MutableBytes target) {
  Result<std::size_t> got = ReadAt(position_, target);
  if (got) position_ += *got;
  return got;
}

Result<std::size_t> Stretch::ReadAt(std::uint64_t offset, MutableBytes target) {
  const std::uint64_t left = size_ - std::min(offset, size_);
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(target.size(), left));
  if (size == 0) return std::size_t{0};
  return source_.ReadAt(begin_ + offset, target.first(size));
}

}  // namespace sigma
