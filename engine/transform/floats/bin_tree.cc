// A node that holds n of N sampled keys and spans w bits costs n · (w + log2(N / n)) as a bin, or
// what its children cost: both terms add up over the leaves, so the best tree is found bottom up.
#include "engine/transform/floats/bin_tree.h"

#include <algorithm>

#include "engine/base/endian.h"
#include "kernels/statistics/shannon.h"

namespace sigma::floats {
namespace {

// A bin's entry in the code table and its two nodes, about 12 bits; also what keeps a bin from
// following the noise of the sample.
constexpr std::uint64_t kBinCost = 12 * 256;
constexpr std::uint64_t kNodeCost = 2 * 256;
constexpr std::size_t kFewKeys = 6;

}  // namespace

struct BinTree::Grower {
  BinTree& tree;
  std::span<const std::uint64_t> keys;
  std::uint64_t bin_cost;
  std::uint32_t log_all = kernels::statistics::Log2Fixed(static_cast<std::uint32_t>(keys.size()));

  // Adds the nodes for keys[begin, end), which agree above the lowest `width` bits.
  std::uint64_t Grow(std::size_t begin, std::size_t end, unsigned width) {
    const std::size_t node = tree.nodes_;
    const std::size_t count = end - begin;
    std::uint64_t leaf = 0;
    if (count != 0) {
      const std::uint32_t share =
          log_all - kernels::statistics::Log2Fixed(static_cast<std::uint32_t>(count));
      leaf = count * (std::uint64_t{width} * 256 + share / 256) + bin_cost;
    }
    // Few keys gain nothing by bins of their own.
    if (node + 64 < tree.shape_.size() && width != 0 && count >= kFewKeys) {
      const std::uint64_t apart = keys[begin] ^ keys[end - 1];
      const std::uint64_t top = std::uint64_t{1} << (width - 1);
      if (apart < top) {
        // All on one side: the narrower node is the better one.
        const bool right = (keys[begin] & top) != 0;
        tree.shape_[tree.nodes_++] = 1;
        if (right) tree.shape_[tree.nodes_++] = 0;
        const std::uint64_t inner = Grow(begin, end, width - 1);
        if (!right) tree.shape_[tree.nodes_++] = 0;
        return inner + kNodeCost;
      }
      const auto from = keys.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto to = keys.begin() + static_cast<std::ptrdiff_t>(end);
      const auto middle =
          std::partition_point(from, to, [top](std::uint64_t key) { return (key & top) == 0; });
      const std::size_t cut = static_cast<std::size_t>(middle - keys.begin());
      tree.shape_[tree.nodes_++] = 1;
      const std::uint64_t split =
          Grow(begin, cut, width - 1) + Grow(cut, end, width - 1) + kNodeCost;
      if (split < leaf) return split;
    }
    tree.nodes_ = node;
    tree.shape_[tree.nodes_++] = 0;
    return leaf;
  }
};

std::uint64_t BinTree::Build(std::span<const std::uint64_t> sorted, unsigned bits) {
  bits_ = bits;
  for (std::uint64_t bin_cost = kBinCost;; bin_cost *= 2) {
    nodes_ = 0;
    const std::uint64_t cost = Grower{*this, sorted, bin_cost}.Grow(0, sorted.size(), bits);
    count_ = static_cast<std::size_t>(
        std::count(shape_.begin(), shape_.begin() + static_cast<std::ptrdiff_t>(nodes_), 0));
    if (count_ > kMostBins || nodes_ > 4 * kMostBytes) continue;
    Place();
    // Grow charges bins that hold keys, and nodes with children.
    std::size_t used = 0;
    for (auto key = sorted.begin(); key != sorted.end(); ++used) {
      key = std::upper_bound(key, sorted.end(), LastOf(*key));
    }
    cost_ = used * bin_cost + (count_ - 1) * kNodeCost;
    return cost;
  }
}

std::uint64_t BinTree::LastOf(std::uint64_t key) const {
  const auto lower = std::span(lower_).first(count_);
  const auto above = std::upper_bound(lower.begin(), lower.end(), key);
  return above == lower.end() ? ~std::uint64_t{0} : *above - 1;
}

// Bins in the order of the tree: ascending, side by side, all keys covered.
void BinTree::Place() {
  std::array<std::uint8_t, 66> pending;  // widths of the nodes still to come
  std::size_t depth = 0;
  pending[depth++] = static_cast<std::uint8_t>(bits_);
  std::size_t bin = 0;
  std::uint64_t lower = 0;
  for (std::size_t node = 0; node < nodes_; ++node) {
    const std::uint8_t width = pending[--depth];
    if (shape_[node] != 0) {
      pending[depth++] = static_cast<std::uint8_t>(width - 1);
      pending[depth++] = static_cast<std::uint8_t>(width - 1);
      continue;
    }
    lower_[bin] = lower;
    width_[bin++] = width;
    lower += width < 64 ? std::uint64_t{1} << width : 0;
  }
}

std::size_t BinTree::Write(std::uint8_t* to) const {
  const std::size_t size = (nodes_ + 7) / 8;
  std::fill_n(to, size, std::uint8_t{0});
  for (std::size_t i = 0; i < nodes_; ++i) {
    to[i / 8] = static_cast<std::uint8_t>(to[i / 8] | shape_[i] << (i % 8));
  }
  return size;
}

bool BinTree::Parse(ByteView bytes, std::size_t* position, unsigned bits) {
  bits_ = bits;
  nodes_ = 0;
  count_ = 0;
  std::array<std::uint8_t, 66> pending;
  std::size_t depth = 0;
  pending[depth++] = static_cast<std::uint8_t>(bits);
  const std::uint64_t available = 8 * std::uint64_t{bytes.size() - *position};
  while (depth != 0) {
    if (nodes_ == available || nodes_ == shape_.size()) return false;
    const unsigned bit = bytes[*position + nodes_ / 8] >> (nodes_ % 8) & 1u;
    shape_[nodes_++] = static_cast<std::uint8_t>(bit);
    const std::uint8_t width = pending[--depth];
    if (bit == 0) {
      if (++count_ > kMostBins) return false;
      continue;
    }
    if (width == 0) return false;
    pending[depth++] = static_cast<std::uint8_t>(width - 1);
    pending[depth++] = static_cast<std::uint8_t>(width - 1);
  }
  *position += (nodes_ + 7) / 8;
  Place();
  return true;
}

std::size_t BinTree::Encode(std::span<const std::uint64_t> keys, std::uint8_t* symbols,
                            std::uint8_t* offsets) const {
  std::array<std::uint64_t, kMostBins> lower;
  lower.fill(~std::uint64_t{0});
  std::copy_n(lower_.begin(), count_, lower.begin());
  std::uint8_t* to = offsets;
  std::uint64_t held = 0;
  unsigned filled = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::uint64_t key = keys[i];
    // The last bin that does not begin above the key; absent ones begin after all but the last
    // key.
    std::size_t bin = 0;
    for (std::size_t step = kMostBins / 2; step != 0; step /= 2) {
      bin += lower[bin + step] <= key ? step : 0;
    }
    bin = std::min(bin, count_ - 1);
    symbols[i] = static_cast<std::uint8_t>(bin);
    const std::uint64_t offset = key - lower_[bin];
    const unsigned width = width_[bin];
    held |= filled < 64 ? offset << filled : 0;
    if (filled + width >= 64) {
      StoreLE(to, held);
      to += 8;
      held = filled == 0 ? 0 : offset >> (64 - filled);
      filled += width - 64;
    } else {
      filled += width;
    }
  }
  for (; filled != 0; filled -= std::min(filled, 8u), held >>= 8) {
    *to++ = static_cast<std::uint8_t>(held);
  }
  return static_cast<std::size_t>(to - offsets);
}

bool BinTree::Decode(ByteView symbols, ByteView offsets, std::size_t* used,
                     std::uint64_t* keys) const {
  struct Bin {
    std::uint64_t lower = 0;
    std::uint64_t mask = 0;
    std::uint32_t width = 0;
  };
  std::array<Bin, kMostBins> bins;
  for (std::size_t i = 0; i < count_; ++i) {
    const std::uint64_t mask = width_[i] == 0 ? 0 : ~std::uint64_t{0} >> (64 - width_[i]);
    bins[i] = {lower_[i], mask, width_[i]};
  }
  // All symbols are bins, and the offsets hold what they take: then no read is beyond them.
  std::uint64_t bits = 0;
  std::uint8_t most = 0;
  for (const std::uint8_t symbol : symbols) {
    bits += bins[symbol].width;
    most = std::max(most, symbol);
  }
  *used = static_cast<std::size_t>((bits + 7) / 8);
  if ((!symbols.empty() && most >= count_) || *used > offsets.size()) return false;
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const Bin& bin = bins[symbols[i]];
    const std::uint8_t* from = offsets.data() + at / 8;
    const unsigned shift = at % 8;
    const std::uint64_t low = LoadLE<std::uint64_t>(from) >> shift;
    const std::uint64_t high = std::uint64_t{from[8]} << 1 << (63 - shift);
    keys[i] = bin.lower + ((low | high) & bin.mask);
    at += bin.width;
  }
  return true;
}

}  // namespace sigma::floats
