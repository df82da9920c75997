// Stream header and frame headers; the footer has its own file (footer.cc). The layouts are drawn
// beside the code that writes them; FORMAT.md is the normative text.
#include "engine/format/stream_format.h"

#include <algorithm>
#include <cassert>
#include <string>

#include "engine/base/endian.h"
#include "engine/base/hash.h"
#include "engine/base/varint.h"
#include "engine/format/cursor.h"
#include "engine/format/wire.h"

namespace sigma {
namespace {

// Appends the low half of XXH3-64 of the `size` bytes before it.
std::size_t Seal(std::uint8_t* header, std::size_t size) {
  StoreLE(header + size, Hash32({header, size}));
  return size + 4;
}

// Reads the seal that Seal wrote and compares.
bool SealHolds(Cursor& cursor) {
  const ByteView sealed = cursor.Before();
  return cursor.Read<std::uint32_t>() == Hash32(sealed);
}

}  // namespace

// 0      4         5       6            8
// +------+---------+-------+------------+------------------+-------------+
// | magic| version | flags | chunk size | original size    | header hash |
// | 4    | 1       | 1     | 2, / 4 KiB | varint, if bit 4 | 4           |
// +------+---------+-------+------------+------------------+-------------+
std::size_t WriteStreamHeader(const StreamHeader& header,
                              std::span<std::uint8_t, kMaxStreamHeader> to) {
  assert(header.level <= wire::kLevelMask);
  assert(header.chunk_size % wire::kChunkSizeUnit == 0);
  assert(header.chunk_size >= wire::kMinChunkSize && header.chunk_size <= wire::kMaxChunkSize);
  std::copy(wire::kMagic.begin(), wire::kMagic.end(), to.begin());
  to[4] = kFormatVersion;
  to[5] = static_cast<std::uint8_t>(header.level |
                                    (header.original_size ? wire::kOriginalSizeFlag : 0) |
                                    (header.far ? wire::kFarFlag : 0));
  StoreLE(&to[6], static_cast<std::uint16_t>(header.chunk_size / wire::kChunkSizeUnit));
  std::size_t size = 8;
  if (header.original_size) {
    assert(*header.original_size <= kMaxOriginalSize);
    size += WriteVarint(*header.original_size, &to[size]);
  }
  return Seal(to.data(), size);
}

Result<StreamHeader> ParseStreamHeader(ByteView bytes) {
  static constexpr char kName[] = "the stream header";
  const std::size_t seen = std::min(bytes.size(), wire::kMagic.size());
  if (!std::equal(wire::kMagic.begin(), wire::kMagic.begin() + seen, bytes.begin())) {
    return Fail(ErrorCode::kNotSigma, "no Sigma stream begins here", 0);
  }
  Cursor cursor(bytes);
  (void)cursor.Take(wire::kMagic.size());
  const auto version = cursor.Read<std::uint8_t>();
  if (cursor.good() && version != kFormatVersion) {
    return Fail(ErrorCode::kUnsupported,
                "the stream has format version " + std::to_string(version) +
                    ", this program reads version " + std::to_string(kFormatVersion),
                4);
  }
  const auto flags = cursor.Read<std::uint8_t>();
  const auto units = cursor.Read<std::uint16_t>();
  std::uint64_t original = 0;
  if ((flags & wire::kOriginalSizeFlag) != 0) {
    original = cursor.ReadVarint<std::uint64_t>(~std::uint64_t{0});
  }
  const bool sealed = SealHolds(cursor);
  if (!cursor.good()) return cursor.Failure(kName);
  if (!sealed) return Fail(ErrorCode::kCorrupt, "the stream header is damaged", 0);

  if ((flags & wire::kReservedFlags) != 0) {
    return Fail(ErrorCode::kUnsupported, "a reserved bit is set in the stream header", 5);
  }
  StreamHeader header;
  header.level = flags & wire::kLevelMask;
  header.far = (flags & wire::kFarFlag) != 0;
  header.chunk_size = units * wire::kChunkSizeUnit;
  if (header.chunk_size < wire::kMinChunkSize || header.chunk_size > wire::kMaxChunkSize) {
    return Fail(ErrorCode::kCorrupt, "the stream header has a chunk size that cannot be", 6);
  }
  if ((flags & wire::kOriginalSizeFlag) != 0) {
    if (original > kMaxOriginalSize) {
      return Fail(ErrorCode::kCorrupt, "the stream header has an original size that cannot be", 8);
    }
    header.original_size = original;
  }
  header.bytes = cursor.position();
  return header;
}

Result<FrameKind> ParseFrameKind(ByteView bytes) {
  if (bytes.empty()) {
    return Fail(ErrorCode::kTruncated, "the input ends where a frame must begin", 0);
  }
  switch (bytes[0]) {
    case wire::kChunkFrame:
      return FrameKind::kChunk;
    case wire::kUserDataFrame:
      return FrameKind::kUserData;
    case wire::kLongFooter:
    case wire::kShortFooter:
      return FrameKind::kFooter;
    default:
      return Fail(ErrorCode::kCorrupt, "no frame begins where one must", 0);
  }
}

// +------+---------+----------+---------------+--------------+------+--------------+-------------+
// | kind | plan id | sequence | original size | payload size | hash | payload hash | header hash |
// | 1    | 1       | varint   | varint        | varint       | 8    | 4            | 4           |
// +------+---------+----------+---------------+--------------+------+--------------+-------------+
std::size_t WriteChunkHeader(ChunkHeader& header, std::span<std::uint8_t, kMaxFrameHeader> to) {
  assert(header.original >= 1 && header.original <= wire::kMaxChunkSize);
  assert(header.payload >= 1 && header.payload <= header.original);
  assert(header.plan_id != wire::kRawPlan || header.payload == header.original);
  to[0] = wire::kChunkFrame;
  to[1] = header.plan_id;
  std::size_t size = 2;
  size += WriteVarint(header.sequence, &to[size]);
  size += WriteVarint(header.original, &to[size]);
  size += WriteVarint(header.payload, &to[size]);
  StoreLE(&to[size], header.hash);
  StoreLE(&to[size + 8], header.payload_hash);
  header.bytes = Seal(to.data(), size + 12);
  return header.bytes;
}

Result<ChunkHeader> ParseChunkHeader(ByteView bytes, std::uint32_t chunk_size) {
  static constexpr char kName[] = "a chunk header";
  Cursor cursor(bytes);
  ChunkHeader header;
  const auto kind = cursor.Read<std::uint8_t>();
  if (cursor.good() && kind != wire::kChunkFrame) {
    return Fail(ErrorCode::kCorrupt, "no chunk begins here", 0);
  }
  header.plan_id = cursor.Read<std::uint8_t>();
  header.sequence = cursor.ReadVarint<std::uint32_t>(0xFFFFFFFF);
  header.original = cursor.ReadVarint<std::uint32_t>(wire::kMaxChunkSize);
  header.payload = cursor.ReadVarint<std::uint32_t>(wire::kMaxChunkSize);
  header.hash = cursor.Read<std::uint64_t>();
  header.payload_hash = cursor.Read<std::uint32_t>();
  const bool sealed = SealHolds(cursor);
  if (!cursor.good()) return cursor.Failure(kName);
  if (!sealed) return Fail(ErrorCode::kCorrupt, "a chunk header is damaged", 0);

  if (header.original == 0 || header.original > chunk_size) {
    return Fail(ErrorCode::kCorrupt, "a chunk header has an original size that cannot be", 0);
  }
  if (header.payload == 0 || header.payload > header.original ||
      (header.plan_id == wire::kRawPlan && header.payload != header.original)) {
    return Fail(ErrorCode::kCorrupt, "a chunk header has a payload size that cannot be", 0);
  }
  header.bytes = cursor.position();
  return header;
}

// +------+--------+--------+------+-------------+
// | kind | type   | size   | hash | header hash |
// | 1    | varint | varint | 8    | 4           |
// +------+--------+--------+------+-------------+
std::size_t WriteUserDataHeader(UserDataHeader& header,
                                std::span<std::uint8_t, kMaxFrameHeader> to) {
  assert(header.size <= kMaxUserData);
  to[0] = wire::kUserDataFrame;
  std::size_t size = 1;
  size += WriteVarint(header.type, &to[size]);
  size += WriteVarint(header.size, &to[size]);
  StoreLE(&to[size], header.hash);
  header.bytes = Seal(to.data(), size + 8);
  return header.bytes;
}

Result<UserDataHeader> ParseUserDataHeader(ByteView bytes) {
  static constexpr char kName[] = "a user data header";
  Cursor cursor(bytes);
  UserDataHeader header;
  const auto kind = cursor.Read<std::uint8_t>();
  if (cursor.good() && kind != wire::kUserDataFrame) {
    return Fail(ErrorCode::kCorrupt, "no user data begins here", 0);
  }
  header.type = cursor.ReadVarint<std::uint32_t>(0xFFFFFFFF);
  header.size = cursor.ReadVarint<std::uint32_t>(kMaxUserData);
  header.hash = cursor.Read<std::uint64_t>();
  const bool sealed = SealHolds(cursor);
  if (!cursor.good()) return cursor.Failure(kName);
  if (!sealed) return Fail(ErrorCode::kCorrupt, "a user data header is damaged", 0);
  header.bytes = cursor.position();
  return header;
}

}  // namespace sigma
