// Bins: a range of integers cut into dyadic intervals, narrow where values are dense, so that the
// number of its bin, entropy coded, and its place within the bin, as plain bits, code a value close
// to its entropy. The idea is pcodec's (Loncaric 2023); its bins may begin anywhere, these are the
// leaves of a binary tree, which costs two bits a bin to write and is found by dynamic programming.
#ifndef SIGMA_TRANSFORM_FLOATS_BIN_TREE_H_
#define SIGMA_TRANSFORM_FLOATS_BIN_TREE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sigma/result.hpp"

namespace sigma::floats {

class BinTree {
 public:
  static constexpr std::size_t kMostBins = 256;
  // Bytes of a written tree: its nodes, at most a path of 64 to each bin.
  static constexpr std::size_t kMostBytes = kMostBins * 64 / 8 * 2;

  // The tree for keys of `bits` bits of which these, ascending, are a sample. Returns what the
  // sample costs with it, in 1/256 bits, the tree included.
  std::uint64_t Build(std::span<const std::uint64_t> sorted, unsigned bits);

  // The tree's own part of what Build returned last.
  [[nodiscard]] std::uint64_t cost() const noexcept { return cost_; }

  // Pre-order: 1 for a node with two children, 0 for a bin; LSB first, padded to a byte.
  [[nodiscard]] std::size_t Write(std::uint8_t* to) const;
  // Reads a tree at `*position` and advances; false if it is cut, too deep or has too many bins.
  [[nodiscard]] bool Parse(ByteView bytes, std::size_t* position, unsigned bits);

  // Number of the bin and place in it, for each key: symbols[i], and the offsets back to
  // back as bits, LSB first; returns the bytes of these, at most 8 for each key.
  std::size_t Encode(std::span<const std::uint64_t> keys, std::uint8_t* symbols,
                     std::uint8_t* offsets) const;
  // The inverse for the first bytes of `offsets`, of which it takes `*used`; false if the symbols
  // are not bins or take more. Reads up to 16 bytes after `offsets`.
  [[nodiscard]] bool Decode(ByteView symbols, ByteView offsets, std::size_t* used,
                            std::uint64_t* keys) const;

 private:
  struct Grower;
  void Place();
  // The last key of the bin that holds this one.
  [[nodiscard]] std::uint64_t LastOf(std::uint64_t key) const;

  unsigned bits_ = 0;
  std::size_t count_ = 0;  // bins
  std::size_t nodes_ = 0;
  std::uint64_t cost_ = 0;
  std::array<std::uint8_t, 8 * kMostBytes> shape_;  // of each node: has children
  std::array<std::uint64_t, kMostBins> lower_;
  std::array<std::uint8_t, kMostBins> width_;
};

}  // namespace sigma::floats

#endif  // SIGMA_TRANSFORM_FLOATS_BIN_TREE_H_
