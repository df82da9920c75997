// Sorting and adaptive coding in place of references: at the levels that sort, what references would
// code is coded by whichever of the three is smallest.
#ifndef SIGMA_STRATEGY_SORTED_H_
#define SIGMA_STRATEGY_SORTED_H_

#include "engine/coder/coder.h"
#include "engine/plan/encode.h"
#include "sigma/result.hpp"

namespace sigma {

// Codes `source` by references, by sorting or adaptively into `target`; size 0 = no gain or no room.
// `coder` as for references. Where it sorts, coders that are not expected to fit are spared. May lease
// the size of the source besides what coding it does.
[[nodiscard]] EncodedPlan EncodeMatching(ByteView source, const CoderParams& coder,
                                         BufferPool& pool, MutableBytes target);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_SORTED_H_
