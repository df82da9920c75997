// ScratchFile: bytes that do not fit into a memory limit, in a temporary file without a name: it is
// gone with the process, however that ends, and nobody else can open it.
#ifndef SIGMA_IO_SCRATCH_FILE_H_
#define SIGMA_IO_SCRATCH_FILE_H_

#include <cstdint>

#include "engine/io/descriptor.h"
#include "sigma/result.hpp"

namespace sigma {

class ScratchFile {
 public:
  // In the folder that TMPDIR names, else in /tmp. kIo, naming the folder, if none can be made.
  static Result<ScratchFile> Create();

  Result<void> Append(ByteView bytes);
  // kIo also where the file holds fewer bytes.
  Result<void> ReadAt(std::uint64_t offset, MutableBytes target) const;
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  explicit ScratchFile(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
  std::uint64_t size_ = 0;
};

}  // namespace sigma

#endif  // SIGMA_IO_SCRATCH_FILE_H_
