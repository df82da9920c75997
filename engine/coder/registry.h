// All coders: property tests, fuzzers and benchmarks iterate this list. A family includes coder.h,
// never this.
#ifndef SIGMA_CODER_REGISTRY_H_
#define SIGMA_CODER_REGISTRY_H_

#include <cstdint>
#include <span>

#include "engine/coder/coder.h"

namespace sigma {

[[nodiscard]] std::span<const CoderRow> Coders();
// Null if the id is unknown.
[[nodiscard]] const CoderRow* FindCoder(std::uint8_t id);

// Of the coder that needs most.
[[nodiscard]] std::uint64_t EncoderScratch(const CoderParams& params, std::size_t size);
[[nodiscard]] std::uint64_t DecoderScratch(std::size_t size, bool sorts);

}  // namespace sigma

#endif  // SIGMA_CODER_REGISTRY_H_
