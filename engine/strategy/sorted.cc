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
// Where sorting leaves less than this, nothing else is tried: of text and its kin it leaves 53 to 71
// (dickens 66, a manual 71); of what is smaller coded adaptively 76 and more (versions of one source
// 76, programs, icons and classes 82 and more).
constexpr std::size_t kSortedShare = 73;
// The least that adaptive coding leaves (mesh-stl 69, fonts 76): where even that has no room, it is
// spared. The level's own references leave 78 to 88: where adaptive coding leaves less, they are.
constexpr std::size_t kAdaptiveShare = 60;
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
  // What coding by these parameters comes to; the source's size = no gain.
  std::size_t Measure(CoderId id, const CoderParams& params) {
    const MutableBytes trial = lease_.As<std::uint8_t>(source_.size());
    const std::size_t size = EncodeWith(id, source_, params, pool_, trial);
    return size == 0 ? source_.size() : size;
  }
  [[nodiscard]] const EncodedPlan& best() const { return best_; }

 private:
  ByteView source_;
  BufferPool& pool_;
  MutableBytes target_;
  BufferPool::Lease lease_;
  EncodedPlan best_{static_cast<std::uint8_t>(CoderId::kLz), 0};
};

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
  const std::size_t quick = smallest.Measure(CoderId::kLz, FindLevel(kQuickLevel)->coder);
  const std::size_t sorted = smallest.Try(CoderId::kSort, coder);
  if (sorted != 0 && Below(sorted, kSortedShare, quick)) return smallest.best();
  const std::size_t room = sorted == 0 ? target.size() : sorted;
  if (Below(room, kAdaptiveShare, quick)) return smallest.best();
  const std::size_t adaptive = smallest.Try(CoderId::kAdaptive, coder);
  if (adaptive == 0 || !Below(adaptive, kReferenceShare, quick)) {
    (void)smallest.Try(CoderId::kLz, coder);
  }
  return smallest.best();
}

}  // namespace sigma
