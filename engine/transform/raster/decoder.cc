// Sixteen rows at a time: for each row contexts from the rows above, symbols from their sections,
// residuals; then the samples of all sixteen, which wait for each other less than those of one row.
#include <algorithm>
#include <array>
#include <cstring>

#include "engine/base/endian.h"
#include "engine/transform/raster/layout.h"

namespace sigma::raster {
namespace {

using kernels::raster::Cursor;
static_assert(kBlockRows == kernels::raster::kGroup);

// The first `length` samples of rows `k`.
void StoreRow(const Planes& rows, std::size_t k, std::size_t length, const Layout& layout,
              std::uint8_t* to) {
  const kernels::raster::SampleKind kind = KindOf(layout.shape);
  const kernels::raster::Planes planes = rows.All(layout.shape, k);
  const std::size_t pixels = length / kind.channels;
  kernels::raster::StoreSamples(planes, pixels, kind, to);
  // The last row may end within a pixel.
  kernels::raster::SampleKind single = kind;
  single.channels = 1;
  for (std::size_t c = 0; c < length % kind.channels; ++c) {
    kernels::raster::StoreSamples({planes[c] + pixels}, 1, single,
                                  to + (pixels * kind.channels + c) * layout.width);
  }
}

// The sections' contents, with cursors.
struct Symbols {
  struct Channel {
    std::array<std::uint16_t, kContexts - 1> limits{};
    std::size_t limit_count = 0;
    std::uint8_t first = 0;
  };
  std::array<Channel, kMaxChannels> channels;
  std::array<Cursor, kContexts * kMaxChannels> cursors{};
  std::size_t count = 0;
  ByteView raw;
  std::size_t bit = 0;
  bool unknown = false;  // a symbol that no code has
};

Result<void> ReadMap(ByteView map, const Shape& shape, Symbols& symbols) {
  if (map.size() != kMapEntry * shape.channels) {
    return Fail(ErrorCode::kCorrupt, "raster with a map of the wrong size");
  }
  for (std::size_t c = 0; c < shape.channels; ++c) {
    const auto entry = LoadLE<std::uint32_t>(map.data() + kMapEntry * c);
    if ((entry & kMapReserved) != 0) {
      return Fail(ErrorCode::kUnsupported, "raster map with reserved bits set");
    }
    Symbols::Channel& channel = symbols.channels[c];
    channel.first = static_cast<std::uint8_t>(entry >> kMapFirstShift);
    for (std::size_t k = 0; k < kContextLimits.size(); ++k) {
      if ((entry >> k & 1) != 0) channel.limits[channel.limit_count++] = kContextLimits[k];
    }
    if (channel.limit_count >= shape.sections ||
        channel.first + channel.limit_count >= symbols.count) {
      return Fail(ErrorCode::kCorrupt, "raster map with too many sections");
    }
  }
  return {};
}

// Symbols from kDirect on stand for larger codes, whose low bits are raw bits.
void Unbucket(std::span<const std::uint16_t> places, const std::uint8_t* row, Symbols& symbols,
              std::uint16_t* residuals, std::uint16_t* magnitudes) {
  // One byte after the last says that they were too few; kPad bytes are readable there.
  const std::size_t most = 8 * symbols.raw.size() + 8;
  std::size_t bit = symbols.bit;
  for (const std::uint16_t i : places) {
    const unsigned symbol = row[i];
    const unsigned extra = kBuckets.extra[symbol];
    symbols.unknown |= symbol >= kSymbols;
    const std::uint32_t window =
        LoadLE<std::uint32_t>(symbols.raw.data() + (bit >> 3)) >> (bit & 7);
    const auto code =
        static_cast<std::uint16_t>(kBuckets.base[symbol] + (window & ((1u << extra) - 1)));
    bit = std::min(bit + extra, most);
    residuals[i] = static_cast<std::uint16_t>((code >> 1) ^ (0 - (code & 1)));
    magnitudes[i] = static_cast<std::uint16_t>(
        std::min<unsigned>((code + 1u) >> 1, kernels::raster::kMaxMagnitude));
  }
  symbols.bit = bit;
}

Result<void> DecodeRows(Symbols& symbols, ByteView predictors, const Layout& layout,
                        BufferPool& pool, MutableBytes samples) {
  const Shape& shape = layout.shape;
  const std::size_t channels = shape.channels;
  const std::size_t row_lanes = Planes::LanesFor(1 + kBlockRows, shape);
  const std::size_t magnitude_lanes = Planes::LanesFor(2, shape);
  const std::size_t step = Planes::Lanes(shape);
  const std::size_t lanes = row_lanes + magnitude_lanes + step + step / 2;
  auto lease = pool.AcquireFor<std::uint16_t>(lanes);
  const auto all = lease.As<std::uint16_t>(lanes);
  const Planes rows(all.first(row_lanes), 1 + kBlockRows, shape);
  const Planes magnitudes(all.subspan(row_lanes, magnitude_lanes), 2, shape);
  std::uint16_t* const places = all.data() + row_lanes + magnitude_lanes;
  auto* const row_symbols = reinterpret_cast<std::uint8_t*>(places + step);

  for (std::size_t first = 0; first < layout.rows; first += kBlockRows) {
    const std::size_t block_rows = std::min(kBlockRows, layout.rows - first);
    for (std::size_t k = 1; k <= block_rows; ++k) {
      const std::size_t y = first + k - 1;
      const std::size_t length = RowLength(layout, y);
      for (std::size_t c = 0; c < channels; ++c) {
        const std::size_t count = PlaneLength(length, channels, c);
        const Symbols::Channel& channel = symbols.channels[c];
        std::uint16_t* const now = magnitudes.Row(c, y % 2);
        std::uint16_t* const residuals = rows.Row(c, k);
        kernels::raster::Gather(
            magnitudes.Row(c, (y + 1) % 2), now, count,
            std::span(channel.limits).first(channel.limit_count),
            std::span(symbols.cursors).subspan(channel.first, channel.limit_count + 1),
            row_symbols);
        kernels::raster::Unfold(row_symbols, count, residuals, now);
        if (shape.bits == 16) {
          const std::size_t large = kernels::raster::Escapes(row_symbols, count, kDirect, places);
          Unbucket({places, large}, row_symbols, symbols, residuals, now);
        }
      }
      if (shape.subtract_second) {
        const std::size_t count = PlaneLength(length, channels, 2);
        const std::uint16_t* const second = rows.Row(1, k);
        for (const std::size_t c : {0u, 2u}) {
          std::uint16_t* const residuals = rows.Row(c, k);
          for (std::size_t i = 0; i < count; ++i) {
            residuals[i] = static_cast<std::uint16_t>(residuals[i] + second[i]);
          }
        }
      }
    }
    const auto predictor = static_cast<Predictor>(predictors[first / kBlockRows]);
    for (std::size_t c = 0; c < channels; ++c) {
      kernels::raster::Restore(rows.Row(c, 1), rows.stride(), rows.Row(c, 0), shape.row / channels,
                               predictor, shape.bits);
      std::copy_n(rows.Row(c, kBlockRows), shape.row / channels, rows.Row(c, 0));
    }
    for (std::size_t k = 1; k <= block_rows; ++k) {
      const std::size_t y = first + k - 1;
      std::uint8_t* const to = samples.data() + y * shape.row * layout.width;
      StoreRow(rows, k, RowLength(layout, y), layout, to);
    }
  }
  const bool all_used = std::ranges::all_of(
      symbols.cursors, [](const Cursor& cursor) { return cursor.at == cursor.end; });
  if (!all_used || (symbols.bit + 7) / 8 != symbols.raw.size() || symbols.unknown) {
    return Fail(ErrorCode::kCorrupt, "raster with symbols that do not fit");
  }
  return {};
}

// Work and scratch go by whole rows: the only row of few samples is taken as long as they are,
// whatever the parameters say. Nothing lies above it, so what it restores to is the same.
Layout FittedLayout(const Shape& shape, std::size_t size) {
  Layout layout = LayoutOf(shape, size);
  if (layout.samples < shape.row) {
    const std::size_t pixels = (layout.samples + shape.channels - 1) / shape.channels;
    const std::size_t least = (kMinRow + shape.channels - 1) / shape.channels;
    layout.shape.row = static_cast<std::uint32_t>(std::max(pixels, least) * shape.channels);
    layout.shape.row = std::min(layout.shape.row, shape.row);
  }
  return layout;
}

}  // namespace

Result<void> Decode(std::span<const ByteView> sections, const Shape& shape, BufferPool& pool,
                    MutableBytes target) {
  const Layout layout = FittedLayout(shape, target.size());
  Symbols symbols;
  if (sections.size() <= kFirstSymbols + 1 ||
      sections.size() > kFirstSymbols + symbols.cursors.size() + 1 ||
      sections[kEdges].size() != layout.edges ||
      sections[kPredictors].size() != (layout.rows + kBlockRows - 1) / kBlockRows) {
    return Fail(ErrorCode::kCorrupt, "raster with sections of the wrong size");
  }
  if (std::ranges::any_of(sections[kPredictors],
                          [](std::uint8_t id) { return id >= kPredictorCount; })) {
    return Fail(ErrorCode::kUnsupported, "raster with an unknown predictor");
  }
  symbols.count = sections.size() - kFirstSymbols - 1;
  symbols.raw = sections.back();
  // As many symbols as samples: then a section that ends too early leaves another one unused.
  std::size_t total = 0;
  for (std::size_t k = 0; k < symbols.count; ++k) {
    const ByteView section = sections[kFirstSymbols + k];
    symbols.cursors[k] = {section.data(), section.data() + section.size()};
    total += section.size();
  }
  if (total != layout.samples) {
    return Fail(ErrorCode::kCorrupt, "raster with too few or too many symbols");
  }
  if (const Result<void> read = ReadMap(sections[kMap], shape, symbols); !read) return read;
  const std::size_t before = std::min<std::size_t>(shape.skip, target.size());
  const ByteView edges = sections[kEdges];
  std::ranges::copy(edges.first(before), target.begin());
  std::ranges::copy(edges.subspan(before),
                    target.end() - static_cast<std::ptrdiff_t>(layout.edges - before));
  return DecodeRows(symbols, sections[kPredictors], layout, pool, target.subspan(before));
}

}  // namespace sigma::raster
