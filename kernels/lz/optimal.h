// The price-based optimal parse of a range over given candidates.
//
// Among all ways to spell the range with the candidates and the three last offsets, the dynamic
// program keeps at each position one or two of the cheapest arrivals and gives the sequences of the
// cheapest way it saw to the end. Candidates at least `nice` long are taken whole. The result is
// the same on every target. Reads nothing at or beyond `end`. Integers only, no allocation; work is
// bounded by positions × arrivals × 254.
#ifndef SIGMA_KERNELS_LZ_OPTIMAL_H_
#define SIGMA_KERNELS_LZ_OPTIMAL_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/lz/context_copy.h"
#include "kernels/lz/sequence.h"

namespace sigma::kernels::lz {

// Match lengths and runs of literals from here on cost the same.
inline constexpr std::size_t kLongMatch = 255;
inline constexpr std::size_t kLongRun = 255;

// How an offset is given.
enum OffsetClass : unsigned { kRepeat0 = 0, kNear = 1, kTwoBytes = 2, kThreeBytes = 3 };
inline constexpr std::size_t kMaxNear = 254;

[[nodiscard]] constexpr OffsetClass ClassOf(std::uint32_t offset) noexcept {
  return offset <= kMaxNear ? kNear : offset < 65536 ? kTwoBytes : kThreeBytes;
}

// The byte that decides the context of the literal at `at` of a chunk.
[[nodiscard]] inline std::uint8_t ExpectedByte(const std::uint8_t* chunk, std::size_t at,
                                               std::size_t last_offset) noexcept {
  return at < last_offset ? std::uint8_t{0} : chunk[at - last_offset];
}

// The cost of each choice, below 2^18.
struct Prices {
  using Symbols = std::array<std::uint32_t, 256>;

  std::array<std::uint8_t, 256> contexts;  // of the literals, by the byte expected
  std::array<Symbols, kMaxLiteralContexts> literal;
  Symbols near;
  Symbols low;
  Symbols middle;
  Symbols high;
  // Price of a literal run of so many bytes, without the literals: the share of the token and the
  // escape. Runs of kLongRun and more cost run[kLongRun].
  std::array<std::uint32_t, kLongRun + 1> run;
  // The price one more literal adds to a run that then has so many bytes; may be negative (mod
  // 2^32).
  std::array<std::uint32_t, kLongRun + 2> run_step;
  // Price of the rest of the token and the match escape, by class, run (3 and more are one) and
  // length. Added to run[] it gives the exact price of both.
  std::uint32_t match[4][4][kLongMatch + 1];
  // A vector of prices may be loaded from the last length on.
  std::array<std::uint32_t, 16> pad;

  [[nodiscard]] std::uint32_t Literal(const std::uint8_t* chunk, std::size_t at,
                                      std::size_t last_offset) const noexcept {
    return literal[contexts[ExpectedByte(chunk, at, last_offset)]][chunk[at]];
  }
  [[nodiscard]] std::uint32_t Offset(std::uint32_t offset) const noexcept {
    if (offset <= kMaxNear) return near[offset + 1];
    const std::uint32_t two = low[offset & 255] + middle[(offset >> 8) & 255];
    return offset < 65536 ? two : two + high[offset >> 16];
  }
};

// Most arrivals of a position.
inline constexpr std::size_t kMaxArrivals = 2;

// 32-bit words of scratch for a range of `size` bytes.
[[nodiscard]] constexpr std::size_t OptimalScratch(std::size_t size, std::size_t arrivals) {
  constexpr std::size_t kPadWords = 16;  // a vector may be stored from the last position on
  return arrivals * (size + 1 + kPadWords) + (arrivals > 1 ? size / 4 + 1 : 0);
}

struct OptimalJob {
  const std::uint8_t* base;           // of the chunk: matches reach back to here
  std::size_t begin;                  // of the range
  std::size_t end;                    // of the range
  std::array<std::uint32_t, 3> last;  // offsets before the range, the last one first
  std::size_t arrivals;               // 1…kMaxArrivals
  std::size_t nice;                   // at most 255
  // counts[i] candidates of byte i of the range, shortest first, position by position,
  // each offset << 8 | length; lengths may reach beyond the range. The last 2 bytes have none.
  const std::uint8_t* counts;
  const std::uint32_t* candidates;
  const Prices* prices;
  std::uint32_t* scratch;  // OptimalScratch of the range
};

// Writes the sequences to `out`, at most (end − begin) / 3 + 1, and returns how many.
[[nodiscard]] std::size_t ParseOptimally(const OptimalJob& job, Sequence* out) noexcept;

}  // namespace sigma::kernels::lz

#endif  // SIGMA_KERNELS_LZ_OPTIMAL_H_
