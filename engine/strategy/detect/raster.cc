// RASTER: samples in rows. What speaks for it is smoothness in two directions, looked for in three
// steps, each only where the one before leaves hope:
//
// 1. Samples of 8 or 16 bits, either byte order, 1, 3 or 4 channels: is a sample much closer to the
//    one before of its channel than to one far away? (Some 20 µs, 5 at level 3.)
// 2. Rows: of every other distance up to 4096 samples, which repeats the liveliest places best
//    (least sum of absolute differences)? If none of them predicts, of those up to 65536? (Some 15
//    µs, 3 µs for each 1024 more.)
// 3. Which of those rows, its divisors and its neighbours codes best with prediction from above,
//    and clearly better than without? (Some 3 µs a row at level 3, twice that above.)

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <span>

#include "engine/strategy/detect/detect.h"
#include "engine/strategy/spread.h"
#include "engine/transform/raster/transform.h"
#include "kernels/raster/prediction.h"
#include "kernels/raster/rows.h"

namespace sigma {
namespace {

using kernels::raster::Predictor;

constexpr std::size_t kLeastSource = 16u << 10;
// Step 1: windows, and how far "far away" is (a prime, so that no row length is near).
constexpr std::size_t kWindows = 32;
constexpr std::size_t kWindow = 128;  // samples
constexpr std::size_t kFar = 1009;
// Neighbours must be closer by 5/8 bit a sample and by an eighth.
constexpr std::uint64_t kCloserBits = 160;
// Step 2: places compared, samples of each; distances looked at first, and rows a source must have
// for others: fewer are hardly worth a raster.
constexpr std::size_t kPlacesSeen = 32;
constexpr std::size_t kPlaces = 8;  // half as many for distances beyond kNear
constexpr std::size_t kPlace = kernels::raster::kPlace;
constexpr std::size_t kBestRows = 4;
constexpr std::size_t kTellingRows = 2;  // if none of them predicts, others hardly do
constexpr std::size_t kNear = 4096;
constexpr std::size_t kFewRows = 32;
// Step 3: segments of rows.
constexpr std::size_t kSegments = 32;
constexpr std::size_t kSegment = 256;
constexpr std::size_t kFewPixels = 64;  // a vector or two
// The most sections of a channel where not all contexts are wanted: 23 take 0.7 % less of an MRI
// volume, 4 take 1.2 % more.
constexpr std::uint8_t kFastSections = 6;
constexpr std::uint64_t kBits = 256;  // a bit, as Cost counts

// The samples of the source's bytes from `skip` on.
struct Samples {
  ByteView bytes;
  raster::Shape shape;
  [[nodiscard]] std::size_t count() const { return (bytes.size() - shape.skip) / (shape.bits / 8); }
  void Load(std::size_t first, std::size_t length, std::uint16_t* lanes) const {
    raster::LoadSamples(bytes.data() + shape.skip + first * (shape.bits / 8), length, shape, lanes);
  }
};

// The cost of differences, 1/256 bit: to the sample before of each number of channels, and to one
// far away.
struct Closeness {
  std::array<std::uint64_t, kernels::raster::kMaxChannels + 1> near{};
  std::uint64_t far = 0;
  [[nodiscard]] bool Hopeful(unsigned channels) const {
    return near[channels] + kWindows * kWindow * kCloserBits < far && near[channels] * 8 < far * 7;
  }
};

// Of the numbers of channels asked for, and far away if there are several.
Closeness MeasureCloseness(const Samples& samples, std::span<const unsigned> channels) {
  constexpr std::size_t kMargin = kernels::raster::kMaxChannels;
  std::array<std::uint16_t, kMargin + kWindow> lanes;
  std::array<std::uint16_t, kWindow> far;
  std::array<std::uint16_t, kWindow> residuals;
  Closeness closeness;
  const std::size_t stride = (samples.count() - kFar - kWindow) / kWindows;
  const std::uint16_t* const now = lanes.data() + kMargin;
  const auto cost = [&](const std::uint16_t* other) {
    for (std::size_t i = 0; i < kWindow; ++i) {
      residuals[i] = static_cast<std::uint16_t>(now[i] - other[i]);
    }
    return kernels::raster::Cost(residuals.data(), kWindow, samples.shape.bits);
  };
  for (std::size_t w = 0; w < kWindows; ++w) {
    const std::size_t first = SpreadPlace(w, stride, stride);
    samples.Load(first + kFar - kMargin, lanes.size(), lanes.data());
    for (const unsigned count : channels) closeness.near[count] += cost(now - count);
    if (channels.size() == 1) continue;
    samples.Load(first, far.size(), far.data());
    closeness.far += cost(far.data());
  }
  return closeness;
}

// Whether neighbours make more sense as two's complement.
bool LooksSigned(const Samples& samples) {
  std::array<std::uint16_t, kWindow> lanes;
  std::size_t changes = 0;
  std::size_t jumps = 0;
  const std::size_t stride = (samples.count() - kWindow) / kWindows;
  for (std::size_t w = 0; w < kWindows; ++w) {
    samples.Load(SpreadPlace(w, stride, stride), kWindow, lanes.data());
    for (std::size_t i = 1; i < kWindow; ++i) {
      const bool change = ((lanes[i] ^ lanes[i - 1]) & 0x8000) != 0;
      changes += change;
      jumps += change && std::abs(lanes[i] - lanes[i - 1]) >= 0x8000;
    }
  }
  return 2 * jumps > changes;
}

// The kind of samples whose neighbours are closest, in bits a byte.
bool ChooseKind(Samples& samples) {
  constexpr std::array kChannels = {1u, 3u, 4u};
  std::uint64_t least = ~std::uint64_t{0};
  raster::Shape best;
  const auto consider = [&](const raster::Shape& shape) {
    samples.shape = shape;
    const Closeness closeness = MeasureCloseness(samples, kChannels);
    for (const unsigned channels : kChannels) {
      const std::uint64_t cost =
          (closeness.near[channels] + kWindows * kWindow * 3 * kBits) / (shape.bits / 8);
      if (!closeness.Hopeful(channels) || cost >= least) continue;
      least = cost;
      best = shape;
      best.channels = channels;
    }
  };
  consider({8, false, false, false, 1, 0, 16, 1});
  raster::Shape wide{16, false, false, false, 1, 0, 16, 1};
  std::uint64_t least_wide = ~std::uint64_t{0};
  // In this order, and with a lead of 2 %: where the high byte says little, either order will do.
  for (std::uint8_t skip = 0; skip < 2; ++skip) {
    for (const bool big_endian : {false, true}) {
      const raster::Shape shape{16, big_endian, false, false, 1, skip, 16, 1};
      samples.shape = shape;
      const std::uint64_t near = MeasureCloseness(samples, std::span(kChannels).first(1)).near[1];
      if (least_wide != ~std::uint64_t{0} && near * 100 >= least_wide * 98) continue;
      wide = shape;
      least_wide = near;
    }
  }
  consider(wide);
  samples.shape = best;
  return least != ~std::uint64_t{0};
}

struct Row {
  std::size_t samples = 0;
  std::uint64_t cost = ~std::uint64_t{0};
};

// The distances up to `most` samples with the least sums of absolute differences that are no worse
// than their neighbours, found on the first channel to within one.
std::array<Row, kBestRows> FindRows(const Samples& samples, std::size_t most, BufferPool& pool) {
  const std::size_t channels = samples.shape.channels;
  const std::size_t farthest = most / channels;
  const std::size_t compared = farthest > kNear ? kPlaces / 2 : kPlaces;
  const std::size_t count = farthest + kPlace;
  const std::size_t length = count * channels;
  auto lease = pool.AcquireFor<std::uint16_t>(length + farthest / 2 + 1);
  const auto lanes = lease.As<std::uint16_t>(length + farthest / 2 + 1);
  const auto sums = lanes.subspan(length);
  auto bytes_lease = pool.Acquire(compared * count);
  const MutableBytes bytes = bytes_lease.As<std::uint8_t>(compared * count);
  // The liveliest places, so that no flat background decides.
  std::array<std::pair<std::uint64_t, std::size_t>, kPlacesSeen> places;
  const std::size_t stride = (samples.count() - length) / kPlacesSeen;
  for (std::size_t p = 0; p < kPlacesSeen; ++p) {
    std::array<std::uint16_t, 2 * kPlace> now;
    std::array<std::uint16_t, kPlace> residuals;
    places[p].second = p * stride + stride / 2;
    samples.Load(places[p].second + farthest * channels, now.size(), now.data());
    kernels::raster::Residuals(now.data() + kPlace, now.data() + kPlace, kPlace, channels,
                               Predictor::kLeft, residuals.data());
    places[p].first = kernels::raster::Cost(residuals.data(), kPlace, samples.shape.bits);
  }
  std::ranges::sort(places, std::ranges::greater{});
  std::array<const std::uint8_t*, kPlaces> begin{};
  for (std::size_t p = 0; p < compared; ++p) {
    samples.Load(places[p].second, length, lanes.data());
    for (std::size_t i = 1; i < count && channels > 1; ++i) lanes[i] = lanes[i * channels];
    kernels::raster::NarrowLanes(lanes.first(count), bytes.data() + p * count);
    begin[p] = bytes.data() + p * count + farthest;
  }
  kernels::raster::Distances(std::span(begin).first(compared), sums);
  std::array<Row, kBestRows> best;
  for (std::size_t k = (raster::kMinRow / channels + 1) / 2 + 1; k + 1 < sums.size(); ++k) {
    const std::uint16_t sum = sums[k];
    if (sum >= best.back().cost || sum > sums[k - 1] || sum > sums[k + 1]) continue;
    std::size_t at = kBestRows - 1;
    for (; at > 0 && best[at - 1].cost > sum; --at) best[at] = best[at - 1];
    best[at] = {2 * k * channels, sum};
  }
  return best;
}

struct Fit {
  std::uint64_t cost = ~std::uint64_t{0};  // by the best predictor …
  std::uint64_t flat = 0;                  // … and from the left alone
  std::uint64_t bits = 0;                  // entropy of what the best predictor leaves, 1/256 bit
  Predictor predictor = Predictor::kLeft;
  bool subtract_second = false;
};

// The cost of segments all over the source in rows of `row` samples, by the best
// of `predictors`, the first of which is kLeft.
Fit MeasureRow(const Samples& samples, std::size_t row, std::span<const Predictor> predictors) {
  constexpr std::size_t kMargin = kernels::raster::kMaxChannels;
  const std::size_t channels = samples.shape.channels;
  constexpr std::size_t kLength = kSegment / 12 * 12;  // whole pixels
  std::array<std::uint16_t, kLength + kMargin> now;
  std::array<std::uint16_t, kLength + kMargin> above;
  std::array<std::uint16_t, kLength> residuals;
  using Sums = std::array<std::array<std::uint64_t, kernels::raster::kPredictorCount>, 2>;
  Sums costs{};
  Sums bits{};
  // Each few pixels on their own: contexts tell quiet places from others.
  const auto add = [&](std::size_t way, std::size_t p) {
    for (std::size_t begin = 0; begin < kLength; begin += kFewPixels) {
      const std::size_t count = std::min(kFewPixels, kLength - begin);
      const std::uint64_t cost =
          kernels::raster::Cost(residuals.data() + begin, count, samples.shape.bits);
      costs[way][p] += cost;
      bits[way][p] += ResidualBits(cost / count) * count;
    }
  };
  const std::size_t stride = (samples.count() - row - now.size()) / kSegments;
  for (std::size_t s = 0; s < kSegments; ++s) {
    const std::size_t first = SpreadPlace(s, stride, stride) / channels * channels;
    samples.Load(first, above.size(), above.data());
    samples.Load(first + row, now.size(), now.data());
    for (std::size_t p = 0; p < predictors.size(); ++p) {
      kernels::raster::Residuals(now.data() + kMargin, above.data() + kMargin, kLength, channels,
                                 predictors[p], residuals.data());
      add(0, p);
      if (channels < 3) continue;
      // Pixels begin kMargin samples after `first`: a whole number only of four channels.
      const std::size_t phase = (channels - kMargin % channels) % channels;
      for (std::size_t i = phase; i + 3 <= kLength; i += channels) {
        residuals[i] = static_cast<std::uint16_t>(residuals[i] - residuals[i + 1]);
        residuals[i + 2] = static_cast<std::uint16_t>(residuals[i + 2] - residuals[i + 1]);
      }
      add(1, p);
    }
  }
  Fit fit;
  const std::size_t ways = channels < 3 ? 1 : 2;
  for (std::size_t way = 0; way < ways; ++way) {
    for (std::size_t p = 0; p < predictors.size(); ++p) {
      if (costs[way][p] >= fit.cost) continue;
      fit.cost = costs[way][p];
      fit.bits = bits[way][p];
      fit.predictor = predictors[p];
      fit.subtract_second = way == 1;
    }
  }
  fit.flat = std::min(costs[0][0], ways == 2 ? costs[1][0] : ~std::uint64_t{0});
  return fit;
}

// Steady cost as a percentage of sample cost: the first of a window's `rows` rows has no true row
// above it.
std::uint32_t Learns(const Samples& samples, std::size_t row, std::size_t rows, const Fit& fit) {
  const std::size_t channels = samples.shape.channels;
  const std::array only = {fit.predictor};
  const Fit cold = MeasureRow(samples, (7 * row + row / 2) / channels * channels, only);
  const std::uint64_t lost = cold.bits > fit.bits ? cold.bits - fit.bits : 0;
  return static_cast<std::uint32_t>(100 * fit.bits * rows / (fit.bits * rows + lost + 1));
}

// Prediction from above must save 3 %.
bool Convincing(const Fit& fit) { return fit.cost * 100 <= fit.flat * 97; }

struct Found {
  std::size_t row = 0;
  Fit fit;
};

// The row that codes best among those of the least distances up to `most` samples and what is near
// them. Two predictors, between the others, tell rows apart.
Found FindRow(const Samples& samples, std::size_t most, std::size_t period, BufferPool& pool) {
  constexpr std::array kSome = {Predictor::kLeft, Predictor::kTempered, Predictor::kAverage};
  constexpr std::uint64_t kLead = 2;  // of 256
  Found best;
  const auto consider = [&](std::size_t length, std::uint64_t lead) {
    if (length < raster::kMinRow || length > most || length % samples.shape.channels != 0) return;
    const Fit fit = MeasureRow(samples, length, kSome);
    if (best.row == 0 || fit.cost + fit.cost / 256 * lead < best.fit.cost) best = {length, fit};
  };
  std::size_t looked = 0;
  for (const Row& found : FindRows(samples, most, pool)) {
    consider(found.samples, 0);
    // Sounds repeat as well, but what is a wave before says nothing beyond what is just before.
    if (++looked == kTellingRows && best.fit.cost * 100 >= best.fit.flat * 99) break;
  }
  if (period % (samples.shape.bits / 8) == 0) consider(period / (samples.shape.bits / 8), 0);
  if (best.row != 0 && best.fit.cost * 100 >= best.fit.flat * 99) return best;
  // Noise may hide that it was two or three rows, or that one was a pixel longer.
  const std::size_t several = best.row;
  for (const std::size_t divisor : {2u, 3u}) consider(several / divisor, 0);
  const std::size_t about = best.row;
  consider(about + samples.shape.channels, kLead);
  consider(about - samples.shape.channels, kLead);
  // On in the direction that was better.
  if (best.row != about) consider(2 * best.row - about, kLead);
  return best;
}

}  // namespace

void DetectRaster(const DetectInput& input, Candidates& candidates) {
  const Features& features = input.features;
  if (input.source.size() < kLeastSource) return;
  if (!input.forced && features.text_density >= kMostlyText) return;
  Samples samples{input.source, {}};
  if (!ChooseKind(samples)) return;
  if (samples.shape.bits == 16) samples.shape.is_signed = LooksSigned(samples);
  const std::size_t farthest = std::min<std::size_t>(raster::kMaxRow, samples.count() / kFewRows) /
                               samples.shape.channels * samples.shape.channels;
  const std::size_t near = std::min(farthest, kNear * samples.shape.channels);
  Found found = FindRow(samples, near, features.period, input.scope.pool);
  if (near < farthest && !Convincing(found.fit) && input.search().far_rows) {
    const Found far = FindRow(samples, farthest, 0, input.scope.pool);
    if (far.fit.cost < found.fit.cost) found = far;
  }
  const std::size_t row = found.row;
  if (row == 0) return;
  constexpr std::array kAll = {Predictor::kLeft,     Predictor::kUp,      Predictor::kGradient,
                               Predictor::kTempered, Predictor::kAverage, Predictor::kMedian};
  static_assert(kAll.size() == kernels::raster::kPredictorCount);
  const Fit best = MeasureRow(samples, row, kAll);
  if (!input.forced && !Convincing(best)) return;
  samples.shape.row = static_cast<std::uint32_t>(row);
  samples.shape.subtract_second = best.subtract_second;
  samples.shape.sections = input.search().all_contexts ? raster::kContexts : kFastSections;
  const std::uint64_t counted = kSegments * (kSegment / 12 * 12);
  const auto estimate =
      static_cast<std::size_t>(best.bits * samples.count() / (counted * 8 * kBits));
  const std::size_t row_bytes = row * (samples.shape.bits / 8);
  // Larger windows than others take: the rows at their tops lack the one above, of which each
  // should have sixteen below it, and contexts have tables of their own.
  constexpr std::size_t kMostUnit = 65536;
  const std::size_t least = input.search().all_contexts ? kMostUnit : kMostUnit / 2;
  const std::size_t wanted = std::clamp(16 * row_bytes, least, kMostUnit);
  const std::size_t unit = row_bytes * std::max<std::size_t>(1, wanted / row_bytes);
  if (unit > kMostUnit) return;
  Candidate candidate{raster::kId, raster::Params(samples.shape), unit, estimate};
  candidate.learns = Learns(samples, row, unit / row_bytes, best);
  candidates.Add(candidate);
}

}  // namespace sigma
