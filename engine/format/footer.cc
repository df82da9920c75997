// The footer, written, compared while reading forward, and parsed from the end of a stream.
//
// Both checks go through WriteFooter: a footer is right when it is, byte for byte, the one that the
// chunks call for. So there is one valid footer for a stream, and nothing in it goes unchecked.
#include <algorithm>
#include <array>
#include <cassert>
#include <string>

#include "engine/base/endian.h"
#include "engine/base/hash.h"
#include "engine/format/chunk_tally.h"
#include "engine/format/cursor.h"
#include "engine/format/stream_format.h"
#include "engine/format/wire.h"

namespace sigma {
namespace {

// Entries of the seek table that are written at once.
constexpr std::size_t kEntriesInPiece = 256;

std::uint64_t TotalOriginal(std::span<const SeekEntry> entries) {
  std::uint64_t total = 0;
  for (const SeekEntry& entry : entries) total += entry.original;
  return total;
}

// Everything of an entry that later arithmetic relies on. `end` is where the frame before it ends.
bool Plausible(const SeekEntry& entry, std::uint32_t chunk_size, std::uint64_t end,
               std::uint64_t footer_offset) {
  return entry.original >= 1 && entry.original <= chunk_size &&
         entry.stored > wire::kLeastChunkHeader &&
         entry.stored <= std::uint64_t{entry.original} + wire::kMostChunkHeader &&
         entry.offset >= end && entry.offset <= footer_offset &&
         entry.stored <= footer_offset - entry.offset;
}

Result<Footer> ParseShortFooter(ByteView front, const StreamHeader& header, ByteView bytes,
                                const Trailer& trailer) {
  auto chunk = ParseChunkHeader(front.subspan(header.bytes), header.chunk_size);
  if (!chunk) {
    chunk.error().offset += header.bytes;
    return chunk.failure();
  }
  SeekEntry entry;
  entry.offset = header.bytes;
  entry.stored = static_cast<std::uint32_t>(chunk->bytes + chunk->payload);
  entry.original = chunk->original;
  entry.hash = chunk->hash;
  const std::uint64_t offset = trailer.stream_size - trailer.footer_size;
  if (chunk->sequence != 0 || !ChunkTally({&entry, 1}, 0).TakesShortFooter(offset) ||
      !std::ranges::equal(bytes, ChunkTally::ShortFooter(offset))) {
    return Fail(ErrorCode::kCorrupt, "the footer does not belong to the chunk before it", offset);
  }
  Footer footer;
  footer.original = entry.original;
  footer.stream_size = trailer.stream_size;
  footer.hash = StreamHash({&entry, 1});
  footer.entries.push_back(entry);
  return footer;
}

Result<Footer> ParseLongFooter(const StreamHeader& header, ByteView bytes, const Trailer& trailer) {
  const std::uint64_t offset = trailer.stream_size - trailer.footer_size;
  const std::size_t sealed = bytes.size() - kTrailerSize + 28;
  if (bytes[0] != wire::kLongFooter ||
      LoadLE<std::uint64_t>(&bytes[sealed]) != Hash64(bytes.first(sealed))) {
    return Fail(ErrorCode::kCorrupt, "the footer is damaged", offset);
  }
  Footer footer;
  footer.stream_size = trailer.stream_size;
  footer.entries.resize((bytes.size() - kTrailerSize - 1) / wire::kSeekEntry);
  const std::uint8_t* from = &bytes[1];
  std::uint64_t end = header.bytes;
  for (SeekEntry& entry : footer.entries) {
    entry.offset = LoadLE<std::uint64_t>(from);
    entry.stored = LoadLE<std::uint32_t>(from + 8);
    entry.original = LoadLE<std::uint32_t>(from + 12);
    entry.hash = LoadLE<std::uint64_t>(from + 16);
    if (!Plausible(entry, header.chunk_size, end, offset)) {
      return Fail(ErrorCode::kCorrupt, "the seek table has an entry that cannot be",
                  offset + static_cast<std::uint64_t>(from - bytes.data()));
    }
    end = entry.offset + entry.stored;
    from += wire::kSeekEntry;
  }
  footer.original = TotalOriginal(footer.entries);
  footer.hash = StreamHash(footer.entries);
  if (const auto agreed = CheckFooter(bytes, StreamHeader{}, footer.entries, offset);
      !agreed || *agreed != bytes.size()) {
    return Fail(ErrorCode::kCorrupt, "the footer's totals contradict its seek table", offset);
  }
  if (header.original_size && *header.original_size != footer.original) {
    return Fail(ErrorCode::kCorrupt, "the footer's total contradicts the stream header", offset);
  }
  return footer;
}

}  // namespace

std::uint64_t StreamHash(std::span<const SeekEntry> entries) {
  return ChunkTally(entries, 0).stream_hash();
}

std::size_t FooterSize(std::size_t chunks) { return 1 + chunks * wire::kSeekEntry + kTrailerSize; }

void WriteFooterPieces(std::span<const SeekEntry> entries, std::uint64_t offset,
                       const std::function<void(ByteView)>& write) {
  assert(entries.size() <= 0xFFFFFFFF);
  ChunkTally tally(entries, 0);
  if (tally.TakesShortFooter(offset)) {
    write(ChunkTally::ShortFooter(offset));
    return;
  }
  write({&wire::kLongFooter, 1});
  std::array<std::uint8_t, wire::kSeekEntry * kEntriesInPiece> piece;
  for (auto rest = entries; !rest.empty();) {
    const std::size_t count = std::min(rest.size(), kEntriesInPiece);
    for (std::size_t i = 0; i < count; ++i) WriteSeekEntry(rest[i], &piece[wire::kSeekEntry * i]);
    write(ByteView{piece}.first(wire::kSeekEntry * count));
    rest = rest.subspan(count);
  }
  write(tally.Trailer(offset));
}

Bytes WriteFooter(std::span<const SeekEntry> entries, std::uint64_t offset) {
  Bytes footer;
  footer.reserve(FooterSize(entries.size()));
  WriteFooterPieces(entries, offset, [&](ByteView piece) {
    footer.insert(footer.end(), piece.begin(), piece.end());
  });
  return footer;
}

Result<std::size_t> CheckFooter(ByteView bytes, const StreamHeader& header,
                                std::span<const SeekEntry> seen, std::uint64_t offset) {
  std::size_t size = 0;  // of the footer that the chunks call for
  std::size_t same = 0;  // leading bytes that agree
  WriteFooterPieces(seen, offset, [&](ByteView piece) {
    if (same == size) {
      const ByteView there = bytes.subspan(size, std::min(piece.size(), bytes.size() - size));
      same += static_cast<std::size_t>(
          std::mismatch(there.begin(), there.end(), piece.begin()).first - there.begin());
    }
    size += piece.size();
  });
  if (same < std::min(size, bytes.size())) {
    return Fail(ErrorCode::kCorrupt, "the footer does not agree with the chunks before it", same);
  }
  if (bytes.size() < size) {
    return Fail(ErrorCode::kTruncated, "the input ends inside the footer", bytes.size());
  }
  if (header.original_size && *header.original_size != TotalOriginal(seen)) {
    return Fail(ErrorCode::kCorrupt, "the chunks' total contradicts the stream header", 0);
  }
  return size;
}

Result<Trailer> ParseTrailer(std::span<const std::uint8_t, kTrailerSize> bytes) {
  Trailer trailer;
  if (std::ranges::equal(bytes.last(wire::kShortEnd.size()), wire::kShortEnd)) {
    const auto footer = bytes.last(wire::kShortFooterSize);
    trailer.footer_size = wire::kShortFooterSize;
    trailer.count = 1;
    trailer.stream_size = LoadLE<std::uint32_t>(&footer[1]);
    const std::uint64_t least =
        wire::kBareStreamHeader + wire::kLeastChunkHeader + 1 + wire::kShortFooterSize;
    const std::uint64_t most = wire::kBareStreamHeader + wire::kMostChunkHeader +
                               wire::kMaxChunkSize + wire::kShortFooterSize;
    if (footer[0] == wire::kShortFooter && trailer.stream_size >= least &&
        trailer.stream_size <= most) {
      return trailer;
    }
  } else if (std::ranges::equal(bytes.last(wire::kLongEnd.size()), wire::kLongEnd)) {
    const std::uint64_t count = LoadLE<std::uint32_t>(&bytes[24]);
    trailer.count = static_cast<std::uint32_t>(count);
    trailer.original = LoadLE<std::uint64_t>(bytes.data());
    trailer.hash = LoadLE<std::uint64_t>(&bytes[28]);
    trailer.footer_size = 1 + count * wire::kSeekEntry + kTrailerSize;
    trailer.stream_size = LoadLE<std::uint64_t>(&bytes[8]);
    const std::uint64_t least =
        wire::kBareStreamHeader + count * (wire::kLeastChunkHeader + 1) + trailer.footer_size;
    if (trailer.original <= kMaxOriginalSize && trailer.stream_size >= least &&
        trailer.stream_size <= kMaxStreamSize) {
      return trailer;
    }
  } else {
    return Fail(ErrorCode::kCorrupt,
                "no stream ends here: the file is cut, damaged, or followed by other data",
                kTrailerSize);
  }
  return Fail(ErrorCode::kCorrupt, "the footer has sizes that cannot be", 0);
}

Result<Footer> ParseFooter(ByteView front, ByteView bytes, const Trailer& trailer) {
  assert(trailer.footer_size < trailer.stream_size);
  const std::uint64_t offset = trailer.stream_size - trailer.footer_size;
  const auto header = ParseStreamHeader(front);
  if (!header) return header.failure();
  if (bytes.size() != trailer.footer_size) {
    return Fail(ErrorCode::kTruncated, "the input ends inside the footer", offset + bytes.size());
  }
  if (bytes.size() == wire::kShortFooterSize) {
    return ParseShortFooter(front, *header, bytes, trailer);
  }
  return ParseLongFooter(*header, bytes, trailer);
}

}  // namespace sigma
