#include "engine/io/spooled_source.h"

#include <algorithm>
#include <utility>

namespace sigma {

Result<SpooledSource> SpooledSource::Create(Source& source) {
  constexpr std::size_t kPiece = std::size_t{256} << 10;
  Result<ScratchFile> file = ScratchFile::Create();
  if (!file) return file.failure();
  Bytes piece(kPiece);
  for (;;) {
    const Result<std::size_t> got = source.Read(piece);
    if (!got) return got.failure();
    if (Result<void> kept = file->Append(ByteView{piece}.first(*got)); !kept) return kept.failure();
    if (*got < piece.size() && !source.GoesOn()) break;
  }
  return SpooledSource(std::move(*file));
}

Result<std::size_t> SpooledSource::Read(MutableBytes target) {
  Result<std::size_t> got = ReadAt(position_, target);
  if (got) position_ += *got;
  return got;
}

Result<std::size_t> SpooledSource::ReadAt(std::uint64_t offset, MutableBytes target) {
  const std::uint64_t left = file_.size() - std::min(offset, file_.size());
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(target.size(), left));
  if (Result<void> read = file_.ReadAt(offset, target.first(size)); !read) return read.failure();
  return size;
}

}  // namespace sigma
