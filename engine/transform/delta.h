// DELTA: differences of little-endian integers of 1, 2, 4 or 8 bytes, split into one plane per
// byte.
//
// Params: 1 byte: bits 0–1 log2 of the width; bit 2 set = subtract the previous integer (modulo
// 2^bits) before the split; bits 3–7 zero. Section k holds byte k of every integer; the source's
// last (size mod width) bytes close the last section as they are.
//
// Hostile input: c = 4.
#ifndef SIGMA_TRANSFORM_DELTA_H_
#define SIGMA_TRANSFORM_DELTA_H_

#include "engine/transform/transform.h"

namespace sigma {

inline constexpr TransformId kDeltaId{0};

// width is 1, 2, 4 or 8; with width 1 `difference` must be set.
[[nodiscard]] TransformParams DeltaParams(unsigned width, bool difference);
[[nodiscard]] const TransformRow& DeltaTransform();

}  // namespace sigma

#endif  // SIGMA_TRANSFORM_DELTA_H_
