// The way of a sequence through the model, per target; for sequence_encoder.cc and
// sequence_decoder.cc. The same code for both: what differs is the port (kernels/slots-inl.h). A port
// has two coders, so that one is asked while the other is still being moved.
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "kernels/adaptive/model.h"

#include "hwy/highway.h"
// After highway.h, which defines what it toggles on.
#include "kernels/slots-inl.h"

#if defined(SIGMA_KERNELS_ADAPTIVE_SEQUENCE_SYMBOLS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SIGMA_KERNELS_ADAPTIVE_SEQUENCE_SYMBOLS_INL_H_
#undef SIGMA_KERNELS_ADAPTIVE_SEQUENCE_SYMBOLS_INL_H_
#else
#define SIGMA_KERNELS_ADAPTIVE_SEQUENCE_SYMBOLS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::adaptive {
namespace HWY_NAMESPACE {
namespace {

using namespace kernels::HWY_NAMESPACE;

template <class Port>
HWY_INLINE unsigned Code(Port& port, const Mixture& mixture, unsigned symbol) {
  return CodeMixed(port, mixture.weights, mixture.a, mixture.b, mixture.c, mixture.d, symbol);
}

// `bits` bits as they are, the upper ones first.
template <class Port>
HWY_INLINE std::uint32_t CodeBits(Port& port, unsigned bits, std::uint32_t value) {
  std::uint32_t coded = 0;
  for (unsigned left = bits; left != 0;) {
    const unsigned piece = std::min(left, 8u);
    left -= piece;
    coded = coded << piece | port.CodeRaw(piece, value >> left & ((1u << piece) - 1));
  }
  return coded;
}

// Any value below 2^16 - 1. A damaged code may give more, below 2^17.
template <class Port>
HWY_NOINLINE std::uint32_t CodeEscape(Port& port, Escape& escape, std::uint32_t value) {
  const unsigned octave =
      CodeAlone(port, escape.octave[0],
                Port::kDecodes ? 0 : 31 - static_cast<unsigned>(std::countl_zero(value + 1)));
  if (octave == 0) return 0;
  const std::uint32_t extra = Port::kDecodes ? 0 : value + 1 - (1u << octave);
  const unsigned top = std::min(octave, 4u);
  const unsigned rest = octave - top;
  const std::uint32_t upper = CodeAlone(port, escape.upper[octave], extra >> rest & 15);
  const std::uint32_t lower = CodeBits(port, rest, extra & ((1u << rest) - 1));
  return (1u << octave) + (upper << rest | lower) - 1;
}

// The distance of a new offset; kBadDistance where the code is damaged.
constexpr std::uint32_t kBadDistance = ~std::uint32_t{0};

template <class Port>
HWY_INLINE std::uint32_t CodeDistance(Port& port, Model& model, History& history,
                                      std::uint32_t length, std::uint32_t literals,
                                      std::uint32_t last_byte, std::size_t position,
                                      std::uint32_t distance) {
  const std::size_t place = position & 3;
  unsigned bits = Port::kDecodes ? 0 : DistanceBits(distance);
  port.Take(0);
  const std::uint32_t reach =
      Code(port,
           {model.reach_weights[0], model.reach_by_length[length << 2 | literals],
            model.reach_by_last[history.reach << 3 | literals << 1 | (history.kind == 0 ? 1 : 0)],
            model.reach_by_byte[last_byte], model.reach_by_place[place | length << 2]},
           Port::kDecodes ? 0 : ReachOf(bits));
  port.Take(1);
  if (HWY_UNLIKELY(reach == kOpenSymbol)) {
    constexpr unsigned kOpenBits = kNearBits + kOpenSymbol;
    bits = kOpenBits + CodeAlone(port, model.far[0], Port::kDecodes ? 0 : bits - kOpenBits);
    if (Port::kDecodes && bits > kMostOffsetBits) return kBadDistance;
  } else if (Port::kDecodes) {
    bits = kNearBits + reach;
  }
  // Below the first bit, unless the distance is near.
  const unsigned below = reach == 0 ? 0 : bits - 1 - 4;
  const std::uint32_t top =
      Code(port,
           {model.top_weights[0], model.top_by_length[reach << 4 | length],
            model.top_by_last[reach << 4 | history.top], model.top_by_place[reach << 2 | place],
            model.top_by_reach[reach]},
           distance >> below & 15);
  history.top = top;
  history.reach = reach;
  if (reach == 0) return top;
  const std::uint32_t upper = (16 | top) << below;
  if (below < 4) {
    if (below == 0) return upper;
    const std::uint32_t low =
        CodeAlone(port, model.few_low[(below - 1) << 4 | top], distance & ((1u << below) - 1));
    return Port::kDecodes && low >> below != 0 ? kBadDistance : upper | low;
  }
  const std::uint32_t middle = CodeBits(port, below - 4, distance >> 4 & ((1u << (below - 4)) - 1));
  port.Take(0);
  const std::uint32_t low = Code(
      port,
      {model.low_weights[0], model.low_by_reach[reach], model.low_by_last[top << 4 | history.low],
       model.low_by_place[position & 15], model.low_any[0]},
      distance & 15);
  history.low = low;
  return upper | middle << 4 | low;
}

// The sequence at `at` up to its literals, of a block that ends at `end`; of the bytes those before
// `at` are read. False where the code is damaged.
template <class Port>
HWY_INLINE bool CodeHead(Port& port, Model& model, History& history, const std::uint8_t* base,
                         std::size_t at, std::size_t end, Sequence& sequence) {
  const std::uint32_t last_byte = at > 0 ? base[at - 1] : 0;
  const std::uint32_t offset = history.offsets[0];
  const std::uint32_t expected = at >= offset ? base[at - offset] : 0;
  const std::size_t place = at & 3;
  port.Take(0);
  const std::uint32_t joint =
      Code(port,
           {model.joint_weights[history.kind << 2 | place],
            model.joint_by_last[history.joint << 4 | history.length],
            model.joint_by_byte[last_byte | history.kind << 8],
            model.joint_by_expected[expected | history.kind << 8],
            model.joint_by_place[place | history.kind << 2 | history.reach << 4 |
                                 (history.length > 3 ? 1u : 0u) << 8]},
           Port::kDecodes ? 0
                          : std::min(sequence.literals, kManyLiterals) << 2 |
                                std::min(sequence.repeat, kOldRepeat));
  const std::uint32_t joint_before = history.joint;
  history.joint = joint;
  const std::uint32_t few = joint >> 2;
  const std::uint32_t kind = joint & 3;
  std::uint32_t literals = few;
  port.Take(1);
  if (few == kManyLiterals) {
    const std::uint32_t more =
        Code(port,
             {model.run_weights[0], model.run_by_kind[kind], model.run_by_byte[last_byte],
              model.run_by_place[place], model.run_any[0]},
             Port::kDecodes ? 0 : std::min(sequence.literals - kManyLiterals, kOpenSymbol));
    literals += more;
    if (more == kOpenSymbol) {
      literals += CodeEscape(port, model.escapes[0], sequence.literals - literals);
    }
  }
  if (Port::kDecodes) {
    if (HWY_UNLIKELY(literals > end - at)) return false;
    sequence = {literals, 0, 0, 0};
  }
  const std::size_t position = at + literals;
  if (HWY_UNLIKELY(position == end)) return true;

  std::uint32_t repeat = kind;
  if (HWY_UNLIKELY(kind == kOldRepeat)) {
    repeat += CodeAlone(port, model.old_repeat[history.kind],
                        Port::kDecodes ? 0 : sequence.repeat - kOldRepeat);
    if (Port::kDecodes && HWY_UNLIKELY(repeat > kRepeats)) return false;
  }
  const std::uint32_t symbol =
      Code(port,
           {model.length_weights[kind == 0 ? 0 : 1],
            model.length_by_last[kind << 6 | few << 4 | history.length],
            model.length_by_byte[kind << 8 | last_byte],
            model.length_by_place[kind << 6 | (position & 3) << 4 | history.kind << 2 | few],
            model.length_by_joint[kind << 8 | joint_before << 4 | history.reach]},
           Port::kDecodes ? 0 : std::min(sequence.match - kShortestMatch, kOpenSymbol));
  std::uint32_t match = kShortestMatch + symbol;
  if (symbol == kOpenSymbol) {
    match += CodeEscape(port, model.escapes[kind == 0 ? 1 : 2], sequence.match - match);
  }
  if (Port::kDecodes && HWY_UNLIKELY(match > end - position)) return false;

  std::uint32_t distance = 0;
  if (kind == 0) {
    distance =
        CodeDistance(port, model, history, symbol, few, last_byte, position, sequence.offset - 1);
    if (Port::kDecodes && HWY_UNLIKELY(distance >= position)) return false;
    for (std::size_t i = kRepeats - 1; i > 0; --i) history.offsets[i] = history.offsets[i - 1];
    history.offsets[0] = distance + 1;
  } else {
    const std::uint32_t again = history.offsets[repeat - 1];
    if (Port::kDecodes && HWY_UNLIKELY(again > position)) return false;
    for (std::size_t i = repeat - 1; i > 0; --i) history.offsets[i] = history.offsets[i - 1];
    history.offsets[0] = again;
  }
  history.length = symbol;
  history.kind = kind;
  if (Port::kDecodes) sequence = {literals, match, history.offsets[0], repeat};
  return true;
}

template <class Port>
HWY_INLINE std::uint32_t CodeLiteral(Port& port, Model& model, const LiteralContext& context,
                                     std::uint32_t byte) {
  port.Take(0);
  const std::uint32_t upper = Code(port, UpperMixture(model, context), byte >> 4);
  port.Take(1);
  return upper << 4 | Code(port, LowerMixture(model, context, upper), byte & 15);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::adaptive
HWY_AFTER_NAMESPACE();

#endif  // per target
