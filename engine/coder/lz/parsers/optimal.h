// The optimal parser of a chunk: it parses the chunk's steps one after the other, each with the prices
// that the step before it would have had to pay.
#ifndef SIGMA_CODER_LZ_PARSERS_OPTIMAL_H_
#define SIGMA_CODER_LZ_PARSERS_OPTIMAL_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/coder/lz/params.h"
#include "engine/coder/lz/parsers/parser.h"
#include "engine/coder/lz/prices.h"

namespace sigma::lz {

class OptimalParser {
 public:
  // For a chunk of `size` bytes, in `words`: Words(params, size) of them, of any content, from a cache
  // line on. They and the parameters outlive the parser.
  OptimalParser(const Params& params, std::size_t size, std::span<std::uint32_t> words);

  [[nodiscard]] static std::size_t Words(const Params& params, std::size_t size);

  // Writes the sequences of `range` to `out` (SequenceBound of its size) and returns how many. The
  // ranges of a chunk come in order, none longer than 1 << params.parse_log. No allocation.
  [[nodiscard]] std::size_t Parse(const Range& range, Sequence* out);

 private:
  const Params& params_;
  bool primed_ = false;  // counts_ are those of a step
  Counts& counts_;       // of the last step, as it was parsed
  std::span<std::uint32_t> tables_;
  // Of a step alone.
  Prices& prices_;
  std::span<std::uint8_t> candidate_counts_;
  LiteralCounts* literals_;  // null without contexts
  std::span<std::uint32_t> candidates_;
  std::span<std::uint32_t> arrivals_;
};

}  // namespace sigma::lz

#endif  // SIGMA_CODER_LZ_PARSERS_OPTIMAL_H_
