// The model of adaptively coded references: what their decisions have been so far, by their contexts
// (engine/coder/adaptive/SPEC.md).
//
// Plain data that the kernels beside it and the engine's parser read; the same under every target,
// integers only. Some 900 KB: the working set of most sources stays in the second-level cache.
#ifndef SIGMA_KERNELS_ADAPTIVE_MODEL_H_
#define SIGMA_KERNELS_ADAPTIVE_MODEL_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "kernels/slots.h"

namespace sigma::kernels::adaptive {

inline constexpr std::uint32_t kRepeats = 4;
inline constexpr std::uint32_t kShortestMatch = 2;
// No sequence crosses a multiple of this.
inline constexpr std::size_t kBlockBytes = std::size_t{1} << 16;
inline constexpr std::size_t kGroupBlocks = 4;
inline constexpr std::size_t kGroupBytes = kGroupBlocks * kBlockBytes;
inline constexpr unsigned kMostOffsetBits = 26;

// `literals` bytes as they are, then `match` bytes copied from `offset` bytes back. `repeat`: 0 for a
// new offset, otherwise 1 + its place among the last offsets. A block's last sequence may have no
// match; then the other two are 0 as well.
struct Sequence {
  std::uint32_t literals;
  std::uint32_t match;
  std::uint32_t offset;
  std::uint32_t repeat;
};

// What the last sequences were.
struct History {
  std::array<std::uint32_t, kRepeats> offsets{1, 2, 3, 4};
  std::uint32_t joint = 0;
  std::uint32_t length = 0;  // symbol
  std::uint32_t kind = 0;
  std::uint32_t reach = 0;
  std::uint32_t top = 0;
  std::uint32_t low = 0;
};

// Values from 0 on without a limit of their own: a symbol for the octave, one for its upper bits.
struct Escape {
  std::array<Slot, 1> octave;
  std::array<Slot, 16> upper;
};

struct Model {
  std::array<Slot, 1> mode;
  // The joint symbol of literals and kind.
  std::array<Slot, 256> joint_by_last;
  std::array<Slot, 1024> joint_by_byte;
  std::array<Slot, 1024> joint_by_expected;
  std::array<Slot, 512> joint_by_place;
  // Literals from 3 on.
  std::array<Slot, 4> run_by_kind;
  std::array<Slot, 256> run_by_byte;
  std::array<Slot, 4> run_by_place;
  std::array<Slot, 1> run_any;
  std::array<Slot, 4> old_repeat;
  // Lengths of matches.
  std::array<Slot, 256> length_by_last;
  std::array<Slot, 1024> length_by_byte;
  std::array<Slot, 256> length_by_place;
  std::array<Slot, 1024> length_by_joint;
  std::array<Escape, 3> escapes;  // of runs, of new matches, of repeats
  // Offsets: their number of bits, the four below the first, the lowest four.
  std::array<Slot, 64> reach_by_length;
  std::array<Slot, 128> reach_by_last;
  std::array<Slot, 256> reach_by_byte;
  std::array<Slot, 64> reach_by_place;
  std::array<Slot, 1> far;
  std::array<Slot, 256> top_by_length;
  std::array<Slot, 256> top_by_last;
  std::array<Slot, 64> top_by_place;
  std::array<Slot, 16> top_by_reach;
  std::array<Slot, 48> few_low;
  std::array<Slot, 16> low_by_reach;
  std::array<Slot, 256> low_by_last;
  std::array<Slot, 16> low_by_place;
  std::array<Slot, 1> low_any;
  // Literals: the upper and the lower four bits.
  std::array<Slot, 256> upper_by_last;
  std::array<Slot, 1024> upper_by_expected;
  std::array<Slot, 256> upper_by_second;
  std::array<Slot, 64> upper_by_place;
  std::array<Slot, 4096> lower_by_last;
  std::array<Slot, 8192> lower_by_expected;
  std::array<Slot, 4096> lower_by_second;
  std::array<Slot, 64> lower_by_place;

  std::array<Weights, 16> joint_weights;
  std::array<Weights, 1> run_weights;
  std::array<Weights, 2> length_weights;
  std::array<Weights, 1> reach_weights;
  std::array<Weights, 1> top_weights;
  std::array<Weights, 1> low_weights;
  std::array<Weights, 16> upper_weights;
  std::array<Weights, 32> lower_weights;
};

// The model before the first sequence.
void StartModel(Model& model) noexcept;

// Four slots and their weights: what codes a mixed symbol.
struct Mixture {
  Weights& weights;
  Slot& a;
  Slot& b;
  Slot& c;
  Slot& d;
};

// What a literal is expected from.
struct LiteralContext {
  std::uint32_t last;      // the byte before it
  std::uint32_t second;    // the one before that
  std::uint32_t expected;  // the byte at the last offset
  std::uint32_t run;       // literals since the last match
  std::size_t position;
};

// The context of the literal at `at` of the bytes from `base` on; missing bytes are 0.
[[gnu::always_inline]] inline LiteralContext ContextAt(const std::uint8_t* base, std::size_t at,
                                                       std::uint32_t last_offset,
                                                       std::uint32_t run) noexcept {
  return {at > 0 ? base[at - 1] : 0u, at > 1 ? base[at - 2] : 0u,
          at >= last_offset ? base[at - last_offset] : 0u, std::min(run, 3u), at};
}

[[gnu::always_inline]] inline Mixture UpperMixture(Model& model,
                                                   const LiteralContext& context) noexcept {
  const std::size_t place = context.position & 3;
  return {model.upper_weights[context.run | place << 2], model.upper_by_last[context.last],
          model.upper_by_expected[context.expected | context.run << 8],
          model.upper_by_second[context.second],
          model.upper_by_place[context.second >> 4 | place << 4]};
}

[[gnu::always_inline]] inline Mixture LowerMixture(Model& model, const LiteralContext& context,
                                                   std::uint32_t upper) noexcept {
  const std::size_t place = context.position & 3;
  const std::uint32_t hit = context.expected >> 4 == upper ? 1 : 0;
  const std::uint32_t later = context.run != 0 ? 1 : 0;
  return {model.lower_weights[context.run | hit << 2 | place << 3],
          model.lower_by_last[context.last << 4 | upper],
          model.lower_by_expected[context.expected << 4 | upper | later << 12],
          model.lower_by_second[context.second << 4 | upper],
          model.lower_by_place[upper | place << 4]};
}

// Symbols of literals, of lengths and of offsets.
inline constexpr std::uint32_t kManyLiterals = 3;  // and more, in the joint symbol
inline constexpr std::uint32_t kOldRepeat = 3;     // the kind of the third and fourth last offset
inline constexpr std::uint32_t kOpenSymbol = 15;   // what a symbol cannot hold follows
inline constexpr unsigned kNearBits = 4;           // distances of so many bits are one reach

// Bits of the distance, offset − 1.
[[nodiscard]] constexpr unsigned DistanceBits(std::uint32_t distance) noexcept {
  return static_cast<unsigned>(std::bit_width(distance));
}
[[nodiscard]] constexpr std::uint32_t ReachOf(unsigned bits) noexcept {
  return bits <= kNearBits ? 0 : std::min<std::uint32_t>(bits - kNearBits, kOpenSymbol);
}

}  // namespace sigma::kernels::adaptive

#endif  // SIGMA_KERNELS_ADAPTIVE_MODEL_H_
