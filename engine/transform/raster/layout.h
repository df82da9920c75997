// Shared by the two directions of RASTER: sections, buckets, and rows as they are worked on.
#ifndef SIGMA_TRANSFORM_RASTER_LAYOUT_H_
#define SIGMA_TRANSFORM_RASTER_LAYOUT_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/transform/raster/transform.h"
#include "kernels/raster/prediction.h"
#include "kernels/raster/samples.h"
#include "kernels/raster/symbols.h"

namespace sigma::raster {

using kernels::raster::kMaxChannels;
using kernels::raster::kPredictorCount;
using kernels::raster::Predictor;

// Sections in front of the symbols'.
inline constexpr std::size_t kEdges = 0;
inline constexpr std::size_t kPredictors = 1;
inline constexpr std::size_t kMap = 2;
inline constexpr std::size_t kFirstSymbols = 3;

// The map holds 4 bytes a channel: bit k: context k + 1 begins a new section; bits 24–31: the
// section of context 0.
inline constexpr std::size_t kMapEntry = 4;
inline constexpr std::uint32_t kMapReserved = 0x00C00000;
inline constexpr unsigned kMapFirstShift = 24;
inline constexpr std::uint32_t kMapBits = 0x003FFFFF;
static_assert(std::popcount(kMapBits) == kContexts - 1);

// Least weighted magnitudes of contexts 1 … kContexts − 1: two an octave of the sum + 8.
inline constexpr auto kContextLimits = [] {
  std::array<std::uint16_t, kContexts - 1> limits{};
  for (unsigned k = 0; k < limits.size(); ++k) {
    limits[k] = static_cast<std::uint16_t>(((2 + (k + 1) % 2) << (2 + (k + 1) / 2)) - 8);
  }
  return limits;
}();

// Bucketed codes of 16 bits.
inline constexpr unsigned kDirect = 96;
inline constexpr unsigned kDirectLog = 6;  // of 64, whose third bucket begins at 96
inline constexpr std::size_t kSymbols = kDirect + 4 * (16 - kDirectLog) - 2;
inline constexpr unsigned kMostExtraBits = 13;

struct Buckets {
  std::array<std::uint16_t, 256> base{};
  std::array<std::uint8_t, 256> extra{};
};
inline constexpr Buckets kBuckets = [] {
  Buckets buckets;
  for (unsigned s = 0; s < kSymbols; ++s) {
    if (s < kDirect) {
      buckets.base[s] = static_cast<std::uint16_t>(s);
      continue;
    }
    const unsigned quarter = s - kDirect + 2;
    const unsigned log = kDirectLog + quarter / 4;
    buckets.base[s] = static_cast<std::uint16_t>((4 + quarter % 4) << (log - 2));
    buckets.extra[s] = static_cast<std::uint8_t>(log - 2);
  }
  return buckets;
}();

[[nodiscard]] inline unsigned BucketOf(unsigned code) {
  if (code < kDirect) return code;
  const auto log = static_cast<unsigned>(std::bit_width(code)) - 1;
  return kDirect + 4 * (log - kDirectLog) + ((code >> (log - 2)) & 3) - 2;
}

// Of a source of a given size.
struct Layout {
  Shape shape;
  std::size_t width = 1;    // bytes of a sample
  std::size_t samples = 0;  // of the source
  std::size_t rows = 0;     // the last one may be short
  std::size_t edges = 0;    // bytes outside the samples
};

[[nodiscard]] inline Layout LayoutOf(const Shape& shape, std::size_t size) {
  Layout layout;
  layout.shape = shape;
  layout.width = shape.bits / 8;
  layout.samples = size > shape.skip ? (size - shape.skip) / layout.width : 0;
  layout.rows = (layout.samples + shape.row - 1) / shape.row;
  layout.edges = size - layout.samples * layout.width;
  return layout;
}

[[nodiscard]] inline std::size_t RowLength(const Layout& layout, std::size_t y) {
  return std::min<std::size_t>(layout.shape.row, layout.samples - y * layout.shape.row);
}

// Samples of channel c among the first `length` of a row.
[[nodiscard]] inline std::size_t PlaneLength(std::size_t length, std::size_t channels,
                                             std::size_t c) {
  return (length + channels - 1 - c) / channels;
}

// Rows of each channel on its own, as lanes: `rows` for each channel below each other, each with a
// zeroed margin on both sides, and whole steps of the kernels.
class Planes {
 public:
  static std::size_t LanesFor(std::size_t rows, const Shape& shape) {
    return rows * shape.channels * Stride(shape);
  }
  Planes(std::span<std::uint16_t> lanes, std::size_t rows, const Shape& shape)
      : lanes_(lanes), rows_(rows), stride_(Stride(shape)) {
    std::ranges::fill(lanes_, std::uint16_t{0});
  }
  [[nodiscard]] std::uint16_t* Row(std::size_t channel, std::size_t row) const {
    return lanes_.data() + (channel * rows_ + row) * stride_ + kernels::raster::kReach;
  }
  // The rows `row` of all channels.
  [[nodiscard]] kernels::raster::Planes All(const Shape& shape, std::size_t row) const {
    kernels::raster::Planes planes{};
    for (std::size_t c = 0; c < shape.channels; ++c) planes[c] = Row(c, row);
    return planes;
  }
  [[nodiscard]] std::size_t stride() const { return stride_; }

  // Lanes of one channel's row, in whole steps.
  static std::size_t Lanes(const Shape& shape) {
    return (shape.row / shape.channels + kernels::raster::kSymbolStep - 1) /
           kernels::raster::kSymbolStep * kernels::raster::kSymbolStep;
  }

 private:
  static_assert(kernels::raster::kReach >= kernels::raster::kContextMargin);
  static std::size_t Stride(const Shape& shape) {
    return Lanes(shape) + 2 * kernels::raster::kReach;
  }
  std::span<std::uint16_t> lanes_;
  std::size_t rows_;
  std::size_t stride_;
};

[[nodiscard]] inline kernels::raster::SampleKind KindOf(const Shape& shape) {
  const unsigned turn = shape.is_signed ? 1u << (shape.bits - 1) : 0;
  return {shape.channels, shape.bits == 16, shape.big_endian, static_cast<std::uint16_t>(turn)};
}

// Adds the sections of `source`; false where the list is full.
[[nodiscard]] bool Encode(ByteView source, const Shape& shape, BufferPool& pool,
                          SectionList& sections);
// Restores `target` from hostile sections.
[[nodiscard]] Result<void> Decode(std::span<const ByteView> sections, const Shape& shape,
                                  BufferPool& pool, MutableBytes target);

}  // namespace sigma::raster

#endif  // SIGMA_TRANSFORM_RASTER_LAYOUT_H_
