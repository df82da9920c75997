#include "engine/strategy/sorted.h"

#include <algorithm>
#include <cstring>

#include "engine/strategy/levels.h"

namespace sigma {
namespace {

// Sources are sorted from this size on: a segment's model learns slowly.
constexpr std::size_t kLeastSorted = std::size_t{16} << 10;
// The level whose references tell quickly what slower coders may reach.
constexpr int kQuickLevel = 4;

// Shares of the quick references' size, in hundredths.
//
// Where sorting leaves less than this of a small source, nothing else is tried: of text and its kin
// it leaves 53 to 71 (dickens 66, a manual 71); of what is smaller coded adaptively 76 and more
// (programs, icons and classes 82 and more).
constexpr std::size_t kSortedShare = 73;
// The least that adaptive coding leaves (atoms 52, mesh-stl 69, fonts 76): where even that has no
// room, it is spared.
constexpr std::size_t kAdaptiveShare = 50;
// Of larger sources two windows, a 16th of the source or 128 KiB each, tell what adaptive coding
// leaves of references. Of the whole it leaves less, since it learns: of 24 files it was this share
// or more (dickens 89, a manual 88, sources 91) of what the windows said, but for dumps of atoms,
// which are far from close. Prose, of which references leave a quarter and more, needs no windows.
constexpr std::size_t kLeastLarge = std::size_t{1} << 20;
constexpr std::size_t kWindowPart = 16;
constexpr std::size_t kMostWindow = std::size_t{128} << 10;
constexpr std::size_t kLearns = 87;
constexpr std::size_t kProseParts = 4;
// The level's own references leave 78 to 88: where adaptive coding leaves less, they are spared, and
// so they are of larger sources, where they were the smallest of no file.
constexpr std::size_t kReferenceShare = 80;

bool Below(std::size_t size, std::size_t share, std::size_t whole) {
  return size * 100 < whole * share;
}

// The smallest code so far.
class Smallest {
 public:
  Smallest(ByteView source, BufferPool& pool, MutableBytes target)
      : source_(source), pool_(pool), target_(target), lease_(pool.Acquire(source.size())) {}

  // The size that the coder reaches, 0 = not below the smallest.
  std::size_t Try(CoderId id, const CoderParams& params) {
    const std::size_t most = best_.size == 0 ? target_.size() : best_.size - 1;
    const MutableBytes trial = lease_.As<std::uint8_t>(source_.size());
    const std::size_t size = EncodeWith(id, source_, params, pool_, trial.first(most));
    if (size == 0) return 0;
    std::memcpy(target_.data(), trial.data(), size);
    best_ = {static_cast<std::uint8_t>(id), size};
    return size;
  }
  // What coding this part of the source comes to; its size = no gain.
  std::size_t Measure(CoderId id, const CoderParams& params, ByteView part) {
    const MutableBytes trial = lease_.As<std::uint8_t>(part.size());
    const std::size_t size = EncodeWith(id, part, params, pool_, trial);
    return size == 0 ? part.size() : size;
  }
  [[nodiscard]] std::size_t QuickSize(ByteView part) {
    return Measure(CoderId::kLz, FindLevel(kQuickLevel)->coder, part);
  }
  [[nodiscard]] const EncodedPlan& best() const { return best_; }

 private:
  ByteView source_;
  BufferPool& pool_;
  MutableBytes target_;
  BufferPool::Lease lease_;
  EncodedPlan best_{static_cast<std::uint8_t>(CoderId::kLz), 0};
};

// Whether adaptive coding may come below `room` bytes, quick references coming to `quick`.
bool AdaptiveMay(ByteView source, std::size_t room, std::size_t quick, const CoderParams& coder,
                 Smallest& smallest) {
  const bool sorts_well = Below(room, kSortedShare, quick);
  if (source.size() < kLeastLarge) return !sorts_well;
  if (sorts_well && quick > source.size() / kProseParts) return false;
  if (Below(room, kAdaptiveShare, quick)) return false;
  const std::size_t window = std::min(source.size() / kWindowPart, kMostWindow);
  std::uint64_t references = 0;
  std::uint64_t adaptive = 0;
  for (const std::size_t quarter : {std::size_t{1}, std::size_t{3}}) {
    const ByteView part = source.subspan(source.size() / 4 * quarter - window / 2, window);
    references += smallest.QuickSize(part);
    adaptive += smallest.Measure(CoderId::kAdaptive, coder, part);
  }
  return adaptive * quick / references * kLearns / 100 < room;
}

}  // namespace

EncodedPlan EncodeMatching(ByteView source, const CoderParams& coder, BufferPool& pool,
                           MutableBytes target) {
  if (!coder.sorts || source.empty()) {
    return {static_cast<std::uint8_t>(CoderId::kLz),
            EncodeWith(CoderId::kLz, source, coder, pool, target)};
  }
  Smallest smallest(source, pool, target);
  if (source.size() < kLeastSorted) {
    (void)smallest.Try(CoderId::kLz, coder);
    (void)smallest.Try(CoderId::kAdaptive, coder);
    return smallest.best();
  }
  const std::size_t quick = smallest.QuickSize(source);
  const std::size_t sorted = smallest.Try(CoderId::kSort, coder);
  const std::size_t room = sorted == 0 ? target.size() : sorted;
  if (!AdaptiveMay(source, room, quick, coder, smallest)) return smallest.best();
  const std::size_t adaptive = smallest.Try(CoderId::kAdaptive, coder);
  if (source.size() < kLeastLarge && (adaptive == 0 || !Below(adaptive, kReferenceShare, quick))) {
    (void)smallest.Try(CoderId::kLz, coder);
  }
  return smallest.best();
}

}  // namespace sigma
