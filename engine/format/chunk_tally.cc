#include "engine/format/chunk_tally.h"

#include <algorithm>

#include "engine/base/endian.h"

namespace sigma {
namespace {

// Entries of the seek table that are read at once.
constexpr std::uint64_t kEntriesInPiece = 256;

Unexpected Disagrees(std::uint64_t at) {
  return Fail(ErrorCode::kCorrupt, "the footer does not agree with the chunks before it", at);
}

// That `there`, found `at` bytes after the footer's begin, is what is called for.
Result<void> Compare(ByteView there, ByteView wanted, std::uint64_t at) {
  const auto differs = std::mismatch(there.begin(), there.end(), wanted.begin()).first;
  if (differs != there.end()) {
    return Disagrees(at + static_cast<std::uint64_t>(differs - there.begin()));
  }
  if (there.size() < wanted.size()) {
    return Fail(ErrorCode::kTruncated, "the input ends inside the footer", at + there.size());
  }
  return {};
}

}  // namespace

void WriteSeekEntry(const SeekEntry& entry, std::uint8_t* to) noexcept {
  StoreLE(to, entry.offset);
  StoreLE(to + 8, entry.stored);
  StoreLE(to + 12, entry.original);
  StoreLE(to + 16, entry.hash);
}

void ChunkTally::Clear() {
  count_ = 0;
  original_ = 0;
  end_ = 0;
  chunk_hashes_.emplace();
  footer_.emplace();
  footer_->Add({&wire::kLongFooter, 1});
  kept_.clear();
}

void ChunkTally::Add(const SeekEntry& entry) {
  std::array<std::uint8_t, wire::kSeekEntry> bytes;
  WriteSeekEntry(entry, bytes.data());
  footer_->Add(bytes);
  chunk_hashes_->Add(ByteView{bytes}.subspan(16, 8));
  if (kept_.size() < keep_) kept_.push_back(entry);
  if (count_ == 0 && entry.offset == wire::kBareStreamHeader) end_ = entry.offset + entry.stored;
  ++count_;
  original_ += entry.original;
}

bool ChunkTally::TakesShortFooter(std::uint64_t offset) const noexcept {
  return count_ == 1 && end_ != 0 && offset == end_;
}

// +------+-------------+----------+
// | kind | stream size | end mark |
// | 1    | 4           | 2        |
// +------+-------------+----------+
// There is no seek table: the one chunk header, which has a hash of its own, says it all.
std::array<std::uint8_t, wire::kShortFooterSize> ChunkTally::ShortFooter(
    std::uint64_t offset) noexcept {
  std::array<std::uint8_t, wire::kShortFooterSize> footer;
  footer[0] = wire::kShortFooter;
  StoreLE(&footer[1], static_cast<std::uint32_t>(offset + wire::kShortFooterSize));
  std::copy(wire::kShortEnd.begin(), wire::kShortEnd.end(), &footer[5]);
  return footer;
}

// +------+---------------+----------------+-------------+-------------+-------+-------------+------+
// | kind | seek entries  | original total | stream size | stream hash | count | footer hash | end |
// | 1    | 24 each       | 8              | 8           | 8           | 4     | 8           | 4 |
// +------+---------------+----------------+-------------+-------------+-------+-------------+------+
//                        |<---------------------------- trailer, 40 bytes ----------------------->|
// The footer hash covers everything of the footer before it.
std::array<std::uint8_t, kTrailerSize> ChunkTally::Trailer(std::uint64_t offset) noexcept {
  std::array<std::uint8_t, kTrailerSize> trailer;
  std::uint8_t* const to = trailer.data();
  StoreLE(to, original_);
  StoreLE<std::uint64_t>(to + 8, offset + 1 + count_ * wire::kSeekEntry + kTrailerSize);
  StoreLE(to + 16, chunk_hashes_->Value());
  StoreLE(to + 24, static_cast<std::uint32_t>(count_));
  footer_->Add(ByteView{trailer}.first(28));
  StoreLE(to + 28, footer_->Value());
  std::copy(wire::kLongEnd.begin(), wire::kLongEnd.end(), to + 36);
  return trailer;
}

Result<void> ChunkTally::Check(const StreamHeader& header, std::uint64_t offset,
                               const std::function<Result<ByteView>(std::size_t)>& next) {
  // Compares the next bytes of the input.
  std::uint64_t at = 0;
  const auto expect = [&](ByteView wanted) -> Result<void> {
    const Result<ByteView> there = next(wanted.size());
    if (!there) return there.failure();
    Result<void> same = Compare(*there, wanted, at);
    at += wanted.size();
    return same;
  };
  if (TakesShortFooter(offset)) {
    if (Result<void> same = expect(ShortFooter(offset)); !same) return same;
  } else {
    if (Result<void> same = expect({&wire::kLongFooter, 1}); !same) return same;
    const std::uint64_t entries = footer_->Value();
    Hasher found;
    found.Add({&wire::kLongFooter, 1});
    std::array<std::uint8_t, wire::kSeekEntry * kEntriesInPiece> piece;
    std::uint64_t done = 0;
    while (done < kept_.size()) {
      const std::uint64_t count = std::min(kept_.size() - done, kEntriesInPiece);
      for (std::uint64_t i = 0; i < count; ++i) {
        WriteSeekEntry(kept_[static_cast<std::size_t>(done + i)], &piece[wire::kSeekEntry * i]);
      }
      const ByteView wanted = ByteView{piece}.first(wire::kSeekEntry * count);
      if (Result<void> same = expect(wanted); !same) return same;
      found.Add(wanted);
      done += count;
    }
    const std::uint64_t from = at;
    while (done < count_) {
      const std::uint64_t count = std::min(count_ - done, kEntriesInPiece);
      const auto size = static_cast<std::size_t>(wire::kSeekEntry * count);
      const Result<ByteView> there = next(size);
      if (!there) return there.failure();
      if (there->size() < size) {
        return Fail(ErrorCode::kTruncated, "the input ends inside the footer", at + there->size());
      }
      found.Add(*there);
      at += size;
      done += count;
    }
    if (found.Value() != entries) return Disagrees(from);
    if (Result<void> same = expect(Trailer(offset)); !same) return same;
  }
  if (header.original_size && *header.original_size != original_) {
    return Fail(ErrorCode::kCorrupt, "the chunks' total contradicts the stream header", 0);
  }
  return {};
}

}  // namespace sigma
