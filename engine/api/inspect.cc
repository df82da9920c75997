// Inspect: what the seek tables and chunk headers of a stream say. Reads no payload.
#include "sigma/inspect.hpp"

#include <array>

#include "engine/api/edge.h"
#include "engine/api/find_damage.h"
#include "engine/io/input_file.h"
#include "engine/io/memory_stream.h"
#include "engine/pipeline/error_place.h"
#include "engine/pipeline/merge.h"
#include "engine/pipeline/stream_index.h"
#include "engine/pipeline/totals.h"
#include "engine/plan/describe.h"

namespace sigma {
namespace {

Result<ChunkHeader> ReadChunkHeader(Source& source, std::uint64_t offset, std::uint64_t chunk,
                                    std::uint32_t chunk_size) {
  std::array<std::uint8_t, kMaxFrameHeader> bytes;
  const Result<std::size_t> got = source.ReadAt(offset, bytes);
  if (!got) return got.failure();
  Result<ChunkHeader> header = ParseChunkHeader(ByteView{bytes}.first(*got), chunk_size);
  if (!header) return Moved(header.error(), offset, chunk);
  return header;
}

std::optional<ContentHashInfo> HashOf(const ContentHashTally& content) {
  if (content.kind() == ContentHash::kNone) {
    if (!content.unsupported()) return std::nullopt;
    return ContentHashInfo{"unknown", ""};
  }
  return ContentHashInfo{std::string(NameOf(content.kind())), content.digest().Text()};
}

Result<FileInfo> InspectSource(Source& source) {
  if (!source.Seekable()) {
    // An empty file is read like a pipe: those of /proc have a size of 0 and content.
    std::array<std::uint8_t, 1> first;
    const Result<std::size_t> got = source.Read(first);
    if (got && *got == 0) return NothingThere();
    return Fail(ErrorCode::kInvalidArgument, "only a seekable file can be inspected");
  }
  const Result<StreamIndex> index = LoadIndex(source, ~std::uint64_t{0});
  if (!index) {
    // From the end it is seldom clear what is wrong.
    if (Result<void> found = FindDamage(source); !found) return found.failure();
    return index.failure();
  }
  const StreamHeader& first = index->streams.front().header;

  FileInfo info;
  info.compressed = source.Size().value_or(0);
  info.original = index->original;
  info.streams = index->streams.size();
  info.chunk_size = first.chunk_size;
  info.level = first.level;
  info.checksum = "XXH3-64";
  const Result<std::optional<ShardRecord>> record = FindShardRecord(source, 0);
  if (!record) return record.failure();
  if (*record) {
    const ShardRecord& part = **record;
    info.shard = ShardInfo{part.part, part.parts, part.offset, part.source_size};
  }
  PlanTotals totals;
  for (std::size_t s = 0; s < index->streams.size(); ++s) {
    const IndexedStream& stream = index->streams[s];
    info.stream_table.push_back(StreamInfo{.offset = stream.begin,
                                           .compressed = stream.footer.stream_size,
                                           .original = stream.footer.original,
                                           .chunks = stream.footer.entries.size(),
                                           .chunk_size = stream.header.chunk_size,
                                           .level = stream.header.level,
                                           .content_hash = HashOf(stream.content)});
    std::uint64_t original = stream.original_begin;
    for (std::size_t c = 0; c < stream.footer.entries.size(); ++c) {
      const SeekEntry& entry = stream.footer.entries[c];
      const Result<ChunkHeader> header =
          ReadChunkHeader(source, stream.begin + entry.offset, c, stream.header.chunk_size);
      if (!header) return header.failure();
      totals.Add(header->plan_id, entry.original, entry.stored);
      info.chunks.push_back(ChunkInfo{.stream = s,
                                      .index = c,
                                      .offset = stream.begin + entry.offset,
                                      .stored = entry.stored,
                                      .original_offset = original,
                                      .original = entry.original,
                                      .hash = entry.hash,
                                      .strategy = PlanName(header->plan_id)});
      original += entry.original;
    }
  }
  info.strategies = totals.Named();
  return info;
}

}  // namespace

Result<FileInfo> Inspect(ByteView source) {
  return AtEdge([&]() -> Result<FileInfo> {
    MemorySource from(source);
    return InspectSource(from);
  });
}

Result<FileInfo> InspectFile(const std::string& path) {
  return AtEdge([&]() -> Result<FileInfo> {
    Result<InputFile> input = InputFile::Open(path, SourcePolicy::kRead);
    if (!input) return input.failure();
    input->LeaveOutUnfinished();
    return InspectSource(input->source());
  });
}

}  // namespace sigma
