// Prices: what the sections charge for each choice of a parse, in integer fixed point.
//
// The prices follow the statistics of an earlier parse (the last sub-block or the last pass): the
// ideal code length of each symbol of each plane, −log2 of its share, capped where Huffman codes
// end. Integers only, so a parse is the same everywhere. No allocation.
#ifndef SIGMA_CODER_LZ_PRICES_H_
#define SIGMA_CODER_LZ_PRICES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/coder/lz_literals.h"
#include "engine/coder/lz_parser.h"
#include "engine/coder/lz_sequence.h"
#include "sigma/sigma.hpp"

namespace sigma {

// One bit is 1 << kPriceBits. A sub-block of 2^20 literals at the greatest price stays below 2^32.
inline constexpr unsigned kPriceBits = 8;
inline constexpr std::uint32_t kOneBit = 1u << kPriceBits;

// log2(value) << kPriceBits, rounded down; value > 0.
[[nodiscard]] std::uint32_t FixedLog2(std::uint32_t value) noexcept;

// Match lengths from here on cost the same: the escape's top value and a 32-bit number.
inline constexpr std::size_t kLongMatch = 255;
inline constexpr std::size_t kLongRun = 255;

// Bits 7…6 of a token: how the offset is given.
enum OffsetClass : unsigned { kRepeat0 = 0, kNear = 1, kTwoBytes = 2, kThreeBytes = 3 };
inline constexpr std::size_t kMaxNear = 254;

using Histogram = std::array<std::uint32_t, 256>;

// How often each symbol of each plane occurred.
struct LzCounts {
  Histogram token;
  Histogram run_escape;
  Histogram match_escape;
  Histogram near;
  Histogram low;
  Histogram middle;
  Histogram high;
  LiteralContexts contexts;
  std::array<Histogram, kMaxLiteralContexts> literal;  // by context
};

// The ideal code lengths of symbols that occur so often; symbols that never do are dear, not
// impossible.
void SymbolPrices(const Histogram& counts, Histogram* prices) noexcept;

// About what an entropy stream of the symbols of both counts takes, in 1/256 bit: ideal codes and
// a table; nothing for no symbols.
[[nodiscard]] std::uint64_t StreamCost(const Histogram& a, const Histogram& b) noexcept;

// The same from counts of which each stands for 1 << log symbols.
[[nodiscard]] std::uint64_t SampledStreamCost(const Histogram& a, const Histogram& b,
                                              unsigned log) noexcept;

// What is assumed before anything is known: the literals of `bytes` in one context, flat offsets
// and the shape of a typical token histogram.
void GuessCounts(ByteView bytes, LzCounts* counts) noexcept;

// The planes of one parsed sub-block; its literals by the contexts that stand in `counts`.
void CountSequences(std::span<const Sequence> sequences, const LzRange& range,
                    LzCounts* counts) noexcept;

struct LzPrices {
  std::array<std::uint8_t, 256> contexts;  // of the literals, by the byte expected
  std::array<Histogram, kMaxLiteralContexts> literal;
  Histogram near;
  Histogram low;
  Histogram middle;
  Histogram high;
  // Price of a literal run of so many bytes, without the literals: the share of the token and the
  // escape. Runs of kLongRun and more cost run[kLongRun].
  std::array<std::uint32_t, kLongRun + 1> run;
  // What one more literal adds to a run that then has so many bytes; may be negative (mod 2^32).
  std::array<std::uint32_t, kLongRun + 2> run_step;
  // Price of the rest of the token and the match escape, by class, run (3 and more are one) and
  // length. Added to run[] it gives the exact price of both.
  std::uint32_t match[4][4][kLongMatch + 1];

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

[[nodiscard]] constexpr OffsetClass ClassOf(std::uint32_t offset) noexcept {
  return offset <= kMaxNear ? kNear : offset < 65536 ? kTwoBytes : kThreeBytes;
}

// `sequence_price` is what a sequence costs besides its bits: the time to decode it.
void SetPrices(const LzCounts& counts, std::uint32_t sequence_price, LzPrices* prices) noexcept;

// The prices of planes that are stored: eight bits for each byte.
void SetStoredPrices(std::uint32_t sequence_price, LzPrices* prices) noexcept;

}  // namespace sigma

#endif  // SIGMA_CODER_LZ_PRICES_H_
