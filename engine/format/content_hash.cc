#include "engine/format/content_hash.h"

#include <algorithm>
#include <array>
#include <string>

#include "engine/base/hash.h"
#include "engine/format/stream_format.h"

namespace sigma {
namespace {

constexpr std::uint8_t kVersion = 0;
constexpr std::size_t kFields = 3;  // version, kind, size

Unexpected CannotBe(const std::string& what) {
  return Fail(ErrorCode::kCorrupt, "a content hash " + what, 0);
}

}  // namespace

// +---------+------+---------+------+
// | version | kind | size    | hash |
// | u8      | u8   | u8, n   | n    |
// +---------+------+---------+------+
Bytes WriteContentHashFrame(ContentHash kind, const Digest& digest) {
  std::array<std::uint8_t, kMaxContentHash> data{kVersion, static_cast<std::uint8_t>(kind),
                                                 digest.size};
  std::ranges::copy(digest.view(), data.begin() + kFields);
  const ByteView used = ByteView{data}.first(kFields + digest.size);
  UserDataHeader header{.type = kContentHashType,
                        .size = static_cast<std::uint32_t>(used.size()),
                        .hash = Hash64(used)};
  std::array<std::uint8_t, kMaxFrameHeader> front;
  const std::size_t size = WriteUserDataHeader(header, front);
  Bytes frame(front.begin(), front.begin() + static_cast<std::ptrdiff_t>(size));
  frame.insert(frame.end(), used.begin(), used.end());
  return frame;
}

std::size_t ContentHashFrames(ContentHash kind) {
  return kind == ContentHash::kNone ? 0 : 2 * (kMaxFrameHeader + kFields) + DigestSize(kind);
}

Result<ContentHashRecord> ParseContentHash(ByteView data) {
  if (data.empty()) return CannotBe("has no bytes");
  if (data[0] != kVersion) {
    return Fail(ErrorCode::kUnsupported,
                "a content hash has version " + std::to_string(data[0]) +
                    ", this program reads version " + std::to_string(kVersion),
                0);
  }
  if (data.size() < kFields) return CannotBe("has too few bytes");
  if (data[1] != static_cast<std::uint8_t>(ContentHash::kXxh3) &&
      data[1] != static_cast<std::uint8_t>(ContentHash::kSha256)) {
    return Fail(ErrorCode::kUnsupported,
                "a content hash is of kind " + std::to_string(data[1]) +
                    ", which this program does not know",
                1);
  }
  ContentHashRecord record{.kind = static_cast<ContentHash>(data[1]), .digest = {}};
  const std::uint8_t size = data[2];
  if (data.size() != kFields + size || (size != 0 && size != DigestSize(record.kind))) {
    return CannotBe("has a size that its kind has not");
  }
  record.digest.size = size;
  std::ranges::copy(data.subspan(kFields), record.digest.bytes.begin());
  return record;
}

Result<void> ContentHashTally::TakeChunk() {
  if (digest_.size != 0) return CannotBe("stands in front of a chunk");
  chunks_ = true;
  return {};
}

Result<void> ContentHashTally::Take(ByteView data, std::uint64_t place) {
  const Result<ContentHashRecord> record = ParseContentHash(data);
  if (!record) {
    if (record.error().code != ErrorCode::kUnsupported) return record.failure();
    unsupported_ = true;
    return {};
  }
  if (record->digest.size == 0) {
    if (kind_ != ContentHash::kNone) return CannotBe("is announced twice");
    if (chunks_) return CannotBe("is announced after a chunk");
    kind_ = record->kind;
    return {};
  }
  if (kind_ != record->kind) return CannotBe("is none that was announced before the chunks");
  if (digest_.size != 0) return CannotBe("stands in the stream twice");
  digest_ = record->digest;
  place_ = place;
  return {};
}

Result<void> ContentHashTally::End() const {
  if (kind_ == ContentHash::kNone) return {};
  if (digest_.size == 0) return CannotBe("that was announced is missing after the chunks");
  if (!chunks_ && digest_ != ContentHasher(kind_).Value()) {
    return Fail(ErrorCode::kCorrupt, kContentDiffersText, 0);
  }
  return {};
}

}  // namespace sigma
