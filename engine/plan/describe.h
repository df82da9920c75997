// The names of plans.
#ifndef SIGMA_PLAN_DESCRIBE_H_
#define SIGMA_PLAN_DESCRIBE_H_

#include <cstdint>
#include <string>

#include "engine/plan/plan.h"
#include "sigma/result.hpp"

namespace sigma {

// The name of a plan as --list and --stats group it: raw, pattern, entropy, delta, reference.
[[nodiscard]] std::string PlanName(std::uint8_t plan_id);
// The coder, or the transform with its parameters.
[[nodiscard]] std::string DescribePlan(const Plan& plan);
// The whole plan of a payload that this process has just written, sections included: those of one
// kind in a row are counted. `original`: bytes that it restores to.
[[nodiscard]] std::string DescribePayload(std::uint8_t id, ByteView payload, std::size_t original);

}  // namespace sigma

#endif  // SIGMA_PLAN_DESCRIBE_H_
