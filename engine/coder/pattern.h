// The registry's PATTERN coder: constant fill, runs and periodic fill of any period up to 4 KiB,
// with the exceptions coded.
#ifndef SIGMA_CODER_PATTERN_H_
#define SIGMA_CODER_PATTERN_H_

#include "engine/coder/coder.h"
#include "engine/coder/entropy/stream.h"

namespace sigma {

inline constexpr std::size_t kMaxPeriod = 4096;

std::size_t EncodePattern(ByteView source, const CoderParams& params, BufferPool& pool,
                          MutableBytes target);
Result<void> DecodePattern(ByteView source, BufferPool& pool, MutableBytes target);

// CoderRow: a prediction, two lists of exceptions (controls and bytes), the payload; restoring, the
// two lists. Work: that of their entropy streams; beyond it each of their bytes is read and copied,
// and each byte restored is written twice, at most.
[[nodiscard]] std::uint64_t PatternEncodeScratch(const CoderParams& params, std::size_t size);
[[nodiscard]] std::uint64_t PatternDecodeScratch(std::size_t size);
inline constexpr std::uint32_t kPatternWork = entropy::kStreamWork + 8;

}  // namespace sigma

#endif  // SIGMA_CODER_PATTERN_H_
