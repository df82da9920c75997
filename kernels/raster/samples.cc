// One channel is a plain loop that the compiler turns into vectors of each target; several are
// taken apart and put together by Highway's shuffles of 16 bytes, whole vectors first, the rest one
// by one.
#include "kernels/raster/samples.h"

#include <bit>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/raster/samples.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::raster {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE std::uint16_t Swap(std::uint16_t sample) {
  return static_cast<std::uint16_t>(sample << 8 | sample >> 8);
}

template <bool kWide>
HWY_INLINE std::uint16_t LoadOne(const std::uint8_t* from, bool swap, std::uint16_t turn) {
  if constexpr (!kWide) return *from ^ turn;
  std::uint16_t sample;
  std::memcpy(&sample, from, 2);
  if (swap) sample = Swap(sample);
  return sample ^ turn;
}

template <bool kWide>
HWY_INLINE void StoreOne(std::uint16_t lane, bool swap, std::uint16_t turn, std::uint8_t* to) {
  lane ^= turn;
  if constexpr (!kWide) {
    *to = static_cast<std::uint8_t>(lane);
    return;
  }
  if (swap) lane = Swap(lane);
  std::memcpy(to, &lane, 2);
}

template <bool kWide>
void LoadSingle(const std::uint8_t* HWY_RESTRICT from, std::size_t pixels, bool swap,
                std::uint16_t turn, std::uint16_t* HWY_RESTRICT lanes) {
  constexpr std::size_t kBytes = kWide ? 2 : 1;
  for (std::size_t i = 0; i < pixels; ++i) lanes[i] = LoadOne<kWide>(from + kBytes * i, swap, turn);
}

template <bool kWide>
void StoreSingle(const std::uint16_t* HWY_RESTRICT lanes, std::size_t pixels, bool swap,
                 std::uint16_t turn, std::uint8_t* HWY_RESTRICT to) {
  constexpr std::size_t kBytes = kWide ? 2 : 1;
  for (std::size_t i = 0; i < pixels; ++i) StoreOne<kWide>(lanes[i], swap, turn, to + kBytes * i);
}

#if HWY_TARGET == HWY_SCALAR

template <unsigned kChannels, bool kWide>
std::size_t LoadVectors(const std::uint8_t*, std::size_t, bool, std::uint16_t, const Planes&) {
  return 0;
}

template <unsigned kChannels, bool kWide>
std::size_t StoreVectors(const Planes&, std::size_t, bool, std::uint16_t, std::uint8_t*) {
  return 0;
}

#else

using Tag16 = hn::FixedTag<std::uint16_t, 8>;
using Tag8 = hn::FixedTag<std::uint8_t, 16>;
using V16 = hn::Vec<Tag16>;
using V8 = hn::Vec<Tag8>;

HWY_INLINE V16 Turn(V16 v, bool swap, V16 turn) {
  if (swap) v = hn::Or(hn::ShiftLeft<8>(v), hn::ShiftRight<8>(v));
  return hn::Xor(v, turn);
}

// 16 lanes as bytes and back.
HWY_INLINE V8 Narrow(const std::uint16_t* from, V8 turn) {
  const Tag16 d16;
  const hn::RebindToSigned<Tag16> ds;
  const Tag8 d;
  const hn::Half<Tag8> half;
  const auto low = hn::DemoteTo(half, hn::BitCast(ds, hn::LoadU(d16, from)));
  const auto high = hn::DemoteTo(half, hn::BitCast(ds, hn::LoadU(d16, from + 8)));
  return hn::Xor(hn::Combine(d, high, low), turn);
}

HWY_INLINE void Widen(V8 v, V8 turn, std::uint16_t* to) {
  const Tag16 d16;
  v = hn::Xor(v, turn);
  hn::StoreU(hn::PromoteTo(d16, hn::LowerHalf(v)), d16, to);
  hn::StoreU(hn::PromoteTo(d16, hn::UpperHalf(hn::Half<Tag8>(), v)), d16, to + 8);
}

template <unsigned kChannels, bool kWide>
std::size_t LoadVectors(const std::uint8_t* from, std::size_t pixels, bool swap, std::uint16_t turn,
                        const Planes& planes) {
  std::size_t i = 0;
  if constexpr (kWide) {
    const Tag16 d;
    const V16 turns = hn::Set(d, turn);
    V16 a, b, c, e;
    for (; i + 8 <= pixels; i += 8) {
      // Whole vectors of bytes, since samples may begin at odd addresses.
      alignas(16) std::uint16_t row[8 * kChannels];
      std::memcpy(row, from + 2 * kChannels * i, sizeof(row));
      if constexpr (kChannels == 2) hn::LoadInterleaved2(d, row, a, b);
      if constexpr (kChannels == 3) hn::LoadInterleaved3(d, row, a, b, c);
      if constexpr (kChannels == 4) hn::LoadInterleaved4(d, row, a, b, c, e);
      hn::StoreU(Turn(a, swap, turns), d, planes[0] + i);
      hn::StoreU(Turn(b, swap, turns), d, planes[1] + i);
      if constexpr (kChannels > 2) hn::StoreU(Turn(c, swap, turns), d, planes[2] + i);
      if constexpr (kChannels > 3) hn::StoreU(Turn(e, swap, turns), d, planes[3] + i);
    }
  } else {
    const Tag8 d;
    const V8 turns = hn::Set(d, static_cast<std::uint8_t>(turn));
    V8 a, b, c, e;
    for (; i + 16 <= pixels; i += 16) {
      const std::uint8_t* const row = from + kChannels * i;
      if constexpr (kChannels == 2) hn::LoadInterleaved2(d, row, a, b);
      if constexpr (kChannels == 3) hn::LoadInterleaved3(d, row, a, b, c);
      if constexpr (kChannels == 4) hn::LoadInterleaved4(d, row, a, b, c, e);
      Widen(a, turns, planes[0] + i);
      Widen(b, turns, planes[1] + i);
      if constexpr (kChannels > 2) Widen(c, turns, planes[2] + i);
      if constexpr (kChannels > 3) Widen(e, turns, planes[3] + i);
    }
  }
  return i;
}

template <unsigned kChannels, bool kWide>
std::size_t StoreVectors(const Planes& planes, std::size_t pixels, bool swap, std::uint16_t turn,
                         std::uint8_t* to) {
  std::size_t i = 0;
  if constexpr (kWide) {
    const Tag16 d;
    const V16 zero = hn::Zero(d);
    const V16 turns = hn::Set(d, swap ? Swap(turn) : turn);
    for (; i + 8 <= pixels; i += 8) {
      alignas(16) std::uint16_t row[8 * kChannels];
      const V16 a = Turn(hn::LoadU(d, planes[0] + i), swap, turns);
      const V16 b = Turn(hn::LoadU(d, planes[1] + i), swap, turns);
      const V16 c = kChannels > 2 ? Turn(hn::LoadU(d, planes[2] + i), swap, turns) : zero;
      const V16 e = kChannels > 3 ? Turn(hn::LoadU(d, planes[3] + i), swap, turns) : zero;
      if constexpr (kChannels == 2) hn::StoreInterleaved2(a, b, d, row);
      if constexpr (kChannels == 3) hn::StoreInterleaved3(a, b, c, d, row);
      if constexpr (kChannels == 4) hn::StoreInterleaved4(a, b, c, e, d, row);
      std::memcpy(to + 2 * kChannels * i, row, sizeof(row));
    }
  } else {
    const Tag8 d;
    const V8 zero = hn::Zero(d);
    const V8 turns = hn::Set(d, static_cast<std::uint8_t>(turn));
    for (; i + 16 <= pixels; i += 16) {
      std::uint8_t* const row = to + kChannels * i;
      const V8 a = Narrow(planes[0] + i, turns);
      const V8 b = Narrow(planes[1] + i, turns);
      const V8 c = kChannels > 2 ? Narrow(planes[2] + i, turns) : zero;
      const V8 e = kChannels > 3 ? Narrow(planes[3] + i, turns) : zero;
      if constexpr (kChannels == 2) hn::StoreInterleaved2(a, b, d, row);
      if constexpr (kChannels == 3) hn::StoreInterleaved3(a, b, c, d, row);
      if constexpr (kChannels == 4) hn::StoreInterleaved4(a, b, c, e, d, row);
    }
  }
  return i;
}

#endif  // HWY_TARGET == HWY_SCALAR

template <unsigned kChannels, bool kWide>
void LoadBy(const std::uint8_t* from, std::size_t pixels, bool swap, std::uint16_t turn,
            const Planes& planes) {
  constexpr std::size_t kBytes = kWide ? 2 : 1;
  if constexpr (kChannels == 1) return LoadSingle<kWide>(from, pixels, swap, turn, planes[0]);
  std::size_t i = LoadVectors<kChannels, kWide>(from, pixels, swap, turn, planes);
  for (from += i * kChannels * kBytes; i < pixels; ++i) {
    for (unsigned c = 0; c < kChannels; ++c, from += kBytes) {
      planes[c][i] = LoadOne<kWide>(from, swap, turn);
    }
  }
}

template <unsigned kChannels, bool kWide>
void StoreBy(const Planes& planes, std::size_t pixels, bool swap, std::uint16_t turn,
             std::uint8_t* to) {
  constexpr std::size_t kBytes = kWide ? 2 : 1;
  if constexpr (kChannels == 1) return StoreSingle<kWide>(planes[0], pixels, swap, turn, to);
  std::size_t i = StoreVectors<kChannels, kWide>(planes, pixels, swap, turn, to);
  for (to += i * kChannels * kBytes; i < pixels; ++i) {
    for (unsigned c = 0; c < kChannels; ++c, to += kBytes) {
      StoreOne<kWide>(planes[c][i], swap, turn, to);
    }
  }
}

void LoadTarget(const std::uint8_t* from, std::size_t pixels, unsigned channels, bool wide,
                bool swap, std::uint16_t turn, const Planes& planes) {
  using Load = void (*)(const std::uint8_t*, std::size_t, bool, std::uint16_t, const Planes&);
  static constexpr Load kLoads[2][kMaxChannels] = {
      {LoadBy<1, false>, LoadBy<2, false>, LoadBy<3, false>, LoadBy<4, false>},
      {LoadBy<1, true>, LoadBy<2, true>, LoadBy<3, true>, LoadBy<4, true>}};
  kLoads[wide ? 1 : 0][channels - 1](from, pixels, swap, turn, planes);
}

void StoreTarget(const Planes& planes, std::size_t pixels, unsigned channels, bool wide, bool swap,
                 std::uint16_t turn, std::uint8_t* to) {
  using Store = void (*)(const Planes&, std::size_t, bool, std::uint16_t, std::uint8_t*);
  static constexpr Store kStores[2][kMaxChannels] = {
      {StoreBy<1, false>, StoreBy<2, false>, StoreBy<3, false>, StoreBy<4, false>},
      {StoreBy<1, true>, StoreBy<2, true>, StoreBy<3, true>, StoreBy<4, true>}};
  kStores[wide ? 1 : 0][channels - 1](planes, pixels, swap, turn, to);
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::raster
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::raster {
HWY_EXPORT(LoadTarget);
HWY_EXPORT(StoreTarget);

// Of this machine.
constexpr bool kBigEndian = std::endian::native == std::endian::big;

void LoadSamples(const std::uint8_t* from, std::size_t pixels, const SampleKind& kind,
                 const Planes& planes) noexcept {
  HWY_DYNAMIC_DISPATCH(LoadTarget)
  (from, pixels, kind.channels, kind.wide, kind.swap != kBigEndian, kind.turn, planes);
}

void StoreSamples(const Planes& planes, std::size_t pixels, const SampleKind& kind,
                  std::uint8_t* to) noexcept {
  HWY_DYNAMIC_DISPATCH(StoreTarget)
  (planes, pixels, kind.channels, kind.wide, kind.swap != kBigEndian, kind.turn, to);
}

}  // namespace sigma::kernels::raster
#endif  // HWY_ONCE
