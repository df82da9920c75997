// The sections a transform makes of its source: side by side in one piece of memory that the caller
// owns, each at a cache line with kPad readable bytes after it, each with a hint for the encoder.
#ifndef SIGMA_TRANSFORM_SECTION_LIST_H_
#define SIGMA_TRANSFORM_SECTION_LIST_H_

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "sigma/result.hpp"

namespace sigma {

inline constexpr std::size_t kMaxSections = 255;

// Most bytes the sections of a source of `size` bytes hold together (FORMAT.md).
[[nodiscard]] constexpr std::size_t SectionsBound(std::size_t size) noexcept {
  return size + size / 2 + 4096;
}

// The nature of a section, a hint for the encoder; not on the wire.
enum class SectionKind : std::uint8_t {
  kBytes,     // anything: gets the coder its features suggest
  kNoise,     // nothing gains: stored
  kSymbols,   // order-0 statistics say all: entropy coding or raw, no search for matches
  kIntegers,  // little-endian integers of `width` bytes: may take a transform of its own
  kMatches,   // references do best, nothing else is tried
  kPiece,     // a part of the source as it was: everything a chunk may get
  kTexts,     // the texts of a column: perhaps a table
};

struct SectionHint {
  SectionKind kind = SectionKind::kBytes;
  std::uint8_t width = 1;  // bytes, of kIntegers and of numbers in a kPiece
};

class SectionList {
 public:
  struct Entry {
    MutableBytes bytes;
    SectionHint hint;
  };

  // Bytes of memory that hold any sections of a source of `size` bytes: at least kPad after each.
  [[nodiscard]] static constexpr std::size_t MemoryFor(std::size_t size) noexcept {
    return SectionsBound(size) + kMaxSections * (kPad + kCacheLine);
  }

  // `memory` is on a cache line and holds MemoryFor(source_size) bytes.
  SectionList(MutableBytes memory, std::size_t source_size) noexcept
      : memory_(memory), left_(SectionsBound(source_size)) {
    assert(memory.size() >= MemoryFor(source_size));
  }

  // A section of `size` bytes for the caller to fill; false in `ok()` from the first one on that
  // has no room, and an empty span.
  MutableBytes Add(std::size_t size, SectionHint hint = {}) noexcept {
    ok_ = ok_ && size <= left_ && count_ < kMaxSections;
    if (!ok_) return {};
    const MutableBytes bytes = memory_.subspan(end_, size);
    entries_[count_++] = {bytes, hint};
    left_ -= size;
    end_ += (size + kPad + kCacheLine - 1) / kCacheLine * kCacheLine;
    return bytes;
  }

  // The most bytes the next section can have.
  [[nodiscard]] std::size_t left() const noexcept { return ok_ ? left_ : 0; }
  // Cuts the section added last to its first `size` bytes: for sections whose size shows only when
  // they are filled.
  void Shrink(std::size_t size) noexcept {
    Entry& last = entries_[count_ - 1];
    assert(count_ > 0 && size <= last.bytes.size());
    left_ += last.bytes.size() - size;
    end_ = static_cast<std::size_t>(last.bytes.data() - memory_.data()) +
           (size + kPad + kCacheLine - 1) / kCacheLine * kCacheLine;
    last.bytes = last.bytes.first(size);
  }

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] const Entry& operator[](std::size_t i) const noexcept {
    assert(i < count_);
    return entries_[i];
  }

 private:
  MutableBytes memory_;
  std::array<Entry, kMaxSections> entries_;
  std::size_t count_ = 0;
  std::size_t end_ = 0;
  std::size_t left_;
  bool ok_ = true;
};

}  // namespace sigma

#endif  // SIGMA_TRANSFORM_SECTION_LIST_H_
