// The shape of a PivCo code: code lengths -> leaves in canonical order -> nodes in pre-order.
//
// Fixed-size plain data, no allocation; building costs about 2 ns a symbol and node. Both sides
// build the same tree from the same lengths; FORMAT.md ("Entropy stream") is the normative text.
#ifndef SIGMA_CODER_ENTROPY_TREE_H_
#define SIGMA_CODER_ENTROPY_TREE_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace sigma::entropy {

struct SortedCode;

// The longest code. 11 bits cost 0.1–0.3 % over unlimited codes on text and bound the tree's depth.
inline constexpr unsigned kMaxCodeLength = 11;

// Code length per symbol, 0 = absent.
using CodeLengths = std::array<std::uint8_t, 256>;

// True if the lengths form a complete prefix code (Kraft sum exactly 1) of at least two symbols,
// none longer than kMaxCodeLength.
[[nodiscard]] bool IsCompleteCode(const CodeLengths& lengths) noexcept;

struct Node {
  std::uint16_t low = 0;   // leaves [low, high)
  std::uint16_t mid = 0;   // first leaf of the right child; unused if flat
  std::uint16_t high = 0;  //
  std::uint8_t flat = 0;   // bits per symbol (2 … 8) if all its leaves are equally deep, else 0
  // Children: a node's index, or ~leaf index (negative) for a leaf.
  std::int16_t left = 0;
  std::int16_t right = 0;
};

class Tree {
 public:
  // `lengths` must be a complete code; `sorted` is the same.
  void Build(const CodeLengths& lengths, const SortedCode& sorted) noexcept;

  [[nodiscard]] std::size_t leaf_count() const noexcept { return leaf_count_; }
  // The symbols in order of (length, symbol); 64 bytes after the last are readable.
  [[nodiscard]] const std::uint8_t* leaves() const noexcept { return leaves_.data(); }
  [[nodiscard]] std::size_t node_count() const noexcept { return node_count_; }
  // Node 0 is the root; depth-first pre-order.
  [[nodiscard]] const Node& node(std::size_t index) const noexcept { return nodes_[index]; }

 private:
  std::int16_t BuildNode(unsigned low, unsigned depth, unsigned* next) noexcept;

  std::array<std::uint8_t, 256 + 64> leaves_;
  std::array<std::uint8_t, 256> depths_;
  std::array<Node, 256> nodes_;
  std::size_t leaf_count_ = 0;
  std::size_t node_count_ = 0;
};

}  // namespace sigma::entropy

#endif  // SIGMA_CODER_ENTROPY_TREE_H_
