// Block by block, channel by channel. A pair of channels may be replaced by one of them and their
// difference, or by their mean and difference; each channel is then predicted and its residuals are
// folded to codes 0, 1, 2, … for 0, −1, 1, ….
//
// A group of 32 codes has a class: how many low bits are stored raw, so that what is left averages
// 8 … 16 and fits a byte, and which context the bytes left belong to. Adaptive Golomb and Rice
// codes do the same with a unary quotient (Rice 1979); entropy coding the quotient's byte by
// context follows its real distribution and decodes many bytes at a time.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "engine/transform/pcm/layout.h"
#include "engine/transform/pcm/predictor.h"

namespace sigma::pcm {
namespace {

using kernels::pcm::kGroup;
using kernels::pcm::kMaxOrder;

struct Group {
  unsigned raw_bits;
  unsigned context;
  [[nodiscard]] std::uint8_t Class() const {
    return static_cast<std::uint8_t>(raw_bits == 0 ? context
                                                   : context + kRawKinds * (raw_bits - 1));
  }
};

Group ClassifyGroup(const std::uint32_t* codes, unsigned bits) {
  std::uint64_t sum = 0;
  std::uint32_t all = 0;
  for (std::size_t i = 0; i < kGroup; ++i) {
    sum += codes[i];
    all |= codes[i];
  }
  const auto sum_bits = static_cast<unsigned>(std::bit_width(sum));
  const auto most_bits = static_cast<unsigned>(std::bit_width(all));
  const unsigned wanted =
      std::min(sum_bits > kPlainSumBits ? sum_bits - kPlainSumBits : 0, bits - 8);
  const unsigned needed = most_bits > 8 ? most_bits - 8 : 0;
  if (needed > wanted) return {needed, kPlainClasses + 2};
  if (wanted == 0) return {0, std::min(sum_bits, kPlainClasses - 1)};
  return {wanted, kPlainClasses + static_cast<unsigned>(sum >> (sum_bits - 2) & 1)};
}

class Encoder {
 public:
  Encoder(const Layout& layout, BufferPool& pool)
      : layout_(layout),
        stride_(kMaxOrder + layout.block),
        lanes_lease_(pool.AcquireFor<std::int32_t>(LaneCount())),
        lanes_(lanes_lease_.As<std::int32_t>(LaneCount())),
        tops_lease_(pool.Acquire(layout.groups * kGroup)),
        tops_(tops_lease_.As<std::uint8_t>(layout.groups * kGroup)),
        raw_lease_(pool.Acquire(RawBound())),
        raw_(raw_lease_.As<std::uint8_t>(RawBound())),
        class_lease_(pool.Acquire(layout.groups)),
        classes_(class_lease_.As<std::uint8_t>(layout.groups)),
        weight_lease_(pool.AcquireFor<std::int16_t>(layout.segments * layout.shape.order)),
        weights_(weight_lease_.As<std::int16_t>(layout.segments * layout.shape.order)) {
    std::ranges::fill(lanes_, 0);
  }

  // Codes the blocks of `frames`; kinds of pairs and predictors go where they belong.
  void Run(const std::uint8_t* frames, MutableBytes pairs, MutableBytes predictors) {
    const Shape& shape = layout_.shape;
    for (std::size_t b = 0; b < layout_.blocks; ++b) {
      const std::size_t count = layout_.FramesOf(b);
      const std::uint8_t* const from = frames + b * layout_.block * shape.frame();
      for (unsigned c = 0; c < shape.channels; ++c) {
        LoadSamples(from + c * shape.width, count, shape.channels, shape, Lane(c));
      }
      for (std::size_t p = 0; p < layout_.pairs; ++p) {
        pairs[b * layout_.pairs + p] = CombinePair(Lane(2 * p), Lane(2 * p + 1), count);
      }
      for (unsigned c = 0; c < shape.channels; ++c) {
        predictors[b * shape.channels + c] = EncodeSegment(Lane(c), count, c);
      }
    }
  }

  bool AddSections(SectionList& sections) {
    constexpr SectionHint kCounted{SectionKind::kSymbols, 1};
    const MutableBytes low = sections.Add(weight_count_, kCounted);
    const MutableBytes high = sections.Add(weight_count_, kCounted);
    const MutableBytes classes = sections.Add(layout_.groups, kCounted);
    std::array<MutableBytes, kContexts> tops;
    for (std::size_t c = 0; c < kContexts; ++c) {
      tops[c] = sections.Add(counts_[c] * kGroup, kCounted);
    }
    const MutableBytes raw = sections.Add(raw_size_, kCounted);
    if (!sections.ok()) return false;
    for (std::size_t i = 0; i < weight_count_; ++i) {
      low[i] = static_cast<std::uint8_t>(weights_[i]);
      high[i] = static_cast<std::uint8_t>(static_cast<std::uint16_t>(weights_[i]) >> 8);
    }
    std::array<std::uint8_t, kMaxChannels> before{};
    std::array<std::size_t, kContexts> at{};
    std::size_t group = 0;
    for (std::size_t s = 0; s < layout_.segments; ++s) {
      std::uint8_t& last = before[s % layout_.shape.channels];
      const std::size_t end = group + GroupsOf(layout_.FramesOf(s / layout_.shape.channels));
      for (; group < end; ++group) {
        const std::uint8_t now = classes_[group];
        classes[group] = static_cast<std::uint8_t>(now - last);
        last = now;
        const unsigned context =
            now < kPlainClasses ? now : kPlainClasses + (now - kPlainClasses) % kRawKinds;
        std::memcpy(tops[context].data() + at[context], tops_.data() + group * kGroup, kGroup);
        at[context] += kGroup;
      }
    }
    std::copy_n(raw_.begin(), raw_size_, raw.begin());
    return true;
  }

 private:
  // Channels, two combinations, scratch and residuals.
  [[nodiscard]] std::size_t LaneCount() const {
    return (layout_.shape.channels + 2) * stride_ + 6 * layout_.block + 3 * kMaxOrder;
  }
  [[nodiscard]] std::size_t RawBound() const {
    return layout_.groups * kGroup * (layout_.shape.width - 1) + 1;
  }
  // Channel c after kMaxOrder zeros.
  [[nodiscard]] std::int32_t* Lane(std::size_t c) const {
    return lanes_.data() + c * stride_ + kMaxOrder;
  }
  [[nodiscard]] std::int32_t* Scratch() const { return Lane(layout_.shape.channels + 2); }

  // How large second differences are: cheap, and close to what any prediction leaves.
  std::uint64_t Roughness(const std::int32_t* x, std::size_t count) const {
    static const Weights second = Polynomial(2);
    kernels::pcm::Residuals(x, count, second.weights.data(), second.order, layout_.shape.bits(),
                            Scratch());
    return kernels::pcm::Cost(Scratch(), count);
  }

  Pair CombinePair(std::int32_t* first, std::int32_t* second, std::size_t count) const {
    const unsigned spare = 32 - layout_.shape.bits();
    std::int32_t* const side = Lane(layout_.shape.channels);
    std::int32_t* const mid = Lane(layout_.shape.channels + 1);
    const auto wrap = [&](std::uint32_t value) {
      return static_cast<std::int32_t>(value << spare) >> spare;
    };
    for (std::size_t i = 0; i < count; ++i) {
      side[i] = wrap(static_cast<std::uint32_t>(first[i]) - static_cast<std::uint32_t>(second[i]));
      mid[i] =
          wrap(static_cast<std::uint32_t>(second[i]) + static_cast<std::uint32_t>(side[i] >> 1));
    }
    const std::uint64_t a = Roughness(first, count);
    const std::uint64_t b = Roughness(second, count);
    const std::uint64_t s = Roughness(side, count);
    const std::uint64_t m = Roughness(mid, count);
    const std::array<std::uint64_t, kPairKinds> costs = {a + b, a + s, s + b, m + s};
    const auto best = static_cast<Pair>(std::ranges::min_element(costs) - costs.begin());
    if (best == kMidSide) std::copy_n(mid, count, first);
    if (best == kFirstSide || best == kMidSide) std::copy_n(side, count, second);
    if (best == kSideSecond) std::copy_n(side, count, first);
    return best;
  }

  std::uint8_t EncodeSegment(const std::int32_t* x, std::size_t count, unsigned /*channel*/) {
    std::int32_t* const scratch = Scratch();
    const std::size_t scratch_size = 2 * count + kMaxOrder;
    std::int32_t* const residuals = scratch + scratch_size;
    auto* const codes = reinterpret_cast<std::uint32_t*>(residuals + count);
    const Choice choice =
        ChoosePredictor(std::span(x, count), layout_.shape.bits(), layout_.shape.order,
                        std::span(scratch, scratch_size), std::span(residuals, count));
    if (choice.predictor >= kPolynomials) {
      std::copy_n(choice.weights.weights.begin(), choice.weights.order,
                  weights_.begin() + static_cast<std::ptrdiff_t>(weight_count_));
      weight_count_ += choice.weights.order;
    }
    kernels::pcm::Fold(residuals, count, codes);
    const std::size_t padded = GroupsOf(count) * kGroup;
    std::fill(codes + count, codes + padded, 0u);
    for (std::size_t i = 0; i < padded; i += kGroup) {
      const Group group = ClassifyGroup(codes + i, layout_.shape.bits());
      classes_[group_] = group.Class();
      kernels::pcm::Pack(codes + i, group.raw_bits, tops_.data() + group_ * kGroup,
                         raw_.data() + raw_size_);
      raw_size_ += kGroup / 8 * group.raw_bits;
      ++counts_[group.context];
      ++group_;
    }
    return static_cast<std::uint8_t>(choice.predictor);
  }

  const Layout& layout_;
  std::size_t stride_;
  BufferPool::Lease lanes_lease_;
  std::span<std::int32_t> lanes_;
  BufferPool::Lease tops_lease_;
  std::span<std::uint8_t> tops_;
  BufferPool::Lease raw_lease_;
  std::span<std::uint8_t> raw_;
  BufferPool::Lease class_lease_;
  std::span<std::uint8_t> classes_;
  BufferPool::Lease weight_lease_;
  std::span<std::int16_t> weights_;
  std::array<std::size_t, kContexts> counts_{};
  std::size_t group_ = 0;
  std::size_t raw_size_ = 0;
  std::size_t weight_count_ = 0;
};

}  // namespace

bool Encode(ByteView source, const Shape& shape, BufferPool& pool, SectionList& sections) {
  const Layout layout = LayoutOf(shape, source.size());
  constexpr SectionHint kCounted{SectionKind::kSymbols, 1};
  const MutableBytes edges = sections.Add(layout.edges);
  const MutableBytes pairs = sections.Add(layout.blocks * layout.pairs, kCounted);
  const MutableBytes predictors = sections.Add(layout.segments, kCounted);
  if (!sections.ok()) return false;
  const std::size_t before = std::min<std::size_t>(shape.skip, source.size());
  std::copy_n(source.begin(), before, edges.begin());
  std::copy(source.end() - static_cast<std::ptrdiff_t>(layout.edges - before), source.end(),
            edges.begin() + static_cast<std::ptrdiff_t>(before));
  Encoder encoder(layout, pool);
  encoder.Run(source.data() + before, pairs, predictors);
  return encoder.AddSections(sections);
}

}  // namespace sigma::pcm
