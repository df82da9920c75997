// ForwardReader: a source read once from its beginning to its end, with a look ahead that can be
// taken back: frames tell their length only in their headers. A source in memory is never copied.
//
// Buffers grow only as far as bytes arrive.
#ifndef SIGMA_PIPELINE_FORWARD_READER_H_
#define SIGMA_PIPELINE_FORWARD_READER_H_

#include <cstdint>
#include <vector>

#include "engine/io/stream.h"
#include "engine/memory/buffer.h"
#include "sigma/result.hpp"

namespace sigma {

class ForwardReader {
 public:
  explicit ForwardReader(Source& source) : source_(source), memory_(source.Memory()) {}

  // Offset of the next byte.
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }

  // The next `wanted` bytes, fewer only at the end. Valid until the next call.
  Result<ByteView> Peek(std::size_t wanted);
  // The same, but fewer also where the source was flushed: then Flushed, and it may be called again
  // for more.
  Result<ByteView> PeekFlushed(std::size_t wanted);
  [[nodiscard]] bool Flushed() const { return memory_.empty() && source_.GoesOn(); }
  // Passes over bytes that Peek has just shown.
  void Skip(std::size_t size) noexcept;
  // The next `size` bytes, fewer only at the end, with kPad readable bytes after them: in
  // `buffer`, which grows if need be, or in the source's memory.
  Result<ByteView> Take(std::size_t size, Buffer& buffer);

 private:
  Source& source_;
  const ByteView memory_;
  std::uint64_t position_ = 0;
  std::vector<std::uint8_t> ahead_;  // read, not yet passed over: from begin_ on
  std::size_t begin_ = 0;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_FORWARD_READER_H_
