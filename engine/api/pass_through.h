// PassThrough: what is no stream, copied as it is (FileOptions::pass_through).
#ifndef SIGMA_API_PASS_THROUGH_H_
#define SIGMA_API_PASS_THROUGH_H_

#include <array>

#include "engine/io/stream.h"
#include "sigma/options.hpp"

namespace sigma {

// A source whose first bytes have been looked at; it gives them all the same. `source` outlives it.
class PeekedSource final : public Source {
 public:
  explicit PeekedSource(Source& source) : source_(source) {}

  // Whether a stream's magic begins the source. To be called once, before anything is read.
  Result<bool> BeginsWithStream();

  Result<std::size_t> Read(MutableBytes target) override;
  [[nodiscard]] std::optional<std::uint64_t> Size() const override { return source_.Size(); }
  [[nodiscard]] bool Seekable() const override { return source_.Seekable(); }
  Result<std::size_t> ReadAt(std::uint64_t offset, MutableBytes target) override {
    return source_.ReadAt(offset, target);
  }
  [[nodiscard]] ByteView Memory() const override { return source_.Memory(); }

 private:
  Source& source_;
  // Taken from a source that cannot be read at an offset.
  std::array<std::uint8_t, 4> taken_{};
  std::size_t from_ = 0;
  std::size_t to_ = 0;
};

// All of `source` into `sink`, which is finished. The summary counts bytes, and no stream. kLimit
// beyond options.output_limit. Throws std::bad_alloc.
Result<Summary> PassThrough(Source& source, Sink& sink, const Options& options,
                            const Observer& observer);

}  // namespace sigma

#endif  // SIGMA_API_PASS_THROUGH_H_
