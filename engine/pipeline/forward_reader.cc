#include "engine/pipeline/forward_reader.h"

#include <algorithm>
#include <cstring>

namespace sigma {
namespace {

// A buffer is made in one piece up to this size; a larger one grows fourfold as the bytes arrive,
// so a header that promises 64 MiB and holds nothing costs 1 MiB.
constexpr std::size_t kFirstPiece = std::size_t{1} << 20;

}  // namespace

Result<ByteView> ForwardReader::Peek(std::size_t wanted) {
  for (;;) {
    Result<ByteView> bytes = PeekFlushed(wanted);
    if (!bytes || bytes->size() == wanted || !Flushed()) return bytes;
  }
}

Result<ByteView> ForwardReader::PeekFlushed(std::size_t wanted) {
  if (!memory_.empty()) {
    const auto from = static_cast<std::size_t>(position_);
    return memory_.subspan(from, std::min(wanted, memory_.size() - from));
  }
  const std::size_t have = ahead_.size() - begin_;
  if (have < wanted) {
    ahead_.erase(ahead_.begin(), ahead_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
    ahead_.resize(wanted);
    const Result<std::size_t> got = source_.Read(MutableBytes{ahead_}.subspan(have));
    ahead_.resize(have + (got ? *got : 0));
    if (!got) return got.failure();
  }
  return ByteView{ahead_}.subspan(begin_, std::min(wanted, ahead_.size() - begin_));
}

void ForwardReader::Skip(std::size_t size) noexcept {
  position_ += size;
  if (memory_.empty()) begin_ += size;
}

// The pad after copied bytes is zero, never what somebody else left there.
Result<ByteView> ForwardReader::Take(std::size_t size, Buffer& buffer) {
  if (!memory_.empty()) {
    const auto from = static_cast<std::size_t>(position_);
    const std::size_t left = memory_.size() - from;
    const ByteView found = memory_.subspan(from, std::min(size, left));
    position_ += found.size();
    if (left - found.size() >= kPad) return found;
    if (found.empty()) return found;
    if (buffer.size() < found.size()) buffer = Buffer(found.size());
    std::memcpy(buffer.data(), found.data(), found.size());
    std::memset(buffer.data() + found.size(), 0, kPad);
    return ByteView{buffer.data(), found.size()};
  }
  std::size_t filled = 0;
  while (filled < size) {
    const std::size_t piece = std::min(size, std::max(kFirstPiece, 4 * filled));
    if (buffer.size() < piece) {
      Buffer larger(piece);
      if (filled != 0) std::memcpy(larger.data(), buffer.data(), filled);
      buffer = std::move(larger);
    }
    const std::size_t end = std::min(size, buffer.size());
    const std::size_t known = std::min(end - filled, ahead_.size() - begin_);
    if (known != 0) std::memcpy(buffer.data() + filled, ahead_.data() + begin_, known);
    begin_ += known;
    filled += known;
    position_ += known;
    const Result<std::size_t> got = source_.Read(buffer.bytes().subspan(filled, end - filled));
    if (!got) return got.failure();
    filled += *got;
    position_ += *got;
    if (filled < end && !Flushed()) break;
  }
  if (buffer.data() != nullptr) std::memset(buffer.data() + filled, 0, kPad);
  return ByteView{buffer.data(), filled};
}

}  // namespace sigma
