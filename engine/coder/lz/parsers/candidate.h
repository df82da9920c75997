// A match candidate: what the finders hand to the optimal parser.
#ifndef SIGMA_CODER_LZ_PARSERS_CANDIDATE_H_
#define SIGMA_CODER_LZ_PARSERS_CANDIDATE_H_

#include <cstdint>

namespace sigma::lz {

// A match packed into a word: offset << 8 | length, lengths capped at 255.
using MatchCandidate = std::uint32_t;
[[nodiscard]] constexpr std::uint32_t CandidateOffset(MatchCandidate candidate) {
  return candidate >> 8;
}
[[nodiscard]] constexpr std::uint32_t CandidateLength(MatchCandidate candidate) {
  return candidate & 255;
}

}  // namespace sigma::lz

#endif  // SIGMA_CODER_LZ_PARSERS_CANDIDATE_H_
