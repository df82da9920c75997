// WreckScan: what is left of a damaged input. One walk from front to end over a seekable source: from
// frame to frame where they follow each other, and where they do not, byte by byte to the next one
// that proves itself by its hash. What it finds has no order yet; wreck_map.h makes streams of it.
//
// A chunk counts as found if the hash of its header and that of its payload are right. A frame that
// only looks like one costs a pass over what it promises; all such passes together are bounded by
// kTrialBytes + kTrialShare times the input, beyond which it is not believed. So the work is linear
// in the input, whatever is in it. Memory: 32 bytes for each chunk found.
#ifndef SIGMA_PIPELINE_WRECK_SCAN_H_
#define SIGMA_PIPELINE_WRECK_SCAN_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/format/stream_format.h"
#include "engine/io/stream.h"
#include "engine/memory/buffer.h"
#include "sigma/options.hpp"

namespace sigma {

struct FoundChunk {
  std::uint64_t offset = 0;  // of its header in the input
  std::uint64_t hash = 0;
  std::uint32_t sequence = 0;
  std::uint32_t stored = 0;  // header + payload
  std::uint32_t original = 0;
  bool far = false;     // has far copies
  bool intact = false;  // otherwise the payload is damaged or cut off: only the header is known
};

struct FoundHeader {
  std::uint64_t offset = 0;
  StreamHeader header;
};

// The end of a stream: a footer.
struct FoundEnd {
  std::uint64_t end = 0;  // of the footer in the input
  std::uint64_t stream_size = 0;
  std::uint64_t footer_size = 0;
  std::uint64_t original = 0;  // of the long one's trailer
  std::uint32_t count = 0;     // chunks
  bool begins = false;         // a footer's first byte is where the trailer says
  bool has_table = false;      // a long footer whose hash is right: its seek table is the truth
};

class WreckScan {
 public:
  // Finds at most `most_bytes` of chunks, else kLimit.
  WreckScan(Source& source, std::uint64_t most_bytes);

  // `observer` gets the bytes read.
  Result<void> Run(const Observer& observer);

  // In the order of the input.
  [[nodiscard]] const std::vector<FoundChunk>& chunks() const noexcept { return chunks_; }
  [[nodiscard]] const std::vector<FoundHeader>& headers() const noexcept { return headers_; }
  [[nodiscard]] const std::vector<FoundEnd>& ends() const noexcept { return ends_; }
  // Where a long footer began to the eye of the walk, whether or not its end was found.
  [[nodiscard]] const std::vector<std::uint64_t>& footer_begins() const noexcept {
    return footer_begins_;
  }
  // Bytes that belong to no frame found, to no header and to no padding, and damaged user data.
  [[nodiscard]] std::uint64_t unknown() const noexcept { return unknown_; }

 private:
  // Bytes from `at` on, `wanted` of them or fewer at the end.
  Result<ByteView> Look(std::uint64_t at, std::size_t wanted);
  // The frame at position_, after which the walk goes on; false if there is none.
  Result<bool> Step();
  // To the next frame that proves itself, from position_ on.
  Result<void> Search();
  // Whether what lies at `at`, in the order of frames, can be: a frame, a stream, padding or the end.
  Result<bool> GoesOnAt(std::uint64_t at);
  Result<bool> TakeChunk(bool walking);
  Result<bool> TakeUserData();
  Result<bool> TakeHeader();
  Result<bool> TakeShortEnd();
  Result<bool> TakeLongEnd(std::uint64_t end);
  // Hash of a stretch; nothing where the trials are used up.
  Result<std::optional<std::uint64_t>> HashOf(std::uint64_t begin, std::uint64_t size);
  void Pay(std::uint64_t bytes) { trials_ -= bytes < trials_ ? bytes : trials_; }
  Result<bool> Keep(const FoundChunk& chunk);

  Source& source_;
  const std::uint64_t size_;
  const std::uint64_t most_bytes_;
  std::uint64_t position_ = 0;
  std::uint64_t trials_;  // bytes left for frames that only look like some
  bool in_stream_ = false;
  std::uint64_t unknown_ = 0;
  Buffer window_;
  std::uint64_t window_begin_ = 0;
  std::size_t window_size_ = 0;
  Buffer piece_;
  std::vector<FoundChunk> chunks_;
  std::vector<FoundHeader> headers_;
  std::vector<FoundEnd> ends_;
  std::vector<std::uint64_t> footer_begins_;
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_WRECK_SCAN_H_
