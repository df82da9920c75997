// The batch of a series of files: results that have to be durable before their sources may go.
// Settling takes the whole batch through each step before the next begins: all data is sent to the
// disk and waited for, then each folder is synced once, then every result is opened again, restored
// and compared, and only then are sources removed. So at any moment either the source is there or a
// result that is durable and was seen to restore it.
#ifndef SIGMA_API_FILE_BATCH_H_
#define SIGMA_API_FILE_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/api/file_workers.h"
#include "engine/io/input_file.h"
#include "engine/io/output_file.h"
#include "sigma/files.hpp"

namespace sigma {

// A published result that waits.
struct PendingFile {
  InputFile source;
  PublishedFile result;
  FileSeries::Settled settled;
  bool compressed = false;  // the result is the stream; otherwise the source is
  bool remove = false;
  bool kept = false;  // for a reason that settled tells
};

// Streams up to this size are restored side by side. They may hold any number of chunks; each
// worker then has memory for its own.
inline constexpr std::uint64_t kSmallStream = std::uint64_t{256} << 10;

class FileBatch {
 public:
  // `threads`: that open files at once.
  explicit FileBatch(std::uint32_t threads);

  void Add(PendingFile one);
  // So many more can be added without memory of their own.
  void Reserve(std::size_t more) { files_.reserve(files_.size() + more); }
  // Files it still takes, at least 1.
  [[nodiscard]] std::size_t Room() const noexcept;
  [[nodiscard]] bool Full() const noexcept;
  void Settle(FileWorkers& workers, const FileSeries::OnSettled& settled,
              const FileSeries::OnVerifying& verifying);

 private:
  void Sync();

  std::size_t most_files_;
  std::vector<PendingFile> files_;
  std::uint64_t bytes_ = 0;  // of their sources
};

}  // namespace sigma

#endif  // SIGMA_API_FILE_BATCH_H_
