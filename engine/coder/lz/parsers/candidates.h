// Finds the match candidates of the optimal parser (kernels/lz/candidates).
//
// Memory: CandidateWords 32-bit words, zero before the first position of a chunk; positions must be
// visited in order, each once.
#ifndef SIGMA_CODER_LZ_PARSERS_CANDIDATES_H_
#define SIGMA_CODER_LZ_PARSERS_CANDIDATES_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/coder/lz/params.h"
#include "engine/coder/lz/parsers/candidate.h"
#include "sigma/result.hpp"

namespace sigma::lz {

// 32-bit words for a chunk of `size` bytes, zero at its start.
[[nodiscard]] std::size_t CandidateWords(const Params& params, std::size_t size);

// The candidates of [begin, end): counts[i] of begin + i, shortest first and nearest of its length,
// position by position in `candidates`, which holds at least one a position; where it runs
// short, positions keep their longest. Inside of a match of params.nice bytes, which is taken
// whole, positions have none. `words` begins on a cache line.
void SearchCandidates(const Params& params, ByteView source, std::size_t begin, std::size_t end,
                      std::span<std::uint32_t> words, std::span<std::uint8_t> counts,
                      std::span<MatchCandidate> candidates) noexcept;

}  // namespace sigma::lz

#endif  // SIGMA_CODER_LZ_PARSERS_CANDIDATES_H_
