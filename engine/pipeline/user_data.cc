#include "engine/pipeline/user_data.h"

#include <algorithm>
#include <array>

#include "engine/base/hash.h"
#include "engine/format/stream_format.h"
#include "engine/pipeline/error_place.h"

namespace sigma {
namespace {

// Read at once: a frame of 16 MiB takes no more memory than a small one.
constexpr std::size_t kPiece = std::size_t{64} << 10;

}  // namespace

Result<void> SkipUserData(ForwardReader& reader, Buffer& buffer, ContentHashTally& content,
                          std::uint64_t base, const UserDataVisitor& visit) {
  const std::uint64_t begin = reader.position();
  const Result<ByteView> front = reader.Peek(kMaxFrameHeader);
  if (!front) return front.failure();
  const Result<UserDataHeader> header = ParseUserDataHeader(*front);
  if (!header) return Moved(header.error(), begin);
  if (visit) {
    if (Result<void> seen = visit(header->type, front->first(header->bytes)); !seen) return seen;
  }
  reader.Skip(header->bytes);
  Hasher hasher;
  std::array<std::uint8_t, kMaxContentHash + 1> kept;  // the front: enough of a content hash
  std::size_t kept_size = 0;
  for (std::size_t left = header->size; left != 0;) {
    const std::size_t piece = std::min(left, kPiece);
    const Result<ByteView> data = reader.Take(piece, buffer);
    if (!data) return data.failure();
    if (data->size() < piece) {
      return Fail(ErrorCode::kTruncated, "the input ends inside user data", reader.position());
    }
    hasher.Add(*data);
    const std::size_t more = std::min(kept.size() - kept_size, data->size());
    std::copy_n(data->begin(), more, kept.begin() + static_cast<std::ptrdiff_t>(kept_size));
    kept_size += more;
    if (visit) {
      if (Result<void> seen = visit(header->type, *data); !seen) return seen;
    }
    left -= piece;
  }
  if (hasher.Value() != header->hash) {
    return Fail(ErrorCode::kCorrupt, "user data is damaged: its hash differs", begin);
  }
  if (header->type != kContentHashType) return {};
  Result<void> taken = content.Take(ByteView{kept}.first(kept_size), base + begin);
  if (!taken) return Moved(taken.error(), begin + header->bytes);
  return {};
}

}  // namespace sigma
