#include "engine/pipeline/frame_spool.h"

#include <array>

#include "engine/base/endian.h"

namespace sigma {
namespace {

constexpr std::size_t kPlace = 12;  // offset u64, bytes u32

}  // namespace

void FrameSpool::Add(ByteView header, ByteView payload) {
  const std::uint64_t id = count_.load(std::memory_order_relaxed);
  if (failed_.load(std::memory_order_relaxed) > id) {
    if (Result<void> added = TryAdd(header, payload); !added) {
      failure_ = std::move(added.error());
      failed_.store(id, std::memory_order_release);
    }
  }
  count_.store(id + 1, std::memory_order_release);
}

Result<void> FrameSpool::TryAdd(ByteView header, ByteView payload) {
  for (std::optional<ScratchFile>* const file : {&frames_, &places_}) {
    if (*file) continue;
    Result<ScratchFile> made = ScratchFile::Create();
    if (!made) return made.failure();
    file->emplace(std::move(*made));
  }
  std::array<std::uint8_t, kPlace> place;
  StoreLE(place.data(), frames_->size());
  StoreLE(place.data() + 8, static_cast<std::uint32_t>(header.size() + payload.size()));
  if (Result<void> added = frames_->Append(header); !added) return added;
  if (Result<void> added = frames_->Append(payload); !added) return added;
  return places_->Append(place);
}

Result<KeptFrame> FrameSpool::FrameOf(std::uint64_t id) {
  if (id >= count_.load(std::memory_order_acquire)) {
    return Fail(ErrorCode::kCorrupt, "there is no such chunk");
  }
  if (id >= failed_.load(std::memory_order_acquire)) {
    return Fail(ErrorCode::kIo, failure_->text + "; an input that is a file needs none");
  }
  std::array<std::uint8_t, kPlace> place;
  if (Result<void> read = places_->ReadAt(id * kPlace, place); !read) return read.failure();
  return KeptFrame{LoadLE<std::uint64_t>(place.data()), LoadLE<std::uint32_t>(place.data() + 8)};
}

Result<void> FrameSpool::ReadFrame(const KeptFrame& frame, MutableBytes target) {
  return frames_->ReadAt(frame.offset, target);
}

}  // namespace sigma
