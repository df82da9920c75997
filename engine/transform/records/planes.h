// The byte planes of records: where the layout says that each lies, for both directions.
//
// Nothing here checks: a layout is valid (ParseLayout), and the planes are as long as there are records.
#ifndef SIGMA_TRANSFORM_RECORDS_PLANES_H_
#define SIGMA_TRANSFORM_RECORDS_PLANES_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/memory/buffer.h"
#include "engine/transform/records/gaps.h"
#include "engine/transform/records/layout.h"
#include "engine/transform/section_list.h"
#include "sigma/result.hpp"

namespace sigma::records {

// In record order.
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
[[nodiscard]] inline std::size_t ReferenceOffset(const Layout& layout, std::size_t index,
                                                 std::size_t offset) {
  for (std::size_t i = 0; i < layout.fields[index].reference; ++i) {
    offset -= layout.fields[index - 1 - i].width();
  }
  return offset;
}

// Byte k of a field, by significance, lies so many bytes after the field's first byte.
[[nodiscard]] inline std::size_t Place(const Field& field, std::size_t k) {
  return field.big_endian ? field.width() - 1 - k : k;
}

// The planes of the field at `offset`, least significant first, out of those in record order.
template <class Span>
[[nodiscard]] std::array<Span, 8> FieldPlanes(const Field& field, std::size_t offset,
                                              const std::array<Span, kMaxRecord>& planes) {
  std::array<Span, 8> own;
  for (std::size_t k = 0; k < field.width(); ++k) own[k] = planes[offset + Place(field, k)];
  return own;
}

// Bytes of its integers.
[[nodiscard]] inline std::size_t WidestField(const Layout& layout) {
  std::size_t widest = 1;
  for (const Field& field : layout.view()) widest = std::max(widest, field.width());
  return widest;
}

// Of all runs together.
struct Extent {
  std::size_t gaps = 0;     // bytes
  std::size_t records = 0;  // of the stride's length

  void Add(const Run& run) {
    gaps += run.gap;
    records += run.records;
  }
};

// Bytes of a plane in memory of its own, kPad after it.
[[nodiscard]] inline std::size_t PlaneStep(std::size_t records) {
  return (records + kPad + kCacheLine - 1) / kCacheLine * kCacheLine;
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

}  // namespace sigma::records

#endif  // SIGMA_TRANSFORM_RECORDS_PLANES_H_
