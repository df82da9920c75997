// SeekTable: the seek table of a stream that is being written, 16 bytes a chunk: the chunks follow
// each other without a gap.
//
// In memory, in blocks of kBlock bytes; beyond `most_bytes` they go to a temporary file without a
// name (TMPDIR), so that a stream of any length is written within a memory limit.
#ifndef SIGMA_PIPELINE_SEEK_TABLE_H_
#define SIGMA_PIPELINE_SEEK_TABLE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "engine/format/chunk_tally.h"
#include "engine/io/scratch_file.h"
#include "engine/memory/buffer.h"
#include "sigma/result.hpp"

namespace sigma {

class SeekTable {
 public:
  static constexpr std::size_t kEntry = 16;  // bytes
  static constexpr std::size_t kBlockEntries = 3072;
  static constexpr std::size_t kBlock = kEntry * kBlockEntries;  // bytes

  // Holds at most `most_bytes` (kBlock at the least) of entries in memory. Throws std::bad_alloc.
  explicit SeekTable(std::uint64_t most_bytes);

  // The next chunk, which begins where the one before it ended. An error of the temporary file:
  // kLimit, saying what to do.
  Result<void> Add(const SeekEntry& entry);
  [[nodiscard]] std::uint64_t count() const noexcept { return tally_.count(); }
  [[nodiscard]] std::uint64_t original() const noexcept { return tally_.original(); }
  // Bytes in the temporary file.
  [[nodiscard]] std::uint64_t spilled() const noexcept { return spill_ ? spill_->size() : 0; }

  // The footer, which begins at `offset` of the stream, in pieces of at most 6 KiB. Once.
  Result<void> WriteFooter(std::uint64_t offset,
                           const std::function<Result<void>(ByteView)>& write);

 private:
  Result<void> Spill();
  Result<void> WriteEntries(ByteView entries, const std::function<Result<void>(ByteView)>& write);

  const std::uint64_t most_blocks_;
  ChunkTally tally_;
  std::vector<Buffer> blocks_;  // the last one is being filled
  std::size_t filled_ = 0;      // entries of the last one
  std::optional<ScratchFile> spill_;
  std::uint64_t first_offset_ = 0;
  std::uint64_t offset_ = 0;  // while the footer is written
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_SEEK_TABLE_H_
