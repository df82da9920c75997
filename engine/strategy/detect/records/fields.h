// The fields of a record of known length: which bytes form integers, of which byte order, and what
// predicts each best. Measured by order-0 entropy on a sample.
#ifndef SIGMA_STRATEGY_DETECT_RECORDS_FIELDS_H_
#define SIGMA_STRATEGY_DETECT_RECORDS_FIELDS_H_

#include <cstddef>
#include <cstdint>

#include "engine/memory/buffer_pool.h"
#include "engine/transform/records/layout.h"
#include "sigma/result.hpp"

namespace sigma {

// Entropies are those of the whole source, in bytes.
struct RecordCost {
  std::size_t plain = 0;      // byte columns as they are
  std::size_t predicted = 0;  // the better of a byte column and its differences
};

// The columns of records of `stride` bytes.
[[nodiscard]] RecordCost MeasureColumns(ByteView source, std::size_t stride);

// The layout with the least entropy, phase and fields, floating-point ones if `floats`; its entropy
// in bytes goes to `cost`.
[[nodiscard]] records::Layout ChooseFields(ByteView source, std::size_t stride, bool floats,
                                           BufferPool& pool, std::size_t& cost);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_DETECT_RECORDS_FIELDS_H_
