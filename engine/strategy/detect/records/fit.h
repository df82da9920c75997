// The layout of records whose length is known: their fields, and whether something lies between
// them.
#ifndef SIGMA_STRATEGY_DETECT_RECORDS_FIT_H_
#define SIGMA_STRATEGY_DETECT_RECORDS_FIT_H_

#include <cstddef>

#include "engine/memory/buffer_pool.h"
#include "engine/transform/records/layout.h"
#include "engine/transform/transform.h"
#include "sigma/result.hpp"

namespace sigma {

struct RecordFit {
  records::Layout layout;
  // Entropies of the whole source, in bytes: of the layout, and of its bytes as columns.
  std::size_t cost = 0;
  std::size_t plain = 0;
};

// The best layout with the stride of `plain`, whose fields are single bytes: where they are joined
// they stay; floating-point fields only if `floats`. Gaps of kShifts are looked for, and left out
// if there are none; lines are as they are. Cost: 2 to 5 ms for numbers of several bytes, 0.2 for
// text.
[[nodiscard]] RecordFit FitRecords(ByteView source, const records::Layout& plain, bool floats,
                                   BufferPool& pool);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_DETECT_RECORDS_FIT_H_
