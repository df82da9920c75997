// A plan: what is done to the bytes of a chunk, or of a section of another plan. The strategy room
// decides on plans; this room carries them out (encode.h), undoes them (decode.h) and tells them
// (describe.h).
#ifndef SIGMA_PLAN_PLAN_H_
#define SIGMA_PLAN_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/coder/coder.h"
#include "engine/transform/transform.h"

namespace sigma {

// One coder for the whole (no transform), or a transform, each of whose sections gets a plan of its
// own when it is there.
struct Plan {
  std::optional<TransformId> transform;
  TransformParams params;
  CoderId coder = CoderId::kRaw;  // without a transform
  friend bool operator==(const Plan&, const Plan&) = default;
};

struct EncodedPlan {
  std::uint8_t id = 0;   // FORMAT.md: 0 raw, 1 … 63 a coder, 64 … a transform
  std::size_t size = 0;  // bytes of the target used; 0 = no gain
};

[[nodiscard]] std::uint8_t PlanId(const Plan& plan) noexcept;

}  // namespace sigma

#endif  // SIGMA_PLAN_PLAN_H_
