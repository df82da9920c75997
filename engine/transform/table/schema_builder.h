// How a schema is made: a first pass over its columns checks the sizes of all sections (schema.cc),
// a second one places the columns (schema_columns.cc).
#ifndef SIGMA_TRANSFORM_TABLE_SCHEMA_BUILDER_H_
#define SIGMA_TRANSFORM_TABLE_SCHEMA_BUILDER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/transform/table/schema.h"

namespace sigma::table {

[[nodiscard]] inline Unexpected Corrupt(const char* text) {
  return Fail(ErrorCode::kCorrupt, text);
}

// The state that the passes over the columns hand on.
struct Schema::Builder {
  std::span<const ByteView> sections;
  std::uint8_t separator;
  BufferPool& pool;
  Schema& schema;
  std::size_t columns_at = 0;                  // of the first column's bytes in the schema section
  std::array<ByteView, kGroups * 8> planes{};  // of the groups
  std::array<std::size_t, kGroups> group_rows{};
  std::size_t own_end = 0;        // one after the last section of a column
  std::size_t integer_bytes = 0;  // of own columns that need scratch
  std::size_t group_lengths = 0;
  std::size_t all_lengths = 0;

  Result<void> ParseHeader();
  Result<void> CountRows();
  Result<void> CheckColumns();
  Result<void> PlaceColumns();

  // Calls visit(place, literal, literal size, column or null at a template's end) in order, until
  // it fails.
  template <typename Visit>
  Result<void> ForEachOp(Visit visit);
};

template <typename Visit>
Result<void> Schema::Builder::ForEachOp(Visit visit) {
  const ByteView texts = schema.templates_;
  const ByteView bytes = sections.back();
  std::size_t at = columns_at;
  std::size_t place = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i] != separator && texts[i] != kSlot) continue;
    if (texts[i] == separator) {
      const auto done = visit(place, begin, i + 1 - begin, static_cast<Column*>(nullptr));
      if (!done) return done;
      ++place;
    } else {
      if (at >= bytes.size()) return Corrupt("table with missing columns");
      std::optional<Column> column = Column::Unpack(bytes[at++]);
      if (!column) return Corrupt("table with an impossible column");
      if (column->has_least()) {
        if (at >= bytes.size() || bytes[at] > kMaxLeast) {
          return Corrupt("table with an impossible column");
        }
        column->least = bytes[at++];
      }
      const auto done = visit(place, begin, i - begin, &*column);
      if (!done) return done;
    }
    begin = i + 1;
  }
  if (at != bytes.size()) return Corrupt("table with too many columns");
  return {};
}

}  // namespace sigma::table

#endif  // SIGMA_TRANSFORM_TABLE_SCHEMA_BUILDER_H_
