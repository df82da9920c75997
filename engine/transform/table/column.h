// The values of one slot of one template, looked at together: what they are and their integers.
#ifndef SIGMA_TRANSFORM_TABLE_COLUMN_H_
#define SIGMA_TRANSFORM_TABLE_COLUMN_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/transform/table/layout.h"
#include "engine/transform/table/lines.h"
#include "sigma/result.hpp"

namespace sigma::table {

// The values of a column, line after line.
struct Values {
  const Lines* lines;
  ByteView source;  // that the lines were scanned from
  std::span<const ValueToken> tokens;
};

// Entropy of each byte of the integers as they would be stored, 1/256 bit per integer, from a
// bounded sample.
using PlaneEntropy = std::array<std::uint32_t, 8>;

// Finds the column's form (all but `own` and `planes`) and, for numbers, fills `values`, which has
// room for one of each row, and `entropy`.
[[nodiscard]] Column MeasureColumn(const Values& column, std::span<std::uint64_t> values,
                                   PlaneEntropy& entropy);

// Fills `values` with the numbers of a column of this base.
[[nodiscard]] bool ParseColumn(const Values& column, Base base, std::span<std::uint64_t> values);

// Replaces the values, in place, by little-endian integers of the column's form.
void NarrowValues(std::span<std::uint64_t> values, const Column& column);

}  // namespace sigma::table

#endif  // SIGMA_TRANSFORM_TABLE_COLUMN_H_
