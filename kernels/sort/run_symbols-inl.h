// The slots' arithmetic and the way of a run through the model, per target; for run_encoder.cc and
// run_decoder.cc. A port codes one symbol by a mixed distribution: the encoder's takes note of it,
// the decoder's finds it; all else is the same code for both.
//
// The plain lanes are the reference that the vectors are tested against.
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "kernels/sort/run_model.h"

#include "hwy/highway.h"

#if defined(SIGMA_KERNELS_SORT_RUN_SYMBOLS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SIGMA_KERNELS_SORT_RUN_SYMBOLS_INL_H_
#undef SIGMA_KERNELS_SORT_RUN_SYMBOLS_INL_H_
#else
#define SIGMA_KERNELS_SORT_RUN_SYMBOLS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::sort {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr unsigned kScaleBits = 15;
constexpr std::uint32_t kScale = 1u << kScaleBits;
constexpr std::uint32_t kLeastState = 1u << 16;
constexpr unsigned kWeightShift = 4;
constexpr unsigned kRest = 3;
constexpr int kLeastWeight = 256;
// How often a slot's rate still falls: it ends at 32768 / 250 and 32768 / 32.
constexpr std::int16_t kSlow = 248;
constexpr std::int16_t kFast = 30;

struct Rates {
  std::int16_t of[256] = {};
  constexpr Rates() {
    for (int age = 0; age < 256; ++age) of[age] = static_cast<std::int16_t>(32768 / (age + 2));
  }
};
inline constexpr Rates kRates;

// Lanes up to the coded symbol move toward 0, those above toward the top: 16 lanes from 15 − symbol.
struct alignas(64) Aims {
  std::int16_t lanes[32] = {};
  constexpr Aims() {
    for (int i = 16; i < 32; ++i) lanes[i] = kSlotTop;
  }
};
inline constexpr Aims kAims;

struct alignas(32) Mixed {
  std::uint16_t below[32];  // below[16] = kScale; the others are not used
};

#undef SIGMA_PLAIN_LANES
#if HWY_TARGET == HWY_SCALAR || HWY_HAVE_SCALABLE
#define SIGMA_PLAIN_LANES 1
#else
#define SIGMA_PLAIN_LANES 0
#endif

#if SIGMA_PLAIN_LANES

struct Lanes {
  std::int16_t of[16];
};

HWY_INLINE Lanes LoadSlot(const Slot& slot) {
  Lanes lanes;
  for (std::size_t i = 0; i < 16; ++i) lanes.of[i] = slot.lanes[i];
  return lanes;
}

// lane + the shares of the slots, lane 0 being 0: strictly rising.
HWY_INLINE Lanes Mix(const Lanes& a, const Lanes& b, const Lanes& c, const Lanes& d,
                     const Weights& weights) {
  Lanes mixed;
  mixed.of[0] = 0;
  const auto share = [&](const Lanes& lanes, std::size_t i, std::size_t slot) {
    return std::uint32_t{static_cast<std::uint16_t>(lanes.of[i])} * weights.shares[slot] >> 16;
  };
  for (std::size_t i = 1; i < 16; ++i) {
    mixed.of[i] = static_cast<std::int16_t>(i + share(a, i, 0) + share(b, i, 1) + share(c, i, 2) +
                                            share(d, i, 3));
  }
  return mixed;
}

HWY_INLINE Lanes MixOne(const Lanes& a) {
  Lanes mixed;
  mixed.of[0] = 0;
  for (std::size_t i = 1; i < 16; ++i) {
    mixed.of[i] = static_cast<std::int16_t>(a.of[i] + static_cast<int>(i));
  }
  return mixed;
}

HWY_INLINE void MoveSlot(Slot& slot, const Lanes& lanes, unsigned symbol, std::int16_t kind) {
  const std::int16_t age = slot.lanes[0];
  const int rate = kRates.of[static_cast<std::size_t>(age)];
  for (std::size_t i = 1; i < 16; ++i) {
    const int way = kAims.lanes[15 - symbol + i] - lanes.of[i];
    slot.lanes[i] = static_cast<std::int16_t>(lanes.of[i] + ((way * rate + (1 << 14)) >> 15));
  }
  slot.lanes[0] = std::min<std::int16_t>(static_cast<std::int16_t>(age + 1), kind);
}

HWY_INLINE void StoreMixed(const Lanes& lanes, Mixed& mixed) {
  for (std::size_t i = 0; i < 16; ++i) mixed.below[i] = static_cast<std::uint16_t>(lanes.of[i]);
}

// The symbol whose part of the scale holds `point`.
HWY_INLINE unsigned FindSymbol(const Lanes& lanes, std::uint32_t point) {
  unsigned symbol = 0;
  for (std::size_t i = 1; i < 16; ++i) symbol += static_cast<std::uint32_t>(lanes.of[i]) <= point;
  return symbol;
}

#else  // vectors

// 16 lanes in one vector where it is wide enough, in two otherwise.
using D = hn::CappedTag<std::int16_t, 16>;
using Vector = hn::Vec<D>;
constexpr std::size_t kLanes = hn::MaxLanes(D());
constexpr std::size_t kVectors = 16 / kLanes;

struct Lanes {
  Vector of[kVectors];
};

alignas(64) inline constexpr std::int16_t kNumbers[16] = {0, 1, 2,  3,  4,  5,  6,  7,
                                                          8, 9, 10, 11, 12, 13, 14, 15};
alignas(64) inline constexpr std::int16_t kNotFirst[16] = {0,  -1, -1, -1, -1, -1, -1, -1,
                                                           -1, -1, -1, -1, -1, -1, -1, -1};
alignas(64) inline constexpr std::int16_t kFirst[16] = {1};

struct alignas(32) Caps {
  std::int16_t lanes[16] = {};
  constexpr explicit Caps(std::int16_t kind) {
    for (std::int16_t& lane : lanes) lane = 32767;
    lanes[0] = kind;
  }
};
inline constexpr Caps kSlowCaps(kSlow);
inline constexpr Caps kFastCaps(kFast);

HWY_INLINE Lanes LoadSlot(const Slot& slot) {
  Lanes lanes;
  for (std::size_t i = 0; i < kVectors; ++i) {
    lanes.of[i] = hn::Load(D(), slot.lanes.data() + i * kLanes);
  }
  return lanes;
}

HWY_INLINE Vector Share(Vector lanes, std::uint16_t weight) {
  const hn::RebindToUnsigned<D> du;
  return hn::BitCast(D(), hn::MulHigh(hn::BitCast(du, lanes), hn::Set(du, weight)));
}

// lane + the shares of the slots, lane 0 being 0: strictly rising.
HWY_INLINE Lanes Mix(const Lanes& a, const Lanes& b, const Lanes& c, const Lanes& d,
                     const Weights& weights) {
  Lanes mixed;
  for (std::size_t i = 0; i < kVectors; ++i) {
    const Vector sum =
        hn::Add(hn::Add(Share(a.of[i], weights.shares[0]), Share(b.of[i], weights.shares[1])),
                hn::Add(Share(c.of[i], weights.shares[2]), Share(d.of[i], weights.shares[3])));
    mixed.of[i] = hn::Add(hn::And(sum, hn::Load(D(), kNotFirst + i * kLanes)),
                          hn::Load(D(), kNumbers + i * kLanes));
  }
  return mixed;
}

HWY_INLINE Lanes MixOne(const Lanes& a) {
  Lanes mixed;
  for (std::size_t i = 0; i < kVectors; ++i) {
    mixed.of[i] = hn::Add(hn::And(a.of[i], hn::Load(D(), kNotFirst + i * kLanes)),
                          hn::Load(D(), kNumbers + i * kLanes));
  }
  return mixed;
}

HWY_INLINE void MoveSlot(Slot& slot, const Lanes& lanes, unsigned symbol, std::int16_t kind) {
  const Vector rate = hn::Set(D(), kRates.of[static_cast<std::size_t>(slot.lanes[0])]);
  const std::int16_t* const caps = kind == kSlow ? kSlowCaps.lanes : kFastCaps.lanes;
  for (std::size_t i = 0; i < kVectors; ++i) {
    const Vector aim = hn::LoadU(D(), kAims.lanes + 15 - symbol + i * kLanes);
    const Vector way = hn::MulFixedPoint15(hn::Sub(aim, lanes.of[i]), rate);
    const Vector moved = hn::Add(lanes.of[i], hn::And(way, hn::Load(D(), kNotFirst + i * kLanes)));
    const Vector aged = hn::Add(moved, hn::Load(D(), kFirst + i * kLanes));
    hn::Store(hn::Min(aged, hn::Load(D(), caps + i * kLanes)), D(), slot.lanes.data() + i * kLanes);
  }
}

HWY_INLINE void StoreMixed(const Lanes& lanes, Mixed& mixed) {
  const hn::RebindToUnsigned<D> du;
  for (std::size_t i = 0; i < kVectors; ++i) {
    hn::Store(hn::BitCast(du, lanes.of[i]), du, mixed.below + i * kLanes);
  }
}

// The symbol whose part of the scale holds `point`.
HWY_INLINE unsigned FindSymbol(const Lanes& lanes, std::uint32_t point) {
  const Vector at = hn::Set(D(), static_cast<std::int16_t>(point));
  std::size_t count = 0;
  for (std::size_t i = 0; i < kVectors; ++i) {
    count += hn::CountTrue(D(), hn::Lt(at, lanes.of[i]));
  }
  return static_cast<unsigned>(15 - count);
}

#endif  // SIGMA_PLAIN_LANES

// The slot's own frequency of `symbol` and one more.
HWY_INLINE std::uint32_t OwnFrequency(const Slot& slot, unsigned symbol) {
  const int low = symbol == 0 ? 0 : slot.lanes[symbol];
  const int high = symbol == 15 ? kSlotTop : slot.lanes[(symbol + 1) & 15];
  return static_cast<std::uint32_t>(high - low + 1);
}

// Each weight moves toward its slot's part of the symbol's probability.
HWY_INLINE void MoveWeights(Weights& weights, const Slot& a, const Slot& b, const Slot& c,
                            const Slot& d, unsigned symbol) {
  const auto part = [&](const Slot& slot, std::size_t i) {
    return weights.shares[i] * OwnFrequency(slot, symbol) >> 8;
  };
  const std::uint32_t parts[4] = {part(a, 0), part(b, 1), part(c, 2), part(d, 3)};
  const std::uint32_t inverse = ~std::uint32_t{0} / (parts[0] + parts[1] + parts[2] + parts[3]);
  int moved[3];
  int last = 65535;
  for (std::size_t i = 0; i < 3; ++i) {
    const int share = static_cast<int>(std::uint64_t{parts[i]} * inverse >> 16);
    const int before = weights.shares[i];
    moved[i] = std::max(before + ((share - before) >> kWeightShift), kLeastWeight);
    last -= moved[i];
  }
  if (HWY_UNLIKELY(last < kLeastWeight)) {
    *std::max_element(moved, moved + 3) -= kLeastWeight - last;
    last = kLeastWeight;
  }
  for (std::size_t i = 0; i < 3; ++i) weights.shares[i] = static_cast<std::uint16_t>(moved[i]);
  weights.shares[3] = static_cast<std::uint16_t>(last);
}

// One symbol by four slots, of kinds slow, fast, slow and fast.
template <class Port>
HWY_INLINE unsigned CodeMixed(Port& port, Weights& weights, Slot& a, Slot& b, Slot& c, Slot& d,
                              unsigned symbol) {
  const Lanes la = LoadSlot(a);
  const Lanes lb = LoadSlot(b);
  const Lanes lc = LoadSlot(c);
  const Lanes ld = LoadSlot(d);
  symbol = port.Code(Mix(la, lb, lc, ld, weights), symbol);
  if ((++weights.uses & kRest) == 0) MoveWeights(weights, a, b, c, d, symbol);
  MoveSlot(a, la, symbol, kSlow);
  MoveSlot(b, lb, symbol, kFast);
  MoveSlot(c, lc, symbol, kSlow);
  MoveSlot(d, ld, symbol, kFast);
  return symbol;
}

template <class Port>
HWY_INLINE unsigned CodeAlone(Port& port, Slot& slot, unsigned symbol) {
  const Lanes lanes = LoadSlot(slot);
  symbol = port.Code(MixOne(lanes), symbol);
  MoveSlot(slot, lanes, symbol, kSlow);
  return symbol;
}

struct Run {
  std::uint32_t rank;    // 1 …
  std::uint32_t length;  // 1 …
};

HWY_INLINE std::uint32_t AverageOf8(std::uint32_t average, std::uint32_t value) {
  return (7 * average + 16 * value + 4) >> 3;
}

// Classes of lengths from 4 on: 4 … 7 have one each, octaves up to 127 two, octaves up to 1023 one.
constexpr unsigned kOpenClass = 15;
constexpr unsigned kOpenExponent = 10;

HWY_INLINE unsigned LengthClass(std::uint32_t length) {
  const unsigned exponent = 31 - static_cast<unsigned>(std::countl_zero(length));
  if (exponent < 3) return length - 4;
  if (exponent < 7) return 4 + 2 * (exponent - 3) + (length >> (exponent - 1) & 1);
  return std::min(exponent + 5, kOpenClass);
}

// Rank 4 or more. Above 255 only where the code is damaged.
template <class Port>
HWY_NOINLINE std::uint32_t CodeFar(Port& port, RunModel& model, std::uint32_t byte,
                                   std::uint32_t rank) {
  ByteHistory& history = model.bytes[byte];
  const std::uint32_t average = model.rank_average;
  const std::uint32_t own = history.far >> 3;
  const unsigned far =
      CodeMixed(port, model.far_weights, model.far_by_last[byte << 4 | history.last_far],
                model.far_by_byte[byte << 4 | std::min(average >> 4, 15u)],
                model.far_by_averages[own << 6 | std::min(average >> 3, 63u)],
                model.far_by_any[own << 4 | model.last_far], std::min<std::uint32_t>(rank - 4, 15));
  history.far = static_cast<std::uint16_t>(AverageOf8(history.far, far));
  history.last_far = static_cast<std::uint8_t>(far);
  model.last_far = far;
  if (far < 15) return 4 + far;
  const std::uint32_t rest = rank - 19;
  const unsigned upper =
      CodeMixed(port, model.upper_weights, model.upper_by_lengths[model.long_runs & 15],
                model.upper_by_byte[byte], model.upper_by_average[std::min(average >> 3, 63u)],
                model.upper_any[0], rest >> 4 & 15);
  const unsigned lower =
      CodeMixed(port, model.lower_weights, model.lower_by_upper[upper], model.lower_by_byte[byte],
                model.lower_by_average[upper << 4 | std::min(average >> 5, 15u)],
                model.lower_any[0], rest & 15);
  return 19 + (upper << 4 | lower);
}

// Length 4 or more; 0 where the code is damaged.
template <class Port>
HWY_NOINLINE std::uint32_t CodeLong(Port& port, RunModel& model, std::uint32_t byte,
                                    std::uint32_t near_rank, std::uint32_t length) {
  ByteHistory& history = model.bytes[byte];
  const unsigned kind =
      CodeMixed(port, model.long_weights, model.long_by_last[byte << 4 | history.last_long],
                model.long_by_average[std::min(model.length_average >> 1, 63u) << 2 | near_rank],
                model.long_by_class[history.long_class / 4u << 2 | near_rank],
                model.long_by_history[std::uint32_t{history.joint} << 4 | model.last_joint],
                Port::kDecodes ? 0 : LengthClass(length));
  history.long_class = static_cast<std::uint16_t>((3u * history.long_class + 16 * kind + 2) >> 2);
  history.last_long = static_cast<std::uint8_t>(kind);
  if (kind < 4) return 4 + kind;
  unsigned exponent = kind < 12 ? 3 + (kind - 4) / 2 : kind - 5;
  if (kind == kOpenClass) {
    const unsigned symbol =
        Port::kDecodes ? 0 : 31 - static_cast<unsigned>(std::countl_zero(length)) - kOpenExponent;
    exponent = kOpenExponent + CodeAlone(port, model.exponent[0], symbol);
  }
  const bool half = kind < 12;
  const unsigned bits = half ? exponent - 1 : exponent;
  const std::uint32_t base =
      (1u << exponent) + (half && (kind & 1) != 0 ? 1u << (exponent - 1) : 0);
  const std::uint32_t extra = length - base;
  const unsigned top = std::min(bits, 4u);
  const unsigned high =
      CodeAlone(port, model.top_bits[exponent], Port::kDecodes ? 0 : extra >> (bits - top) & 15);
  if (Port::kDecodes && high >> top != 0) return 0;
  std::uint32_t value = high;
  for (unsigned left = bits - top; left != 0;) {
    const unsigned piece = std::min(left, 8u);
    left -= piece;
    value = value << piece | port.CodeRaw(piece, extra >> left & ((1u << piece) - 1));
  }
  return base + value;
}

// Codes the run of `byte` that a run of `next` follows. The encoder's `run` says what it is.
template <class Port>
HWY_INLINE Run CodeRun(Port& port, RunModel& model, std::uint32_t byte, std::uint32_t next,
                       Run run) {
  ByteHistory& history = model.bytes[byte];
  const std::uint32_t rank_class = std::min(history.rank / 8u, 15u);
  const std::uint32_t length_class = std::min(history.length / 8u, 15u);
  const unsigned joint = CodeMixed(
      port, model.joint_weights, model.joint_by_averages[rank_class << 4 | length_class],
      model.joint_by_byte[byte],
      model.joint_by_history[history.joint | std::uint32_t{history.joint_before} << 4 |
                             std::uint32_t{model.last_joint} << 8],
      model.joint_by_next[(byte * 0x9E3779B1u + next * 0x85EBCA6Bu) >> 20],
      Port::kDecodes ? 0 : (std::min(run.rank, 4u) - 1) << 2 | (std::min(run.length, 4u) - 1));
  run.rank = (joint >> 2) == 3 ? CodeFar(port, model, byte, run.rank) : (joint >> 2) + 1;
  run.length =
      (joint & 3) == 3 ? CodeLong(port, model, byte, joint >> 2, run.length) : (joint & 3) + 1;
  history.rank = static_cast<std::uint16_t>(AverageOf8(history.rank, std::min(run.rank, 8u)));
  history.length = static_cast<std::uint16_t>(AverageOf8(history.length, std::min(run.length, 8u)));
  history.joint_before = history.joint;
  history.joint = static_cast<std::uint8_t>(joint);
  model.last_joint = joint;
  model.rank_average = AverageOf8(model.rank_average, std::min(run.rank, 40u));
  model.length_average = AverageOf8(model.length_average, std::min(run.length, 32u));
  model.long_runs = model.long_runs << 1 | (run.length > 1);
  return run;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::sort
HWY_AFTER_NAMESPACE();

#endif  // per target
