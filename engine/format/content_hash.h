// What a stream says of the hash of its whole content, exactly as FORMAT.md ("Content hash") draws it:
// two frames of user data, one in front of the chunks that names the kind, so that a reader which goes
// forward knows what to compute, and one after them with the hash.
//
// Parse and tally treat their input as hostile; error offsets count from the user data's start.
#ifndef SIGMA_FORMAT_CONTENT_HASH_H_
#define SIGMA_FORMAT_CONTENT_HASH_H_

#include <cstddef>
#include <cstdint>

#include "engine/base/content_hasher.h"
#include "sigma/result.hpp"

namespace sigma {

// The type of both frames' user data.
inline constexpr std::uint32_t kContentHashType = 0xFFFFFF03;
// No user data of that type and a version known here is longer: version, kind, size, hash.
inline constexpr std::size_t kMaxContentHash = 3 + Sha256::kSize;

struct ContentHashRecord {
  ContentHash kind = ContentHash::kNone;
  Digest digest;  // empty in front of the chunks
};

// A whole frame; an empty digest for the one in front.
[[nodiscard]] Bytes WriteContentHashFrame(ContentHash kind, const Digest& digest = {});
// Bytes of both frames of a stream at most.
[[nodiscard]] std::size_t ContentHashFrames(ContentHash kind);
// `data`: the frame's user data, of which bytes beyond kMaxContentHash + 1 may be left out. kUnsupported
// for a version or a kind that is not known.
Result<ContentHashRecord> ParseContentHash(ByteView data);

// What the frames of one stream say, taken one after the other. What is not supported is passed over,
// as user data of an unknown type is.
class ContentHashTally {
 public:
  void Clear() { *this = {}; }
  // A chunk; kCorrupt behind the hash.
  Result<void> TakeChunk();
  // The user data, as ParseContentHash takes it, of a frame that begins at offset `place` of the input.
  Result<void> Take(ByteView data, std::uint64_t place);
  // After the last frame. kCorrupt where the stream owes a hash, and where it has no chunk and its hash
  // is not that of nothing.
  [[nodiscard]] Result<void> End() const;

  // What the stream has; known from the first chunk on.
  [[nodiscard]] ContentHash kind() const noexcept { return kind_; }
  // What the hash must be; after End.
  [[nodiscard]] const Digest& digest() const noexcept { return digest_; }
  // Where its frame begins.
  [[nodiscard]] std::uint64_t place() const noexcept { return place_; }
  // Whether there is one of a version or kind that is not known.
  [[nodiscard]] bool unsupported() const noexcept { return unsupported_; }

 private:
  ContentHash kind_ = ContentHash::kNone;
  Digest digest_;
  std::uint64_t place_ = 0;
  bool chunks_ = false;
  bool unsupported_ = false;
};

// The text of the error where a content has another hash than its stream says.
inline constexpr char kContentDiffersText[] =
    "the restored content has another hash than its stream says, although every chunk is intact: "
    "these are not the chunks that were written; take another copy of the file, or --recover what "
    "there is";

// A warning.
inline constexpr char kUnknownContentHashText[] =
    "its content hash was not checked: another version wrote it, of a kind that this one does not "
    "know";

}  // namespace sigma

#endif  // SIGMA_FORMAT_CONTENT_HASH_H_
