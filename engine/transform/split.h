// SPLIT: a source that changes its character inside, cut into pieces that each get a plan of their
// own.
//
// Params: for each cut its position in units of 1 KiB, u16, strictly ascending, at least one; the
// pieces between the cuts are the sections, as they were. No copy in the inverse is avoidable: the
// sections were decoded elsewhere.
//
// Hostile input: c = 2.
#ifndef SIGMA_TRANSFORM_SPLIT_H_
#define SIGMA_TRANSFORM_SPLIT_H_

#include <cstdint>
#include <span>

#include "engine/transform/transform.h"

namespace sigma {

inline constexpr TransformId kSplitId{1};

inline constexpr std::size_t kSplitUnit = 1024;
inline constexpr std::size_t kMaxCuts = kMaxTransformParams / 2;

// `cuts` in units of kSplitUnit bytes, strictly ascending, 1 … kMaxCuts of them, none 0.
[[nodiscard]] TransformParams SplitParams(std::span<const std::uint16_t> cuts);
[[nodiscard]] const TransformRow& SplitTransform();

}  // namespace sigma

#endif  // SIGMA_TRANSFORM_SPLIT_H_
