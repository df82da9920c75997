// The record that a part of a source carries about itself, exactly as FORMAT.md ("Parts") draws it,
// and the rule by which a source is divided into parts.
//
// Parse treats its input as hostile and checks everything that the rule says; error offsets count
// from the record's start. It allocates two short strings.
#ifndef SIGMA_FORMAT_SHARD_FORMAT_H_
#define SIGMA_FORMAT_SHARD_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "sigma/result.hpp"

namespace sigma {

// The type of the record's user data, the first frame of its stream.
inline constexpr std::uint32_t kShardType = 0xFFFFFF02;

inline constexpr std::uint32_t kMostShards = 4096;
// No record is longer.
inline constexpr std::size_t kMaxShardRecord = 640;
// The source's sample are so many bytes of its front and its end (all of it, if it has no more).
inline constexpr std::uint64_t kShardSample = std::uint64_t{64} << 10;

struct ShardRecord {
  std::uint32_t part = 1;   // 1 … parts
  std::uint32_t parts = 1;  // ≤ kMostShards
  std::uint8_t level = 0;   // what the encoder was asked for; never 0, though the header's may be
  bool decode_first = false;
  std::uint32_t chunk_size = 0;  // as in the stream header
  std::uint64_t offset = 0;      // of the part's first byte in the source
  std::uint64_t source_size = 0;
  std::int64_t modified = 0;               // when the source was, seconds since 1970
  std::uint32_t modified_nanoseconds = 0;  // < 10^9
  std::uint64_t sample = 0;                // hash64 of the sample
  std::string strategy;                    // what the encoder was asked for, at most 255 bytes
  std::string encoder;                     // name and version of the encoder, at most 255 bytes

  // Restored bytes of the part.
  [[nodiscard]] std::uint64_t size() const;
};

// Where part `part` (1 … parts, parts + 1: the end) of a source of `source_size` bytes begins.
[[nodiscard]] std::uint64_t ShardBegin(std::uint64_t source_size, std::uint32_t chunk_size,
                                       std::uint32_t part, std::uint32_t parts);

[[nodiscard]] Bytes WriteShardRecord(const ShardRecord& record);
// The record as a whole frame of user data.
[[nodiscard]] Bytes WriteShardFrame(const ShardRecord& record);
// `record` is all the user data of the frame.
Result<ShardRecord> ParseShardRecord(ByteView record);

}  // namespace sigma

#endif  // SIGMA_FORMAT_SHARD_FORMAT_H_
