// All transforms: property tests, fuzzers and benchmarks iterate this list. A family includes
// transform.h, never this.
#ifndef SIGMA_TRANSFORM_REGISTRY_H_
#define SIGMA_TRANSFORM_REGISTRY_H_

#include <cstdint>
#include <span>

#include "engine/transform/transform.h"

namespace sigma {

[[nodiscard]] std::span<const TransformRow> Transforms();
// Null if the id is unknown.
[[nodiscard]] const TransformRow* FindTransform(std::uint8_t id);

}  // namespace sigma

#endif  // SIGMA_TRANSFORM_REGISTRY_H_
