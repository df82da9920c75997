// PCM: sampled signals of interleaved channels. For every width, byte order, phase and number of
// channels worth a thought, a sample of the source is predicted from one and from two samples
// before; the kind that leaves the fewest bits a byte is the candidate, if it leaves clearly fewer
// than bytes by themselves need. Longer predictions say what it takes, and decide where both byte
// orders look alike.
//
// Cost: a glance at 15 kinds, some 5 µs; for those that look best, 1024 samples for each number of
// channels; long predictions of one kind or two, some 10 µs (twice that above level 3).

#include <algorithm>
#include <array>

#include "engine/strategy/detect/detect.h"
#include "engine/strategy/spread.h"
#include "engine/transform/pcm/predictor.h"
#include "engine/transform/pcm/transform.h"
#include "kernels/pcm/prediction.h"

namespace sigma {
namespace {

constexpr std::size_t kLeastSource = 8u << 10;
constexpr std::size_t kWindows = 8;
constexpr std::size_t kWindow = 128;  // samples
constexpr std::size_t kGlance = 64;   // samples of every other window
constexpr std::size_t kHistory = 2 * pcm::kMaxChannels;
constexpr std::uint64_t kBit = 256;  // as Cost and the features count
// Of the entropy of the bytes as they are; prediction must leave less than this, in percent.
constexpr std::uint64_t kWorthwhile = 97;
// Signals of many channels need not look like one or two; but no worse than this, nor much worse
// than other widths and orders do.
constexpr std::uint64_t kHopeful = 125;
constexpr std::uint64_t kAmongOthers = 108;
constexpr std::size_t kKinds = 15;
// Loud signals of many tones look no better from one or two samples back in their own byte order
// than in the other one: kinds that differ by less than a quarter are told apart by predictions of
// order 8 on windows of this many samples.
constexpr std::size_t kPredicted = 512;
constexpr std::size_t kPredictedWindows = 8;
constexpr std::uint64_t kAlike = 4;
constexpr unsigned kOrder = 8;
// Long predictions save a seventh of what one and two samples leave, rarely more.
constexpr std::uint64_t kMostGain = 6;
constexpr unsigned kDegrees = 3;  // 0, 1 and 2: higher ones are for what weights predict as well
constexpr unsigned kManyChannels = 3;
constexpr std::uint64_t kLater = 64;
// Levels from here on may search long predictions.

struct Kind {
  pcm::Shape shape;
  std::uint64_t bits = ~std::uint64_t{0};       // of the sample for each source byte, 1/256 …
  std::uint64_t predicted = ~std::uint64_t{0};  // … and all that PredictedBits has
};

// Where window w of `length` samples begins.
std::size_t BeginOf(ByteView source, const pcm::Shape& shape, std::size_t w, std::size_t length) {
  const std::size_t samples = (source.size() - shape.skip) / shape.width;
  const std::size_t stride = (samples - length) / kWindows;
  return shape.skip + SpreadPlace(w, stride, stride) * shape.width;
}

// A sum of 32 bits as a sample of the shape's.
std::int32_t Wrap(std::uint32_t value, const pcm::Shape& shape) {
  const unsigned spare = 32 - shape.bits();
  return static_cast<std::int32_t>(value << spare) >> spare;
}

// The bits a byte of differences to the sample before, or to the one before that, in half the
// windows.
std::uint64_t Glance(ByteView source, const pcm::Shape& shape) {
  std::array<std::int32_t, kGlance + 2> window;
  std::array<std::int32_t, kGlance> residuals;
  std::array<std::uint64_t, 2> cost{};
  for (std::size_t w = 0; w < kWindows; w += 2) {
    pcm::LoadSamples(source.data() + BeginOf(source, shape, w, kHistory + kWindow), window.size(),
                     1, shape, window.data());
    for (const std::size_t back : {1u, 2u}) {
      for (std::size_t i = 0; i < kGlance; ++i) {
        residuals[i] = Wrap(static_cast<std::uint32_t>(window[i + 2]) -
                                static_cast<std::uint32_t>(window[i + 2 - back]),
                            shape);
      }
      cost[back - 1] += kernels::pcm::Cost(residuals.data(), kGlance);
    }
  }
  return ResidualBits(std::min(cost[0], cost[1]) / (kWindows / 2 * kGlance)) / shape.width;
}

// Tries every number of channels on samples of this width, order and phase.
void Consider(ByteView source, const pcm::Shape& shape, Kind& best) {
  constexpr std::size_t kLength = kHistory + kWindow;
  std::array<std::array<std::int32_t, kLength>, kWindows> windows;
  std::array<std::int32_t, kWindow> residuals;
  for (std::size_t w = 0; w < kWindows; ++w) {
    pcm::LoadSamples(source.data() + BeginOf(source, shape, w, kLength), kLength, 1, shape,
                     windows[w].data());
  }
  const auto at = [&](const std::int32_t* x, std::size_t back) {
    return static_cast<std::uint32_t>(*(x - back));
  };
  // The bits a byte of what `predict` leaves.
  const auto measure = [&](unsigned channels, auto predict) {
    std::uint64_t cost = 0;
    for (const auto& window : windows) {
      const std::int32_t* const x = window.data() + kHistory;
      for (std::size_t i = 0; i < kWindow; ++i) {
        residuals[i] = Wrap(at(x + i, 0) - predict(x + i, channels), shape);
      }
      cost += kernels::pcm::Cost(residuals.data(), kWindow);
    }
    return ResidualBits(cost / (kWindows * kWindow)) / shape.width;
  };
  const auto first = [&](const std::int32_t* x, unsigned back) { return at(x, back); };
  const auto second = [&](const std::int32_t* x, unsigned back) {
    return 2 * at(x, back) - at(x, 2 * back);
  };
  const auto improve = [&](unsigned channels, std::uint64_t bits) {
    // More channels than needed predict worse, but not by much on slow signals.
    if (best.bits != ~std::uint64_t{0} && bits * 100 >= best.bits * 98) return;
    best.bits = bits;
    best.shape = shape;
    best.shape.channels = channels;
  };
  std::uint64_t least = ~std::uint64_t{0};
  for (const unsigned channels : {1u, 2u, 3u, 4u, 6u, 8u}) {
    const std::uint64_t bits = measure(channels, first);
    improve(channels, bits);
    // Two samples may tell much more than one does.
    if (bits < least + least / kAlike || channels == 1) {
      improve(channels, measure(channels, second));
    }
    least = std::min(least, bits);
  }
}

// Whether samples jump less as offset binary than as two's complement.
bool LooksUnsigned(ByteView source, const pcm::Shape& shape) {
  std::array<std::int32_t, kWindow> window;
  const std::size_t samples = (source.size() - shape.skip) / shape.width;
  const std::size_t stride = (samples - kWindow) / kWindows;
  std::uint64_t as_signed = 0;
  std::uint64_t as_unsigned = 0;
  pcm::Shape other = shape;
  other.is_unsigned = true;
  for (std::size_t w = 0; w < kWindows; ++w) {
    const std::uint8_t* const from = source.data() + shape.skip + w * stride * shape.width;
    const auto jumps = [&](const pcm::Shape& as) {
      pcm::LoadSamples(from, kWindow, 1, as, window.data());
      std::uint64_t sum = 0;
      for (std::size_t i = shape.channels; i < kWindow; ++i) {
        const std::int64_t jump = std::int64_t{window[i]} - window[i - shape.channels];
        sum += static_cast<std::uint64_t>(jump < 0 ? -jump : jump);
      }
      return sum;
    };
    as_signed += jumps(shape);
    as_unsigned += jumps(other);
  }
  return as_unsigned < as_signed;
}

// The answer of PredictedBits for sources that do not hold its windows.
constexpr std::uint64_t kTooShort = ~std::uint64_t{0};

// 256 · bits a sample that predictions leave of windows of the channels in turn.
std::uint64_t PredictedBits(ByteView source, const pcm::Shape& shape) {
  constexpr std::size_t kBefore = kernels::pcm::kMaxOrder;
  std::array<std::int32_t, kBefore + kPredicted> x{};
  std::array<std::int32_t, 2 * kPredicted + kBefore> scratch;
  std::array<std::int32_t, kPredicted> residuals;
  const std::size_t windows = std::max<std::size_t>(kPredictedWindows, shape.channels);
  const std::size_t length = kPredicted * kPredictedWindows / windows;
  const std::size_t span = (length + 1) * shape.channels;
  const std::size_t samples = (source.size() - shape.skip) / shape.width;
  if (samples < span) return kTooShort;
  const std::size_t stride = (samples - span) / windows / shape.channels * shape.channels;
  std::uint64_t cost = 0;
  for (std::size_t w = 0; w < windows; ++w) {
    const std::size_t first = w * stride + w % shape.channels;
    pcm::LoadSamples(source.data() + shape.skip + first * shape.width, length, shape.channels,
                     shape, x.data() + kBefore);
    cost += pcm::ChoosePredictor(std::span(x).subspan(kBefore, length), shape.bits(), kOrder,
                                 scratch, std::span(residuals).first(length), kDegrees)
                .cost;
  }
  return cost / (windows * length);
}

// Measures the bits that long predictions leave of a kind; a resonance may look like many channels,
// and is one.
void Predict(ByteView source, Kind& kind) {
  kind.predicted = PredictedBits(source, kind.shape);
  if (kind.shape.channels < kManyChannels || kind.predicted == kTooShort) return;
  pcm::Shape one = kind.shape;
  one.channels = 1;
  const std::uint64_t predicted = PredictedBits(source, one);
  if (predicted >= kind.predicted) return;
  kind.shape = one;
  kind.predicted = predicted;
}

// The better of the best kinds of each byte order.
Kind Better(ByteView source, const Kind& little, const Kind& big) {
  Kind first = big.bits < little.bits ? big : little;
  Kind second = big.bits < little.bits ? little : big;
  const bool alike = second.bits != ~std::uint64_t{0} &&
                     second.bits < first.bits + first.bits / kAlike &&
                     second.shape.width == first.shape.width;
  Predict(source, first);
  if (!alike) return first;
  Predict(source, second);
  // Loud noise hides that low bytes are those of the next sample, a byte further on in the other
  // order: what begins earlier is likelier.
  const auto cost = [&](const Kind& kind, const Kind& other) {
    const bool later = kind.shape.skip > other.shape.skip;
    return kind.predicted + (later && kind.predicted != kTooShort ? kind.predicted / kLater : 0);
  };
  return cost(second, first) < cost(first, second) ? second : first;
}

}  // namespace

void DetectPcm(const DetectInput& input, Candidates& candidates) {
  const ByteView source = input.source;
  if (source.size() < kLeastSource) return;
  if (!input.forced && input.features.text_density >= kMostlyText) return;
  std::array<Kind, kKinds> glances;
  std::size_t count = 0;
  std::uint64_t hopeful = input.features.entropy * kHopeful;
  for (const unsigned width : {2u, 1u, 3u, 4u}) {
    // Files of four-byte samples hold nothing that is not a multiple of two.
    for (std::uint8_t skip = 0; skip < width;
         skip = static_cast<std::uint8_t>(skip + 1 + (width == 4))) {
      for (const bool big_endian : {false, true}) {
        if (width == 1 && big_endian) continue;
        Kind& kind = glances[count++];
        kind.shape.width = width;
        kind.shape.big_endian = big_endian;
        kind.shape.skip = skip;
        kind.bits = Glance(source, kind.shape);
        hopeful = std::min(hopeful, kind.bits * kAmongOthers);
      }
    }
  }
  std::array<Kind, 2> kinds;  // little-endian, big-endian
  for (const Kind& kind : std::span(glances).first(count)) {
    if (kind.bits * 100 <= hopeful) {
      Consider(source, kind.shape, kinds[kind.shape.big_endian ? 1 : 0]);
    }
  }
  const std::uint64_t least = std::min(kinds[0].bits, kinds[1].bits);
  const bool promising = least * 100 < input.features.entropy * kWorthwhile;
  if (!promising && !input.forced) return;
  Kind best = Better(source, kinds[0], kinds[1]);
  pcm::Shape& shape = best.shape;
  shape.is_unsigned = LooksUnsigned(source, shape);
  shape.block_log = 11;
  shape.order = input.search().all_contexts ? 32 : kOrder;
  // Windows that all lie in the background promise too much.
  const std::uint64_t bits = std::clamp(ResidualBits(best.predicted) / shape.width,
                                        best.bits * kMostGain / (kMostGain + 1), best.bits);
  // Windows of whole blocks.
  const std::size_t block = shape.frame() << shape.block_log;
  const std::size_t unit = block <= 65536 ? block : shape.frame();
  candidates.Add({pcm::kId, pcm::Params(shape), unit,
                  static_cast<std::size_t>(bits * source.size() / (8 * kBit))});
}

}  // namespace sigma
