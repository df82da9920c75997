// The optimal parse of one step (kernels/lz/optimal) and the price of any parse.
#ifndef SIGMA_CODER_LZ_PARSERS_PRICED_H_
#define SIGMA_CODER_LZ_PARSERS_PRICED_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/coder/lz/parsers/candidate.h"
#include "engine/coder/lz/parsers/parser.h"
#include "engine/coder/lz/prices.h"

namespace sigma::lz {

// The candidates of a sub-block: `counts[i]` for its byte i, position by position in
// `candidates`. Lengths may reach beyond the sub-block; the parse clips them. The last
// kMinMatch − 1 bytes have none.
struct CandidateStore {
  std::span<const std::uint8_t> counts;
  std::span<const MatchCandidate> candidates;
};

using kernels::lz::kMaxArrivals;
using kernels::lz::OptimalScratch;

struct OptimalShape {
  std::size_t arrivals;  // 1…kMaxArrivals
  std::size_t nice;      // candidates of this length are taken whole
};

// Writes the sequences of `range` to `out` (SequenceBound of its size) and returns how many.
// `scratch` holds OptimalScratch of its size.
[[nodiscard]] std::size_t ParseWithPrices(const Range& range, const OptimalShape& shape,
                                          const CandidateStore& store, const Prices& prices,
                                          std::span<std::uint32_t> scratch, Sequence* out);

// The exact price of sequences under `prices`, with all literals.
[[nodiscard]] std::uint64_t PriceOf(std::span<const Sequence> sequences, const Range& range,
                                    const Prices& prices);

}  // namespace sigma::lz

#endif  // SIGMA_CODER_LZ_PARSERS_PRICED_H_
