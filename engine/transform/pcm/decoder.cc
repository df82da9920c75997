// Sixteen channels of blocks at a time: their codes are gathered from the sections, restored side
// by side, and the channels of each block put together again.
#include <algorithm>
#include <array>
#include <type_traits>

#include "engine/base/endian.h"
#include "engine/transform/pcm/layout.h"
#include "engine/transform/pcm/predictor.h"

namespace sigma::pcm {
namespace {

using kernels::pcm::kGroup;
using kernels::pcm::kLanes;
using kernels::pcm::kMaxOrder;

// Samples `step` apart. kStep: the same as a constant where it is worth a loop of its own, else 0.
template <unsigned kWidth, bool kBig, std::size_t kStep, typename T>
void StoreApart(const T* samples, std::size_t count, std::size_t step, std::uint32_t turn,
                std::uint8_t* to) {
  const std::size_t bytes = (kStep != 0 ? kStep : step) * kWidth;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t value = samples[i] ^ turn;
    if constexpr (kWidth == 2) {
      const auto sample = static_cast<std::uint16_t>(value);
      StoreLE<std::uint16_t>(to + i * bytes, kBig ? ByteSwap(sample) : sample);
    } else if constexpr (kWidth == 4) {
      StoreLE<std::uint32_t>(to + i * bytes, kBig ? ByteSwap(value) : value);
    } else {
      for (unsigned k = 0; k < kWidth; ++k) {
        to[i * bytes + (kBig ? kWidth - 1 - k : k)] = static_cast<std::uint8_t>(value >> (8 * k));
      }
    }
  }
}

template <unsigned kWidth, bool kBig, typename T>
void StoreSamples(const T* samples, std::size_t count, std::size_t step, bool is_unsigned,
                  std::uint8_t* to) {
  const std::uint32_t turn = is_unsigned ? 1u << (8 * kWidth - 1) : 0;
  if (step == 1) return StoreApart<kWidth, kBig, 1>(samples, count, step, turn, to);
  if (step == 2) return StoreApart<kWidth, kBig, 2>(samples, count, step, turn, to);
  StoreApart<kWidth, kBig, 0>(samples, count, step, turn, to);
}

template <typename T>
void StorePcmSamples(const T* samples, std::size_t count, const Shape& shape, std::uint8_t* to) {
  const std::size_t step = shape.channels;
  const bool turn = shape.is_unsigned;
  if constexpr (sizeof(T) == 2) {
    if (shape.width == 1) return StoreSamples<1, false>(samples, count, step, turn, to);
    if (shape.big_endian) return StoreSamples<2, true>(samples, count, step, turn, to);
    return StoreSamples<2, false>(samples, count, step, turn, to);
  } else {
    if (shape.width == 3) {
      if (shape.big_endian) return StoreSamples<3, true>(samples, count, step, turn, to);
      return StoreSamples<3, false>(samples, count, step, turn, to);
    }
    if (shape.big_endian) return StoreSamples<4, true>(samples, count, step, turn, to);
    return StoreSamples<4, false>(samples, count, step, turn, to);
  }
}

struct Cursor {
  const std::uint8_t* at = nullptr;
  std::size_t left = 0;

  explicit Cursor(ByteView bytes) : at(bytes.data()), left(bytes.size()) {}
  Cursor() = default;
  // The next `size` bytes; null if there are not so many.
  const std::uint8_t* Take(std::size_t size) {
    if (left < size) return nullptr;
    const std::uint8_t* const from = at;
    at += size;
    left -= size;
    return from;
  }
};

template <typename T>
class Decoder {
 public:
  Decoder(const Layout& layout, std::span<const ByteView> sections)
      : layout_(layout),
        pairs_(sections[kPairs]),
        predictors_(sections[kPredictors]),
        low_(sections[kWeightsLow]),
        high_(sections[kWeightsHigh]),
        classes_(sections[kClasses]),
        raw_(sections[kRaw]) {
    for (std::size_t c = 0; c < kContexts; ++c) tops_[c] = Cursor(sections[kFirstContext + c]);
  }

  Result<void> Run(BufferPool& pool, std::uint8_t* frames) {
    const Shape& shape = layout_.shape;
    // Only as wide as the longest block there is: all of it is cleared, and restored in step.
    const std::size_t stride =
        layout_.blocks == 0 ? kGroup : GroupsOf(layout_.FramesOf(0)) * kGroup;
    auto lease = pool.AcquireFor<T>(kLanes * stride);
    const std::span<T> planes = lease.template As<T>(kLanes * stride);
    std::ranges::fill(planes, T{0});
    const std::size_t batch = kLanes / shape.channels;  // blocks
    for (std::size_t first = 0; first < layout_.blocks; first += batch) {
      const std::size_t blocks = std::min(batch, layout_.blocks - first);
      std::array<std::int16_t, kMaxOrder * kLanes> weights{};
      std::size_t order = 0;
      for (std::size_t l = 0; l < blocks * shape.channels; ++l) {
        const std::size_t segment = first * shape.channels + l;
        const Result<std::size_t> own = ReadWeights(predictors_[segment], weights.data() + l);
        if (!own) return own.failure();
        order = std::max(order, *own);
        const std::size_t groups = GroupsOf(layout_.FramesOf(segment / shape.channels));
        if (!ReadGroups(groups, before_[l % shape.channels], planes.data() + l * stride)) {
          return Fail(ErrorCode::kCorrupt, "pcm with a section that ends too early");
        }
      }
      const std::size_t longest = GroupsOf(layout_.FramesOf(first)) * kGroup;
      kernels::pcm::Restore(planes.data(), stride, longest, weights.data(), order, shape.bits());
      for (std::size_t b = 0; b < blocks; ++b) {
        const std::size_t count = layout_.FramesOf(first + b);
        T* const channels = planes.data() + b * shape.channels * stride;
        for (std::size_t p = 0; p < layout_.pairs; ++p) {
          SeparatePair(pairs_[(first + b) * layout_.pairs + p], channels + 2 * p * stride,
                       channels + (2 * p + 1) * stride, count);
        }
        std::uint8_t* const to = frames + (first + b) * layout_.block * shape.frame();
        for (unsigned c = 0; c < shape.channels; ++c) {
          StorePcmSamples(channels + c * stride, count, shape, to + c * shape.width);
        }
      }
    }
    const bool all_used =
        std::ranges::all_of(tops_, [](const Cursor& cursor) { return cursor.left == 0; });
    if (!all_used || raw_.left != 0 || low_.left != 0 || high_.left != 0) {
      return Fail(ErrorCode::kCorrupt, "pcm with bytes left over");
    }
    return {};
  }

 private:
  // Every kLanes-th from `to` on; their number.
  Result<std::size_t> ReadWeights(std::uint8_t predictor, std::int16_t* to) {
    if (predictor < kPolynomials) {
      const Weights weights = Polynomial(predictor);
      for (std::size_t k = 0; k < weights.order; ++k) to[k * kLanes] = weights.weights[k];
      return weights.order;
    }
    const std::size_t order = predictor - (kPolynomials - 1);
    if (order > layout_.shape.order) {
      return Fail(ErrorCode::kCorrupt, "pcm with a prediction of too high an order");
    }
    const std::uint8_t* const low = low_.Take(order);
    const std::uint8_t* const high = high_.Take(order);
    if (low == nullptr || high == nullptr) {
      return Fail(ErrorCode::kCorrupt, "pcm with too few weights");
    }
    for (std::size_t k = 0; k < order; ++k) {
      to[k * kLanes] = static_cast<std::int16_t>(static_cast<std::uint16_t>(low[k] | high[k] << 8));
    }
    return order;
  }

  bool ReadGroups(std::size_t groups, std::uint8_t& before, T* codes) {
    const std::uint8_t* const classes = classes_.Take(groups);
    if (classes == nullptr) return false;
    for (std::size_t g = 0; g < groups; ++g, codes += kGroup) {
      before = static_cast<std::uint8_t>(before + classes[g]);
      unsigned context = before;
      unsigned raw_bits = 0;
      if (before >= kPlainClasses) {
        const unsigned kind = before - kPlainClasses;
        raw_bits = 1 + kind / kRawKinds;
        context = kPlainClasses + kind % kRawKinds;
        if (raw_bits + 8 > layout_.shape.bits()) return false;
      }
      const std::uint8_t* const tops = tops_[context].Take(kGroup);
      const std::uint8_t* const raw = raw_.Take(kGroup / 8 * raw_bits);
      if (tops == nullptr || raw == nullptr) return false;
      kernels::pcm::Unpack(tops, raw, raw_bits, codes);
    }
    return true;
  }

  static void SeparatePair(std::uint8_t kind, T* first, T* second, std::size_t count) {
    using Signed = std::make_signed_t<T>;
    switch (kind) {
      case kFirstSide:
        for (std::size_t i = 0; i < count; ++i) second[i] = static_cast<T>(first[i] - second[i]);
        break;
      case kSideSecond:
        for (std::size_t i = 0; i < count; ++i) first[i] = static_cast<T>(first[i] + second[i]);
        break;
      case kMidSide:
        for (std::size_t i = 0; i < count; ++i) {
          const T side = second[i];
          const auto half = static_cast<T>(static_cast<Signed>(side) >> 1);
          second[i] = static_cast<T>(first[i] - half);
          first[i] = static_cast<T>(side + second[i]);
        }
        break;
      default:
        break;
    }
  }

  const Layout& layout_;
  ByteView pairs_;
  ByteView predictors_;
  Cursor low_, high_, classes_, raw_;
  std::array<Cursor, kContexts> tops_;
  std::array<std::uint8_t, kMaxChannels> before_{};
};

}  // namespace

Result<void> Decode(std::span<const ByteView> sections, const Shape& shape, BufferPool& pool,
                    MutableBytes target) {
  const Layout layout = LayoutOf(shape, target.size());
  if (sections.size() != kSections || sections[kEdges].size() != layout.edges ||
      sections[kPairs].size() != layout.blocks * layout.pairs ||
      sections[kPredictors].size() != layout.segments ||
      sections[kClasses].size() != layout.groups) {
    return Fail(ErrorCode::kCorrupt, "pcm with sections of the wrong size");
  }
  if (std::ranges::any_of(sections[kPairs], [](std::uint8_t kind) { return kind >= kPairKinds; })) {
    return Fail(ErrorCode::kUnsupported, "pcm with an unknown combination of channels");
  }
  const std::size_t before = std::min<std::size_t>(shape.skip, target.size());
  const ByteView edges = sections[kEdges];
  std::ranges::copy(edges.first(before), target.begin());
  std::ranges::copy(edges.subspan(before),
                    target.end() - static_cast<std::ptrdiff_t>(layout.edges - before));
  std::uint8_t* const frames = target.data() + before;
  if (shape.width <= 2) return Decoder<std::uint16_t>(layout, sections).Run(pool, frames);
  return Decoder<std::uint32_t>(layout, sections).Run(pool, frames);
}

}  // namespace sigma::pcm
