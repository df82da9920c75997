#include "kernels/adaptive/model.h"

#include <cstring>

namespace sigma::kernels::adaptive {

void StartModel(Model& model) noexcept {
  static_assert(offsetof(Model, joint_weights) % sizeof(Slot) == 0);
  constexpr Slot kEven = EvenSlot();
  auto* const bytes = reinterpret_cast<std::uint8_t*>(&model);
  constexpr std::size_t kSlotBytes = offsetof(Model, joint_weights);
  for (std::size_t at = 0; at < kSlotBytes; at += sizeof(Slot)) {
    std::memcpy(bytes + at, &kEven, sizeof(Slot));
  }
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
