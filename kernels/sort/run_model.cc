#include "kernels/sort/run_model.h"

#include <cstring>

namespace sigma::kernels::sort {

void StartModel(RunModel& model) noexcept {
  static_assert(offsetof(RunModel, joint_weights) % sizeof(Slot) == 0);
  constexpr std::size_t kSlotBytes = offsetof(RunModel, joint_weights);
  StartSlots(&model, kSlotBytes);
  std::memset(reinterpret_cast<std::uint8_t*>(&model) + kSlotBytes, 0,
              sizeof(RunModel) - kSlotBytes);
  model.joint_weights = kEqualWeights;
  model.far_weights = kEqualWeights;
  model.upper_weights = kEqualWeights;
  model.lower_weights = kEqualWeights;
  model.long_weights = kEqualWeights;
}

}  // namespace sigma::kernels::sort
