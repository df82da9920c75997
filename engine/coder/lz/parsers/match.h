// The hashes and match lengths that parsers outside of the kernels use.
#ifndef SIGMA_CODER_LZ_PARSERS_MATCH_H_
#define SIGMA_CODER_LZ_PARSERS_MATCH_H_

#include "engine/base/endian.h"
#include "kernels/lz/match.h"

namespace sigma::lz {

using kernels::lz::BackwardLength;
using kernels::lz::MatchLength;
using kernels::lz::PositionLog;
using kernels::lz::TaggedHash;

}  // namespace sigma::lz

#endif  // SIGMA_CODER_LZ_PARSERS_MATCH_H_
