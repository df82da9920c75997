#include "kernels/sort/run_model.h"

#include <cstring>

namespace sigma::kernels::sort {

void StartModel(RunModel& model) noexcept {
  static_assert(offsetof(RunModel, joint_weights) % sizeof(Slot) == 0);
  Slot even{};
  for (std::size_t lane = 0; lane < even.lanes.size(); ++lane) {
    even.lanes[lane] = static_cast<std::int16_t>(lane * (kSlotTop / 16));
  }
  auto* const bytes = reinterpret_cast<std::uint8_t*>(&model);
  constexpr std::size_t kSlotBytes = offsetof(RunModel, joint_weights);
  for (std::size_t at = 0; at < kSlotBytes; at += sizeof(Slot)) {
    std::memcpy(bytes + at, &even, sizeof(Slot));
  }
  std::memset(bytes + kSlotBytes, 0, sizeof(RunModel) - kSlotBytes);
  const Weights equal{{16384, 16384, 16384, 16383}, 0};
  model.joint_weights = equal;
  model.far_weights = equal;
  model.upper_weights = equal;
  model.lower_weights = equal;
  model.long_weights = equal;
}

}  // namespace sigma::kernels::sort
