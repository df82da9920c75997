// A plan, carried out: transform, sections, each section by its own plan, down to the coders. What
// plan a section gets is decided here, section by section.
#ifndef SIGMA_STRATEGY_PLAN_ENCODER_H_
#define SIGMA_STRATEGY_PLAN_ENCODER_H_

#include <cstddef>
#include <cstdint>

#include "engine/memory/buffer_pool.h"
#include "engine/strategy/levels.h"
#include "engine/strategy/strategy.h"
#include "engine/transform/section_list.h"
#include "sigma/sigma.hpp"

namespace sigma {

struct EncodedPlan {
  std::uint8_t id = 0;   // FORMAT.md: 0 raw, 1 … 63 a coder, 64 … a transform
  std::size_t size = 0;  // bytes of the target used; 0 = no gain
};

// Codes `source` by exactly `plan` into fewer than source.size() bytes of `target` (at least
// source.size() bytes); size 0 = no gain. `depth` is 0 for a chunk and grows by one for each
// transform above. `source` has kPad readable bytes behind it. Not for raw. `effort` is what is
// spent on the plans of sections.
[[nodiscard]] EncodedPlan EncodePlan(ByteView source, const Plan& plan, const LevelRow& level,
                                     unsigned depth, BufferPool& pool, MutableBytes target,
                                     Effort effort = Effort::kFull);

// The smaller of the plans of `choice`, tried as PlanChoice says; size 0 = no gain.
[[nodiscard]] EncodedPlan EncodeChoice(ByteView source, const PlanChoice& choice,
                                       const LevelRow& level, unsigned depth, BufferPool& pool,
                                       MutableBytes target, Effort effort = Effort::kFull);

// Codes a section with the plan that its hint and its features suggest; raw where nothing gains, so
// never more than section.size() bytes, which `target` must hold.
[[nodiscard]] EncodedPlan EncodeSection(ByteView section, SectionHint hint, const LevelRow& level,
                                        unsigned depth, BufferPool& pool, MutableBytes target,
                                        Effort effort);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_PLAN_ENCODER_H_
