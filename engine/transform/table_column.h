// The values of one slot of one template, looked at together: what they are and their integers.
#ifndef SIGMA_TRANSFORM_TABLE_COLUMN_H_
#define SIGMA_TRANSFORM_TABLE_COLUMN_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/transform/table_layout.h"
#include "engine/transform/table_lines.h"
#include "sigma/sigma.hpp"

namespace sigma {

// The tokens of a column: slot `slot` of the lines whose values begin at `rows` in tokens().
struct TableSlot {
  const TableLines* lines;
  std::span<const std::uint32_t> rows;
  std::size_t slot;

  [[nodiscard]] TableToken token(std::size_t row) const {
    return lines->tokens()[rows[row] + slot];
  }
};

// Whether all values are the same.
[[nodiscard]] bool IsConstant(const TableSlot& slot, ByteView source);

// Finds the column's form (all but `own` and `planes`) and, for numbers, fills `values`, which has
// room for one of each row. `source` is what the lines were scanned from.
[[nodiscard]] TableColumn MeasureColumn(const TableSlot& slot, ByteView source,
                                        std::span<std::uint64_t> values);

// Entropy of the bytes of the integers as they would be stored, 1/256 bit per integer, and whether
// a plane is worth a search for matches; from a bounded sample.
[[nodiscard]] std::uint64_t IntegerEntropy(std::span<const std::uint64_t> values,
                                           std::size_t log_width, bool difference);

// Replaces the values, in place, by little-endian integers of the column's form.
void NarrowValues(std::span<std::uint64_t> values, const TableColumn& column);

}  // namespace sigma

#endif  // SIGMA_TRANSFORM_TABLE_COLUMN_H_
