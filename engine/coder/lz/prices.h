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

#include "engine/coder/lz/contexts.h"
#include "engine/coder/lz/parsers/parser.h"
#include "engine/coder/lz/wire.h"
#include "kernels/lz/optimal.h"
#include "sigma/result.hpp"

namespace sigma::lz {

// One bit is 1 << kPriceBits. A sub-block of 2^20 literals at the greatest price stays below 2^32.
inline constexpr unsigned kPriceBits = 8;
inline constexpr std::uint32_t kOneBit = 1u << kPriceBits;

// log2(value) << kPriceBits, rounded down; value > 0.
[[nodiscard]] std::uint32_t FixedLog2(std::uint32_t value) noexcept;

using kernels::lz::ClassOf;
using kernels::lz::kLongMatch;
using kernels::lz::kLongRun;
using kernels::lz::kMaxNear;
using kernels::lz::kNear;
using kernels::lz::kRepeat0;
using kernels::lz::kThreeBytes;
using kernels::lz::kTwoBytes;
using Prices = kernels::lz::Prices;

using Histogram = Prices::Symbols;

// How often each symbol of each plane occurred.
struct Counts {
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

// The guess before anything is known: the literals of `bytes` in one context, flat offsets
// and the shape of a typical token histogram.
void GuessCounts(ByteView bytes, Counts* counts) noexcept;

// The planes of one parsed sub-block; its literals by the contexts that stand in `counts`.
void CountSequences(std::span<const Sequence> sequences, const Range& range,
                    Counts* counts) noexcept;

// `sequence_price` is what a sequence costs besides its bits: the time to decode it.
void SetPrices(const Counts& counts, std::uint32_t sequence_price, Prices* prices) noexcept;

// The prices of planes that are stored: eight bits for each byte.
void SetStoredPrices(std::uint32_t sequence_price, Prices* prices) noexcept;

}  // namespace sigma::lz

#endif  // SIGMA_CODER_LZ_PRICES_H_
