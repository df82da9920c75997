// Sorting in place of references: at the levels that sort, what references would code is sorted, and
// coded by references only where that may be smaller.
#ifndef SIGMA_STRATEGY_SORTED_H_
#define SIGMA_STRATEGY_SORTED_H_

#include "engine/coder/coder.h"
#include "engine/plan/encode.h"
#include "sigma/sigma.hpp"

namespace sigma {

// Codes `source` by references or by sorting into `target`; size 0 = no gain or no room. `coder` as
// for references. May lease the size of the source besides what coding it does.
[[nodiscard]] EncodedPlan EncodeMatching(ByteView source, const CoderParams& coder,
                                         BufferPool& pool, MutableBytes target);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_SORTED_H_
