// Stretch: a part of a seekable source as a source of its own, from `begin` on. The source behind it
// outlives it and is read by ReadAt alone, so several stretches of it may be read side by side.
#ifndef SIGMA_IO_STRETCH_H_
#define SIGMA_IO_STRETCH_H_

#include <cstdint>
#include <optional>

#include "engine/io/stream.h"

namespace sigma {

class Stretch final : public Source {
 public:
  // `begin` + `size` is at most the source's size.
  Stretch(Source& source, std::uint64_t begin, std::uint64_t size)
      : source_(source), begin_(begin), size_(size) {}

  Result<std::size_t> Read(MutableBytes target) override;
  [[nodiscard]] std::optional<std::uint64_t> Size() const override { return size_; }
  [[nodiscard]] bool Seekable() const override { return true; }
  Result<std::size_t> ReadAt(std::uint64_t offset, MutableBytes target) override;
  [[nodiscard]] bool Skip(std::uint64_t bytes) override {
    position_ += bytes;
    return true;
  }

 private:
  Source& source_;
  const std::uint64_t begin_;
  const std::uint64_t size_;
  std::uint64_t position_ = 0;
};

}  // namespace sigma

#endif  // SIGMA_IO_STRETCH_H_
