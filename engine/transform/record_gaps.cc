#include "engine/transform/record_gaps.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "engine/base/varint.h"

namespace sigma {
namespace {

// Bytes of the first line of `text`, newline included; all if there is none.
std::size_t LineSize(ByteView text) {
  const void* end = std::memchr(text.data(), '\n', text.size());
  if (end == nullptr) return text.size();
  return static_cast<std::size_t>(static_cast<const std::uint8_t*>(end) - text.data()) + 1;
}

}  // namespace

bool RecordRuns::Next(RecordRun& run) noexcept {
  if (source_.empty()) return false;
  const std::size_t stride = layout_->stride;
  run = {};
  if (!layout_->lines) {
    if (!begun_) run.gap = std::min(layout_->phase, source_.size());
    begun_ = true;
    run.records = (source_.size() - run.gap) / stride;
    if (run.records == 0) run.gap = source_.size();
    source_ = source_.subspan(run.gap + run.records * stride);
    return true;
  }
  const auto is_record = [&] {
    return source_.size() >= stride && LineSize(source_.first(stride)) == stride &&
           source_[stride - 1] == '\n';
  };
  while (!source_.empty() && !is_record()) {
    const std::size_t size = LineSize(source_);
    run.gap += size;
    source_ = source_.subspan(size);
  }
  while (is_record()) {
    ++run.records;
    source_ = source_.subspan(stride);
  }
  return true;
}

bool ListedRuns::Next(RecordRun& run) noexcept {
  if (!ok_ || (left_ == 0 && at_ == list_.size())) return false;
  const std::optional<std::uint64_t> gap = ParseVarint(list_, &at_);
  const std::optional<std::uint64_t> records = ParseVarint(list_, &at_);
  ok_ = gap && records && *gap <= left_ && *records <= (left_ - *gap) / stride_;
  if (!ok_) return false;
  run.gap = static_cast<std::size_t>(*gap);
  run.records = static_cast<std::size_t>(*records);
  left_ -= run.gap + run.records * stride_;
  // What is left must have an entry.
  ok_ = left_ == 0 || at_ < list_.size();
  return ok_;
}

}  // namespace sigma
