// The front of a plan payload: what a chunk, or a section of another plan payload, holds whose plan
// is a transform (plan ids 64 …): the transform's parameters and the table of its sections, exactly
// as FORMAT.md ("Plan payload") draws them. The sections' coded bytes follow it back to back and
// end with the payload.
//
// No allocation. Parse treats its input as hostile; error offsets count from the payload's start.
#ifndef SIGMA_FORMAT_PLAN_FORMAT_H_
#define SIGMA_FORMAT_PLAN_FORMAT_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "sigma/result.hpp"

namespace sigma {

inline constexpr std::uint8_t kFirstTransformPlan = 64;  // plan id 64 + t = transform t
inline constexpr std::size_t kMaxPlanSections = 255;
inline constexpr std::size_t kMaxPlanParams = 255;
// A chunk's plan is at depth 0, a section's one below the plan it belongs to. From this depth on
// there are only coders.
inline constexpr unsigned kMaxPlanDepth = 4;
// No plan header is longer: lengths, parameters, and per section a coder and two varints.
inline constexpr std::size_t kMaxPlanHeader =
    1 + kMaxPlanParams + 1 + kMaxPlanSections * (1 + 4 + 4);

struct PlanSection {
  std::uint8_t plan = 0;  // as a chunk's: 0 raw (coded == original), 1 … 63 a coder, 64 … a
                          // transform, whose plan payload the coded bytes are
  std::uint32_t original = 0;  // bytes before coding
  std::uint32_t coded = 0;     // bytes in the payload, ≤ original
};

struct PlanHeader {
  std::array<std::uint8_t, kMaxPlanParams> params{};
  std::uint8_t param_size = 0;
  std::array<PlanSection, kMaxPlanSections> sections{};
  std::size_t count = 0;  // sections in use, 1 … kMaxPlanSections
  std::size_t bytes = 0;  // length of this header; set by Write and Parse
};

// Most bytes a header with these counts takes; for reserving room before the sizes are known.
[[nodiscard]] constexpr std::size_t PlanHeaderBound(std::size_t param_size, std::size_t sections) {
  return 1 + param_size + 1 + sections * (1 + 4 + 4);
}

// Writes the header and returns its bytes; 0 if `to` is too small (it holds less than
// PlanHeaderBound and the header does not fit).
std::size_t WritePlanHeader(PlanHeader& header, MutableBytes to);

// `payload` is the whole payload, `most` the bytes its sections may restore to together. After
// success bytes + Σ coded == payload.size() and Σ original ≤ `most`; whether the sections suit the
// transform, its Inverse must say.
Result<PlanHeader> ParsePlanHeader(ByteView payload, std::size_t most);

}  // namespace sigma

#endif  // SIGMA_FORMAT_PLAN_FORMAT_H_
