#include "engine/pipeline/user_data.h"

#include <algorithm>

#include "engine/base/hash.h"
#include "engine/format/stream_format.h"
#include "engine/pipeline/error_place.h"

namespace sigma {
namespace {

// Read at once: a frame of 16 MiB takes no more memory than a small one.
constexpr std::size_t kPiece = std::size_t{64} << 10;

}  // namespace

Result<void> SkipUserData(ForwardReader& reader, Buffer& buffer, const UserDataVisitor& visit) {
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
  for (std::size_t left = header->size; left != 0;) {
    const std::size_t piece = std::min(left, kPiece);
    const Result<ByteView> data = reader.Take(piece, buffer);
    if (!data) return data.failure();
    if (data->size() < piece) {
      return Fail(ErrorCode::kTruncated, "the input ends inside user data", reader.position());
    }
    hasher.Add(*data);
    if (visit) {
      if (Result<void> seen = visit(header->type, *data); !seen) return seen;
    }
    left -= piece;
  }
  if (hasher.Value() != header->hash) {
    return Fail(ErrorCode::kCorrupt, "user data is damaged: its hash differs", begin);
  }
  return {};
}

}  // namespace sigma
