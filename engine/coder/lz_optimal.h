// The price-based optimal parse of one sub-block over stored candidates.
//
// Among all ways to spell the sub-block with the candidates and the three last offsets, the
// dynamic program keeps at each position a few of the cheapest arrivals and gives the sequences of
// the cheapest way it saw to the end. Candidates at least `nice` long are taken at once. Integers
// only; no allocation; work is bounded by positions × arrivals × 255.
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
  std::span<const Candidate> candidates;
};

// How many arrivals a position keeps at most.
inline constexpr std::size_t kMaxArrivals = 4;

// One edge of the best way to a position: a literal if the length is 0.
struct Step {
  std::uint32_t length;
  std::uint32_t offset_slot;  // offset << 2 | the arrival it came from
};

// Steps that the parse of `size` bytes writes.
[[nodiscard]] constexpr std::size_t StepCount(std::size_t size, std::size_t arrivals) {
  return (size + 1) * arrivals;
}

struct OptimalShape {
  std::size_t arrivals;  // 1…kMaxArrivals
  std::size_t nice;      // candidates of this length are taken whole
};

// Writes the sequences of `range` to `out` (SequenceBound of its size) and returns how many.
[[nodiscard]] std::size_t ParseWithPrices(const LzRange& range, const OptimalShape& shape,
                                          const CandidateStore& store, const LzPrices& prices,
                                          std::span<Step> steps, Sequence* out);

// The exact price of sequences under `prices`, with all literals.
[[nodiscard]] std::uint64_t PriceOf(std::span<const Sequence> sequences, const LzRange& range,
                                    const LzPrices& prices);

}  // namespace sigma

#endif  // SIGMA_CODER_LZ_OPTIMAL_H_
