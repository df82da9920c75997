// The optimal parse of one step (kernels/lz/optimal) and the price of any parse.
#ifndef SIGMA_CODER_LZ_OPTIMAL_H_
#define SIGMA_CODER_LZ_OPTIMAL_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/coder/lz_candidate.h"
#include "engine/coder/lz_parser.h"
#include "engine/coder/lz_prices.h"

namespace sigma {

// The candidates of a sub-block: `counts[i]` for its byte i, one position behind the other in
// `candidates`. Lengths may reach behind the sub-block; the parse clips them. The last
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
[[nodiscard]] std::size_t ParseWithPrices(const LzRange& range, const OptimalShape& shape,
                                          const CandidateStore& store, const LzPrices& prices,
                                          std::span<std::uint32_t> scratch, Sequence* out);

// The exact price of sequences under `prices`, with all literals.
[[nodiscard]] std::uint64_t PriceOf(std::span<const Sequence> sequences, const LzRange& range,
                                    const LzPrices& prices);

}  // namespace sigma

#endif  // SIGMA_CODER_LZ_OPTIMAL_H_
