// What the two directions of RASTER share: sections, buckets, and rows as they are worked on.
#ifndef SIGMA_TRANSFORM_RASTER_LAYOUT_H_
#define SIGMA_TRANSFORM_RASTER_LAYOUT_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/transform/raster.h"
#include "kernels/raster.h"

namespace sigma::raster {

using kernels::kRasterContexts;
using kernels::kRasterMargin;
using kernels::kRasterPredictors;
using kernels::RasterPredictor;

// Sections in front of the contexts'.
inline constexpr std::size_t kEdges = 0;
inline constexpr std::size_t kPredictors = 1;
inline constexpr std::size_t kFirstContext = 2;

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
  RasterShape shape;
  std::size_t width = 1;    // bytes of a sample
  std::size_t samples = 0;  // of the source
  std::size_t rows = 0;     // the last one may be short
  std::size_t contexts = 0;
  std::size_t edges = 0;  // bytes outside the samples
};

[[nodiscard]] inline std::size_t ContextsOf(const RasterShape& shape) {
  return kRasterContexts * shape.channels;
}

[[nodiscard]] inline Layout LayoutOf(const RasterShape& shape, std::size_t size) {
  Layout layout;
  layout.shape = shape;
  layout.width = shape.bits / 8;
  layout.samples = size > shape.skip ? (size - shape.skip) / layout.width : 0;
  layout.rows = (layout.samples + shape.row - 1) / shape.row;
  layout.contexts = ContextsOf(shape);
  layout.edges = size - layout.samples * layout.width;
  return layout;
}

// Residuals of channels 0 and 2 less those of channel 1, and back.
template <bool kForward>
inline void SubtractSecond(std::uint16_t* residuals, std::size_t count, std::size_t channels) {
  for (std::size_t i = 0; i + 3 <= count; i += channels) {
    const std::uint16_t second =
        kForward ? residuals[i + 1] : static_cast<std::uint16_t>(-residuals[i + 1]);
    residuals[i] = static_cast<std::uint16_t>(residuals[i] - second);
    residuals[i + 2] = static_cast<std::uint16_t>(residuals[i + 2] - second);
  }
}

// Which channel's contexts each sample of a row takes, as the number of the first of them.
inline void FillChannelBases(const RasterShape& shape, std::uint8_t* bases) {
  for (std::size_t i = 0; i < shape.row; ++i) {
    bases[i] = static_cast<std::uint8_t>(i % shape.channels * kRasterContexts);
  }
}

// Two or more rows of lanes that are reused in turn, each with a zeroed margin on both sides.
class RowRing {
 public:
  static constexpr std::size_t kMargin = kRasterMargin;
  static std::size_t LanesFor(std::size_t rows, std::size_t row) {
    return rows * (row + 2 * kMargin);
  }
  RowRing(std::span<std::uint16_t> lanes, std::size_t row) : lanes_(lanes), row_(row) {
    std::ranges::fill(lanes_, std::uint16_t{0});
  }
  std::uint16_t* operator[](std::size_t i) const {
    return lanes_.data() + i * (row_ + 2 * kMargin) + kMargin;
  }

 private:
  std::span<std::uint16_t> lanes_;
  std::size_t row_;
};

// The first sample of a row has no left neighbour: it takes the one above.
inline void CloseLeft(const std::uint16_t* above, std::size_t channels, std::uint16_t* row) {
  std::copy_n(above, channels, row - channels);
}

[[nodiscard]] inline std::size_t RowLength(const Layout& layout, std::size_t y) {
  return std::min<std::size_t>(layout.shape.row, layout.samples - y * layout.shape.row);
}

// Adds the sections of `source`; false where the list is full.
[[nodiscard]] bool Encode(ByteView source, const RasterShape& shape, BufferPool& pool,
                          SectionList& sections);
// Restores `target` from hostile sections.
[[nodiscard]] Result<void> Decode(std::span<const ByteView> sections, const RasterShape& shape,
                                  BufferPool& pool, MutableBytes target);

}  // namespace sigma::raster

#endif  // SIGMA_TRANSFORM_RASTER_LAYOUT_H_
