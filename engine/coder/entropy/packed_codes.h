// Short blocks: the plain canonical codes back to back. A tree of runs pads each of its
// nodes to a byte, which costs a short block 1–3 % of its size, and walks each of them, which costs
// more time than a table of all codes as long as there are few symbols a node.
#ifndef SIGMA_CODER_ENTROPY_PACKED_CODES_H_
#define SIGMA_CODER_ENTROPY_PACKED_CODES_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/coder/entropy/prefix_table.h"
#include "engine/coder/entropy/tree.h"
#include "sigma/result.hpp"

namespace sigma::entropy {

// Blocks of more symbols are never packed: from here on runs decode faster and lose less than 1 %.
inline constexpr std::size_t kMostPacked = 4096;

// From this many symbols on there are four lanes, back to back, after the sizes of all but
// the last: 6 bytes of 500 and more, which their decoding in turns is worth.
inline constexpr std::size_t kLeastLaned = 1024;
inline constexpr std::size_t kPackedLanes = 4;
inline constexpr std::size_t kLaneSizes = 2 * (kPackedLanes - 1);

// At most so many bytes for codes of so many bits; exact below kLeastLaned.
[[nodiscard]] std::size_t PackedBound(std::size_t symbols, std::size_t bits) noexcept;

// The code of each symbol, its first bit at the bottom; length 0 = absent.
struct Code {
  std::uint16_t bits = 0;
  std::uint16_t length = 0;
};
using Codes = std::array<Code, 256>;

[[nodiscard]] constexpr Codes MakeCodes(const SortedCode& sorted) noexcept {
  Codes codes{};
  ForEachCode(sorted, [&](unsigned symbol, unsigned length, unsigned code) {
    codes[symbol] = {static_cast<std::uint16_t>(code), static_cast<std::uint16_t>(length)};
  });
  return codes;
}

// Writes the codes of `symbols`, all of them present, and returns the bytes used. 8 more are
// written.
std::size_t PackCodes(ByteView symbols, const Codes& codes, std::uint8_t* to) noexcept;

// Restores target.size() symbols and returns the bytes taken from `source`; nothing if it is cut.
// `lengths` is a complete code. Up to 8 bytes after `source` are read. From 32 symbols on a table
// of at most 2^11 entries is made; fewer cost at most 11 steps each.
struct Unpacked {
  bool whole = false;
  std::size_t bytes = 0;
};
[[nodiscard]] Unpacked UnpackCodes(ByteView source, const SortedCode& code,
                                   MutableBytes target) noexcept;
[[nodiscard]] inline Unpacked UnpackCodes(ByteView source, const CodeLengths& lengths,
                                          MutableBytes target) noexcept {
  return UnpackCodes(source, SortedCode(lengths), target);
}

}  // namespace sigma::entropy

#endif  // SIGMA_CODER_ENTROPY_PACKED_CODES_H_
