#include "engine/io/comparison_sink.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "engine/io/descriptor.h"

namespace sigma {
namespace {

// Fits the first-level cache beside what it is compared with; off the stack, which may be small.
constexpr std::size_t kPiece = 16u << 10;

}  // namespace

Result<void> ComparisonSink::Differs() {
  differs_ = true;
  return Fail(ErrorCode::kCorrupt, "what was restored differs from the file");
}

Result<void> ComparisonSink::Write(ByteView bytes) {
  Result<void> same = WriteAt(end_, bytes);
  end_ += bytes.size();
  return same;
}

Result<void> ComparisonSink::WriteAt(std::uint64_t offset, ByteView bytes) {
  const auto piece = std::make_unique_for_overwrite<std::uint8_t[]>(kPiece);
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.size(), kPiece);
    const Result<std::size_t> got = ReadAllAt(fd_, offset, MutableBytes{piece.get(), size});
    if (!got) return got.failure();
    if (*got != size || std::memcmp(piece.get(), bytes.data(), size) != 0) return Differs();
    offset += size;
    bytes = bytes.subspan(size);
  }
  return {};
}

Result<void> ComparisonSink::Finish() {
  std::array<std::uint8_t, 1> more{};
  const Result<std::size_t> got = ReadAllAt(fd_, end_, more);
  if (!got) return got.failure();
  return *got == 0 ? Result<void>{} : Differs();
}

}  // namespace sigma
