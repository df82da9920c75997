// The tree of a canonical Huffman code, as the wavelet-tree view of its bits (Żukowski 2026,
// arXiv 2606.05765).
//
// Leaves are sorted by (length, symbol). Since codes are canonical, the subtree at depth d whose
// first leaf is `low` needs no search: if length[low] == d it is that leaf; if the 2^D leaves from
// `low` on (D = length[low] − d) all have length[low], it is a flat subtree; otherwise its left
// child begins at `low` and the right one where the left one ends.
#include "engine/coder/entropy/tree.h"

#include <cstring>

#include "engine/coder/entropy/prefix_table.h"

namespace sigma::entropy {

bool IsCompleteCode(const CodeLengths& lengths) noexcept {
  std::uint32_t kraft = 0;
  std::uint32_t used = 0;
  for (const std::uint8_t length : lengths) {
    if (length > kMaxCodeLength) return false;
    if (length == 0) continue;
    kraft += 1U << (kMaxCodeLength - length);
    ++used;
  }
  return used >= 2 && kraft == 1U << kMaxCodeLength;
}

void Tree::Build(const CodeLengths& lengths, const SortedCode& sorted) noexcept {
  leaf_count_ = sorted.used;
  leaves_ = {};
  std::memcpy(leaves_.data(), sorted.symbols.data(), leaf_count_);
  for (std::size_t i = 0; i < leaf_count_; ++i) depths_[i] = lengths[leaves_[i]];
  node_count_ = 0;
  unsigned end = 0;
  BuildNode(0, 0, &end);
}

std::int16_t Tree::BuildNode(unsigned low, unsigned depth, unsigned* next) noexcept {
  const unsigned length = depths_[low];
  if (length == depth) {
    *next = low + 1;
    return static_cast<std::int16_t>(~static_cast<int>(low));
  }
  const auto index = static_cast<std::int16_t>(node_count_++);
  Node& node = nodes_[static_cast<std::size_t>(index)];
  node.low = static_cast<std::uint16_t>(low);
  const unsigned flat = length - depth;
  const unsigned flat_end = low + (1U << flat);
  if (flat >= 2 && flat_end <= leaf_count_ && depths_[flat_end - 1] == length) {
    node.flat = static_cast<std::uint8_t>(flat);
    node.mid = node.low;
    *next = flat_end;
  } else {
    unsigned mid = 0;
    node.flat = 0;
    node.left = BuildNode(low, depth + 1, &mid);
    node.mid = static_cast<std::uint16_t>(mid);
    node.right = BuildNode(mid, depth + 1, next);
  }
  node.high = static_cast<std::uint16_t>(*next);
  return index;
}

}  // namespace sigma::entropy
