// ChunkTally: what the chunks of a stream so far call for in its footer, in constant memory however
// many they are. Whoever writes a stream writes the footer with it; whoever reads one forward
// checks the footer with it.
//
// The footer hash covers everything of the footer before it, from the kind byte on: it, the stream
// hash and the totals can be kept as the chunks come. What is not kept is the seek table itself: a
// writer gives it again, a reader finds it in the footer, where the hash tells whether it is the
// one that the chunks call for. A reader keeps the first kKept entries too, so that it can say
// which byte of the footer of an ordinary stream is wrong.
#ifndef SIGMA_FORMAT_CHUNK_TALLY_H_
#define SIGMA_FORMAT_CHUNK_TALLY_H_

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "engine/base/hash.h"
#include "engine/format/stream_format.h"
#include "engine/format/wire.h"

namespace sigma {

class ChunkTally {
 public:
  // Entries that a reader keeps, 24 bytes each.
  static constexpr std::size_t kKept = 4096;

  // Keeps `keep` entries; throws std::bad_alloc up to that many.
  explicit ChunkTally(std::size_t keep = 0) : keep_(keep) { Clear(); }
  ChunkTally(std::span<const SeekEntry> chunks, std::size_t keep) : ChunkTally(keep) {
    for (const SeekEntry& chunk : chunks) Add(chunk);
  }
  // As if no chunk had been seen.
  void Clear();
  // The next chunk, in order.
  void Add(const SeekEntry& entry);

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t original() const noexcept { return original_; }
  [[nodiscard]] std::uint64_t stream_hash() const noexcept { return chunk_hashes_->Value(); }

  // Whether the stream, whose footer begins at `offset`, has the short one.
  [[nodiscard]] bool TakesShortFooter(std::uint64_t offset) const noexcept;
  // A short footer, whole.
  [[nodiscard]] static std::array<std::uint8_t, wire::kShortFooterSize> ShortFooter(
      std::uint64_t offset) noexcept;
  // Ends the tally; until Clear nothing else may be called then.
  [[nodiscard]] std::array<std::uint8_t, kTrailerSize> Trailer(std::uint64_t offset) noexcept;

  // Reads the footer that begins at `offset` of the stream: next(n) gives the next n bytes of the
  // input, fewer only at its end, and passes over them. The footer must be, byte for byte, the one
  // that the chunks call for, and their total the header's original size. An error's offset counts
  // from the footer's begin. Ends the tally.
  Result<void> Check(const StreamHeader& header, std::uint64_t offset,
                     const std::function<Result<ByteView>(std::size_t)>& next);

 private:
  const std::size_t keep_;
  std::uint64_t count_ = 0;
  std::uint64_t original_ = 0;
  std::uint64_t end_ = 0;               // of a chunk right after a header of the least size
  std::optional<Hasher> chunk_hashes_;  // the chunks' hashes
  std::optional<Hasher> footer_;        // kind byte and seek entries
  std::vector<SeekEntry> kept_;
};

// 24 bytes: | offset 8 | stored 4 | original 4 | hash 8 |
void WriteSeekEntry(const SeekEntry& entry, std::uint8_t* to) noexcept;

}  // namespace sigma

#endif  // SIGMA_FORMAT_CHUNK_TALLY_H_
