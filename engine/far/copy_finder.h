// CopyFinder: finds what of each chunk stands in an earlier chunk of the stream already, at any
// distance.
//
// Landmarks (kernels/lz/landmarks.h) are places that contents choose themselves. The bytes at each are
// hashed, by the workers side by side; then, one chunk after the other in the order of the stream,
// the hashes are looked up in a table of the whole stream, what they lead to is compared with the
// source byte by byte and extended to both sides, and the chunk's own landmarks are added. A copy
// names bytes that are their chunk's own, no copies: of bytes that are copied nothing is added, and
// each entry tells how far the own bytes around it reach. So what a chunk copies is found by the
// chunk's own bytes alone, one step away.
//
// The copies depend on the source, the chunk size and the table's size alone. Per chunk: memory for
// its landmarks (1/10 of it) and copies; work linear in its size, and reading what it copies.
// After LBFS (Muthitacharoen et al., "A Low-bandwidth Network File System", 2001), whose places contents
// choose as well, and the long-distance matching of zstd (2017), which samples hashes and extends.
#ifndef SIGMA_FAR_COPY_FINDER_H_
#define SIGMA_FAR_COPY_FINDER_H_

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "engine/far/copy_table.h"
#include "engine/format/far_format.h"
#include "engine/io/stream.h"

namespace sigma {

class CopyFinder {
 public:
  // What is found of one chunk; its memory is used again.
  struct Chunk {
    std::vector<FarCopy> copies;  // ascending, without overlap
    bool done = false;
    std::optional<Error> error;  // of reading the source
    std::size_t count = 0;       // of landmarks
    std::vector<std::uint32_t> places;
    std::vector<std::uint64_t> hashes;
  };

  // Bytes that `table_bytes` of a bound allow a table for a source of `size` bytes.
  [[nodiscard]] static std::uint64_t TableBytes(std::uint64_t size, std::uint64_t most_bytes);
  // Bytes of a Chunk.
  [[nodiscard]] static std::uint64_t ChunkBytes(std::uint64_t chunk_size);

  // `source` can be read at any place and outlives the finder. Throws std::bad_alloc.
  CopyFinder(Source& source, std::uint32_t chunk_size, std::uint64_t table_bytes);

  // Makes the memory of a chunk; throws std::bad_alloc.
  void Prepare(Chunk& chunk) const;
  // Finds the copies of chunk `number`, whose bytes are `bytes`, once all chunks before it are done.
  // Every chunk's turn comes: with Find, or Pass where there is nothing to look at. Once for each.
  void Find(std::uint64_t number, ByteView bytes, Chunk& chunk) noexcept;
  void Pass(std::uint64_t number) noexcept;
  // Nobody's turn counts any longer. From any thread.
  void Stop() noexcept;

 private:
  class Turn;

  void Hash(ByteView bytes, Chunk& chunk) const noexcept;
  void FindInOrder(std::uint64_t position, ByteView bytes, Chunk& chunk);
  [[nodiscard]] Result<std::optional<FarCopy>> CopyAt(ByteView bytes, std::size_t place,
                                                      std::size_t end,
                                                      const CopyTable::Place& found);
  Result<std::size_t> AlikeAfter(ByteView bytes, std::uint64_t source);
  Result<std::size_t> AlikeBefore(ByteView bytes, std::uint64_t source);
  Result<ByteView> Read(std::uint64_t position, std::size_t size);
  void DropScattered(std::vector<FarCopy>& copies);
  void Add(std::uint64_t position, std::size_t size, const Chunk& chunk) noexcept;

  Source& source_;
  const std::uint32_t chunk_size_;
  CopyTable table_;  // of whose turn it is, as what follows
  std::vector<std::uint8_t> piece_;
  struct Share {
    std::uint64_t chunk;
    std::uint64_t bytes;
  };
  std::vector<Share> shares_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable passed_;
  std::uint64_t turn_ = 0;
  bool stopped_ = false;
};

}  // namespace sigma

#endif  // SIGMA_FAR_COPY_FINDER_H_
