// Inspection: the streams and chunks of a compressed file, from its headers and seek tables alone.
#ifndef SIGMA_INSPECT_HPP_
#define SIGMA_INSPECT_HPP_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sigma/options.hpp"

namespace sigma {

struct ChunkInfo {
  std::uint64_t stream = 0;           // which of the concatenated streams
  std::uint64_t index = 0;            // in its stream
  std::uint64_t offset = 0;           // of its header in the file
  std::uint64_t stored = 0;           // header + payload, bytes
  std::uint64_t original_offset = 0;  // of its first byte in the restored file
  std::uint64_t original = 0;         // restored bytes
  std::uint64_t hash = 0;             // XXH3-64 of the restored bytes
  std::string strategy;
};

struct ContentHashInfo {
  std::string algorithm;  // "XXH3-128", "SHA-256"; "unknown" where another version wrote it
  std::string hash;       // hexadecimal digits, as xxh128sum and sha256sum print them; may be empty
};

struct StreamInfo {
  std::uint64_t offset = 0;      // of its header in the file
  std::uint64_t compressed = 0;  // header, chunks and footer
  std::uint64_t original = 0;
  std::uint64_t chunks = 0;
  std::uint32_t chunk_size = 0;
  int level = 0;                                // 0 if unknown
  std::optional<ContentHashInfo> content_hash;  // of the restored content, as the stream says
};

// Of a stream that is a part of a larger one (shards.hpp).
struct ShardInfo {
  std::uint32_t part = 1;  // from 1
  std::uint32_t parts = 1;
  std::uint64_t offset = 0;       // of its first byte in the source
  std::uint64_t source_size = 0;  // of the whole source
};

struct FileInfo {
  std::uint64_t compressed = 0;
  std::uint64_t original = 0;
  std::uint64_t streams = 0;
  std::uint32_t chunk_size = 0;  // of the first stream
  int level = 0;                 // of the first stream; 0 if unknown
  std::string checksum;          // "XXH3-64"
  std::optional<ShardInfo> shard;
  std::vector<StrategyTotals> strategies;
  std::vector<StreamInfo> stream_table;
  std::vector<ChunkInfo> chunks;
};

// Reads headers and seek tables only. A file without an intact footer is an error, which says what
// reading from the front finds wrong.
Result<FileInfo> Inspect(ByteView source);
Result<FileInfo> InspectFile(const std::string& path);

}  // namespace sigma

#endif  // SIGMA_INSPECT_HPP_
