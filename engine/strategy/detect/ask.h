// Asking the detectors: which, in what order, and when to stop.
#ifndef SIGMA_STRATEGY_DETECT_ASK_H_
#define SIGMA_STRATEGY_DETECT_ASK_H_

#include <optional>

#include "engine/strategy/detect/detect.h"

namespace sigma {

// Candidates from all detectors, or from those of one transform that the user forces.
[[nodiscard]] Candidates Detect(ByteView source, const Features& features,
                                std::optional<TransformId> forced, const Scope& scope);
// Candidates for a section of a transform, from the detectors that cost little (AskedIn).
[[nodiscard]] Candidates DetectInSection(ByteView section, SectionKind kind,
                                         const Features& features, const Scope& scope);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_DETECT_ASK_H_
