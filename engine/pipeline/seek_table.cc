#include "engine/pipeline/seek_table.h"

#include <algorithm>
#include <array>

#include "engine/base/endian.h"

namespace sigma {
namespace {

constexpr std::size_t kEntriesInPiece = 256;

}  // namespace

SeekTable::SeekTable(std::uint64_t most_bytes)
    : most_blocks_(std::max<std::uint64_t>(most_bytes / kBlock, 1)) {
  blocks_.emplace_back(kBlock);
}

Result<void> SeekTable::Add(const SeekEntry& entry) {
  if (filled_ == kBlockEntries) {
    if (blocks_.size() == most_blocks_) {
      if (Result<void> spilled = Spill(); !spilled) return spilled;
    } else {
      blocks_.emplace_back(kBlock);
    }
    filled_ = 0;
  }
  if (count() == 0) first_offset_ = entry.offset;
  std::uint8_t* const to = blocks_.back().data() + kEntry * filled_++;
  StoreLE(to, entry.stored);
  StoreLE(to + 4, entry.original);
  StoreLE(to + 8, entry.hash);
  tally_.Add(entry);
  return {};
}

// All blocks, which are full; the first one is used again.
Result<void> SeekTable::Spill() {
  if (!spill_) {
    Result<ScratchFile> made = ScratchFile::Create();
    if (!made) {
      return Fail(
          ErrorCode::kLimit,
          "the seek table does not fit into the memory limit, and " + made.error().text +
              "; set TMPDIR to a folder with room, or take larger chunks or a higher limit");
    }
    spill_.emplace(std::move(*made));
  }
  for (const Buffer& block : blocks_) {
    if (Result<void> written = spill_->Append(block.view()); !written) {
      return Fail(ErrorCode::kLimit,
                  "the seek table does not fit into the memory limit, and its "
                  "temporary file fails (" +
                      written.error().text +
                      "); set TMPDIR to a folder with room, or take larger "
                      "chunks or a higher limit");
    }
  }
  blocks_.resize(1);
  return {};
}

Result<void> SeekTable::WriteFooter(std::uint64_t offset,
                                    const std::function<Result<void>(ByteView)>& write) {
  if (tally_.TakesShortFooter(offset)) return write(ChunkTally::ShortFooter(offset));
  if (Result<void> written = write({&wire::kLongFooter, 1}); !written) return written;
  offset_ = first_offset_;
  if (spill_) {
    Buffer block(kBlock);
    for (std::uint64_t at = 0; at < spill_->size(); at += kBlock) {
      if (Result<void> read = spill_->ReadAt(at, block.bytes()); !read) return read;
      if (Result<void> written = WriteEntries(block.view(), write); !written) return written;
    }
  }
  for (const Buffer& block : blocks_) {
    const bool last = &block == &blocks_.back();
    const ByteView entries = block.view().first(last ? kEntry * filled_ : kBlock);
    if (Result<void> written = WriteEntries(entries, write); !written) return written;
  }
  return write(tally_.Trailer(offset));
}

Result<void> SeekTable::WriteEntries(ByteView entries,
                                     const std::function<Result<void>(ByteView)>& write) {
  std::array<std::uint8_t, wire::kSeekEntry * kEntriesInPiece> piece;
  while (!entries.empty()) {
    const std::size_t count = std::min(entries.size() / kEntry, kEntriesInPiece);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t* const from = entries.data() + kEntry * i;
      const SeekEntry entry{.offset = offset_,
                            .stored = LoadLE<std::uint32_t>(from),
                            .original = LoadLE<std::uint32_t>(from + 4),
                            .hash = LoadLE<std::uint64_t>(from + 8)};
      WriteSeekEntry(entry, &piece[wire::kSeekEntry * i]);
      offset_ += entry.stored;
    }
    const ByteView made = ByteView{piece}.first(wire::kSeekEntry * count);
    if (Result<void> written = write(made); !written) return written;
    entries = entries.subspan(kEntry * count);
  }
  return {};
}

}  // namespace sigma
