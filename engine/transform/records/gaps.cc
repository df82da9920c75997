#include "engine/transform/records/gaps.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "engine/base/varint.h"

namespace sigma::records {
namespace {

// Two records look alike if this many of 16 bytes are equal.
constexpr std::size_t kAlike = 9;

std::size_t CountEqual(const std::uint8_t* a, const std::uint8_t* b, std::size_t size) {
  std::size_t equal = 0;
  for (std::size_t i = 0; i < size; ++i) equal += a[i] == b[i] ? 1 : 0;
  return equal;
}

// Bytes of the first line of `text`, newline included; all if there is none.
std::size_t LineSize(ByteView text) {
  const void* end = std::memchr(text.data(), '\n', text.size());
  if (end == nullptr) return text.size();
  return static_cast<std::size_t>(static_cast<const std::uint8_t*>(end) - text.data()) + 1;
}

}  // namespace

Run Runs::NextLines() noexcept {
  const std::size_t stride = layout_->stride;
  const auto is_record = [&] {
    return source_.size() >= stride && LineSize(source_.first(stride)) == stride &&
           source_[stride - 1] == '\n';
  };
  Run run;
  while (!source_.empty() && !is_record()) {
    const std::size_t size = LineSize(source_);
    run.gap += size;
    source_ = source_.subspan(size);
  }
  while (is_record()) {
    ++run.records;
    source_ = source_.subspan(stride);
  }
  return run;
}

// The distance to where records go on that look like the last one, if the next bytes do not; or 0.
std::size_t Runs::FindShift() noexcept {
  const std::size_t stride = layout_->stride;
  const std::uint8_t* now = source_.data();
  const std::size_t alike = stride * kAlike / 16;
  const std::size_t here = CountEqual(now, last_, stride);
  if (here >= alike || source_.size() < 3 * stride || patience_ < 2 * stride * stride) return 0;
  std::size_t best = 0;
  std::size_t most = std::max(alike, here + stride / 4) - 1;
  for (std::size_t shift = 1; shift <= 2 * stride && shift + 2 * stride <= source_.size();
       ++shift) {
    const std::size_t there = CountEqual(now + shift, last_, stride);
    if (there > most && CountEqual(now + shift + stride, now + shift, stride) >= alike) {
      best = shift;
      most = there + stride / 8;  // what is farther must be clearly better
    }
  }
  if (best == 0) patience_ -= 2 * stride * stride;
  return best;
}

Run Runs::NextShifted() noexcept {
  const std::size_t stride = layout_->stride;
  Run run;
  run.gap = begun_ ? shift_ : std::min(layout_->phase, source_.size());
  begun_ = true;
  shift_ = 0;
  source_ = source_.subspan(run.gap);
  while (source_.size() >= stride) {
    shift_ = run.records == 0 || last_ == nullptr ? 0 : FindShift();
    if (shift_ != 0) return run;
    last_ = source_.data();
    ++run.records;
    source_ = source_.subspan(stride);
  }
  shift_ = source_.size();
  return run;
}

bool Runs::Next(Run& run) noexcept {
  if (source_.empty()) return false;
  run = {};
  switch (layout_->gaps) {
    case Gaps::kLines:
      run = NextLines();
      break;
    case Gaps::kShifts:
      run = NextShifted();
      break;
    case Gaps::kEnds:
      if (!begun_) run.gap = std::min(layout_->phase, source_.size());
      begun_ = true;
      run.records = (source_.size() - run.gap) / layout_->stride;
      if (run.records == 0) run.gap = source_.size();
      source_ = source_.subspan(run.gap + run.records * layout_->stride);
      break;
  }
  return true;
}

bool ListedRuns::Next(Run& run) noexcept {
  if (!ok_ || (left_ == 0 && at_ == list_.size())) return false;
  const std::optional<std::uint64_t> gap = ParseVarint(list_, &at_);
  const std::optional<std::uint64_t> records = ParseVarint(list_, &at_);
  ok_ = gap && records && *gap <= left_ && *records <= (left_ - *gap) / stride_;
  if (!ok_) return false;
  run.gap = static_cast<std::size_t>(*gap);
  run.records = static_cast<std::size_t>(*records);
  left_ -= run.gap + run.records * stride_;
  // The rest must have an entry.
  ok_ = left_ == 0 || at_ < list_.size();
  return ok_;
}

}  // namespace sigma::records
