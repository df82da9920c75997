// Carrying out a plan: the transform, its sections, the table in front of them.
#ifndef SIGMA_PLAN_ENCODE_H_
#define SIGMA_PLAN_ENCODE_H_

#include "engine/memory/buffer_pool.h"
#include "engine/plan/plan.h"
#include "engine/transform/section_list.h"
#include "sigma/result.hpp"

namespace sigma {

// Chooses the plans of sections when their bytes are there. The recursion from plans to the plans
// of their sections runs through this interface alone.
class SectionChooser {
 public:
  virtual ~SectionChooser() = default;
  // Chooses a plan for a section of `parent` and codes it; stored where nothing gains, so never
  // more than section.size() bytes, which `target` holds.
  [[nodiscard]] virtual EncodedPlan Encode(ByteView section, SectionHint hint,
                                           const TransformRow& parent, MutableBytes target) = 0;
};

// Codes `source` by exactly `plan` into at most `most` bytes, and fewer than source.size(), of
// `target`, which holds source.size(); size 0 = it takes more, and is left off as soon as that shows.
// `source` has kPad readable bytes after it. Not for raw.
[[nodiscard]] EncodedPlan EncodePlan(ByteView source, const Plan& plan, const CoderParams& coder,
                                     SectionChooser& sections, BufferPool& pool,
                                     MutableBytes target, std::size_t most = ~std::size_t{0});

// Codes with one coder; 0 = no gain.
[[nodiscard]] std::size_t EncodeWith(CoderId coder, ByteView source, const CoderParams& params,
                                     BufferPool& pool, MutableBytes target);

}  // namespace sigma

#endif  // SIGMA_PLAN_ENCODE_H_
