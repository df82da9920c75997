#include "engine/format/shard_format.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "engine/base/endian.h"
#include "engine/base/hash.h"
#include "engine/base/varint.h"
#include "engine/format/cursor.h"
#include "engine/format/stream_format.h"
#include "engine/format/wire.h"

namespace sigma {
namespace {

constexpr std::uint8_t kRecordVersion = 0;
constexpr std::uint8_t kDecodeFirst = 1;  // of the flags

template <typename Number>
void Append(Bytes& to, Number value) {
  std::array<std::uint8_t, sizeof(Number)> bytes;
  StoreLE(bytes.data(), value);
  for (const std::uint8_t byte : bytes) to.push_back(byte);
}

void AppendVarint(Bytes& to, std::uint64_t value) {
  std::array<std::uint8_t, kMaxVarint> bytes;
  const std::size_t size = WriteVarint(value, bytes.data());
  for (std::size_t i = 0; i < size; ++i) to.push_back(bytes[i]);
}

void AppendText(Bytes& to, const std::string& text) {
  assert(text.size() <= 255);
  to.push_back(static_cast<std::uint8_t>(text.size()));
  for (const char c : text) to.push_back(static_cast<std::uint8_t>(c));
}

std::string TakeText(Cursor& cursor) {
  const ByteView text = cursor.Take(cursor.Read<std::uint8_t>());
  return {text.begin(), text.end()};
}

Unexpected CannotBe(const std::string& what) {
  return Fail(ErrorCode::kCorrupt, "the record of a part has " + what + " that cannot be", 0);
}

}  // namespace

std::uint64_t ShardRecord::size() const {
  return ShardBegin(source_size, chunk_size, part + 1, parts) - offset;
}

// The chunks of the whole are dealt out as evenly as they can be: no part differs from another by
// more than one. At most 2^42 chunks times 2^12 parts.
std::uint64_t ShardBegin(std::uint64_t source_size, std::uint32_t chunk_size, std::uint32_t part,
                         std::uint32_t parts) {
  const std::uint64_t chunks = source_size / chunk_size + (source_size % chunk_size != 0 ? 1 : 0);
  return std::min(chunks * (part - 1) / parts * chunk_size, source_size);
}

// +---------+--------+--------+-------+-------+------------+--------+-------------+---------+----
// | version | part   | parts  | level | flags | chunk size | offset | source size | seconds | …
// | u8      | varint | varint | u8    | u8    | u16        | varint | varint      | u64     |
// +---------+--------+--------+-------+-------+------------+--------+-------------+---------+----
// ---+-------------+--------+-----------------+-----------------+
//  … | nanoseconds | sample | strategy        | encoder         |
//    | u32         | u64    | u8 n, n bytes   | u8 n, n bytes   |
// ---+-------------+--------+-----------------+-----------------+
Bytes WriteShardRecord(const ShardRecord& record) {
  Bytes bytes;
  bytes.reserve(kMaxShardRecord);
  bytes.push_back(kRecordVersion);
  AppendVarint(bytes, record.part);
  AppendVarint(bytes, record.parts);
  bytes.push_back(record.level);
  bytes.push_back(record.decode_first ? kDecodeFirst : 0);
  Append(bytes, static_cast<std::uint16_t>(record.chunk_size / wire::kChunkSizeUnit));
  AppendVarint(bytes, record.offset);
  AppendVarint(bytes, record.source_size);
  Append(bytes, static_cast<std::uint64_t>(record.modified));
  Append(bytes, record.modified_nanoseconds);
  Append(bytes, record.sample);
  AppendText(bytes, record.strategy);
  AppendText(bytes, record.encoder);
  return bytes;
}

Bytes WriteShardFrame(const ShardRecord& record) {
  const Bytes data = WriteShardRecord(record);
  UserDataHeader header{
      .type = kShardType, .size = static_cast<std::uint32_t>(data.size()), .hash = Hash64(data)};
  std::array<std::uint8_t, kMaxFrameHeader> front;
  const std::size_t size = WriteUserDataHeader(header, front);
  Bytes frame(front.begin(), front.begin() + static_cast<std::ptrdiff_t>(size));
  frame.insert(frame.end(), data.begin(), data.end());
  return frame;
}

Result<ShardRecord> ParseShardRecord(ByteView bytes) {
  static constexpr char kName[] = "the record of a part";
  Cursor cursor(bytes);
  const auto version = cursor.Read<std::uint8_t>();
  if (cursor.good() && version != kRecordVersion) {
    return Fail(ErrorCode::kUnsupported,
                "the record of this part has version " + std::to_string(version) +
                    ", this program reads version " + std::to_string(kRecordVersion),
                0);
  }
  ShardRecord record;
  record.part = cursor.ReadVarint<std::uint32_t>(kMostShards);
  record.parts = cursor.ReadVarint<std::uint32_t>(kMostShards);
  record.level = cursor.Read<std::uint8_t>();
  const auto flags = cursor.Read<std::uint8_t>();
  record.chunk_size = cursor.Read<std::uint16_t>() * wire::kChunkSizeUnit;
  record.offset = cursor.ReadVarint<std::uint64_t>(kMaxOriginalSize);
  record.source_size = cursor.ReadVarint<std::uint64_t>(kMaxOriginalSize);
  record.modified = static_cast<std::int64_t>(cursor.Read<std::uint64_t>());
  record.modified_nanoseconds = cursor.Read<std::uint32_t>();
  record.sample = cursor.Read<std::uint64_t>();
  record.strategy = TakeText(cursor);
  record.encoder = TakeText(cursor);
  if (!cursor.good()) return cursor.Failure(kName);
  record.decode_first = (flags & kDecodeFirst) != 0;
  if ((flags & ~kDecodeFirst) != 0) {
    return Fail(ErrorCode::kUnsupported, "a reserved bit is set in the record of a part", 0);
  }
  if (cursor.position() != bytes.size()) return CannotBe("a length");
  if (record.part == 0 || record.part > record.parts) return CannotBe("a number");
  if (record.level == 0 || record.level > wire::kLevelMask) return CannotBe("a level");
  if (record.chunk_size < wire::kMinChunkSize || record.chunk_size > wire::kMaxChunkSize) {
    return CannotBe("a chunk size");
  }
  if (record.modified_nanoseconds >= 1'000'000'000) return CannotBe("a time");
  if (record.offset !=
      ShardBegin(record.source_size, record.chunk_size, record.part, record.parts)) {
    return CannotBe("an offset");
  }
  return record;
}

}  // namespace sigma
