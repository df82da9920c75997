// Adaptive distributions of symbols 0 … 15 and their mixing by fours: plain data, the same under every
// target, integers only. The arithmetic is slots-inl.h; as a text, engine/coder/sort/SPEC.md.
#ifndef SIGMA_KERNELS_SLOTS_H_
#define SIGMA_KERNELS_SLOTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace sigma::kernels {

// The scale of a mixed distribution, and the least state of the coders that use it.
inline constexpr unsigned kScaleBits = 15;
inline constexpr std::uint32_t kScale = 1u << kScaleBits;
inline constexpr std::uint32_t kLeastState = 1u << 16;

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

// Makes every slot of the `size` bytes from `model` on, a multiple of a slot's, an even one.
inline void StartSlots(void* model, std::size_t size) noexcept {
  constexpr Slot kEven = EvenSlot();
  auto* const bytes = static_cast<std::uint8_t*>(model);
  for (std::size_t at = 0; at < size; at += sizeof(Slot)) {
    std::memcpy(bytes + at, &kEven, sizeof(Slot));
  }
}

// A note is the part of the scale that a symbol has: where it begins, above it, with two coders, the
// number of its coder, and 16 bits up its size. Writes the code of the notes, the last one first, by
// kCoders coders (rANS, Duda 2009, units of 16 bits) so that it ends at `end`: at most 4 bytes a
// coder and 2 a note. Returns where it begins.
template <std::size_t kCoders>
[[nodiscard]] std::uint8_t* WriteNotes(std::span<const std::uint32_t> notes,
                                       std::uint8_t* end) noexcept {
  static_assert(kCoders == 1 || kCoders == 2);
  std::uint8_t* to = end;
  const auto put = [&](std::uint32_t unit) {
    *--to = static_cast<std::uint8_t>(unit >> 8);
    *--to = static_cast<std::uint8_t>(unit);
  };
  std::array<std::uint32_t, kCoders> states;
  states.fill(kLeastState);
  for (std::size_t i = notes.size(); i-- > 0;) {
    const std::uint32_t size = notes[i] >> 16;
    const std::uint32_t below = notes[i] & (kScale - 1);
    std::uint32_t& state = states[kCoders == 1 ? 0 : notes[i] >> kScaleBits & 1];
    if (state >> 17 >= size) {
      put(state);
      state >>= 16;
    }
    state = (state / size << kScaleBits) + state % size + below;
  }
  for (std::size_t coder = kCoders; coder-- > 0;) {
    put(states[coder] >> 16);
    put(states[coder]);
  }
  return to;
}

}  // namespace sigma::kernels

#endif  // SIGMA_KERNELS_SLOTS_H_
