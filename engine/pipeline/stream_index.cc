#include "engine/pipeline/stream_index.h"

#include <algorithm>
#include <array>
#include <string>

#include "engine/io/stretch.h"
#include "engine/memory/buffer.h"
#include "engine/pipeline/error_place.h"
#include "engine/pipeline/forward_reader.h"
#include "engine/pipeline/user_data.h"

namespace sigma {
namespace {

Result<void> ReadExactly(Source& source, std::uint64_t offset, MutableBytes target) {
  const Result<std::size_t> got = source.ReadAt(offset, target);
  if (!got) return got.failure();
  if (*got < target.size()) {
    return Fail(ErrorCode::kTruncated, "the input became shorter while it was read", offset + *got);
  }
  return {};
}

// The bytes from `begin` to `end` must be user data. Offsets are the input's.
Result<void> CheckGap(Source& source, std::uint64_t begin, std::uint64_t end,
                      ContentHashTally& content) {
  if (begin == end) return {};
  Stretch stretch(source, begin, end - begin);
  ForwardReader reader(stretch);
  Buffer scratch;
  while (begin + reader.position() < end) {
    const std::uint64_t at = begin + reader.position();
    const Result<ByteView> front = reader.Peek(kMaxFrameHeader);
    if (!front) return front.failure();
    const Result<FrameKind> kind = ParseFrameKind(*front);
    if (!kind) return Moved(kind.error(), at);
    if (*kind != FrameKind::kUserData) {
      return Fail(ErrorCode::kCorrupt, "the seek table leaves out a frame", at);
    }
    if (Result<void> skipped = SkipUserData(reader, scratch, content, begin); !skipped) {
      return Moved(skipped.error(), begin);
    }
  }
  return {};
}

Result<void> CheckGaps(Source& source, IndexedStream& stream, std::uint64_t footer_size) {
  std::uint64_t end = stream.header.bytes;
  for (const SeekEntry& entry : stream.footer.entries) {
    if (entry.offset < end) {
      return Fail(ErrorCode::kCorrupt, "the seek table lets chunks overlap",
                  stream.begin + entry.offset);
    }
    if (Result<void> gap =
            CheckGap(source, stream.begin + end, stream.begin + entry.offset, stream.content);
        !gap) {
      return gap;
    }
    if (Result<void> taken = stream.content.TakeChunk(); !taken) {
      return Moved(taken.error(), stream.begin + entry.offset);
    }
    end = entry.offset + entry.stored;
  }
  const std::uint64_t footer = stream.footer.stream_size - footer_size;
  if (end > footer) {
    return Fail(ErrorCode::kCorrupt, "the seek table lets a chunk reach into the footer",
                stream.begin + end);
  }
  Result<void> gap = CheckGap(source, stream.begin + end, stream.begin + footer, stream.content);
  if (!gap) return gap;
  Result<void> ended = stream.content.End();
  if (!ended) return Moved(ended.error(), stream.begin + footer);
  return {};
}

// The stream whose last byte is in front of `end`.
Result<IndexedStream> LoadStream(Source& source, std::uint64_t end, std::uint64_t most_bytes) {
  if (end < kTrailerSize) {
    return Fail(ErrorCode::kTruncated, "the input is shorter than any stream", end);
  }
  std::array<std::uint8_t, kTrailerSize> trailer_bytes;
  if (Result<void> read = ReadExactly(source, end - kTrailerSize, trailer_bytes); !read) {
    return read.failure();
  }
  const Result<Trailer> trailer = ParseTrailer(trailer_bytes);
  if (!trailer) return Moved(trailer.error(), end - kTrailerSize);
  if (trailer->stream_size > end || trailer->footer_size > trailer->stream_size) {
    return Fail(ErrorCode::kCorrupt, "the stream's size is more than the input holds",
                end - kTrailerSize);
  }
  // The footer's bytes, and the entries made of them.
  if (sizeof(IndexedStream) + 2 * trailer->footer_size > most_bytes) {
    return Fail(ErrorCode::kLimit,
                "the seek tables do not fit into the memory limit: this one alone takes " +
                    std::to_string(2 * trailer->footer_size) + " bytes",
                end - kTrailerSize);
  }
  IndexedStream stream;
  stream.begin = end - trailer->stream_size;
  std::array<std::uint8_t, kStreamFront> front_bytes;
  const ByteView front{front_bytes.data(), static_cast<std::size_t>(std::min<std::uint64_t>(
                                               kStreamFront, trailer->stream_size))};
  if (Result<void> read =
          ReadExactly(source, stream.begin, MutableBytes{front_bytes}.first(front.size()));
      !read) {
    return read.failure();
  }
  const Result<StreamHeader> header = ParseStreamHeader(front);
  if (!header) return Moved(header.error(), stream.begin);
  stream.header = *header;
  const std::uint64_t footer_begin = end - trailer->footer_size;
  Buffer footer_bytes(static_cast<std::size_t>(trailer->footer_size));
  if (Result<void> read = ReadExactly(source, footer_begin, footer_bytes.bytes()); !read) {
    return read.failure();
  }
  Result<Footer> footer = ParseFooter(front, footer_bytes.view(), *trailer);
  if (!footer) return Moved(footer.error(), stream.begin);
  stream.footer = std::move(*footer);
  // The very test of a reader that goes forward.
  const Result<std::size_t> agreed = CheckFooter(
      footer_bytes.view(), stream.header, stream.footer.entries, footer_begin - stream.begin);
  if (!agreed) return Moved(agreed.error(), footer_begin);
  if (Result<void> gaps = CheckGaps(source, stream, trailer->footer_size); !gaps) {
    return gaps.failure();
  }
  return stream;
}

// Where the zeros begin that end the source.
Result<std::uint64_t> EndOfStreams(Source& source, std::uint64_t end) {
  constexpr std::uint64_t kPiece = std::uint64_t{64} << 10;
  std::array<std::uint8_t, 1> last;
  if (end == 0) return end;
  if (Result<void> read = ReadExactly(source, end - 1, last); !read) return read.failure();
  if (last[0] != 0) return end;  // as a rule
  Buffer buffer(kPiece);
  while (end != 0) {
    const auto size = static_cast<std::size_t>(std::min(end, kPiece));
    const MutableBytes piece = buffer.bytes().first(size);
    if (Result<void> read = ReadExactly(source, end - size, piece); !read) return read.failure();
    std::size_t zeros = 0;
    while (zeros < size && piece[size - 1 - zeros] == 0) ++zeros;
    end -= zeros;
    if (zeros < size) break;
  }
  return end;
}

}  // namespace

Result<StreamIndex> LoadIndex(Source& source, std::uint64_t most_bytes) {
  StreamIndex index;
  const std::uint64_t size = source.Size().value_or(0);
  const Result<std::uint64_t> padded = EndOfStreams(source, size);
  if (!padded) return padded.failure();
  std::uint64_t end = *padded;
  index.padding = size - end;
  std::uint64_t held = 0;
  do {
    Result<IndexedStream> stream = LoadStream(source, end, most_bytes - held);
    if (!stream) return stream.failure();
    // Twice itself: a vector that grows holds its streams twice, for a moment.
    held += 2 * sizeof(IndexedStream) + stream->footer.entries.size() * sizeof(SeekEntry);
    if (held > most_bytes) {
      return Fail(ErrorCode::kLimit,
                  "the seek tables do not fit into the memory limit: there are too many streams",
                  stream->begin);
    }
    end = stream->begin;
    index.streams.push_back(std::move(*stream));
  } while (end != 0);
  std::reverse(index.streams.begin(), index.streams.end());
  for (IndexedStream& stream : index.streams) {
    stream.original_begin = index.original;
    if (stream.footer.original > kMaxOriginalSize - index.original) {
      return Fail(ErrorCode::kCorrupt, "the streams restore to more than is possible",
                  stream.begin);
    }
    index.original += stream.footer.original;
    index.chunks += stream.footer.entries.size();
    index.chunk_size = std::max(index.chunk_size, stream.header.chunk_size);
    index.far |= stream.header.far;
  }
  return index;
}

}  // namespace sigma
