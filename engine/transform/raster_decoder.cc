// Row by row: contexts from the rows above, symbols from their sections, codes, residuals, samples.
#include <algorithm>
#include <array>

#include "engine/base/endian.h"
#include "engine/transform/raster_layout.h"

namespace sigma::raster {
namespace {

void StoreRasterSamples(const std::uint16_t* lanes, std::size_t count, const RasterShape& shape,
                        std::uint8_t* to) {
  const unsigned turn = shape.is_signed ? 1u << (shape.bits - 1) : 0;
  if (shape.bits == 8) {
    for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<std::uint8_t>(lanes[i] ^ turn);
  } else if (shape.big_endian) {
    for (std::size_t i = 0; i < count; ++i) {
      to[2 * i] = static_cast<std::uint8_t>((lanes[i] ^ turn) >> 8);
      to[2 * i + 1] = static_cast<std::uint8_t>(lanes[i]);
    }
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      StoreLE<std::uint16_t>(to + 2 * i, static_cast<std::uint16_t>(lanes[i] ^ turn));
    }
  }
}

struct Cursor {
  const std::uint8_t* at;
  const std::uint8_t* end;
};

// The symbols of a row from the sections of their contexts. False at a section's end.
bool FetchRow(std::span<Cursor> cursors, const std::uint8_t* contexts, std::size_t count,
              std::uint8_t* symbols) {
  for (std::size_t i = 0; i < count; ++i) {
    Cursor& cursor = cursors[contexts[i]];
    if (cursor.at == cursor.end) return false;
    symbols[i] = *cursor.at++;
  }
  return true;
}

// The codes of bucketed symbols: most are themselves, in stretches. `bit` must leave count ·
// kMostExtraBits bits of `raw`, or be checked afterwards with as many readable bytes. The largest
// symbol is returned.
unsigned UnbucketRow(const std::uint8_t* symbols, std::size_t count, const std::uint8_t* raw,
                     std::size_t& bit, std::uint16_t* codes) {
  constexpr std::size_t kStretch = 16;
  unsigned highest = 0;
  for (std::size_t begin = 0; begin < count; begin += kStretch) {
    const std::size_t end = std::min(count, begin + kStretch);
    std::uint8_t most = 0;
    for (std::size_t i = begin; i < end; ++i) {
      most = std::max(most, symbols[i]);
      codes[i] = symbols[i];
    }
    if (most < kDirect) continue;
    highest = std::max<unsigned>(highest, most);
    for (std::size_t i = begin; i < end; ++i) {
      const unsigned symbol = symbols[i];
      const unsigned extra = kBuckets.extra[symbol];
      const std::uint32_t window = LoadLE<std::uint32_t>(raw + (bit >> 3)) >> (bit & 7);
      codes[i] = static_cast<std::uint16_t>(kBuckets.base[symbol] + (window & ((1u << extra) - 1)));
      bit += extra;
    }
  }
  return highest;
}

// The raw bits, and behind them a copy of their end with zeros for the rows that come near it.
class RawBits {
 public:
  RawBits(ByteView raw, std::size_t row, BufferPool& pool)
      : raw_(raw), reach_(row * kMostExtraBits / 8 + 8) {
    const std::size_t tail = std::min(raw.size(), reach_ + kPad);
    lease_ = pool.Acquire(tail + reach_);
    copy_ = lease_.As<std::uint8_t>(tail + reach_);
    copied_ = raw.size() - tail;
    std::ranges::copy(raw.subspan(copied_), copy_.begin());
    std::fill(copy_.begin() + static_cast<std::ptrdiff_t>(tail), copy_.end(), std::uint8_t{0});
  }
  // The bytes from bit `at` on, `at` reduced to what counts from there. Needs at ≤ bits().
  const std::uint8_t* From(std::size_t& at) const {
    const std::size_t byte = at >> 3;
    at &= 7;
    return raw_.size() - byte > reach_ + kPad ? raw_.data() + byte
                                              : copy_.data() + (byte - copied_);
  }
  [[nodiscard]] std::size_t bits() const { return raw_.size() * 8; }

 private:
  ByteView raw_;
  std::size_t reach_;
  BufferPool::Lease lease_;
  std::span<std::uint8_t> copy_;
  std::size_t copied_ = 0;
};

Result<void> DecodeRows(std::span<Cursor> cursors, ByteView predictors, ByteView raw,
                        const Layout& layout, BufferPool& pool, MutableBytes samples) {
  const RasterShape& shape = layout.shape;
  const std::size_t row = shape.row;
  const std::size_t ring_lanes = RowRing::LanesFor(2, row);
  const std::size_t lanes = 2 * ring_lanes + 4 * row;
  auto lease = pool.AcquireFor<std::uint16_t>(lanes);
  const auto all = lease.As<std::uint16_t>(lanes);
  const RowRing rows(all.first(ring_lanes), row);
  const RowRing magnitudes(all.subspan(ring_lanes, ring_lanes), row);
  std::uint16_t* const residuals = all.data() + 2 * ring_lanes;
  std::uint16_t* const codes = residuals + row;
  auto* const contexts = reinterpret_cast<std::uint8_t*>(codes + row);
  std::uint8_t* const bases = contexts + row;
  std::uint8_t* const symbols = bases + row;
  FillChannelBases(shape, bases);
  std::fill_n(symbols, row, std::uint8_t{0});
  const RawBits bits(raw, row, pool);
  std::size_t bit = 0;
  unsigned highest = 0;

  for (std::size_t y = 0; y < layout.rows; ++y) {
    const std::size_t length = RowLength(layout, y);
    std::uint16_t* const above = rows[(y + 1) % 2];
    std::uint16_t* const now = rows[y % 2];
    kernels::RasterContexts(magnitudes[(y + 1) % 2], magnitudes[y % 2], length, shape.channels,
                            contexts);
    if (shape.channels > 1) {
      for (std::size_t i = 0; i < length; ++i) {
        contexts[i] = static_cast<std::uint8_t>(contexts[i] + bases[i]);
      }
    }
    bool whole = FetchRow(cursors, contexts, length, symbols);
    if (shape.bits == 16) {
      std::size_t behind = bit;
      const std::uint8_t* const window = bits.From(behind);
      const std::size_t from = behind;
      highest = std::max(highest, UnbucketRow(symbols, length, window, behind, codes));
      bit += behind - from;
      whole = whole && bit <= bits.bits();
    } else {
      std::copy_n(symbols, length, codes);
    }
    if (!whole) return Fail(ErrorCode::kCorrupt, "raster with a section that ends too early");
    kernels::RasterUnfold(codes, length, residuals, magnitudes[y % 2]);
    if (shape.subtract_second) SubtractSecond<false>(residuals, length, shape.channels);
    CloseLeft(above, shape.channels, now);
    kernels::RasterRestore(residuals, above, length, shape.channels,
                           static_cast<RasterPredictor>(predictors[y / kRasterBlockRows]),
                           shape.bits, now);
    StoreRasterSamples(now, length, shape, samples.data() + y * row * layout.width);
  }
  const bool all_used =
      std::ranges::all_of(cursors, [](const Cursor& cursor) { return cursor.at == cursor.end; });
  if (!all_used || (bit + 7) / 8 != raw.size() || (shape.bits == 16 && highest >= kSymbols)) {
    return Fail(ErrorCode::kCorrupt, "raster with symbols that do not fit");
  }
  return {};
}

}  // namespace

Result<void> Decode(std::span<const ByteView> sections, const RasterShape& shape, BufferPool& pool,
                    MutableBytes target) {
  const Layout layout = LayoutOf(shape, target.size());
  if (sections.size() != kFirstContext + layout.contexts + 1 ||
      sections[kEdges].size() != layout.edges ||
      sections[kPredictors].size() != (layout.rows + kRasterBlockRows - 1) / kRasterBlockRows) {
    return Fail(ErrorCode::kCorrupt, "raster with sections of the wrong size");
  }
  if (std::ranges::any_of(sections[kPredictors],
                          [](std::uint8_t id) { return id >= kRasterPredictors; })) {
    return Fail(ErrorCode::kUnsupported, "raster with an unknown predictor");
  }
  const std::size_t before = std::min<std::size_t>(shape.skip, target.size());
  const ByteView edges = sections[kEdges];
  std::ranges::copy(edges.first(before), target.begin());
  std::ranges::copy(edges.subspan(before),
                    target.end() - static_cast<std::ptrdiff_t>(layout.edges - before));
  std::array<Cursor, kRasterContexts * kernels::kMaxRasterChannels> cursors{};
  for (std::size_t c = 0; c < layout.contexts; ++c) {
    const ByteView section = sections[kFirstContext + c];
    cursors[c] = {section.data(), section.data() + section.size()};
  }
  return DecodeRows(std::span(cursors).first(layout.contexts), sections[kPredictors],
                    sections.back(), layout, pool, target.subspan(before));
}

}  // namespace sigma::raster
