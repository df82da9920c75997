// The arithmetic of slots, per target: symbols of 16 coded by adaptive distributions. A port codes one
// symbol by a mixed distribution: an encoder's takes note of it, a decoder's finds it; all else is the
// same code for both.
//
// The plain lanes are the reference that the vectors are tested against.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/slots.h"

#include "hwy/highway.h"

#if defined(SIGMA_KERNELS_SLOTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SIGMA_KERNELS_SLOTS_INL_H_
#undef SIGMA_KERNELS_SLOTS_INL_H_
#else
#define SIGMA_KERNELS_SLOTS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

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

// An encoder's port: notes the part of the scale that each symbol has (WriteNotes).
class Notes {
 public:
  static constexpr bool kDecodes = false;

  explicit Notes(std::uint32_t* to) : to_(to) { mixed_.below[16] = kScale; }
  // The next symbols are `coder`'s, of two.
  HWY_INLINE void Take(unsigned coder) { coder_ = coder << kScaleBits; }
  HWY_INLINE unsigned Code(const Lanes& lanes, unsigned symbol) {
    StoreMixed(lanes, mixed_);
    const std::uint32_t below = mixed_.below[symbol];
    *to_++ = (mixed_.below[symbol + 1] - below) << 16 | coder_ | below;
    return symbol;
  }
  HWY_INLINE std::uint32_t CodeRaw(unsigned bits, std::uint32_t value) {
    *to_++ = (kScale >> bits) << 16 | coder_ | value << (kScaleBits - bits);
    return value;
  }
  [[nodiscard]] std::uint32_t* end() const { return to_; }

 private:
  Mixed mixed_;
  std::uint32_t* to_;
  std::uint32_t coder_ = 0;
};

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels
HWY_AFTER_NAMESPACE();

#endif  // per target
