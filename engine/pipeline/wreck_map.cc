// Streams are taken apart from the end: a footer says how long its stream is. What lies between the
// streams that have one is cut at the stream headers found in it.
#include "engine/pipeline/wreck_map.h"

#include <algorithm>
#include <optional>
#include <span>

#include "engine/base/endian.h"
#include "engine/memory/buffer.h"
#include "engine/strategy/levels.h"

namespace sigma {
namespace {

// A sequence number that leaves more chunks lost than this, and one for so many bytes of input, is
// not believed: what is made of an input stays in proportion to it.
constexpr std::uint64_t kMostLost = 4096;
constexpr std::uint64_t kInputOfLost = 4096;

constexpr std::size_t kSeekEntryBytes = 24;

// A stretch of the input that is one stream, or what is left of it.
struct Region {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  const FoundEnd* footer = nullptr;
};

class Mapper {
 public:
  Mapper(Source& source, const WreckScan& scan, std::uint64_t most_bytes)
      : source_(source), scan_(scan), size_(source.Size().value_or(0)), most_bytes_(most_bytes) {}

  Result<std::vector<MappedStream>> Run() {
    for (const Region& region : Regions()) {
      Result<MappedStream> stream = region.footer != nullptr && region.footer->has_table
                                        ? WithTable(region)
                                        : WithoutTable(region);
      if (!stream) return stream.failure();
      if (stream->chunks.empty() && stream->header_lost && stream->footer_lost) continue;
      streams_.push_back(std::move(*stream));
    }
    if (streams_.empty()) {
      return Fail(ErrorCode::kNotSigma,
                  "nothing is left of a Sigma stream, if there ever was one in it", 0);
    }
    return std::move(streams_);
  }

 private:
  // In the order of the input.
  std::vector<Region> Regions() {
    std::vector<Region> regions;
    std::uint64_t limit = size_;  // everything from here on belongs to regions
    const auto& ends = scan_.ends();
    for (std::size_t i = ends.size(); i-- > 0;) {
      const FoundEnd& footer = ends[i];
      if (footer.end > limit) continue;  // of a stream that is inside of one
      // A broken footer that nothing speaks for may be a few bytes of a payload.
      const bool credible = footer.has_table || BeginsAt(footer) || footer.end == limit;
      if (!credible) continue;
      if (footer.end < limit) Headless(footer.end, limit, regions);
      const std::uint64_t begin = BeginOf(footer, i);
      regions.push_back({begin, footer.end, &footer});
      limit = begin;
    }
    if (limit != 0) Headless(0, limit, regions);
    std::ranges::sort(regions, {}, &Region::begin);
    return regions;
  }

  // Whether something begins where the footer says that its stream does.
  [[nodiscard]] bool BeginsAt(const FoundEnd& footer) const {
    if (footer.stream_size > footer.end) return false;
    const std::uint64_t begin = footer.end - footer.stream_size;
    return std::ranges::binary_search(scan_.headers(), begin, {}, &FoundHeader::offset) ||
           std::ranges::binary_search(scan_.ends(), begin, {}, &FoundEnd::end) || begin == 0;
  }

  // Where bytes were lost or added in the stream, it begins with the last header before its end, and
  // no earlier than the stream before it ends.
  [[nodiscard]] std::uint64_t BeginOf(const FoundEnd& footer, std::size_t index) const {
    if (BeginsAt(footer)) return footer.end - footer.stream_size;
    const std::uint64_t least = index == 0 ? 0 : scan_.ends()[index - 1].end;
    const auto& headers = scan_.headers();
    auto after = std::ranges::lower_bound(headers, footer.end, {}, &FoundHeader::offset);
    if (after == headers.begin() || (after - 1)->offset < least) return least;
    return (after - 1)->offset;
  }

  // What has no footer, cut at headers.
  void Headless(std::uint64_t begin, std::uint64_t end, std::vector<Region>& regions) const {
    for (const FoundHeader& header : scan_.headers()) {
      if (header.offset <= begin || header.offset >= end) continue;
      regions.push_back({begin, header.offset, nullptr});
      begin = header.offset;
    }
    regions.push_back({begin, end, nullptr});
  }

  [[nodiscard]] std::span<const FoundChunk> ChunksIn(const Region& region) const {
    const auto& chunks = scan_.chunks();
    const auto first = std::ranges::lower_bound(chunks, region.begin, {}, &FoundChunk::offset);
    const auto last = std::ranges::lower_bound(chunks, region.end, {}, &FoundChunk::offset);
    return {first, last};
  }

  MappedStream Begin(const Region& region) const {
    MappedStream stream;
    stream.begin = region.begin;
    stream.footer_lost = region.footer == nullptr;
    const auto& headers = scan_.headers();
    const auto header = std::ranges::lower_bound(headers, region.begin, {}, &FoundHeader::offset);
    stream.header_lost = header == headers.end() || header->offset != region.begin;
    if (!stream.header_lost) {
      stream.chunk_size = header->header.chunk_size;
      stream.level = header->header.level;
      stream.far = header->header.far;
    } else {
      stream.far = std::ranges::any_of(ChunksIn(region), &FoundChunk::far);
    }
    return stream;
  }

  Result<void> Reserve(MappedStream& stream, std::uint64_t count) {
    held_ += count * sizeof(MappedChunk);
    if (held_ > most_bytes_) {
      return Fail(ErrorCode::kLimit, "more chunks are in this input than there is memory for");
    }
    stream.chunks.resize(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < stream.chunks.size(); ++i) {
      stream.chunks[i].sequence = static_cast<std::uint32_t>(i);
    }
    return {};
  }

  static void Put(const FoundChunk& found, MappedChunk& chunk) {
    chunk.offset = found.offset;
    chunk.hash = found.hash;
    chunk.stored = found.stored;
    chunk.original = found.original;
    chunk.inferred = false;
  }

  Result<MappedStream> WithTable(const Region& region) {
    MappedStream stream = Begin(region);
    const FoundEnd& footer = *region.footer;
    if (Result<void> made = Reserve(stream, footer.count); !made) return made.failure();
    constexpr std::size_t kEntries = 2048;
    Buffer piece(kEntries * kSeekEntryBytes);
    std::uint64_t at = footer.end - footer.footer_size + 1;
    std::uint32_t largest = 0;
    for (std::size_t done = 0; done < stream.chunks.size();) {
      const std::size_t count = std::min(kEntries, stream.chunks.size() - done);
      const MutableBytes bytes = piece.bytes().first(count * kSeekEntryBytes);
      const Result<std::size_t> got = source_.ReadAt(at, bytes);
      if (!got) return got.failure();
      if (*got < bytes.size()) {
        return Fail(ErrorCode::kTruncated, "the input became shorter while it was read", at + *got);
      }
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint8_t* const entry = bytes.data() + i * kSeekEntryBytes;
        MappedChunk& chunk = stream.chunks[done + i];
        chunk.original = LoadLE<std::uint32_t>(entry + 12);
        chunk.hash = LoadLE<std::uint64_t>(entry + 16);
        // Only a forged footer has such an entry.
        if (chunk.original == 0 || chunk.original > kMaxChunkSize) return WithoutTable(region);
        largest = std::max(largest, chunk.original);
      }
      at += bytes.size();
      done += count;
    }
    stream.chunk_size = std::max(stream.chunk_size, largest);
    for (const FoundChunk& found : ChunksIn(region)) {
      if (!found.intact || found.sequence >= stream.chunks.size()) continue;
      MappedChunk& chunk = stream.chunks[found.sequence];
      if (chunk.offset == kNoPosition && chunk.hash == found.hash &&
          chunk.original == found.original) {
        Put(found, chunk);
      }
    }
    return stream;
  }

  Result<MappedStream> WithoutTable(const Region& region) {
    MappedStream stream = Begin(region);
    stream.footer_lost = region.footer == nullptr || region.footer->footer_size > kTrailerSize;
    const std::span<const FoundChunk> found = ChunksIn(region);
    const std::uint64_t most_lost = kMostLost + (region.end - region.begin) / kInputOfLost;
    // How many chunks there were: believable sequence numbers, and what a broken footer says.
    std::uint64_t count = 0;
    std::uint64_t intact = 0;
    for (const bool want_intact : {true, false}) {
      for (const FoundChunk& chunk : found) {
        if (chunk.intact != want_intact) continue;
        if (want_intact) ++intact;
        if (Fits(chunk, stream) && chunk.sequence < intact + most_lost) {
          count = std::max<std::uint64_t>(count, std::uint64_t{chunk.sequence} + 1);
        }
      }
    }
    std::optional<std::uint64_t> total;
    // Its numbers may be what is damaged: only those that lead to its beginning are heeded.
    const FoundEnd* const footer = region.footer;
    if (footer != nullptr && footer->begins && footer->count >= count &&
        footer->count < intact + most_lost) {
      count = footer->count;
      if (footer->footer_size > kTrailerSize) total = footer->original;
    } else {
      stream.end_unknown =
          found.empty() || !std::ranges::binary_search(scan_.footer_begins(),
                                                       found.back().offset + found.back().stored);
    }
    if (Result<void> made = Reserve(stream, count); !made) return made.failure();
    std::uint32_t largest = 0;
    for (const bool want_intact : {true, false}) {
      for (const FoundChunk& chunk : found) {
        if (chunk.intact != want_intact || chunk.sequence >= count || !Fits(chunk, stream))
          continue;
        MappedChunk& there = stream.chunks[chunk.sequence];
        if (there.original != 0) continue;  // of several the first
        if (want_intact) {
          Put(chunk, there);
        } else {
          there.original = chunk.original;
        }
        largest = std::max(largest, chunk.original);
      }
    }
    if (stream.chunk_size == 0) stream.chunk_size = largest;
    Infer(stream, total);
    return stream;
  }

  static bool Fits(const FoundChunk& chunk, const MappedStream& stream) {
    return stream.chunk_size == 0 || chunk.original <= stream.chunk_size;
  }

  // Lengths of lost chunks whose headers are lost too: all of the largest size, but the last one what
  // is left of the total where that is known.
  static void Infer(MappedStream& stream, std::optional<std::uint64_t> total) {
    std::uint64_t sum = 0;
    for (MappedChunk& chunk : stream.chunks) {
      if (chunk.original == 0) {
        chunk.inferred = true;
        chunk.original = stream.chunk_size;
        const bool last = &chunk == &stream.chunks.back();
        if (last && total && sum < *total && *total - sum <= stream.chunk_size) {
          chunk.original = static_cast<std::uint32_t>(*total - sum);
        }
      }
      sum += chunk.original;
    }
  }

  Source& source_;
  const WreckScan& scan_;
  const std::uint64_t size_;
  const std::uint64_t most_bytes_;
  std::uint64_t held_ = 0;
  std::vector<MappedStream> streams_;
};

}  // namespace

Result<std::vector<MappedStream>> MapWreck(Source& source, const WreckScan& scan,
                                           std::uint64_t most_bytes) {
  return Mapper(source, scan, most_bytes).Run();
}

std::uint64_t BytesOf(const std::vector<MappedStream>& map) {
  std::uint64_t total = 0;
  for (const MappedStream& stream : map) {
    for (const MappedChunk& chunk : stream.chunks) total += chunk.original;
  }
  return total;
}

}  // namespace sigma
