// Archive's inside: a Reader, the index of members where there is one, and the walk over the headers of
// the tar where there is none or where it ends. Private to this room.
#ifndef SIGMA_API_ARCHIVE_STATE_H_
#define SIGMA_API_ARCHIVE_STATE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "engine/api/reader_state.h"
#include "engine/archive/tar_walker.h"
#include "engine/io/tree_writer.h"
#include "engine/memory/buffer_pool.h"
#include "engine/pipeline/stream_index.h"
#include "sigma/archive.hpp"

namespace sigma {

// Where an error is.
[[nodiscard]] inline std::string AtRestored(std::uint64_t offset) {
  return " (byte " + std::to_string(offset) + " of the restored archive)";
}

[[nodiscard]] inline Unexpected CutAt(std::uint64_t offset) {
  return Fail(ErrorCode::kTruncated, "the archive ends inside a member" + AtRestored(offset));
}

// Of a member's data at once: several small chunks, which are decoded side by side; and where memory
// is limited.
inline constexpr std::size_t kArchivePiece = std::size_t{1} << 20;
inline constexpr std::size_t kSmallArchivePiece = std::size_t{64} << 10;

struct Archive::State {
  explicit State(Reader opened) : reader(std::move(opened)) {}

  using VisitEntry = std::function<bool(TarEntry&)>;
  using Put = std::function<Result<void>(std::uint64_t, ByteView)>;

  // archive.cc

  // Members from `begin` on by their headers.
  Result<void> Walk(std::uint64_t begin, const VisitEntry& visit);
  // All members: those of the index, and from where it ends those that the headers tell of.
  Result<void> Each(const Visit& visit);
  // The member as its own headers say it.
  Result<TarEntry> Truth(const Member& member);
  // As Reader::Read, which reads ahead where a read begins at the end of another: so it is with
  // members one after the other, the padding between them included, and with the pieces of a large
  // one; for a small one alone nothing is decoded that it is not in.
  Result<std::size_t> Follow(std::uint64_t offset, MutableBytes target);

  // archive_content.cc

  // The stored bytes of a member from `from` on, `size` of them, in pieces.
  Result<void> Pieces(const Member& member, std::uint64_t from, std::uint64_t size,
                      const Take& take);
  // The map of pax sparse 1.0: decimal numbers, each on a line, in whole blocks before the data: how
  // many pieces, and offset and size of each. Returns where the data begins.
  Result<std::uint64_t> ReadMap(TarEntry& entry);
  // Calls `put` with each stored piece of a sparse file, at its offset.
  Result<void> SparsePieces(TarEntry& entry, const Put& put);
  // A file's content, its holes filled in.
  Result<void> CopyOut(TarEntry& entry, const Take& take);
  // Bytes of a file's content; what is no file has none, whatever is stored with it.
  [[nodiscard]] static std::uint64_t Content(const Member& member);
  // The member in the file system; `holes`: runs of zeros in a file are left out.
  Result<void> Make(TreeWriter& tree, TarEntry& entry, bool holes);

  [[nodiscard]] Source& source() { return inside->source(); }
  [[nodiscard]] const IndexedStream& stream() const {
    return inside->cache->index().streams.front();
  }

  Reader reader;
  Reader::State* inside = nullptr;  // the reader's
  bool indexed = false;
  BufferPool scratch;
  std::size_t most_piece = kArchivePiece;
  std::uint64_t last_end = 0;  // of the last read
  Bytes buffer;
};

}  // namespace sigma

#endif  // SIGMA_API_ARCHIVE_STATE_H_
