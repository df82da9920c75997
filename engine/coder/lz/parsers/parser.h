// Parsers: find the matches of one sub-block and give them as sequences.
//
// A parser works on [begin, end) of `source`; matches reach back over the whole source and end
// within the sub-block. The tables remember positions from one sub-block to the next; they start
// at zero for each chunk, so the sequences depend on source and params alone. No allocation.
#ifndef SIGMA_CODER_LZ_PARSERS_PARSER_H_
#define SIGMA_CODER_LZ_PARSERS_PARSER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/coder/lz/params.h"
#include "engine/coder/lz/wire.h"
#include "engine/memory/buffer_pool.h"
#include "sigma/result.hpp"

namespace sigma::lz {

// Near matches are short ones; more entries find hardly more of them (s7: 0.02 % at 8 times).
inline constexpr unsigned kNearLog = 13;

class OptimalParser;

struct Tables {
  std::span<std::uint32_t> short_hash;  // 1 << hash_log positions
  std::span<std::uint32_t> long_hash;   // 1 << long_hash_log positions, if the parser uses it
  // Of kLazyRows: 1 << kNearLog positions. All three start on a cache line.
  std::span<std::uint32_t> near_hash = {};
  OptimalParser* optimal = nullptr;  // for kOptimal, which uses none of the others
};

struct Range {
  ByteView source;
  std::size_t begin;
  std::size_t end;
  // The offsets of the sequences before it in its sub-block, the last one first.
  std::array<std::uint32_t, 3> last = {1, 1, 1};
};

// Most sequences a parser gives for a sub-block of `size` bytes.
[[nodiscard]] constexpr std::size_t SequenceBound(std::size_t size) { return size / kMinMatch + 1; }

// Writes the sequences of `range` to `out` (SequenceBound of its size) and returns how many.
[[nodiscard]] std::size_t ParseSequences(const Range& range, const Params& params,
                                         const Tables& tables, Sequence* out);

// The single parsers, one file each (kOptimal: optimal.h).
[[nodiscard]] std::size_t ParseSingleProbe(const Range& range, const Params& params,
                                           const Tables& tables, Sequence* out);
[[nodiscard]] std::size_t ParseFast(const Range& range, const Params& params, const Tables& tables,
                                    Sequence* out);
[[nodiscard]] std::size_t ParseLazyRows(const Range& range, const Params& params,
                                        const Tables& tables, Sequence* out);
[[nodiscard]] std::size_t ParseDoubleFast(const Range& range, const Params& params,
                                          const Tables& tables, Sequence* out);

}  // namespace sigma::lz

#endif  // SIGMA_CODER_LZ_PARSERS_PARSER_H_
