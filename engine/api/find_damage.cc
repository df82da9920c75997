#include "engine/api/find_damage.h"

#include <algorithm>
#include <array>

#include "engine/format/chunk_tally.h"
#include "engine/format/stream_format.h"
#include "engine/memory/buffer.h"
#include "engine/pipeline/error_place.h"

namespace sigma {
namespace {

class Walk {
 public:
  explicit Walk(Source& source) : source_(source), size_(source.Size().value_or(0)) {}

  Result<void> Run() {
    if (size_ == 0) return NothingThere();
    for (bool first = true; position_ < size_; first = false) {
      const Result<ByteView> front = Look(kMaxStreamHeader);
      if (!front) return front.failure();
      if (!first && front->front() == 0) return Padding();
      const Result<StreamHeader> header = ParseStreamHeader(*front);
      if (!header) {
        if (!first && header.error().code == ErrorCode::kNotSigma) {
          return Unexpected{TrailingData(position_)};
        }
        return Moved(header.error(), position_);
      }
      if (Result<void> ended = Stream(*header); !ended) return ended;
    }
    return {};
  }

 private:
  // The next bytes, fewer only at the end.
  Result<ByteView> Look(std::size_t size) {
    if (buffer_.size() < size) buffer_ = Buffer(std::max<std::size_t>(size, 16u << 10));
    const Result<std::size_t> got = source_.ReadAt(position_, buffer_.bytes().first(size));
    if (!got) return got.failure();
    return buffer_.view().first(*got);
  }

  Result<void> Stream(const StreamHeader& header) {
    const std::uint64_t begin = position_;
    position_ += header.bytes;
    seen_.Clear();
    for (;;) {
      const Result<ByteView> front = Look(kMaxFrameHeader);
      if (!front) return front.failure();
      const Result<FrameKind> kind = ParseFrameKind(*front);
      if (!kind) return Moved(kind.error(), position_, seen_.count());
      if (*kind == FrameKind::kFooter) break;
      if (Result<void> passed =
              *kind == FrameKind::kChunk ? Chunk(*front, header, begin) : UserData(*front);
          !passed) {
        return passed;
      }
    }
    const std::uint64_t footer = position_;
    const Result<void> checked = seen_.Check(header, footer - begin, [&](std::size_t size) {
      Result<ByteView> bytes = Look(size);
      if (bytes) position_ += bytes->size();
      return bytes;
    });
    if (!checked) return Moved(checked.error(), footer);
    return {};
  }

  Result<void> Chunk(ByteView front, const StreamHeader& header, std::uint64_t begin) {
    const Result<ChunkHeader> chunk = ParseChunkHeader(front, header.chunk_size);
    if (!chunk) return Moved(chunk.error(), position_, seen_.count());
    if (chunk->sequence != seen_.count()) {
      return Fail(ErrorCode::kCorrupt,
                  "chunk " + std::to_string(chunk->sequence) + " stands in the place of chunk " +
                      std::to_string(seen_.count()),
                  position_, seen_.count());
    }
    const std::uint64_t stored = chunk->bytes + chunk->payload;
    if (stored > size_ - position_) {
      return Fail(ErrorCode::kTruncated, "the input ends inside a chunk", size_, seen_.count());
    }
    seen_.Add({.offset = position_ - begin,
               .stored = static_cast<std::uint32_t>(stored),
               .original = chunk->original,
               .hash = chunk->hash});
    position_ += stored;
    return {};
  }

  Result<void> UserData(ByteView front) {
    const Result<UserDataHeader> data = ParseUserDataHeader(front);
    if (!data) return Moved(data.error(), position_);
    const std::uint64_t stored = data->bytes + data->size;
    if (stored > size_ - position_) {
      return Fail(ErrorCode::kTruncated, "the input ends inside user data", size_);
    }
    position_ += stored;
    return {};
  }

  // From zeros after a stream on.
  Result<void> Padding() {
    while (position_ < size_) {
      const Result<ByteView> piece = Look(16u << 10);
      if (!piece) return piece.failure();
      if (piece->empty()) break;
      const auto other = std::ranges::find_if(*piece, [](std::uint8_t byte) { return byte != 0; });
      position_ += static_cast<std::uint64_t>(other - piece->begin());
      if (other != piece->end()) return Unexpected{TrailingData(position_)};
    }
    return {};
  }

  Source& source_;
  const std::uint64_t size_;
  std::uint64_t position_ = 0;
  Buffer buffer_;
  ChunkTally seen_{ChunkTally::kKept};
};

}  // namespace

Result<void> FindDamage(Source& source) { return Walk(source).Run(); }

}  // namespace sigma
