#include "engine/far/copy_finder.h"

#include <algorithm>
#include <bit>

#include "engine/base/hash.h"
#include "kernels/lz/landmarks.h"
#include "kernels/statistics/common_prefix.h"

namespace sigma {
namespace {

// What a landmark's hash is of.
constexpr std::size_t kHashed = 32;
// What a copy takes in the chunk's table is some 6 bytes; what is shorter would mostly be coded in few
// more.
constexpr std::size_t kLeastCopy = 256;
// Copies of fewer bytes of a chunk than one in so many are not worth what they cost a reader who
// wants that chunk alone.
constexpr std::size_t kLeastShare = 64;
// A chunk copies from at most so many others: a reader of that chunk alone restores them all.
constexpr std::size_t kMostSources = 8;
// Pieces in which the source is read again.
constexpr std::size_t kPiece = std::size_t{64} << 10;
constexpr std::size_t kPieceBefore = std::size_t{4} << 10;
// Landmarks looked ahead: their entries are some 80 ns away.
constexpr std::size_t kAhead = 12;

constexpr unsigned kLeastLog = 10;
// One landmark in so many bytes; the table has twice as many places as there are landmarks.
constexpr std::uint64_t kLandmarkEvery =
    (1u << kernels::lz::kLandmarkLog) + kernels::lz::kLandmarkGap;

unsigned LogOf(std::uint64_t table_bytes) {
  const auto log = static_cast<unsigned>(std::bit_width(table_bytes / CopyTable::kEntry));
  return std::clamp(log, kLeastLog + 1, 40u) - 1;
}

}  // namespace

// Whoever holds it is alone until it goes; then the next one may.
class CopyFinder::Turn {
 public:
  Turn(CopyFinder& finder, std::uint64_t number) noexcept : finder_(finder) {
    std::unique_lock lock(finder.mutex_);
    finder.passed_.wait(lock, [&] { return finder.stopped_ || finder.turn_ == number; });
    mine_ = !finder.stopped_;
  }
  ~Turn() {
    if (!mine_) return;
    {
      const std::lock_guard lock(finder_.mutex_);
      ++finder_.turn_;
    }
    finder_.passed_.notify_all();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  [[nodiscard]] bool mine() const noexcept { return mine_; }

 private:
  CopyFinder& finder_;
  bool mine_ = false;
};

std::uint64_t CopyFinder::TableBytes(std::uint64_t size, std::uint64_t most_bytes) {
  const std::uint64_t wanted = std::bit_ceil(2 * (size / kLandmarkEvery) + 1) * CopyTable::kEntry;
  const std::uint64_t least = (std::uint64_t{1} << kLeastLog) * CopyTable::kEntry;
  return std::max(std::min(wanted, std::bit_floor(std::max(most_bytes, least))), least);
}

std::uint64_t CopyFinder::ChunkBytes(std::uint64_t chunk_size) {
  const auto size = static_cast<std::size_t>(chunk_size);
  return kernels::lz::MostLandmarks(size) * (sizeof(std::uint32_t) + sizeof(std::uint64_t)) +
         size / kLeastCopy * sizeof(FarCopy);
}

CopyFinder::CopyFinder(Source& source, std::uint32_t chunk_size, std::uint64_t table_bytes)
    : source_(source), chunk_size_(chunk_size), table_(LogOf(table_bytes)), piece_(kPiece) {
  shares_.reserve(chunk_size / kLeastCopy);
}

void CopyFinder::Prepare(Chunk& chunk) const {
  const std::size_t most = kernels::lz::MostLandmarks(chunk_size_);
  chunk.places.resize(most);
  chunk.hashes.resize(most);
  chunk.copies.reserve(chunk_size_ / kLeastCopy);
}

void CopyFinder::Find(std::uint64_t number, ByteView bytes, Chunk& chunk) noexcept {
  chunk.copies.clear();
  Hash(bytes, chunk);
  const Turn turn(*this, number);
  if (turn.mine()) {
    try {
      FindInOrder(number * chunk_size_, bytes, chunk);
    } catch (...) {
      // No memory for the text of an error: of the source, which cannot be read.
      chunk.copies.clear();
      chunk.error = Error{ErrorCode::kOutOfMemory, {}, kNoPosition, kNoPosition};
    }
  }
  chunk.done = true;
}

void CopyFinder::Pass(std::uint64_t number) noexcept { const Turn turn(*this, number); }

void CopyFinder::Stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  passed_.notify_all();
}

void CopyFinder::Hash(ByteView bytes, Chunk& chunk) const noexcept {
  chunk.count = kernels::lz::FindLandmarks(bytes, chunk.places);
  while (chunk.count != 0 && bytes.size() - chunk.places[chunk.count - 1] < kHashed) --chunk.count;
  for (std::size_t i = 0; i < chunk.count; ++i) {
    chunk.hashes[i] = Hash64(bytes.subspan(chunk.places[i], kHashed));
  }
}

void CopyFinder::FindInOrder(std::uint64_t position, ByteView bytes, Chunk& chunk) {
  std::size_t end = 0;  // of the last copy
  for (std::size_t i = 0; i < std::min(kAhead, chunk.count); ++i) table_.Prefetch(chunk.hashes[i]);
  for (std::size_t i = 0; i < chunk.count; ++i) {
    if (i + kAhead < chunk.count) table_.Prefetch(chunk.hashes[i + kAhead]);
    const std::size_t place = chunk.places[i];
    if (place < end || !table_.Wants(chunk.hashes[i])) continue;
    const std::optional<CopyTable::Place> found = table_.Find(chunk.hashes[i]);
    if (!found) continue;
    Result<std::optional<FarCopy>> copy = CopyAt(bytes, place, end, *found);
    if (!copy) {
      chunk.error = std::move(copy.error());
      chunk.copies.clear();
      return;
    }
    if (!*copy) continue;
    chunk.copies.push_back(**copy);
    end = (*copy)->begin + (*copy)->length;
  }
  DropScattered(chunk.copies);
  std::size_t copied = 0;
  for (const FarCopy& copy : chunk.copies) copied += copy.length;
  if (copied < bytes.size() / kLeastShare) chunk.copies.clear();
  Add(position, bytes.size(), chunk);
}

// What is alike around `place` of the chunk and the place found, after `end`.
Result<std::optional<FarCopy>> CopyFinder::CopyAt(ByteView bytes, std::size_t place,
                                                  std::size_t end, const CopyTable::Place& found) {
  const std::size_t most_before = std::min<std::size_t>(place - end, found.before);
  const std::size_t most_after = std::min<std::size_t>(bytes.size() - place, found.after);
  if (most_before + most_after < kLeastCopy) return std::optional<FarCopy>{};
  const Result<std::size_t> after = AlikeAfter(bytes.subspan(place, most_after), found.position);
  if (!after) return after.failure();
  if (*after < kHashed) return std::optional<FarCopy>{};  // another hash
  const Result<std::size_t> before =
      AlikeBefore(bytes.subspan(place - most_before, most_before), found.position);
  if (!before) return before.failure();
  if (*before + *after < kLeastCopy) return std::optional<FarCopy>{};
  return std::optional<FarCopy>{FarCopy{.begin = static_cast<std::uint32_t>(place - *before),
                                        .length = static_cast<std::uint32_t>(*before + *after),
                                        .source = found.position - *before}};
}

// How many of `bytes` the source has from `source` on.
Result<std::size_t> CopyFinder::AlikeAfter(ByteView bytes, std::uint64_t source) {
  std::size_t alike = 0;
  while (alike < bytes.size()) {
    const ByteView part = bytes.subspan(alike, std::min(bytes.size() - alike, kPiece));
    const Result<ByteView> there = Read(source + alike, part.size());
    if (!there) return there.failure();
    const std::size_t equal = kernels::statistics::CommonPrefix(part, *there);
    alike += equal;
    if (equal != part.size()) break;
  }
  return alike;
}

// How many of the last of `bytes` the source has before `source`.
Result<std::size_t> CopyFinder::AlikeBefore(ByteView bytes, std::uint64_t source) {
  std::size_t alike = 0;
  while (alike < bytes.size()) {
    const std::size_t size = std::min(bytes.size() - alike, kPieceBefore);
    const ByteView part = bytes.subspan(bytes.size() - alike - size, size);
    const Result<ByteView> there = Read(source - alike - size, size);
    if (!there) return there.failure();
    if (there->size() < size) break;  // the source was cut
    std::size_t left = size;
    while (left != 0 && part[left - 1] == (*there)[left - 1]) --left;
    alike += size - left;
    if (left != 0) break;
  }
  return alike;
}

// Fewer bytes at the end of the source.
Result<ByteView> CopyFinder::Read(std::uint64_t position, std::size_t size) {
  const ByteView memory = source_.Memory();
  if (!memory.empty()) return memory.subspan(static_cast<std::size_t>(position), size);
  const MutableBytes target{piece_.data(), size};
  const Result<std::size_t> got = source_.ReadAt(position, target);
  if (!got) return got.failure();
  return ByteView{target.first(*got)};
}

// Keeps copies from the kMostSources chunks that most is copied from, of equals the earlier.
void CopyFinder::DropScattered(std::vector<FarCopy>& copies) {
  shares_.clear();
  for (const FarCopy& copy : copies) shares_.push_back({copy.source / chunk_size_, copy.length});
  std::ranges::sort(shares_, {}, &Share::chunk);
  std::size_t chunks = 0;
  for (const Share& share : shares_) {
    if (chunks != 0 && shares_[chunks - 1].chunk == share.chunk) {
      shares_[chunks - 1].bytes += share.bytes;
    } else {
      shares_[chunks++] = share;
    }
  }
  if (chunks <= kMostSources) return;
  const std::span<Share> shares{shares_.data(), chunks};
  std::ranges::sort(shares, [](const Share& a, const Share& b) {
    return a.bytes != b.bytes ? a.bytes > b.bytes : a.chunk < b.chunk;
  });
  const std::span<const Share> kept = shares.first(kMostSources);
  std::erase_if(copies, [&](const FarCopy& copy) {
    return std::ranges::find(kept, copy.source / chunk_size_, &Share::chunk) == kept.end();
  });
}

// The landmarks of the chunk's own bytes.
void CopyFinder::Add(std::uint64_t position, std::size_t size, const Chunk& chunk) noexcept {
  std::size_t at = 0;
  std::size_t begin = 0;
  for (std::size_t next = 0; next <= chunk.copies.size(); ++next) {
    const bool last = next == chunk.copies.size();
    const std::size_t end = last ? size : chunk.copies[next].begin;
    for (; at < chunk.count && chunk.places[at] + kHashed <= end; ++at) {
      const std::size_t place = chunk.places[at];
      if (place < begin) continue;
      table_.Add(chunk.hashes[at], {.position = position + place,
                                    .before = static_cast<std::uint32_t>(place - begin),
                                    .after = static_cast<std::uint32_t>(end - place)});
    }
    if (last) break;
    begin = end + chunk.copies[next].length;
    while (at < chunk.count && chunk.places[at] < begin) ++at;
  }
}

}  // namespace sigma
