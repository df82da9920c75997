// Forward: the records are transposed at once into byte planes; each field with a predictor is then
// put together from its planes, predicted with the vector kernels and split again. Columns are long, so every pass is a vector loop over memory side by
// side, and the transpose touches each byte of the source once.
#include <algorithm>
#include <array>

#include "engine/base/varint.h"
#include "engine/transform/records/column.h"
#include "engine/transform/records/context.h"
#include "engine/transform/records/planes.h"
#include "kernels/integers/planes.h"

namespace sigma::records {
namespace {

FieldViews Const(const FieldSpans& planes) {
  FieldViews views;
  std::ranges::copy(planes, views.begin());
  return views;
}

// How much is in gaps and how much in records, and the list of gaps if the layout needs one. False if
// the list has no room.
bool Survey(ByteView source, const Layout& layout, SectionList& sections, Extent& extent) {
  MutableBytes list;
  if (layout.listed()) list = sections.Add(sections.left() / 4);
  std::size_t size = 0;
  Runs runs(source, layout);
  for (Run run; runs.Next(run);) {
    extent.Add(run);
    if (!layout.listed()) continue;
    if (size + 2 * kMaxVarint > list.size()) return false;
    size += WriteVarint(run.gap, list.data() + size);
    size += WriteVarint(run.records, list.data() + size);
  }
  if (layout.listed()) sections.Shrink(size);
  return true;
}

// Sections for the planes, whose views are in record order.
bool AddPlanes(const Layout& layout, std::size_t records, SectionList& sections, Planes& planes) {
  std::array<std::size_t, kMaxRecord> members{};  // planes of each section
  std::size_t count = 0;
  ForEachPlane(layout, [&](std::size_t /*place*/, bool begins, SectionHint /*hint*/) {
    count += begins ? 1 : 0;
    ++members[count - 1];
  });
  MutableBytes section;
  count = 0;
  ForEachPlane(layout, [&](std::size_t place, bool begins, SectionHint hint) {
    if (begins && sections.ok()) section = sections.Add(members[count++] * records, hint);
    if (!sections.ok()) return;
    planes[place] = section.first(records);
    section = section.subspan(records);
  });
  return sections.ok();
}

// Memory for the planes of contexted bytes, which have no section of their own.
void AddContexted(const Layout& layout, std::size_t records, BufferPool& pool,
                  BufferPool::Lease& memory, Planes& planes) {
  std::size_t count = 0;
  ForEachContexted(layout, [&](std::size_t, std::size_t) { ++count; });
  if (count == 0) return;
  const std::size_t step = PlaneStep(records);
  memory = pool.Acquire(count * step);
  MutableBytes room = memory.As<std::uint8_t>(count * step);
  ForEachContexted(layout, [&](std::size_t place, std::size_t) {
    planes[place] = room.first(records);
    room = room.subspan(step);
  });
}

// The records of a source back to back, and its gaps.
class Gathered {
 public:
  // `gaps` holds the extent's.
  Gathered(ByteView source, const Layout& layout, const Extent& extent, MutableBytes gaps,
           BufferPool& pool) {
    MutableBytes free;
    if (layout.listed()) {
      lease_ = pool.Acquire(extent.records * layout.stride);
      free = lease_.As<std::uint8_t>(extent.records * layout.stride);
      records_ = free;
    }
    Runs runs(source, layout);
    std::size_t at = 0;
    for (Run run; runs.Next(run);) {
      std::ranges::copy(source.subspan(at, run.gap), gaps.begin());
      gaps = gaps.subspan(run.gap);
      at += run.gap;
      const ByteView found = source.subspan(at, run.records * layout.stride);
      at += found.size();
      if (layout.listed()) {
        std::ranges::copy(found, free.begin());
        free = free.subspan(found.size());
      } else if (!found.empty()) {
        records_ = found;  // where they lie: nothing but the first run has any
      }
    }
  }
  [[nodiscard]] ByteView records() const { return records_; }

 private:
  BufferPool::Lease lease_;
  ByteView records_;
};

// Puts the predicted fields in the place of what they were. Last field first: those that others refer
// to are still as they were.
void PredictFields(const Layout& layout, std::size_t records, BufferPool& pool, Planes& planes) {
  Column column(records * WidestField(layout), pool);
  std::size_t offset = layout.stride;
  for (std::size_t i = layout.count; i-- > 0;) {
    const Field& field = layout.fields[i];
    offset -= field.width();
    if (field.plain() || field.contexted) continue;
    const FieldSpans own = FieldPlanes(field, offset, planes);
    const std::size_t width = field.width();
    column.Load(Const(own), width, records);
    if (field.whole()) {
      // Its planes lie back to back.
      std::ranges::copy(column.bytes(), own[0].begin());
      continue;
    }
    if (field.reference != 0) {
      const auto other = Const(FieldPlanes(layout.fields[i - field.reference],
                                           ReferenceOffset(layout, i, offset), planes));
      column.Subtract(other, width);
    }
    column.Predict(field);
    column.Store(own, width);
  }
}

}  // namespace

bool Encode(ByteView source, const Layout& layout, BufferPool& pool, SectionList& sections) {
  Extent extent;
  if (!Survey(source, layout, sections, extent)) return false;
  const MutableBytes gaps = sections.Add(extent.gaps, {SectionKind::kPiece, 1});
  Planes planes;
  if (!sections.ok() || !AddPlanes(layout, extent.records, sections, planes)) return false;
  const Gathered gathered(source, layout, extent, gaps, pool);
  BufferPool::Lease apart;
  AddContexted(layout, extent.records, pool, apart, planes);
  kernels::integers::SplitPlanes(gathered.records(), layout.stride, false,
                                 std::span(planes).first(layout.stride));
  ForEachContexted(layout, [&](std::size_t place, std::size_t context) {
    ScatterByContext(planes[place], planes[context], sections);
  });
  if (!sections.ok()) return false;
  PredictFields(layout, extent.records, pool, planes);
  return true;
}

}  // namespace sigma::records
