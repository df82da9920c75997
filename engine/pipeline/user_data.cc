#include "engine/pipeline/user_data.h"

#include "engine/base/hash.h"
#include "engine/format/stream_format.h"
#include "engine/pipeline/error_place.h"

namespace sigma {

Result<void> SkipUserData(ForwardReader& reader, Buffer& buffer) {
  const std::uint64_t begin = reader.position();
  const Result<ByteView> front = reader.Peek(kMaxFrameHeader);
  if (!front) return front.failure();
  const Result<UserDataHeader> header = ParseUserDataHeader(*front);
  if (!header) return Moved(header.error(), begin);
  reader.Skip(header->bytes);
  const Result<ByteView> data = reader.Take(header->size, buffer);
  if (!data) return data.failure();
  if (data->size() < header->size) {
    return Fail(ErrorCode::kTruncated, "the input ends inside user data", reader.position());
  }
  if (Hash64(*data) != header->hash) {
    return Fail(ErrorCode::kCorrupt, "user data is damaged: its hash differs", begin);
  }
  return {};
}

}  // namespace sigma
