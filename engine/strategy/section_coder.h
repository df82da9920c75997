// One section by its best coder: what the planes of a transform get.
#ifndef SIGMA_STRATEGY_SECTION_CODER_H_
#define SIGMA_STRATEGY_SECTION_CODER_H_

#include <cstddef>

#include "engine/coder/coder.h"
#include "engine/memory/buffer_pool.h"
#include "engine/strategy/levels.h"
#include "engine/transform/transform.h"
#include "sigma/sigma.hpp"

namespace sigma {

struct CodedSection {
  CoderId coder = CoderId::kRaw;
  std::size_t size = 0;
};

// Codes `section` into `target` (at least section.size() bytes) with the coder that its features
// suggest and that gives the fewest bytes; raw where none gains. `section` has kPad readable bytes
// behind it.
[[nodiscard]] CodedSection EncodeSection(ByteView section, const LevelRow& level, BufferPool& pool,
                                         MutableBytes target);

// The sections of `source` side by side in `memory` (source.size() bytes and kPad readable ones
// behind): each section's pad is what stands behind it.
struct TransformedSections {
  std::array<MutableBytes, kMaxSections> section;
  std::size_t count = 0;
};
[[nodiscard]] TransformedSections ForwardSections(ByteView source, TransformId transform,
                                                  const TransformParams& params, BufferPool& pool,
                                                  MutableBytes memory);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_SECTION_CODER_H_
