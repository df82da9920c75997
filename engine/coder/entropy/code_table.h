// The code lengths of an entropy stream on the wire: the shortest of a list, a range of nibbles and
// Huffman-coded run-length tokens. Layout beside the code; FORMAT.md ("Entropy stream") is
// normative.
#ifndef SIGMA_CODER_ENTROPY_CODE_TABLE_H_
#define SIGMA_CODER_ENTROPY_CODE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/coder/entropy/alphabet.h"
#include "engine/coder/entropy/tree.h"
#include "sigma/result.hpp"

namespace sigma::entropy {

// kStatic is a built-in one (static_tables.h), of which nothing is written.
enum class CodeTableKind : std::uint8_t { kList = 0, kRange = 1, kTokens = 2, kStatic = 3 };

// A range of 256 nibbles and its first byte is the largest that is ever chosen.
inline constexpr std::size_t kMaxCodeTable = 129;

struct CodeTable {
  CodeTableKind kind = CodeTableKind::kList;
  std::size_t size = 0;
};

// No table of so many symbols is shorter. A list has a nibble for each, as has a range without gaps;
// tokens are chosen only where neither fits their header and a byte.
[[nodiscard]] constexpr std::size_t LeastCodeTable(std::size_t symbols) noexcept {
  constexpr std::size_t kShortestTokens = 7;
  const std::size_t nibbles = 1 + (symbols + 1) / 2;
  return nibbles < kShortestTokens ? nibbles : kShortestTokens;
}

// Writes `lengths` (a complete code of the symbols `present`) in the shortest kind; kMaxCodeTable + 8
// bytes are writable.
CodeTable WriteCodeTable(const CodeLengths& lengths, const Alphabet& present,
                         std::uint8_t* to) noexcept;

// Parses a table of the first three kinds at the front of `bytes` into a complete code and returns
// its size; nothing if it is cut or not a complete code. Up to 8 bytes after `bytes` are read.
[[nodiscard]] std::optional<std::size_t> ParseCodeTable(ByteView bytes, CodeTableKind kind,
                                                        CodeLengths& lengths) noexcept;

}  // namespace sigma::entropy

#endif  // SIGMA_CODER_ENTROPY_CODE_TABLE_H_
