// SharedFile: the target in the making, open on every rank through MPI-IO. Every rank writes at
// offsets of its own: no shared pointer, no atomic mode and no data sieving, so no file system has to
// lock anything.
#ifndef SIGMA_CLI_MPI_SHARED_FILE_H_
#define SIGMA_CLI_MPI_SHARED_FILE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "sigma/sigma.hpp"

namespace sigma::cli::mpi {

class SharedFile {
 public:
  // All ranks. The file is there. Errors speak of the target.
  static Result<SharedFile> Open(const std::string& path);
  SharedFile(SharedFile&&) noexcept;
  SharedFile& operator=(SharedFile&&) noexcept;
  // Not closed where a rank failed: closing is for all ranks together.
  ~SharedFile();

  Result<void> WriteAt(std::uint64_t offset, ByteView bytes);
  // Fails where the file ends before.
  Result<void> ReadAt(std::uint64_t offset, MutableBytes bytes);
  // All ranks: from now on it has this size; what is not written reads as zeros.
  Result<void> Resize(std::uint64_t size);
  // All ranks: what was written is on the disk, and every rank reads it.
  Result<void> Sync();
  // All ranks.
  Result<void> Close();

 private:
  struct Handle;
  explicit SharedFile(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

}  // namespace sigma::cli::mpi

#endif  // SIGMA_CLI_MPI_SHARED_FILE_H_
