#include "kernels/adaptive/model.h"

#include <cstddef>

namespace sigma::kernels::adaptive {

void StartModel(Model& model) noexcept {
  static_assert(offsetof(Model, joint_weights) % sizeof(Slot) == 0);
  StartSlots(&model, offsetof(Model, joint_weights));
  model.joint_weights.fill(kEqualWeights);
  model.run_weights.fill(kEqualWeights);
  model.length_weights.fill(kEqualWeights);
  model.reach_weights.fill(kEqualWeights);
  model.top_weights.fill(kEqualWeights);
  model.low_weights.fill(kEqualWeights);
  model.upper_weights.fill(kEqualWeights);
  model.lower_weights.fill(kEqualWeights);
}

}  // namespace sigma::kernels::adaptive
