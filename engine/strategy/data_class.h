// Classes of data: what the features of a chunk make of it.
#ifndef SIGMA_STRATEGY_DATA_CLASS_H_
#define SIGMA_STRATEGY_DATA_CLASS_H_

#include <cstdint>
#include <string_view>

#include "engine/coder/coder.h"
#include "engine/strategy/features.h"

namespace sigma {

enum class DataClass : std::uint8_t { kRepetitive, kRandom, kStructured, kText, kDelta, kRuns };

[[nodiscard]] std::string_view DataClassName(DataClass data_class);
[[nodiscard]] DataClass Classify(const Features& features);
// Whether sources of this class are looked at for a transform: not what one coder is made for.
[[nodiscard]] bool WorthATransform(DataClass data_class);

// Whether the parser is level 2's, which takes any length of match.
[[nodiscard]] bool AnyMatchLength(const CoderParams& coder) noexcept;
// The same coder for data with these features: the period of patterns, and how short the matches
// are that level 2's parser looks for.
[[nodiscard]] CoderParams SuitedCoder(const CoderParams& coder, const Features& features);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_DATA_CLASS_H_
