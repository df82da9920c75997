// Forward: the records are transposed at once into byte planes; each field with a predictor is then
// put together from its planes, predicted with the vector kernels and split again. Backward the
// same the other way round. Columns are long, so every pass is a vector loop over memory side by
// side, and the transpose touches each byte of the source once.
#include "engine/transform/records/transform.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/varint.h"
#include "engine/transform/records/column.h"
#include "engine/transform/records/context.h"
#include "engine/transform/records/gaps.h"
#include "engine/transform/records/layout.h"
#include "kernels/integers/planes.h"

namespace sigma::records {
namespace {

using Planes = std::array<MutableBytes, kMaxRecord>;
using ConstPlanes = std::array<ByteView, kMaxRecord>;

// Calls each(field, its first byte in the record) for the fields in turn.
template <class Each>
void ForEachField(const Layout& layout, Each each) {
  std::size_t offset = 0;
  for (const Field& field : layout.view()) {
    each(field, offset);
    offset += field.width();
  }
}

// Offset of the field that the field at `index` refers to.
std::size_t ReferenceOffset(const Layout& layout, std::size_t index, std::size_t offset) {
  for (std::size_t i = 0; i < layout.fields[index].reference; ++i) {
    offset -= layout.fields[index - 1 - i].width();
  }
  return offset;
}

// Byte k of a field, by significance, lies so many bytes after the field's first byte.
std::size_t Place(const Field& field, std::size_t k) {
  return field.big_endian ? field.width() - 1 - k : k;
}

// The planes of the field at `offset`, least significant first, out of those in record order.
template <class Span>
std::array<Span, 8> FieldPlanes(const Field& field, std::size_t offset,
                                const std::array<Span, kMaxRecord>& planes) {
  std::array<Span, 8> own;
  for (std::size_t k = 0; k < field.width(); ++k) own[k] = planes[offset + Place(field, k)];
  return own;
}

FieldViews Const(const FieldSpans& planes) {
  FieldViews views;
  std::ranges::copy(planes, views.begin());
  return views;
}

std::size_t WidestField(const Layout& layout) {
  std::size_t widest = 1;
  for (const Field& field : layout.view()) widest = std::max(widest, field.width());
  return widest;
}

// Bytes in gaps and records in all, and the list of gaps if the layout needs one.
struct Extent {
  std::size_t gaps = 0;
  std::size_t records = 0;
};

// False if the list has no room.
bool Survey(ByteView source, const Layout& layout, SectionList& sections, Extent& extent) {
  MutableBytes list;
  if (layout.listed()) list = sections.Add(sections.left() / 4);
  std::size_t size = 0;
  Runs runs(source, layout);
  for (Run run; runs.Next(run);) {
    extent.gaps += run.gap;
    extent.records += run.records;
    if (!layout.listed()) continue;
    if (size + 2 * kMaxVarint > list.size()) return false;
    size += WriteVarint(run.gap, list.data() + size);
    size += WriteVarint(run.records, list.data() + size);
  }
  if (layout.listed()) sections.Shrink(size);
  return true;
}

// Calls each(place of the contexted byte, place of its context) for all of them in turn.
template <class Each>
void ForEachContexted(const Layout& layout, Each each) {
  std::size_t index = 0;
  ForEachField(layout, [&](const Field& field, std::size_t place) {
    const std::size_t i = index++;
    if (!field.contexted) return;
    std::size_t context = 0;
    for (std::size_t k = 0; k < layout.ContextOf(i); ++k) context += layout.fields[k].width();
    each(place, context);
  });
}

// Calls each(place in the record, whether a section begins, its hint) for the planes in their
// order; the integers of a whole field are as many bytes as its planes.
template <class Each>
void ForEachPlane(const Layout& layout, Each each) {
  std::size_t index = 0;
  ForEachField(layout, [&](const Field& field, std::size_t offset) {
    ++index;
    if (field.contexted) return;
    const bool together = field.whole() || (index < layout.count && layout.fields[index].joined);
    const SectionHint hint = field.whole() ? SectionHint{SectionKind::kIntegers,
                                                         static_cast<std::uint8_t>(field.width())}
                                           : SectionHint{};
    for (std::size_t k = 0; k < field.width(); ++k) {
      each(offset + Place(field, k), !field.joined && (k == 0 || !together), hint);
    }
  });
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
  const std::size_t step = (records + kPad + kCacheLine - 1) / kCacheLine * kCacheLine;
  memory = pool.Acquire(count * step);
  MutableBytes room = memory.As<std::uint8_t>(count * step);
  ForEachContexted(layout, [&](std::size_t place, std::size_t) {
    planes[place] = room.first(records);
    room = room.subspan(step);
  });
}

bool Forward(ByteView source, const TransformParams& params, BufferPool& pool,
             SectionList& sections) {
  const Result<Layout> parsed = ParseLayout(params);
  assert(parsed);
  const Layout& layout = *parsed;
  Extent extent;
  if (!Survey(source, layout, sections, extent)) return false;
  MutableBytes gaps = sections.Add(extent.gaps, {SectionKind::kPiece, 1});
  Planes planes;
  if (!sections.ok() || !AddPlanes(layout, extent.records, sections, planes)) return false;

  // The records side by side: where they lie if nothing but the first run has any.
  BufferPool::Lease lease;
  ByteView records;
  MutableBytes gathered;
  if (layout.listed()) {
    lease = pool.Acquire(extent.records * layout.stride);
    gathered = lease.As<std::uint8_t>(extent.records * layout.stride);
    records = gathered;
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
      std::ranges::copy(found, gathered.begin());
      gathered = gathered.subspan(found.size());
    } else if (!found.empty()) {
      records = found;
    }
  }
  BufferPool::Lease apart;
  AddContexted(layout, extent.records, pool, apart, planes);
  kernels::integers::SplitPlanes(records, layout.stride, false,
                                 std::span(planes).first(layout.stride));
  ForEachContexted(layout, [&](std::size_t place, std::size_t context) {
    ScatterByContext(planes[place], planes[context], sections);
  });
  if (!sections.ok()) return false;

  // Last field first: those that others refer to are still as they were.
  Column column(extent.records * WidestField(layout), pool);
  std::size_t offset = layout.stride;
  for (std::size_t i = layout.count; i-- > 0;) {
    const Field& field = layout.fields[i];
    offset -= field.width();
    if (field.plain() || field.contexted) continue;
    const FieldSpans own = FieldPlanes(field, offset, planes);
    const std::size_t width = field.width();
    column.Load(Const(own), width, extent.records);
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
  return true;
}

Unexpected Corrupt(const char* text) { return Fail(ErrorCode::kCorrupt, text); }

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

Result<void> Inverse(std::span<const ByteView> sections, const TransformParams& params,
                     BufferPool& pool, MutableBytes target) {
  const Result<Layout> parsed = ParseLayout(params);
  if (!parsed) return parsed.failure();
  const Layout& layout = *parsed;
  const std::size_t stride = layout.stride;
  const std::size_t front = layout.listed() ? 2 : 1;
  if (sections.size() <= front) return Corrupt("records with too few sections");
  const ByteView list = sections[0];
  ByteView gaps = sections[front - 1];

  Extent extent;
  if (layout.listed()) {
    ListedRuns runs(list, target.size(), stride);
    for (Run run; runs.Next(run);) {
      extent.gaps += run.gap;
      extent.records += run.records;
    }
    if (!runs.ok() || extent.gaps + extent.records * stride != target.size()) {
      return Corrupt("records with a list of gaps that cannot be");
    }
  } else {
    Runs runs(target, layout);
    Run run;
    while (runs.Next(run)) {
      extent.gaps += run.gap;
      extent.records += run.records;
    }
  }
  if (gaps.size() != extent.gaps) return Corrupt("records with gaps of the wrong size");
  ConstPlanes planes;
  sections = sections.subspan(front);
  if (const auto found = FindPlanes(sections, layout, extent.records, planes); !found) return found;

  // Fields with a predictor are restored into planes of their own.
  const std::size_t records = extent.records;
  const std::size_t step =
      records == 0 ? 0 : (records + kPad + kCacheLine - 1) / kCacheLine * kCacheLine;
  std::size_t restored = 0;
  for (const Field& field : layout.view()) restored += field.plain() ? 0 : field.width();
  auto own_lease = pool.Acquire(restored * step);
  MutableBytes room = own_lease.As<std::uint8_t>(restored * step);
  Column column(records * WidestField(layout), pool);
  std::size_t index = 0;
  ForEachField(layout, [&](const Field& field, std::size_t offset) {
    const std::size_t i = index++;
    // Without records there is nothing to do, for hundreds of fields that a few bytes may call for.
    if (records == 0 || field.plain() || field.contexted) return;
    const std::size_t width = field.width();
    const FieldViews coded = FieldPlanes(field, offset, planes);
    if (field.whole()) {
      column.Take({coded[0].data(), width * records});
    } else {
      column.Load(coded, width, records);
      column.Restore(field);
    }
    if (field.reference != 0) {
      const auto other = FieldPlanes(layout.fields[i - field.reference],
                                     ReferenceOffset(layout, i, offset), planes);
      column.Add(other, width);
    }
    FieldSpans own;
    for (std::size_t k = 0; k < width; ++k) {
      own[k] = room.first(records);
      room = room.subspan(step);
      planes[offset + Place(field, k)] = own[k];
    }
    column.Store(own, width);
  });

  bool fits = true;
  ForEachContexted(layout, [&](std::size_t place, std::size_t context) {
    const MutableBytes own = room.first(records);
    fits = fits && GatherByContext(sections, planes[context], own);
    planes[place] = own;
    room = room.subspan(step);
  });
  if (!fits || !sections.empty()) return Corrupt("records with contexts of the wrong sizes");

  const std::span<const ByteView> all = std::span(planes).first(stride);
  if (!layout.listed()) {
    const std::size_t first = std::min(layout.phase, extent.gaps);
    const MutableBytes matrix = target.subspan(first, records * stride);
    kernels::integers::JoinPlanes(all, stride, false, matrix);
    std::ranges::copy(gaps.first(first), target.begin());
    std::ranges::copy(gaps.subspan(first), matrix.end());
    return {};
  }
  auto lease = pool.Acquire(records * stride);
  const MutableBytes matrix = lease.As<std::uint8_t>(records * stride);
  kernels::integers::JoinPlanes(all, stride, false, matrix);
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
  return {};
}

std::span<const TransformParams> Variants() {
  static const std::vector<TransformParams> all = [] {
    std::vector<TransformParams> made;
    const auto add = [&](Layout layout, std::initializer_list<Field> fields) {
      std::size_t filled = 0;
      for (const Field& field : fields) {
        layout.fields[layout.count++] = field;
        filled += field.width();
      }
      for (; filled < layout.stride; ++filled) layout.fields[layout.count++] = {};
      made.emplace_back();
      if (!WriteLayout(layout, made.back())) made.pop_back();
    };
    using P = Predictor;
    add({.stride = 13}, {});
    add({.stride = 61, .gaps = Gaps::kLines}, {});
    add({.stride = 8, .phase = 3, .gaps = Gaps::kShifts},
        {{.log_width = 2, .predictor = P::kLag1}});
    add({.stride = 3, .phase = 2}, {{.predictor = P::kLag1},
                                    {.predictor = P::kLag1, .reference = 1},
                                    {.joined = true, .predictor = P::kLag1, .reference = 2}});
    add({.stride = 2}, {{.log_width = 1, .big_endian = true, .predictor = P::kTwice}});
    add({.stride = 8, .phase = 7},
        {{.log_width = 2, .zigzag = true, .predictor = P::kLag4},
         {.log_width = 1, .big_endian = true, .joined = true, .predictor = P::kXor},
         {.zigzag = true, .predictor = P::kLag2}});
    add({.stride = 32, .phase = 5},
        {{.log_width = 3, .zigzag = true, .predictor = P::kLag1},
         {.log_width = 3, .big_endian = true, .zigzag = true, .predictor = P::kTwice},
         {.log_width = 2, .big_endian = true, .predictor = P::kLag3},
         {.log_width = 2, .zigzag = true, .predictor = P::kNone, .reference = 1},
         {.joined = true},
         {.joined = true},
         {.log_width = 1, .big_endian = true, .predictor = P::kWhole}});
    add({.stride = 4}, {{.contexted = true, .reference = 2},
                        {.contexted = true, .reference = 3},
                        {.predictor = P::kLag1},
                        {.contexted = true, .reference = 1}});
    Layout longest{.stride = kMaxRecord};
    std::vector<Field> fields(kMaxRecord, {.joined = true, .predictor = P::kXor});
    fields.front().joined = false;
    std::ranges::copy(fields, longest.fields.begin());
    longest.count = kMaxRecord;
    made.emplace_back();
    if (!WriteLayout(longest, made.back())) made.pop_back();
    return made;
  }();
  return all;
}

std::string Describe(const TransformParams& params) {
  const Result<Layout> layout = ParseLayout(params);
  if (!layout) return "records";
  std::string text = layout->gaps == Gaps::kLines ? "lines" : "records";
  text += std::to_string(layout->stride);
  if (layout->gaps == Gaps::kShifts) text += '~';
  // Runs of equal fields: the width in bits, B for big endian, what is done to them.
  static constexpr std::array<std::string_view, kPredictorCount> names = {"",   "d",  "d2", "d3",
                                                                          "d4", "dd", "x",  "w"};
  for (std::size_t i = 0; i < layout->count;) {
    const Field& field = layout->fields[i];
    std::size_t repeat = 1;
    while (i + repeat < layout->count && layout->fields[i + repeat] == field) ++repeat;
    i += repeat;
    text += i == repeat ? ':' : ',';
    if (repeat > 1) text.append(std::to_string(repeat)).append("*");
    text += std::to_string(8 * field.width());
    if (field.big_endian) text += 'B';
    if (field.contexted) text += '|';
    if (field.reference != 0) text.append("-").append(std::to_string(field.reference));
    text += names[static_cast<std::size_t>(field.predictor)];
    if (field.zigzag) text += 'z';
    if (field.joined) text += '+';
  }
  return text;
}

}  // namespace

const TransformRow& Transform() {
  static constexpr TransformRow row = {
      .id = TransformId::kRecords,
      .name = "records",
      .variants = Variants,
      .describe = Describe,
      .forward = Forward,
      .inverse = Inverse,
      .work = 768,
  };
  return row;
}

}  // namespace sigma::records
