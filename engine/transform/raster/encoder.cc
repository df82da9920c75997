// Row by row and channel by channel. Forward predicts each row from the one above, folds the
// residuals to codes and looks up each sample's context: how large the residuals around it were in
// the two rows above (Weinberger, Seroussi and Sapiro 2000 condition on gradients; residuals of
// earlier rows alone let a decoder find the contexts of a whole row at once). Contexts whose
// symbols are alike then share a section: few sections restore faster, and each has a table of its
// own.
//
// A code becomes one symbol: itself below 96, then four buckets an octave with the bits below them
// stored raw. One symbol for a whole 16-bit residual beats two byte planes (22.5 to 23.8 % on MRI).
#include <algorithm>
#include <array>
#include <bit>

#include "engine/base/endian.h"
#include "engine/transform/raster/layout.h"
#include "kernels/statistics/histogram.h"
#include "kernels/statistics/shannon.h"

namespace sigma::raster {
namespace {

// The `length` samples of a row as rows `k` of the planes; what is missing of it becomes 0.
void LoadRow(const std::uint8_t* from, std::size_t length, const Layout& layout, const Planes& rows,
             std::size_t k) {
  const kernels::raster::SampleKind kind = KindOf(layout.shape);
  const kernels::raster::Planes planes = rows.All(layout.shape, k);
  const std::size_t pixels = length / kind.channels;
  kernels::raster::LoadSamples(from, pixels, kind, planes);
  if (length == layout.shape.row) return;
  kernels::raster::SampleKind single = kind;
  single.channels = 1;
  for (std::size_t c = 0; c < kind.channels; ++c) {
    const std::size_t count = PlaneLength(length, kind.channels, c);
    kernels::raster::LoadSamples(from + (pixels * kind.channels + c) * layout.width, count - pixels,
                                 single, {planes[c] + pixels});
    std::fill(planes[c] + count, planes[c] + layout.shape.row / kind.channels, std::uint16_t{0});
  }
}

// The first sample of a row takes the one above as its prediction, by every predictor.
void CloseLeft(std::uint16_t* above, std::uint16_t* row) { *(above - 1) = *(row - 1) = above[0]; }

// The cheapest predictor on every fourth row of a block; row 0 is the one above the block.
Predictor ChoosePredictor(const Planes& rows, std::size_t block_rows, const Layout& layout,
                          std::uint16_t* residuals) {
  constexpr std::size_t kStep = 4;
  const Shape& shape = layout.shape;
  const std::size_t count = shape.row / shape.channels;
  auto best = Predictor::kLeft;
  std::uint64_t least = ~std::uint64_t{0};
  for (std::size_t p = 0; p < kPredictorCount; ++p) {
    const auto predictor = static_cast<Predictor>(p);
    std::uint64_t cost = 0;
    for (std::size_t y = std::min<std::size_t>(kStep / 2, block_rows); y <= block_rows;
         y += kStep) {
      for (std::size_t c = 0; c < shape.channels; ++c) {
        CloseLeft(rows.Row(c, y - 1), rows.Row(c, y));
        kernels::raster::Residuals(rows.Row(c, y), rows.Row(c, y - 1), count, 1, predictor,
                                   residuals);
        cost += kernels::raster::Cost(residuals, count, shape.bits);
      }
    }
    if (cost < least) {
      least = cost;
      best = predictor;
    }
  }
  return best;
}

// Codes and contexts of all samples, channel by channel within each row, and the predictors of the
// blocks. kSymbolStep contexts more than there are may be written.
void EncodeRows(ByteView samples, const Layout& layout, BufferPool& pool, MutableBytes predictors,
                std::uint16_t* codes, std::uint8_t* contexts) {
  const Shape& shape = layout.shape;
  const std::size_t channels = shape.channels;
  const std::size_t row_lanes = Planes::LanesFor(1 + kBlockRows, shape);
  const std::size_t magnitude_lanes = Planes::LanesFor(2, shape);
  const std::size_t lanes = row_lanes + magnitude_lanes + shape.row;
  auto lease = pool.AcquireFor<std::uint16_t>(lanes);
  const auto all = lease.As<std::uint16_t>(lanes);
  const Planes rows(all.first(row_lanes), 1 + kBlockRows, shape);
  const Planes magnitudes(all.subspan(row_lanes, magnitude_lanes), 2, shape);
  std::uint16_t* const row = all.data() + row_lanes + magnitude_lanes;
  const std::size_t width = shape.row / channels;

  for (std::size_t first = 0; first < layout.rows; first += kBlockRows) {
    const std::size_t block_rows = std::min(kBlockRows, layout.rows - first);
    for (std::size_t k = 1; k <= block_rows; ++k) {
      const std::size_t y = first + k - 1;
      LoadRow(samples.data() + y * shape.row * layout.width, RowLength(layout, y), layout, rows, k);
    }
    const Predictor predictor = ChoosePredictor(rows, block_rows, layout, row);
    predictors[first / kBlockRows] = static_cast<std::uint8_t>(predictor);
    for (std::size_t k = 1; k <= block_rows; ++k) {
      const std::size_t y = first + k - 1;
      const std::size_t length = RowLength(layout, y);
      for (std::size_t c = 0; c < channels; ++c) {
        CloseLeft(rows.Row(c, k - 1), rows.Row(c, k));
        kernels::raster::Residuals(rows.Row(c, k), rows.Row(c, k - 1), width, 1, predictor,
                                   row + c * width);
      }
      if (shape.subtract_second) {
        const std::size_t count = PlaneLength(length, channels, 2);
        for (const std::size_t c : {0u, 2u}) {
          for (std::size_t i = 0; i < count; ++i) {
            row[c * width + i] = static_cast<std::uint16_t>(row[c * width + i] - row[width + i]);
          }
        }
      }
      for (std::size_t c = 0; c < channels; ++c) {
        const std::size_t count = PlaneLength(length, channels, c);
        std::uint16_t* const now = magnitudes.Row(c, y % 2);
        kernels::raster::Contexts(magnitudes.Row(c, (y + 1) % 2), now, count, kContextLimits, 0,
                                  contexts);
        kernels::raster::Fold(row + c * width, count, shape.bits, codes, now);
        codes += count;
        contexts += count;
      }
    }
    for (std::size_t c = 0; c < channels; ++c) {
      std::copy_n(rows.Row(c, block_rows), width, rows.Row(c, 0));
    }
  }
}

// Runs `visit(c, first, count)` for the samples of each channel within each of every `step`-th row.
template <typename Visit>
void ForEachPlaneRow(const Layout& layout, std::size_t step, const Visit& visit) {
  const std::size_t channels = layout.shape.channels;
  for (std::size_t y = 0; y < layout.rows; y += step) {
    std::size_t first = y * layout.shape.row;
    for (std::size_t c = 0; c < channels; ++c) {
      const std::size_t count = PlaneLength(RowLength(layout, y), channels, c);
      visit(c, first, count);
      first += count;
    }
  }
}

// Which sections the contexts of each channel go to.
struct SectionMap {
  struct Channel {
    std::array<std::uint8_t, kContexts - 1> limits{};  // contexts that begin a section
    std::size_t limit_count = 0;
    std::uint8_t first = 0;
  };
  std::array<Channel, kMaxChannels> channels;
  std::size_t count = 0;  // sections
};

using ContextHistograms = std::array<kernels::statistics::Histogram, kContexts>;

// Merges neighbours that gain least from being apart, as long as they are too many or gain less
// than `price` (1/256 bits).
void MergeContexts(ContextHistograms& counts, std::size_t most, std::uint64_t price,
                   SectionMap::Channel& channel) {
  // Groups of contexts by their first; `gains[i]`: what group i gains from being apart from i + 1.
  std::array<std::uint8_t, kContexts> begin{};
  std::array<std::uint64_t, kContexts> gains{};
  std::size_t groups = kContexts;
  for (std::size_t i = 0; i < groups; ++i) begin[i] = static_cast<std::uint8_t>(i);
  const auto measure = [&](std::size_t i) {
    if (i + 1 < groups)
      gains[i] = kernels::statistics::SplitGain(counts[begin[i]], counts[begin[i + 1]]);
  };
  for (std::size_t i = 0; i < groups; ++i) measure(i);
  while (groups > 1) {
    const auto least = static_cast<std::size_t>(
        std::min_element(gains.begin(), gains.begin() + static_cast<std::ptrdiff_t>(groups - 1)) -
        gains.begin());
    if (groups <= most && gains[least] >= price) break;
    for (std::size_t s = 0; s < counts[0].size(); ++s) {
      counts[begin[least]][s] += counts[begin[least + 1]][s];
    }
    --groups;
    for (std::size_t i = least + 1; i < groups; ++i) {
      begin[i] = begin[i + 1];
      gains[i] = gains[i + 1];
    }
    measure(least);
    if (least > 0) measure(least - 1);
  }
  channel.limit_count = groups - 1;
  std::copy_n(begin.begin() + 1, groups - 1, channel.limits.begin());
}

SectionMap ChooseMap(const Layout& layout, const std::uint16_t* codes, const std::uint8_t* contexts,
                     BufferPool& pool) {
  // Some rows tell enough.
  constexpr std::size_t kSamplesSeen = 1u << 16;
  // The cost of a section: its table, and the time of restoring it, which weighs less where many are
  // wanted: bytes, and bytes of 2^16 samples.
  constexpr std::uint64_t kSectionBytes = 128;
  const std::uint64_t share = 144u / layout.shape.sections;
  SectionMap map;
  const std::size_t channels = layout.shape.channels;
  const std::size_t step = layout.samples / kSamplesSeen + 1;
  auto lease = pool.AcquireFor<ContextHistograms>(channels);
  const auto counts = lease.As<ContextHistograms>(channels);
  for (ContextHistograms& histograms : counts) {
    for (kernels::statistics::Histogram& histogram : histograms) histogram.fill(0);
  }
  const bool wide = layout.shape.bits == 16;
  ForEachPlaneRow(layout, step, [&](std::size_t c, std::size_t first, std::size_t count) {
    for (std::size_t i = first; i < first + count; ++i) {
      ++counts[c][contexts[i]][wide ? BucketOf(codes[i]) : codes[i]];
    }
  });
  const std::uint64_t bytes = kSectionBytes / step + layout.samples / step * share / 65536;
  for (std::size_t c = 0; c < channels; ++c) {
    MergeContexts(counts[c], layout.shape.sections, bytes * 8 * 256, map.channels[c]);
    map.channels[c].first = static_cast<std::uint8_t>(map.count);
    map.count += map.channels[c].limit_count + 1;
  }
  return map;
}

// Sections in the place of contexts, and how many samples each has. In pieces of their own, since
// the kernel's last step changes the bytes after them.
void MergeSections(const Layout& layout, const SectionMap& map, std::uint8_t* contexts,
                   std::span<std::size_t> counts) {
  constexpr std::size_t kPiece = 4096;
  std::array<std::uint8_t, kPiece> piece;
  const auto merge = [&](std::size_t c, std::size_t first, std::size_t count) {
    const SectionMap::Channel& channel = map.channels[c];
    for (std::size_t i = first; i < first + count; i += kPiece) {
      const std::size_t length = std::min(kPiece, first + count - i);
      std::copy_n(contexts + i, length, piece.begin());
      kernels::raster::MergeContexts(
          piece.data(), length, std::span(channel.limits).first(channel.limit_count), channel.first,
          counts.subspan(channel.first, channel.limit_count + 1));
      std::copy_n(piece.begin(), length, contexts + i);
    }
  };
  if (layout.shape.channels == 1) return merge(0, 0, layout.samples);
  ForEachPlaneRow(layout, 1, merge);
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

}  // namespace

bool Encode(ByteView source, const Shape& shape, BufferPool& pool, SectionList& sections) {
  const Layout layout = LayoutOf(shape, source.size());
  const MutableBytes edges = sections.Add(layout.edges);
  const std::size_t before = std::min<std::size_t>(shape.skip, source.size());
  const MutableBytes predictors = sections.Add((layout.rows + kBlockRows - 1) / kBlockRows);
  const MutableBytes entries = sections.Add(kMapEntry * shape.channels);
  if (!sections.ok()) return false;
  std::copy_n(source.begin(), before, edges.begin());
  std::copy(source.end() - static_cast<std::ptrdiff_t>(layout.edges - before), source.end(),
            edges.begin() + static_cast<std::ptrdiff_t>(before));

  auto code_lease = pool.AcquireFor<std::uint16_t>(layout.samples);
  const auto codes = code_lease.As<std::uint16_t>(layout.samples);
  auto context_lease = pool.Acquire(layout.samples + kernels::raster::kSymbolStep);
  const auto contexts =
      context_lease.As<std::uint8_t>(layout.samples + kernels::raster::kSymbolStep);
  EncodeRows(source.subspan(before), layout, pool, predictors, codes.data(), contexts.data());

  const SectionMap map = ChooseMap(layout, codes.data(), contexts.data(), pool);
  for (std::size_t c = 0; c < shape.channels; ++c) {
    const SectionMap::Channel& channel = map.channels[c];
    std::uint32_t entry = std::uint32_t{channel.first} << kMapFirstShift;
    for (std::size_t k = 0; k < channel.limit_count; ++k) entry |= 1u << (channel.limits[k] - 1);
    StoreLE<std::uint32_t>(entries.data() + kMapEntry * c, entry);
  }
  std::array<std::size_t, kContexts * kMaxChannels> counts{};
  MergeSections(layout, map, contexts.data(), counts);
  std::array<kernels::raster::Target, kContexts * kMaxChannels> targets{};
  for (std::size_t k = 0; k < map.count; ++k) {
    const MutableBytes section = sections.Add(counts[k], {SectionKind::kSymbols, 1});
    targets[k] = {section.data(), section.data() + section.size()};
  }
  // The most that raw bits can take is never more than is left beside the symbols.
  const std::size_t most_raw = shape.bits == 16 ? (layout.samples * kMostExtraBits + 7) / 8 : 0;
  const MutableBytes raw = sections.Add(most_raw, {SectionKind::kSymbols, 1});
  if (!sections.ok()) return false;
  BitSink bits(raw.data());
  constexpr std::size_t kPiece = 4096;
  static_assert(kPiece % kernels::raster::kSymbolStep == 0);
  std::array<std::uint8_t, kPiece> symbols;
  std::array<std::uint16_t, kPiece> places;
  for (std::size_t first = 0; first < codes.size(); first += kPiece) {
    const std::size_t count = std::min(kPiece, codes.size() - first);
    const std::uint16_t* const from = codes.data() + first;
    for (std::size_t i = 0; i < count; ++i) {
      symbols[i] = static_cast<std::uint8_t>(std::min<std::uint16_t>(from[i], 255));
    }
    if (shape.bits == 16) {
      const std::size_t large =
          kernels::raster::Escapes(symbols.data(), count, kDirect, places.data());
      for (std::size_t j = 0; j < large; ++j) {
        const std::uint16_t code = from[places[j]];
        const unsigned symbol = BucketOf(code);
        symbols[places[j]] = static_cast<std::uint8_t>(symbol);
        bits.Put(code - unsigned{kBuckets.base[symbol]}, kBuckets.extra[symbol]);
      }
    }
    kernels::raster::Scatter(contexts.data() + first, count, symbols.data(),
                             std::span(targets).first(map.count));
  }
  sections.Shrink(bits.Finish());
  return true;
}

}  // namespace sigma::raster
