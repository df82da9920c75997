// Where a source changes its character: cuts between stretches of different byte statistics.
#ifndef SIGMA_STRATEGY_CUTS_H_
#define SIGMA_STRATEGY_CUTS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/memory/buffer_pool.h"
#include "sigma/result.hpp"

namespace sigma {

// Piece i is [begin[i], begin[i + 1]) in bytes, all but the last multiples of kSplitUnit.
struct PieceList {
  static constexpr std::size_t kMost = 16;
  std::array<std::size_t, kMost + 1> begin{};
  std::size_t count = 1;
};

// No piece is smaller: its tables and its lost matches would cost what it gains.
inline constexpr std::size_t kLeastPiece = 64u << 10;

// At most PieceList::kMost pieces, hardly any smaller than `least` (at least kLeastPiece); one if
// the source is the same all over or small. Depends on the bytes alone. Cost: see the .cc.
[[nodiscard]] PieceList FindPieces(ByteView source, std::size_t least, BufferPool& pool);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_CUTS_H_
