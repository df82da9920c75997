// SpooledSource: all of a pipe in a temporary file without a name (scratch_file.h), so that it can be
// read at any place.
#ifndef SIGMA_IO_SPOOLED_SOURCE_H_
#define SIGMA_IO_SPOOLED_SOURCE_H_

#include <cstdint>
#include <optional>

#include "engine/io/scratch_file.h"
#include "engine/io/stream.h"

namespace sigma {

class SpooledSource final : public Source {
 public:
  // Reads `source` to its end. kIo, naming the folder, where the temporary file cannot be made or
  // written.
  static Result<SpooledSource> Create(Source& source);

  Result<std::size_t> Read(MutableBytes target) override;
  [[nodiscard]] std::optional<std::uint64_t> Size() const override { return file_.size(); }
  [[nodiscard]] bool Seekable() const override { return true; }
  Result<std::size_t> ReadAt(std::uint64_t offset, MutableBytes target) override;

 private:
  explicit SpooledSource(ScratchFile file) : file_(std::move(file)) {}
  ScratchFile file_;
  std::uint64_t position_ = 0;
};

}  // namespace sigma

#endif  // SIGMA_IO_SPOOLED_SOURCE_H_
