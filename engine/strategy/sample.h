// Samples of a source, and what plans make of them.
#ifndef SIGMA_STRATEGY_SAMPLE_H_
#define SIGMA_STRATEGY_SAMPLE_H_

#include <cstddef>
#include <cstdint>

#include "engine/memory/buffer_pool.h"
#include "engine/plan/plan.h"
#include "engine/strategy/scope.h"
#include "sigma/result.hpp"

namespace sigma {

inline constexpr std::size_t kSampleWindows = 8;

// Windows of the source side by side.
struct Sample {
  BufferPool::Lease memory;
  ByteView bytes;
  std::size_t window = 0;
};

// Bytes of a window `scale` times as long as usual, a multiple of `unit`.
[[nodiscard]] std::size_t WindowSize(std::size_t unit, const LevelRow& level,
                                     std::size_t scale) noexcept;
// So many windows, each at a multiple of `unit` and `scale` times as long as usual, or the source if
// it is no more than they are meant to be.
[[nodiscard]] Sample TakeSample(ByteView source, std::size_t unit, const Scope& scope,
                                std::size_t scale = 1, std::size_t windows = kSampleWindows);

// Bytes that `plan` makes of the sample by the level's coder for samples: at most its own. 64 bits,
// since callers scale them to the source.
[[nodiscard]] std::uint64_t TrialSize(ByteView sample, const Plan& plan, Scope scope);
// The same by the coder that the scope has.
[[nodiscard]] std::uint64_t CodedSize(ByteView source, const Plan& plan, Scope scope);

// Bytes that `plan` is expected to make of the source, from coding a sample of it; for references
// from how their share falls from a smaller sample to a larger one. `unit` as Candidate::unit.
[[nodiscard]] std::uint64_t EstimateByTrial(ByteView source, const Plan& plan, std::size_t unit,
                                            const Scope& scope);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_SAMPLE_H_
