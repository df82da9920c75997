// Decoding checks all sizes first; then it restores the predicted fields into planes of their own and
// joins the planes at once, into the target where the records lie back to back.
#include <algorithm>
#include <array>

#include "engine/transform/records/column.h"
#include "engine/transform/records/context.h"
#include "engine/transform/records/planes.h"
#include "kernels/integers/planes.h"

namespace sigma::records {
namespace {

Unexpected Corrupt(const char* text) { return Fail(ErrorCode::kCorrupt, text); }

// The runs of a target, whose sizes the list, if there is one, must add up to.
Result<Extent> Survey(ByteView list, const Layout& layout, ByteView target) {
  Extent extent;
  if (!layout.listed()) {
    Runs runs(target, layout);  // by its size alone
    for (Run run; runs.Next(run);) extent.Add(run);
    return extent;
  }
  ListedRuns runs(list, target.size(), layout.stride);
  for (Run run; runs.Next(run);) extent.Add(run);
  if (!runs.ok() || extent.gaps + extent.records * layout.stride != target.size()) {
    return Corrupt("records with a list of gaps that cannot be");
  }
  return extent;
}

// Checks the sections' sizes and finds the planes, in record order; leaves the contexted bytes'
// sections.
Result<void> FindPlanes(std::span<const ByteView>& sections, const Layout& layout,
                        std::size_t records, ConstPlanes& planes) {
  std::size_t next = 0;
  ByteView section;
  bool fits = true;
  ForEachPlane(layout, [&](std::size_t place, bool begins, SectionHint /*hint*/) {
    fits = fits && (!begins || (section.empty() && next < sections.size()));
    if (!fits) return;
    if (begins) section = sections[next++];
    fits = records <= section.size();
    if (!fits) return;
    planes[place] = section.first(records);
    section = section.subspan(records);
  });
  if (!fits || !section.empty()) return Corrupt("records with sections of the wrong sizes");
  sections = sections.subspan(next);
  return {};
}

// The planes that are not as they were coded: those of predicted fields and of contexted bytes.
class RestoredPlanes {
 public:
  RestoredPlanes(const Layout& layout, std::size_t records, BufferPool& pool)
      : layout_(layout), records_(records), step_(records == 0 ? 0 : PlaneStep(records)) {
    std::size_t count = 0;
    for (const Field& field : layout.view()) count += field.plain() ? 0 : field.width();
    lease_ = pool.Acquire(count * step_);
    room_ = lease_.As<std::uint8_t>(count * step_);
  }

  // In the order of the fields: those that others refer to are restored before them.
  void Predicted(BufferPool& pool, ConstPlanes& planes) {
    // Nothing to do, for hundreds of fields that a few bytes may call for.
    if (records_ == 0) return;
    Column column(records_ * WidestField(layout_), pool);
    std::size_t index = 0;
    ForEachField(layout_, [&](const Field& field, std::size_t offset) {
      const std::size_t i = index++;
      if (field.plain() || field.contexted) return;
      const std::size_t width = field.width();
      const FieldViews coded = FieldPlanes(field, offset, planes);
      if (field.whole()) {
        column.Take({coded[0].data(), width * records_});
      } else {
        column.Load(coded, width, records_);
        column.Restore(field);
      }
      if (field.reference != 0) {
        const auto other = FieldPlanes(layout_.fields[i - field.reference],
                                       ReferenceOffset(layout_, i, offset), planes);
        column.Add(other, width);
      }
      FieldSpans own;
      for (std::size_t k = 0; k < width; ++k) planes[offset + Place(field, k)] = own[k] = Next();
      column.Store(own, width);
    });
  }

  // False if the sections cannot be those of the contexted bytes.
  bool Contexted(std::span<const ByteView> sections, ConstPlanes& planes) {
    bool fits = true;
    ForEachContexted(layout_, [&](std::size_t place, std::size_t context) {
      const MutableBytes own = Next();
      fits = fits && GatherByContext(sections, planes[context], own);
      planes[place] = own;
    });
    return fits && sections.empty();
  }

 private:
  MutableBytes Next() {
    const MutableBytes plane = room_.first(records_);
    room_ = room_.subspan(step_);
    return plane;
  }

  const Layout& layout_;
  std::size_t records_;
  std::size_t step_;
  BufferPool::Lease lease_;
  MutableBytes room_;  // free
};

// Joins the records and puts them between the gaps.
void JoinListed(std::span<const ByteView> planes, ByteView list, ByteView gaps, std::size_t records,
                BufferPool& pool, MutableBytes target) {
  const std::size_t stride = planes.size();
  auto lease = pool.Acquire(records * stride);
  const MutableBytes matrix = lease.As<std::uint8_t>(records * stride);
  kernels::integers::JoinPlanes(planes, stride, false, matrix);
  ListedRuns runs(list, target.size(), stride);
  ByteView joined = matrix;
  for (Run run; runs.Next(run);) {
    std::ranges::copy(gaps.first(run.gap), target.begin());
    gaps = gaps.subspan(run.gap);
    const std::size_t bytes = run.records * stride;
    std::ranges::copy(joined.first(bytes), target.begin() + static_cast<std::ptrdiff_t>(run.gap));
    joined = joined.subspan(bytes);
    target = target.subspan(run.gap + bytes);
  }
}

// The same where all records lie back to back.
void JoinInPlace(std::span<const ByteView> planes, std::size_t phase, ByteView gaps,
                 std::size_t records, MutableBytes target) {
  const std::size_t first = std::min(phase, gaps.size());
  const MutableBytes matrix = target.subspan(first, records * planes.size());
  kernels::integers::JoinPlanes(planes, planes.size(), false, matrix);
  std::ranges::copy(gaps.first(first), target.begin());
  std::ranges::copy(gaps.subspan(first), matrix.end());
}

}  // namespace

Result<void> Decode(std::span<const ByteView> sections, const Layout& layout, BufferPool& pool,
                    MutableBytes target) {
  const std::size_t front = layout.listed() ? 2 : 1;
  if (sections.size() <= front) return Corrupt("records with too few sections");
  const ByteView list = sections[0];
  const ByteView gaps = sections[front - 1];
  const Result<Extent> extent = Survey(list, layout, target);
  if (!extent) return extent.failure();
  if (gaps.size() != extent->gaps) return Corrupt("records with gaps of the wrong size");
  const std::size_t records = extent->records;
  ConstPlanes planes;
  sections = sections.subspan(front);
  if (const auto found = FindPlanes(sections, layout, records, planes); !found) return found;

  RestoredPlanes restored(layout, records, pool);
  restored.Predicted(pool, planes);
  if (!restored.Contexted(sections, planes)) {
    return Corrupt("records with contexts of the wrong sizes");
  }
  const std::span<const ByteView> all = std::span(planes).first(layout.stride);
  if (layout.listed()) {
    JoinListed(all, list, gaps, records, pool, target);
  } else {
    JoinInPlace(all, layout.phase, gaps, records, target);
  }
  return {};
}

}  // namespace sigma::records
