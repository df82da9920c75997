// Row by row. Forward predicts each row from the one above, folds the residuals to codes and looks
// up each sample's context: how large the residuals around it were in the two rows above
// (Weinberger, Seroussi and Sapiro 2000 condition on gradients; residuals of earlier rows alone let
// a decoder find the contexts of a whole row at once). Inverse fetches each code from its
// context's section, restores the row and goes on.
//
// A code becomes one symbol: itself below 96, then four buckets an octave with the bits below them
// stored raw. One symbol for a whole 16-bit residual beats two byte planes (22.5 to 23.8 % on MRI).
#include "engine/transform/raster.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>

#include "engine/base/endian.h"
#include "kernels/raster.h"

namespace sigma {
namespace {

using kernels::kRasterContexts;
using kernels::kRasterMargin;
using kernels::kRasterPredictors;
using kernels::RasterPredictor;

constexpr std::uint8_t kWideBit = 0x01;
constexpr std::uint8_t kBigEndianBit = 0x02;
constexpr std::uint8_t kSignedBit = 0x04;
constexpr std::uint8_t kSubtractBit = 0x08;
constexpr unsigned kChannelShift = 4;
constexpr std::uint8_t kReservedBits = 0xC0;
constexpr std::uint8_t kParamSize = 5;

// Sections in front of the contexts'.
constexpr std::size_t kEdges = 0;
constexpr std::size_t kPredictors = 1;
constexpr std::size_t kFirstContext = 2;

// Bucketed codes of 16 bits.
constexpr unsigned kDirect = 96;
constexpr unsigned kDirectLog = 6;  // of 64, whose third bucket begins at 96
constexpr std::size_t kSymbols = kDirect + 4 * (16 - kDirectLog) - 2;
constexpr unsigned kMostExtraBits = 13;

struct Buckets {
  std::array<std::uint16_t, 256> base{};
  std::array<std::uint8_t, 256> extra{};
};
constexpr Buckets kBuckets = [] {
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

unsigned BucketOf(unsigned code) {
  if (code < kDirect) return code;
  const auto log = static_cast<unsigned>(std::bit_width(code)) - 1;
  return kDirect + 4 * (log - kDirectLog) + ((code >> (log - 2)) & 3) - 2;
}

struct Layout {
  RasterShape shape;
  std::size_t width = 1;    // bytes of a sample
  std::size_t samples = 0;  // of the source
  std::size_t rows = 0;     // the last one may be short
  std::size_t contexts = 0;
  std::size_t edges = 0;  // bytes outside the samples
};

std::size_t ContextsOf(const RasterShape& shape) { return kRasterContexts * shape.channels; }

Layout LayoutOf(const RasterShape& shape, std::size_t size) {
  Layout layout;
  layout.shape = shape;
  layout.width = shape.bits / 8;
  layout.samples = size > shape.skip ? (size - shape.skip) / layout.width : 0;
  layout.rows = (layout.samples + shape.row - 1) / shape.row;
  layout.contexts = ContextsOf(shape);
  layout.edges = size - layout.samples * layout.width;
  return layout;
}

RasterShape Unpack(const TransformParams& params) {
  const std::uint8_t flags = params.bytes[0];
  return {(flags & kWideBit) != 0 ? 16u : 8u,
          (flags & kBigEndianBit) != 0,
          (flags & kSignedBit) != 0,
          (flags & kSubtractBit) != 0,
          1u + ((flags >> kChannelShift) & 3u),
          params.bytes[1],
          params.bytes[2] | static_cast<std::uint32_t>(params.bytes[3]) << 8 |
              static_cast<std::uint32_t>(params.bytes[4]) << 16};
}

Result<RasterShape> Parse(const TransformParams& params) {
  if (params.size != kParamSize) {
    return Fail(ErrorCode::kCorrupt, "raster parameters of the wrong size");
  }
  if ((params.bytes[0] & kReservedBits) != 0) {
    return Fail(ErrorCode::kUnsupported, "raster parameters with reserved bits set");
  }
  const RasterShape shape = Unpack(params);
  if ((shape.bits == 8 && shape.big_endian) || (shape.subtract_second && shape.channels < 3) ||
      shape.row < kMinRasterRow || shape.row > kMaxRasterRow || shape.row % shape.channels != 0) {
    return Fail(ErrorCode::kCorrupt, "raster parameters that no encoder writes");
  }
  return shape;
}

std::span<const TransformParams> Variants() {
  static const std::array<TransformParams, 5> all = {
      RasterParams({8, false, false, false, 1, 0, 64}),
      RasterParams({16, false, true, false, 1, 0, 16}),
      RasterParams({16, true, false, false, 1, 5, 128}),
      RasterParams({8, false, false, true, 3, 1, 96}),
      RasterParams({16, false, false, true, 4, 0, 32})};
  return all;
}

std::string Describe(const TransformParams& params) {
  const RasterShape shape = Unpack(params);
  std::string text = "raster";
  text += std::to_string(shape.bits);
  if (shape.big_endian) text += "be";
  if (shape.is_signed) text += 's';
  if (shape.channels > 1) text.append("x").append(std::to_string(shape.channels));
  if (shape.subtract_second) text += "-g";
  text += '/';
  text += std::to_string(shape.row);
  return text;
}

// Residuals of channels 0 and 2 less those of channel 1, and back.
template <bool kForward>
void SubtractSecond(std::uint16_t* residuals, std::size_t count, std::size_t channels) {
  for (std::size_t i = 0; i + 3 <= count; i += channels) {
    const std::uint16_t second =
        kForward ? residuals[i + 1] : static_cast<std::uint16_t>(-residuals[i + 1]);
    residuals[i] = static_cast<std::uint16_t>(residuals[i] - second);
    residuals[i + 2] = static_cast<std::uint16_t>(residuals[i + 2] - second);
  }
}

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

// Which channel's contexts each sample of a row takes, as the number of the first of them.
void FillChannelBases(const RasterShape& shape, std::uint8_t* bases) {
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
void CloseLeft(const std::uint16_t* above, std::size_t channels, std::uint16_t* row) {
  std::copy_n(above, channels, row - channels);
}

std::size_t RowLength(const Layout& layout, std::size_t y) {
  return std::min<std::size_t>(layout.shape.row, layout.samples - y * layout.shape.row);
}

// The cheapest predictor on every fourth row of a block; row 0 is the one above the block.
RasterPredictor ChoosePredictor(const RowRing& rows, std::size_t block_rows, const Layout& layout,
                                std::uint16_t* residuals) {
  constexpr std::size_t kStep = 4;
  constexpr std::array<std::uint64_t, kRasterPredictors> kPrices = {0, 0, 0, 1, 1, 2};
  const RasterShape& shape = layout.shape;
  auto best = RasterPredictor::kLeft;
  std::uint64_t least = ~std::uint64_t{0};
  for (std::size_t p = 0; p < kRasterPredictors; ++p) {
    const auto predictor = static_cast<RasterPredictor>(p);
    std::uint64_t cost = 0;
    for (std::size_t y = std::min<std::size_t>(kStep / 2, block_rows); y <= block_rows;
         y += kStep) {
      kernels::RasterResiduals(rows[y], rows[y - 1], shape.row, shape.channels, predictor,
                               residuals);
      cost += kernels::RasterCost(residuals, shape.row, shape.bits);
    }
    // What cannot be restored by vector sums must save 1 %, the median 2 %.
    cost += cost * kPrices[p] / 100;
    if (cost < least) {
      least = cost;
      best = predictor;
    }
  }
  return best;
}

// Codes and contexts of all samples, and the predictors of the blocks.
void EncodeRows(ByteView samples, const Layout& layout, BufferPool& pool, MutableBytes predictors,
                std::span<std::uint16_t> codes, std::span<std::uint8_t> contexts) {
  const RasterShape& shape = layout.shape;
  const std::size_t row = shape.row;
  const std::size_t ring_lanes = RowRing::LanesFor(kRasterBlockRows + 1, row);
  const std::size_t magnitude_lanes = RowRing::LanesFor(2, row);
  const std::size_t lanes = ring_lanes + magnitude_lanes + 2 * row;
  auto lease = pool.AcquireFor<std::uint16_t>(lanes);
  const auto all = lease.As<std::uint16_t>(lanes);
  const RowRing rows(all.first(ring_lanes), row);
  const RowRing magnitudes(all.subspan(ring_lanes, magnitude_lanes), row);
  std::uint16_t* const residuals = all.data() + ring_lanes + magnitude_lanes;
  auto* const bases = reinterpret_cast<std::uint8_t*>(residuals + row);
  FillChannelBases(shape, bases);

  for (std::size_t first = 0; first < layout.rows; first += kRasterBlockRows) {
    const std::size_t block_rows = std::min(kRasterBlockRows, layout.rows - first);
    for (std::size_t k = 1; k <= block_rows; ++k) {
      const std::size_t length = RowLength(layout, first + k - 1);
      LoadRasterSamples(samples.data() + (first + k - 1) * row * layout.width, length, shape,
                        rows[k]);
      std::fill_n(rows[k] + length, row - length, std::uint16_t{0});
      CloseLeft(rows[k - 1], shape.channels, rows[k]);
    }
    const RasterPredictor predictor = ChoosePredictor(rows, block_rows, layout, residuals);
    predictors[first / kRasterBlockRows] = static_cast<std::uint8_t>(predictor);
    for (std::size_t k = 1; k <= block_rows; ++k) {
      const std::size_t y = first + k - 1;
      const std::size_t length = RowLength(layout, y);
      const std::size_t begin = y * row;
      kernels::RasterContexts(magnitudes[(y + 1) % 2], magnitudes[y % 2], length, shape.channels,
                              contexts.data() + begin);
      if (shape.channels > 1) {
        for (std::size_t i = 0; i < length; ++i) {
          contexts[begin + i] = static_cast<std::uint8_t>(contexts[begin + i] + bases[i]);
        }
      }
      kernels::RasterResiduals(rows[k], rows[k - 1], length, shape.channels, predictor, residuals);
      if (shape.subtract_second) SubtractSecond<true>(residuals, length, shape.channels);
      kernels::RasterFold(residuals, length, shape.bits, codes.data() + begin, magnitudes[y % 2]);
    }
    std::copy_n(rows[block_rows] - RowRing::kMargin, row + RowRing::kMargin,
                rows[0] - RowRing::kMargin);
  }
}

// LSB-first bits into bytes that hold them; the caller sees to the room.
class BitSink {
 public:
  explicit BitSink(std::uint8_t* to) : begin_(to), to_(to) {}
  void Put(std::uint64_t value, unsigned bits) {
    held_ |= value << count_;
    count_ += bits;
    for (; count_ >= 8; count_ -= 8) {
      *to_++ = static_cast<std::uint8_t>(held_);
      held_ >>= 8;
    }
  }
  std::size_t Finish() {
    if (count_ != 0) *to_++ = static_cast<std::uint8_t>(held_);
    return static_cast<std::size_t>(to_ - begin_);
  }

 private:
  std::uint8_t* begin_;
  std::uint8_t* to_;
  std::uint64_t held_ = 0;
  unsigned count_ = 0;
};

bool Forward(ByteView source, const TransformParams& params, BufferPool& pool,
             SectionList& sections) {
  const RasterShape shape = Unpack(params);
  const Layout layout = LayoutOf(shape, source.size());
  const MutableBytes edges = sections.Add(layout.edges);
  const std::size_t before = std::min<std::size_t>(shape.skip, source.size());
  const MutableBytes predictors =
      sections.Add((layout.rows + kRasterBlockRows - 1) / kRasterBlockRows);
  if (!sections.ok()) return false;
  std::copy_n(source.begin(), before, edges.begin());
  std::copy(source.end() - static_cast<std::ptrdiff_t>(layout.edges - before), source.end(),
            edges.begin() + static_cast<std::ptrdiff_t>(before));

  auto code_lease = pool.AcquireFor<std::uint16_t>(layout.samples);
  const auto codes = code_lease.As<std::uint16_t>(layout.samples);
  auto context_lease = pool.Acquire(layout.samples);
  const auto contexts = context_lease.As<std::uint8_t>(layout.samples);
  EncodeRows(source.subspan(before), layout, pool, predictors, codes, contexts);

  std::array<std::array<std::uint32_t, 256>, 2> counts{};
  for (std::size_t i = 0; i < contexts.size(); ++i) ++counts[i & 1][contexts[i]];
  std::array<std::uint8_t*, kRasterContexts * kernels::kMaxRasterChannels> at{};
  for (std::size_t c = 0; c < layout.contexts; ++c) {
    at[c] = sections.Add(counts[0][c] + counts[1][c], {SectionKind::kSymbols, 1}).data();
  }
  std::size_t raw_bits = 0;
  if (shape.bits == 16) {
    for (const std::uint16_t code : codes) {
      // Two bits below the leading one are in the symbol.
      if (code >= kDirect) raw_bits += static_cast<std::size_t>(std::bit_width(code)) - 3;
    }
  }
  const MutableBytes raw = sections.Add((raw_bits + 7) / 8, {SectionKind::kSymbols, 1});
  if (!sections.ok()) return false;
  BitSink bits(raw.data());
  if (shape.bits == 8) {
    for (std::size_t i = 0; i < codes.size(); ++i) {
      *at[contexts[i]]++ = static_cast<std::uint8_t>(codes[i]);
    }
  } else {
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const unsigned symbol = BucketOf(codes[i]);
      *at[contexts[i]]++ = static_cast<std::uint8_t>(symbol);
      if (symbol >= kDirect) {
        bits.Put(codes[i] - unsigned{kBuckets.base[symbol]}, kBuckets.extra[symbol]);
      }
    }
  }
  const std::size_t written = bits.Finish();
  assert(written == raw.size());
  return written == raw.size();
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

Result<void> Inverse(std::span<const ByteView> sections, const TransformParams& params,
                     BufferPool& pool, MutableBytes target) {
  const Result<RasterShape> shape = Parse(params);
  if (!shape) return shape.failure();
  const Layout layout = LayoutOf(*shape, target.size());
  if (sections.size() != kFirstContext + layout.contexts + 1 ||
      sections[kEdges].size() != layout.edges ||
      sections[kPredictors].size() != (layout.rows + kRasterBlockRows - 1) / kRasterBlockRows) {
    return Fail(ErrorCode::kCorrupt, "raster with sections of the wrong size");
  }
  if (std::ranges::any_of(sections[kPredictors],
                          [](std::uint8_t id) { return id >= kRasterPredictors; })) {
    return Fail(ErrorCode::kUnsupported, "raster with an unknown predictor");
  }
  const std::size_t before = std::min<std::size_t>(shape->skip, target.size());
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

}  // namespace

void LoadRasterSamples(const std::uint8_t* from, std::size_t count, const RasterShape& shape,
                       std::uint16_t* lanes) {
  const unsigned turn = shape.is_signed ? 1u << (shape.bits - 1) : 0;
  if (shape.bits == 8) {
    for (std::size_t i = 0; i < count; ++i) lanes[i] = static_cast<std::uint16_t>(from[i] ^ turn);
  } else if (shape.big_endian) {
    for (std::size_t i = 0; i < count; ++i) {
      lanes[i] = static_cast<std::uint16_t>((unsigned{from[2 * i]} << 8 | from[2 * i + 1]) ^ turn);
    }
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      lanes[i] = static_cast<std::uint16_t>(LoadLE<std::uint16_t>(from + 2 * i) ^ turn);
    }
  }
}

TransformParams RasterParams(const RasterShape& shape) {
  TransformParams params;
  params.size = kParamSize;
  params.bytes[0] = static_cast<std::uint8_t>(
      (shape.bits == 16 ? kWideBit : 0) | (shape.big_endian ? kBigEndianBit : 0) |
      (shape.is_signed ? kSignedBit : 0) | (shape.subtract_second ? kSubtractBit : 0) |
      ((shape.channels - 1) << kChannelShift));
  params.bytes[1] = shape.skip;
  for (unsigned k = 0; k < 3; ++k) {
    params.bytes[2 + k] = static_cast<std::uint8_t>(shape.row >> (8 * k));
  }
  assert(Parse(params));
  return params;
}

const TransformRow& RasterTransform() {
  static constexpr TransformRow row = {
      TransformId::kRaster, "raster", Variants, Describe, Forward, Inverse};
  return row;
}

}  // namespace sigma
