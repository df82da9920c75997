// Evidence for machine code in a source: a few windows of it are asked for branches, and what is
// code there must call the same targets again and again. About 20 µs a MiB of code, 5 of others.
#ifndef SIGMA_STRATEGY_DETECT_CODE_EVIDENCE_H_
#define SIGMA_STRATEGY_DETECT_CODE_EVIDENCE_H_

#include <cstddef>

#include "engine/transform/code/ranges.h"
#include "sigma/result.hpp"

namespace sigma {

struct CodeEvidence {
  std::size_t x86 = 0;    // bytes of the source that are code of x86 or x86-64 …
  std::size_t arm64 = 0;  // … and of ARM64, as far as windows tell
  // Bytes of the coded source that absolute targets save; 0 if none.
  std::size_t saves = 0;

  // Whether hardly anything but code of x86 is there.
  [[nodiscard]] bool AllOf(std::size_t size) const noexcept {
    return saves != 0 && x86 >= size / 8 * 7;
  }
  // Whether the source is a program's, of which no other structure is worth a look.
  [[nodiscard]] bool MostOf(std::size_t size) const noexcept {
    return saves != 0 && x86 + arm64 >= size / 2;
  }
};

[[nodiscard]] CodeEvidence LookForCode(ByteView source);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_DETECT_CODE_EVIDENCE_H_
