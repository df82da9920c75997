// The registry's PATTERN coder: constant fill, runs and periodic fill of any period up to 4 KiB,
// with the exceptions coded.
#ifndef SIGMA_CODER_PATTERN_H_
#define SIGMA_CODER_PATTERN_H_

#include "engine/coder/coder.h"

namespace sigma {

inline constexpr std::size_t kMaxPeriod = 4096;

std::size_t EncodePattern(ByteView source, const CoderParams& params, BufferPool& pool,
                          MutableBytes target);
Result<void> DecodePattern(ByteView source, BufferPool& pool, MutableBytes target);

}  // namespace sigma

#endif  // SIGMA_CODER_PATTERN_H_
