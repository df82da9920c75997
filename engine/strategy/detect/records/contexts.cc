// A byte may be the context of those up to kReach from it, as the bytes of one number are. What a
// pair of bytes costs so is measured with the context's seven most frequent values and the others
// as classes. Then contexts are taken one after the other, the one first that saves most with all
// that it is a context for; a byte in a context is no context itself.
#include "engine/strategy/detect/records/contexts.h"

#include <algorithm>
#include <array>
#include <limits>

#include "engine/transform/records/context.h"
#include "kernels/statistics/histogram.h"
#include "kernels/statistics/shannon.h"

namespace sigma {
namespace {

constexpr std::size_t kReach = 3;
constexpr std::size_t kPairs = 2 * kReach + 1;
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
// Below a sixteenth of a bit a byte leaves nothing to save, and says nothing; above 7.8 bits it
// looks random.
constexpr std::uint64_t kLeastBits = 16;
constexpr std::uint64_t kMostBits = 7 * 256 + 200;
// A context must save 1/256 of all.
constexpr std::uint64_t kWorth = 256;
// Sections in all; a byte in a context has at most nine.
constexpr std::size_t kMostSections = 240;

class Chooser {
 public:
  Chooser(const ContextSample& sample, records::Layout& layout)
      : sample_(sample), layout_(layout), stride_(layout.stride) {
    std::size_t place = 0;
    for (const records::Field& field : layout.view()) {
      bits_ += sample.field_bits[place];
      for (std::size_t k = 0; k < field.width(); ++k, ++place) {
        begin_[place] = static_cast<std::uint8_t>(place - k);
        fields_[place] = field;
      }
    }
    for (auto& pairs : pair_bits_) pairs.fill(kNever);
    own_.fill(0);
    most_ = (kMostSections - stride_) / (records::kMaxContexts + 1);
  }

  void Choose() {
    MeasurePairs();
    bool any = false;
    for (;;) {
      std::size_t best = 0;
      std::int64_t most = 0;
      for (std::size_t q = 0; q < stride_; ++q) {
        const std::int64_t gain = GainOf(q);
        if (gain > most) {
          best = q;
          most = gain;
        }
      }
      if (most <= static_cast<std::int64_t>(bits_ / kWorth) || !Take(best)) break;
      any = true;
    }
    if (any) Rebuild();
  }

 private:
  [[nodiscard]] ByteView Column(std::size_t place) const {
    return sample_.columns.subspan(place * sample_.count, sample_.count);
  }
  [[nodiscard]] bool Tells(std::uint64_t bits) const {
    return bits > sample_.count * kLeastBits && bits < sample_.count * kMostBits;
  }

  // The cost of a context's tables, in this sample's share.
  [[nodiscard]] std::uint64_t TableBits() const {
    const std::uint64_t tables = records::kMaxContexts * records::kContextClassBytes * 8 * 256;
    return tables * sample_.count / std::max(sample_.all, sample_.count);
  }

  void MeasurePairs() {
    const std::uint64_t tables = TableBits();
    // No context pays where the tables alone cost more than any byte: in every small source.
    if (tables >= std::ranges::max(sample_.byte_bits.first(stride_))) return;
    for (std::size_t q = 0; q < stride_; ++q) {
      kernels::statistics::Histogram values{};
      for (const std::uint8_t value : Column(q)) ++values[value];
      if (!Tells(kernels::statistics::ShannonBits(values))) continue;
      const records::ContextRanks ranks = records::RankContexts(values);
      for (std::size_t p = q < kReach ? 0 : q - kReach; p < std::min(stride_, q + kReach + 1);
           ++p) {
        if (p != q && tables < sample_.byte_bits[p] && Tells(sample_.byte_bits[p])) {
          pair_bits_[p][q + kReach - p] = MeasurePair(p, q, ranks);
        }
      }
    }
  }

  [[nodiscard]] std::uint64_t MeasurePair(std::size_t p, std::size_t q,
                                          const records::ContextRanks& ranks) const {
    std::array<kernels::statistics::Histogram, records::kMaxContexts> counts{};
    const ByteView values = Column(p), contexts = Column(q);
    for (std::size_t i = 0; i < values.size(); ++i) ++counts[ranks[contexts[i]]][values[i]];
    std::uint64_t bits = 0;
    for (const kernels::statistics::Histogram& histogram : counts) {
      // Twice: classes are few records, and the best of several contexts is taken.
      bits += kernels::statistics::CorrectedBits(histogram, 2);
    }
    return bits + TableBits();
  }

  // The cost of byte p by itself or with q for its context.
  [[nodiscard]] std::uint64_t With(std::size_t p, std::size_t q) const {
    const bool near = p + kReach >= q && q + kReach >= p;
    return std::min(sample_.byte_bits[p], near ? pair_bits_[p][q + kReach - p] : kNever);
  }

  // The gain of taking apart the field that begins at `begin`, with q for a context; nothing
  // that already has or is one changes.
  [[nodiscard]] std::int64_t FieldGain(std::size_t begin, std::size_t q) const {
    const std::size_t width = fields_[begin].width();
    std::uint64_t apart = 0;
    for (std::size_t p = begin; p < begin + width; ++p) {
      if (own_[p] != 0 && p != q) return 0;
      apart += p == q ? sample_.byte_bits[p] : With(p, q);
    }
    return static_cast<std::int64_t>(sample_.field_bits[begin] - apart);
  }

  // Calls each(field) for those near q, its own first.
  template <class Each>
  void ForEachNear(std::size_t q, Each each) const {
    each(std::size_t{begin_[q]});
    const std::size_t end = std::min(stride_, q + kReach + 1);
    for (std::size_t p = q < kReach ? 0 : q - kReach; p < end; ++p) {
      if (begin_[p] == begin_[q]) continue;
      if (p == begin_[p] || p + kReach == q || p == 0) each(std::size_t{begin_[p]});
    }
  }

  [[nodiscard]] std::int64_t GainOf(std::size_t q) const {
    if (own_[q] == kContexted) return 0;
    std::int64_t gain = 0;
    ForEachNear(q, [&](std::size_t begin) {
      const std::int64_t own = FieldGain(begin, q);
      gain += begin == begin_[q] ? own : std::max<std::int64_t>(own, 0);
    });
    return gain;
  }

  // False if there are too many.
  bool Take(std::size_t q) {
    std::size_t more = 0;
    std::array<std::size_t, kPairs + 1> taken{};
    std::size_t count = 0;
    ForEachNear(q, [&](std::size_t begin) {
      if (begin == begin_[q] || FieldGain(begin, q) > 0) taken[count++] = begin;
    });
    const auto in_context = [&](std::size_t p) {
      return p != q && own_[p] == 0 && With(p, q) < sample_.byte_bits[p];
    };
    for (const std::size_t begin : std::span(taken).first(count)) {
      for (std::size_t k = 0; k < fields_[begin].width(); ++k)
        more += in_context(begin + k) ? 1 : 0;
    }
    if (contexted_ + more > most_) return false;
    contexted_ += more;
    for (const std::size_t begin : std::span(taken).first(count)) {
      const std::size_t width = fields_[begin].width();
      for (std::size_t p = begin; p < begin + width; ++p) {
        const bool context = in_context(p);
        if (own_[p] == 0 || p == q)
          sample_.field_bits[p] = p == q ? sample_.byte_bits[p] : With(p, q);
        if (context) {
          own_[p] = kContexted;
          context_[p] = static_cast<std::uint8_t>(q);
          fields_[p] = {.contexted = true};
        } else if (own_[p] == 0) {
          fields_[p] = sample_.bytes[p];
        }
        begin_[p] = static_cast<std::uint8_t>(p);
      }
    }
    own_[q] = kContext;
    return true;
  }

  // The layout stays as it was if its parameters have no room for this one.
  void Rebuild() {
    records::Layout layout = layout_;
    std::array<std::uint8_t, kMaxContextStride> index{};
    layout.count = 0;
    for (std::size_t p = 0; p < stride_; p += fields_[p].width()) {
      index[p] = static_cast<std::uint8_t>(layout.count);
      layout.fields[layout.count++] = fields_[p];
    }
    for (std::size_t p = 0; p < stride_; p += fields_[p].width()) {
      if (!fields_[p].contexted) continue;
      layout.fields[index[p]].reference =
          static_cast<std::uint8_t>((index[p] + layout.count - index[context_[p]]) % layout.count);
    }
    TransformParams params;
    if (records::WriteLayout(layout, params)) layout_ = layout;
  }

  static constexpr std::uint8_t kContext = 1;    // of others
  static constexpr std::uint8_t kContexted = 2;  // in one

  const ContextSample& sample_;
  records::Layout& layout_;
  std::size_t stride_;
  std::uint64_t bits_ = 0;
  std::size_t contexted_ = 0;
  std::size_t most_;
  std::array<std::array<std::uint64_t, kPairs>, kMaxContextStride> pair_bits_;
  std::array<records::Field, kMaxContextStride> fields_{};  // at each byte, the one it belongs to
  std::array<std::uint8_t, kMaxContextStride> begin_{};     // and where that begins
  std::array<std::uint8_t, kMaxContextStride> context_{};
  std::array<std::uint8_t, kMaxContextStride> own_;
};

}  // namespace

void ChooseContexts(const ContextSample& sample, records::Layout& layout) {
  if (layout.stride > kMaxContextStride || layout.stride < 2 || sample.count == 0) return;
  Chooser(sample, layout).Choose();
}

}  // namespace sigma
