#include "kernels/sort/run_decoder.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sort/run_decoder.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// After highway.h, which defines what it toggles on.
#include "kernels/sort/run_symbols-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::sort {
namespace HWY_NAMESPACE {
namespace {

HWY_INLINE std::uint32_t Load16(const std::uint8_t* from) {
  if constexpr (std::endian::native == std::endian::little) {
    std::uint16_t value = 0;
    std::memcpy(&value, from, 2);
    return value;
  } else {
    return from[0] | std::uint32_t{from[1]} << 8;
  }
}

// Finds the symbols. A run takes at most 2 · kSymbolsInRun bytes, so that its end is looked at once.
struct Finder {
  static constexpr bool kDecodes = true;

  std::uint32_t state;
  const std::uint8_t* at;

  HWY_INLINE void Renormalise() {
    const bool small = state < kLeastState;
    const std::uint32_t refilled = state << 16 | Load16(at);
    state = small ? refilled : state;
    at += small ? 2 : 0;
  }
  HWY_INLINE unsigned Code(const Lanes& lanes, unsigned) {
    const std::uint32_t point = state & (kScale - 1);
    const unsigned symbol = FindSymbol(lanes, point);
    Mixed mixed;
    StoreMixed(lanes, mixed);
    mixed.below[16] = kScale;
    const std::uint32_t below = mixed.below[symbol];
    state = (mixed.below[symbol + 1] - below) * (state >> kScaleBits) + point - below;
    Renormalise();
    return symbol;
  }
  HWY_INLINE std::uint32_t CodeRaw(unsigned bits, std::uint32_t) {
    const std::uint32_t point = state & (kScale - 1);
    const std::uint32_t value = point >> (kScaleBits - bits);
    state = (kScale >> bits) * (state >> kScaleBits) + point - (value << (kScaleBits - bits));
    Renormalise();
    return value;
  }
};

// A segment being decoded.
class Segment {
 public:
  explicit Segment(SegmentJob& job)
      : finder_{kLeastState, job.code.data()},
        end_(job.code.data() + job.code.size()),
        to_(job.target.data()),
        target_end_(job.target.data() + job.target.size()),
        model_(job.model),
        order_(job.order.data()),
        ranks_(std::max(job.used, 2u)) {}

  [[nodiscard]] bool done() const { return to_ == target_end_; }
  // All of the code was used, and ended as it began.
  [[nodiscard]] bool right() const { return finder_.state == kLeastState && finder_.at == end_; }

  // The next run; false where the code is damaged. Not when done.
  HWY_INLINE bool Step() {
    if (HWY_UNLIKELY(left_ == 0) && !StartGroup()) return false;
    --left_;
    const std::uint8_t byte = order_[0];
    const Run run = CodeRun(finder_, *model_, byte, order_[1], {});
    const auto room = static_cast<std::size_t>(target_end_ - to_);
    if (HWY_UNLIKELY(run.rank >= ranks_ || run.length - 1 >= room || finder_.at > end_))
      return false;
    Insert(byte, run.rank);
    if (HWY_LIKELY(run.length <= 16 && room >= 16)) {
      std::memset(to_, byte, 16);
    } else {
      std::memset(to_, byte, run.length);
    }
    to_ += run.length;
    return true;
  }

 private:
  HWY_NOINLINE bool StartGroup() {
    if (finder_.state != kLeastState || end_ - finder_.at < 4) return false;
    finder_.state = Load16(finder_.at) | Load16(finder_.at + 2) << 16;
    finder_.at += 4;
    left_ = kRunsInGroup;
    return finder_.state >= kLeastState;
  }
  // The byte at the front goes behind `rank` others.
  HWY_INLINE void Insert(std::uint8_t byte, std::uint32_t rank) {
    if (rank < 8) {
      std::uint64_t front = 0;
      std::memcpy(&front, order_, 8);
      if constexpr (std::endian::native == std::endian::little) {
        const std::uint64_t moved = (std::uint64_t{2} << (8 * rank + 7)) - 1;
        const std::uint64_t rotated = (front >> 8 & moved >> 8) | std::uint64_t{byte} << (8 * rank);
        front = rotated | (front & ~moved);
        std::memcpy(order_, &front, 8);
        return;
      }
    }
    std::memmove(order_, order_ + 1, rank);
    order_[rank] = byte;
  }

  Finder finder_;
  const std::uint8_t* end_;
  std::uint8_t* to_;
  std::uint8_t* target_end_;
  RunModel* model_;
  std::uint8_t* order_;
  std::uint32_t ranks_;
  std::size_t left_ = 0;
};

bool DecodeTarget(SegmentJob* jobs, std::size_t count) {
  Segment first(jobs[0]);
  if (count == 2) {
    Segment second(jobs[1]);
    while (!first.done() && !second.done()) {
      if (!first.Step() || !second.Step()) return false;
    }
    while (!second.done()) {
      if (!second.Step()) return false;
    }
    if (!second.right()) return false;
  }
  while (!first.done()) {
    if (!first.Step()) return false;
  }
  return first.right();
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::sort
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::sort {
HWY_EXPORT(DecodeTarget);

bool DecodeSegments(std::span<SegmentJob> jobs) noexcept {
  return HWY_DYNAMIC_DISPATCH(DecodeTarget)(jobs.data(), jobs.size());
}

}  // namespace sigma::kernels::sort
#endif  // HWY_ONCE
