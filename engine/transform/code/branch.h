// Branch: machine code found by its content, its branch targets absolute, everything in its place.
// It gains less than EXE and costs less: both ways run at memory speed.
//
// Params: params.h. Section 0 is the map of the ranges, section 1 the source with its
// branches changed. The map: for each range, in order, a varint of 4 · bytes + kind (0 no code); it
// may end before the source does.
//
// Hostile input: c = 4.
#ifndef SIGMA_TRANSFORM_CODE_BRANCH_H_
#define SIGMA_TRANSFORM_CODE_BRANCH_H_

#include "engine/transform/transform.h"

namespace sigma::code {

inline constexpr TransformId kBranchId{8};

[[nodiscard]] const TransformRow& BranchTransform();

}  // namespace sigma::code

#endif  // SIGMA_TRANSFORM_CODE_BRANCH_H_
