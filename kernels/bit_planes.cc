// Blocks that fit the first-level cache go through three steps: integers to byte planes; every
// eight bytes of a plane, as an 8 × 8 matrix of bits, transposed inside a 64-bit lane in three
// exchanges of ever larger squares (Warren 2002, "Hacker's Delight", 7-3); and the byte planes of
// these 64-bit lanes, which are the bit planes. Joining is the same backwards: the matrix transpose
// is its own inverse.
#include "kernels/bit_planes.h"

#include <algorithm>
#include <array>
#include <bit>

#include "kernels/integers.h"
#include "kernels/planes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/bit_planes.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// What each exchange swaps: bits under the mask with those `shift` above them.
constexpr std::uint64_t kMask1 = 0x00AA00AA00AA00AA, kMask2 = 0x0000CCCC0000CCCC,
                        kMask4 = 0x00000000F0F0F0F0;

#if HWY_TARGET != HWY_SCALAR
template <int kShift, class D, class V = hn::Vec<D>>
HWY_INLINE V Exchange(D d, V v, std::uint64_t mask) {
  const V moved = hn::And(hn::Xor(v, hn::ShiftRight<kShift>(v)), hn::Set(d, mask));
  return hn::Xor(v, hn::Xor(moved, hn::ShiftLeft<kShift>(moved)));
}
#endif

inline std::uint64_t ExchangeOne(std::uint64_t v, int shift, std::uint64_t mask) {
  const std::uint64_t moved = (v ^ v >> shift) & mask;
  return v ^ moved ^ moved << shift;
}

// In place; size is a multiple of 8. Rows are bytes and columns bits from the lowest on, so the
// order of the bytes in memory is what counts: integers are taken as little endian.
void TransposeTarget(std::uint8_t* bytes, std::size_t size) {
  std::size_t at = 0;
#if HWY_TARGET != HWY_SCALAR
  if constexpr (std::endian::native == std::endian::little) {
    const hn::ScalableTag<std::uint8_t> d8;
    const hn::Repartition<std::uint64_t, decltype(d8)> d;
    for (const std::size_t step = hn::Lanes(d8); at + step <= size; at += step) {
      auto v = hn::BitCast(d, hn::LoadU(d8, bytes + at));
      v = Exchange<7>(d, v, kMask1);
      v = Exchange<14>(d, v, kMask2);
      v = Exchange<28>(d, v, kMask4);
      hn::StoreU(hn::BitCast(d8, v), d8, bytes + at);
    }
  }
#endif
  for (; at < size; at += 8) {
    auto v = LoadInteger<std::uint64_t>(bytes + at);
    v = ExchangeOne(v, 7, kMask1);
    v = ExchangeOne(v, 14, kMask2);
    v = ExchangeOne(v, 28, kMask4);
    StoreInteger(bytes + at, v);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels {
HWY_EXPORT(TransposeTarget);

namespace {

constexpr std::size_t kBlock = 2048;  // integers; at most 16 KiB of byte planes
constexpr std::size_t kMaxWidth = 8;

// The byte planes of one block, those from `width` on unused.
struct Block {
  alignas(64) std::array<std::array<std::uint8_t, kBlock>, kMaxWidth> bytes;
};

void TransposeBits(std::span<std::uint8_t> bytes) {
  HWY_DYNAMIC_DISPATCH(TransposeTarget)(bytes.data(), bytes.size());
}

}  // namespace

void SplitBitPlanes(std::span<const std::uint8_t> source, std::size_t width,
                    std::span<const std::span<std::uint8_t>> planes) noexcept {
  Block block;
  const std::size_t count = source.size() / width;
  for (std::size_t at = 0; at < count; at += kBlock) {
    const std::size_t part = std::min(kBlock, count - at);
    const std::size_t padded = (part + 7) / 8 * 8;
    std::array<std::span<std::uint8_t>, kMaxWidth> bytes;
    for (std::size_t k = 0; k < width; ++k) bytes[k] = block.bytes[k];
    SplitPlanes(source.subspan(at * width, part * width), width, false,
                std::span(bytes).first(width));
    for (std::size_t k = 0; k < width; ++k) {
      const std::span<std::uint8_t> plane = bytes[k].first(padded);
      std::fill(plane.begin() + static_cast<std::ptrdiff_t>(part), plane.end(), std::uint8_t{0});
      TransposeBits(plane);
      std::array<std::span<std::uint8_t>, 8> bits;
      for (std::size_t b = 0; b < 8; ++b) bits[b] = planes[8 * k + b].subspan(at / 8, padded / 8);
      SplitPlanes(plane, 8, false, bits);
    }
  }
}

void JoinBitPlanes(std::span<const std::span<const std::uint8_t>> planes, std::size_t width,
                   std::span<std::uint8_t> target) noexcept {
  Block block;
  const std::size_t count = target.size() / width;
  for (std::size_t at = 0; at < count; at += kBlock) {
    const std::size_t part = std::min(kBlock, count - at);
    const std::size_t padded = (part + 7) / 8 * 8;
    std::array<std::span<const std::uint8_t>, kMaxWidth> bytes;
    for (std::size_t k = 0; k < width; ++k) {
      const std::span<std::uint8_t> plane = std::span(block.bytes[k]).first(padded);
      std::array<std::span<const std::uint8_t>, 8> bits;
      for (std::size_t b = 0; b < 8; ++b) bits[b] = planes[8 * k + b].subspan(at / 8, padded / 8);
      JoinPlanes(bits, 8, false, plane);
      TransposeBits(plane);
      bytes[k] = plane;
    }
    JoinPlanes(std::span(bytes).first(width), width, false,
               target.subspan(at * width, part * width));
  }
}

}  // namespace sigma::kernels
#endif  // HWY_ONCE
