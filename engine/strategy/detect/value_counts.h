// How many different values a sample of integers holds, and what a dictionary of them would cost.
#ifndef SIGMA_STRATEGY_DETECT_VALUE_COUNTS_H_
#define SIGMA_STRATEGY_DETECT_VALUE_COUNTS_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace sigma {

inline constexpr std::size_t kMaxValueSample = 2048;

// Bits (in 1/256) that the sampled values would take as numbers of a dictionary, their share of
// the list included, for a source of `all` integers of `width` bytes; ~0 if a dictionary does not
// suit. At most kMaxValueSample values are looked at, the rest is ignored.
[[nodiscard]] std::uint64_t DictionaryBits(std::span<const std::uint64_t> values, std::size_t width,
                                           std::size_t all);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_DETECT_VALUE_COUNTS_H_
