#include "engine/api/source_traits.h"

#include <algorithm>
#include <array>

#include "engine/base/hash.h"
#include "engine/format/shard_format.h"
#include "engine/memory/buffer.h"

namespace sigma {
namespace {

// Bytes of a source that can be read at any place; those that have no size have no parts.
Result<std::uint64_t> SizeOf(InputFile& input) {
  Source& source = input.source();
  if (const auto size = source.Size()) return *size;
  // An empty file is read like a pipe: those of /proc have a size of 0 and content.
  std::array<std::uint8_t, 1> first;
  if (input.holds_data()) {
    const Result<std::size_t> got = source.Read(first);
    if (!got) return got.failure();
    if (*got == 0) return std::uint64_t{0};
  }
  return Fail(
      ErrorCode::kInvalidArgument,
      "a part is made of what can be read at any place, such as a regular file: this has no "
      "size that is known");
}

// Hash of the first and the last bytes.
Result<std::uint64_t> SampleOf(Source& source, std::uint64_t size) {
  const auto half = static_cast<std::size_t>(std::min(size, kShardSample));
  Buffer buffer(kShardSample);
  Hasher hasher;
  if (size == 0) return hasher.Value();
  const std::uint64_t second = std::max<std::uint64_t>(size - half, half);
  for (const std::uint64_t begin : {std::uint64_t{0}, second}) {
    const MutableBytes piece =
        buffer.bytes().first(static_cast<std::size_t>(std::min<std::uint64_t>(half, size - begin)));
    if (piece.empty()) break;
    const Result<std::size_t> got = source.ReadAt(begin, piece);
    if (!got) return got.failure();
    if (*got < piece.size()) return Fail(ErrorCode::kIo, "became shorter while it was read");
    hasher.Add(piece);
  }
  return hasher.Value();
}

}  // namespace

Result<SourceTraits> TraitsOf(InputFile& input) {
  const Result<std::uint64_t> size = SizeOf(input);
  if (!size) return size.failure();
  const Result<std::uint64_t> sample = SampleOf(input.source(), *size);
  if (!sample) return sample.failure();
  // The node of a device has a time, but not that of its content.
  const std::timespec modified = input.is_regular() ? input.state().modified : std::timespec{};
  return SourceTraits{.size = *size,
                      .modified = modified.tv_sec,
                      .modified_nanoseconds = static_cast<std::uint32_t>(modified.tv_nsec),
                      .sample = *sample};
}

}  // namespace sigma
