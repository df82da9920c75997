// Records that something shifts are gathered side by side first, so that their fields show.
#include "engine/strategy/detect/records/fit.h"

#include <algorithm>

#include "engine/strategy/detect/records/fields.h"
#include "engine/transform/records/gaps.h"

namespace sigma {
namespace {

constexpr std::size_t kAlignedSample = 128 << 10;
constexpr std::size_t kFewestShifts = 3;

// Records from the start of the source, without what shifts them; empty if nothing does.
ByteView Aligned(ByteView source, std::size_t stride, BufferPool::Lease& memory, BufferPool& pool) {
  source = source.first(std::min(source.size(), kAlignedSample));
  memory = pool.Acquire(source.size());
  const auto gathered = memory.As<std::uint8_t>(source.size());
  const records::Layout layout{.stride = stride, .gaps = records::Gaps::kShifts};
  records::Runs runs(source, layout);
  std::size_t size = 0;
  std::size_t at = 0;
  std::size_t shifts = 0;
  for (records::Run run; runs.Next(run); ++shifts) {
    const ByteView found = source.subspan(at + run.gap, run.records * stride);
    std::ranges::copy(found, gathered.begin() + static_cast<std::ptrdiff_t>(size));
    size += found.size();
    at += run.gap + found.size();
  }
  return gathered.first(shifts >= kFewestShifts ? size : 0);
}

}  // namespace

RecordFit FitRecords(ByteView source, const records::Layout& plain, bool floats, BufferPool& pool) {
  RecordFit fit{plain};
  if (plain.gaps == records::Gaps::kLines) return fit;
  BufferPool::Lease lease;
  ByteView sample;
  if (plain.gaps == records::Gaps::kShifts) sample = Aligned(source, plain.stride, lease, pool);
  const bool shifts = !sample.empty();
  if (!shifts) sample = source;
  if (plain.count > 1 && plain.fields[1].joined) {
    fit.layout.gaps = shifts ? records::Gaps::kShifts : records::Gaps::kEnds;
    return fit;
  }
  fit.layout = ChooseFields(sample, plain.stride, floats, pool, fit.cost);
  fit.plain = MeasureColumns(sample, plain.stride).plain;
  if (shifts) {
    fit.layout.gaps = records::Gaps::kShifts;
    const std::size_t scale = source.size() / sample.size() + 1;
    fit.cost = std::min(fit.cost * scale, source.size());
    fit.plain = std::min(fit.plain * scale, source.size());
  }
  return fit;
}

}  // namespace sigma
