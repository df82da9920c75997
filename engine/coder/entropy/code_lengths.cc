// Huffman's lengths in place over sorted counts (Moffat and Katajainen 1995); only when they exceed
// the limit, package-merge (Larmore and Hirschberg 1990) over the same sorted counts. Both are
// exact, so the cheap one decides most small alphabets.
#include "engine/coder/entropy/code_lengths.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>

namespace sigma::entropy {
namespace {

constexpr std::size_t kMost = 256;

struct Item {
  std::uint32_t count;
  std::uint32_t symbol;
};

// Below this many items insertion sort wins over the radix passes (measured: about equal at 24).
constexpr std::size_t kInsertionSort = 24;

// Sorts by (count, symbol); the items come in order of symbol, so stability suffices.
void SortItems(std::array<Item, kMost>& items, std::size_t used, std::uint32_t most) noexcept {
  if (used <= kInsertionSort) {
    for (std::size_t i = 1; i < used; ++i) {
      const Item item = items[i];
      std::size_t at = i;
      for (; at > 0 && items[at - 1].count > item.count; --at) items[at] = items[at - 1];
      items[at] = item;
    }
    return;
  }
  std::array<Item, kMost> other;
  Item* from = items.data();
  Item* to = other.data();
  for (unsigned shift = 0; shift < 32 && (most >> shift) != 0; shift += 8) {
    std::array<std::uint16_t, 257> starts{};
    for (std::size_t i = 0; i < used; ++i) ++starts[((from[i].count >> shift) & 0xFF) + 1];
    const std::uint32_t highest = std::min<std::uint32_t>(most >> shift, 0xFF);
    for (std::uint32_t i = 1; i <= highest; ++i) {
      starts[i] = static_cast<std::uint16_t>(starts[i] + starts[i - 1]);
    }
    for (std::size_t i = 0; i < used; ++i) to[starts[(from[i].count >> shift) & 0xFF]++] = from[i];
    std::swap(from, to);
  }
  if (from != items.data()) std::copy(from, from + used, items.data());
}

// Turns sorted weights into Huffman code lengths, longest first; returns the longest.
unsigned HuffmanLengths(std::uint32_t* w, std::size_t n) noexcept {
  // Phase 1: w[i] of a merged node becomes its parent's index.
  std::size_t leaf = 0;
  std::size_t root = 0;
  for (std::size_t next = 0; next + 1 < n; ++next) {
    std::uint32_t sum = 0;
    for (int side = 0; side < 2; ++side) {
      if (leaf >= n || (root < next && w[root] < w[leaf])) {
        sum += w[root];
        w[root++] = static_cast<std::uint32_t>(next);
      } else {
        sum += w[leaf++];
      }
    }
    w[next] = sum;
  }
  // Phase 2: depths of the inner nodes.
  w[n - 2] = 0;
  for (std::size_t i = n - 2; i-- > 0;) w[i] = w[w[i]] + 1;
  // Phase 3: depths of the leaves, from the root down.
  std::size_t open = 1;
  std::size_t inner = n - 1;  // inner nodes above are used up
  std::size_t out = n;
  unsigned depth = 0;
  while (open > 0) {
    std::size_t nodes = 0;
    while (inner > 0 && w[inner - 1] == depth) {
      ++nodes;
      --inner;
    }
    for (; open > nodes; --open) w[--out] = depth;
    open = 2 * nodes;
    ++depth;
  }
  return w[0];
}

// Package-merge: level by level, pairs of the last list are merged with the leaves. The cheapest
// 2n − 2 items of the last list then say how many of the smallest leaves are in each level, and a
// leaf's length is the number of levels it is in.
//
// Each merge runs from both ends at once to the middle: one item's choice is a chain of about seven
// cycles, and two chains overlap (7 → 4 µs for 256 symbols). The middle is reached before either
// end uses up its leaves, since there are fewer pairs than leaves; pairs may run out and have
// sentinels.
void PackageMerge(const std::uint32_t* leaves, std::size_t n, unsigned limit,
                  std::uint32_t* lengths) noexcept {
  constexpr unsigned kLimit = 15;
  std::array<std::array<std::uint8_t, 2 * kMost>, kLimit> is_leaf;
  std::array<std::uint32_t, 2 * kMost> list;
  std::array<std::uint32_t, kMost + 2> package_room;
  std::uint32_t* const packages = package_room.data() + 1;
  packages[-1] = 0;
  std::copy(leaves, leaves + n, list.data());
  std::size_t size = n;
  const std::size_t most = 2 * n - 2;
  for (unsigned level = 1; level < limit; ++level) {
    std::uint8_t* const marks = is_leaf[level].data();
    const std::size_t pairs = size / 2;
    for (std::size_t i = 0; i < pairs; ++i) packages[i] = list[2 * i] + list[2 * i + 1];
    packages[pairs] = ~0U;
    const std::size_t total = n + pairs;
    const std::uint32_t* low_leaf = leaves;
    const std::uint32_t* low_package = packages;
    const std::uint32_t* high_leaf = leaves + n - 1;
    const std::uint32_t* high_package = packages + pairs - 1;
    for (std::size_t i = 0; i < total - i; ++i) {
      const std::uint32_t low_weight = *low_leaf;
      const std::uint32_t low_sum = *low_package;
      const bool take_low = low_weight <= low_sum;
      const std::uint32_t high_weight = *high_leaf;
      const std::uint32_t high_sum = *high_package;
      const bool take_high = high_weight > high_sum;
      low_leaf += take_low;
      low_package += !take_low;
      high_leaf -= take_high;
      high_package -= !take_high;
      list[i] = std::min(low_weight, low_sum);
      list[total - 1 - i] = std::max(high_weight, high_sum);
      marks[i] = take_low;
      marks[total - 1 - i] = take_high;
    }
    size = std::min(total, most);
  }
  std::fill(lengths, lengths + n, 0U);
  std::size_t taken = most;
  for (unsigned level = limit; level-- > 0 && taken > 0;) {
    std::size_t leaf_items = std::min(taken, n);
    if (level > 0) {
      const std::uint8_t* const marks = is_leaf[level].data();
      leaf_items = static_cast<std::size_t>(std::accumulate(marks, marks + taken, 0U));
    }
    for (std::size_t i = 0; i < leaf_items; ++i) ++lengths[i];
    taken = 2 * (taken - leaf_items);
  }
}

}  // namespace

void BuildCodeLengths(std::span<const std::uint32_t> counts, const Alphabet& present,
                      unsigned limit, std::span<std::uint8_t> lengths) noexcept {
  std::array<Item, kMost> items;
  std::size_t used = 0;
  std::uint32_t most = 0;
  for (const std::uint8_t symbol : present.symbols()) {
    items[used++] = {counts[symbol], symbol};
    most = std::max(most, counts[symbol]);
  }
  SortItems(items, used, most);
  std::array<std::uint32_t, kMost> result;
  for (std::size_t i = 0; i < used; ++i) result[i] = items[i].count;
  if (HuffmanLengths(result.data(), used) > limit) {
    std::array<std::uint32_t, kMost> weights;
    for (std::size_t i = 0; i < used; ++i) weights[i] = items[i].count;
    PackageMerge(weights.data(), used, limit, result.data());
  }
  std::ranges::fill(lengths, std::uint8_t{0});
  for (std::size_t i = 0; i < used; ++i) {
    lengths[items[i].symbol] = static_cast<std::uint8_t>(result[i]);
  }
}

}  // namespace sigma::entropy
