// Adaptive distributions of symbols 0 … 15 and their mixing by fours: plain data, the same under every
// target, integers only. The arithmetic is slots-inl.h; as a text, engine/coder/sort/SPEC.md.
#ifndef SIGMA_KERNELS_SLOTS_H_
#define SIGMA_KERNELS_SLOTS_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace sigma::kernels {

// The adaptive distribution of one context: lanes 1 … 15 hold how much of kSlotTop lies below that
// symbol, lane 0 how often the slot has moved, up to its kind's limit.
struct alignas(32) Slot {
  std::array<std::int16_t, 16> lanes;
};
inline constexpr int kSlotTop = 32752;

// Shares of four slots in a mixed distribution; their sum is 65535.
struct Weights {
  std::array<std::uint16_t, 4> shares;
  std::uint16_t uses;
};

inline constexpr Weights kEqualWeights{{16384, 16384, 16384, 16383}, 0};

// A slot before its first symbol.
[[nodiscard]] constexpr Slot EvenSlot() noexcept {
  Slot even{};
  for (std::size_t lane = 0; lane < even.lanes.size(); ++lane) {
    even.lanes[lane] = static_cast<std::int16_t>(lane * (kSlotTop / 16));
  }
  return even;
}

}  // namespace sigma::kernels

#endif  // SIGMA_KERNELS_SLOTS_H_
