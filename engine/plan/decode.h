// Undoing a plan: the way back of encode.h.
#ifndef SIGMA_PLAN_DECODE_H_
#define SIGMA_PLAN_DECODE_H_

#include <cstdint>

#include "engine/base/hash.h"
#include "engine/memory/buffer_pool.h"
#include "sigma/result.hpp"

namespace sigma {

// Restores exactly `target` from a chunk's payload, hostile or not, writing nowhere else. May read
// kPad bytes after `payload`. Error offsets count from the start of the payload. `hash`, if there
// is one, gets what was restored. Work: at most c · (payload + target), with the largest c of the
// coders and transforms and one copy for each of the kMaxPlanDepth levels of nesting.
Result<void> DecodePlan(std::uint8_t id, ByteView payload, BufferPool& pool, MutableBytes target,
                        Hasher* hash);

}  // namespace sigma

#endif  // SIGMA_PLAN_DECODE_H_
