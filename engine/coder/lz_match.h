// What the parsers of this room take from the kernels: hashes and match lengths.
#ifndef SIGMA_CODER_LZ_MATCH_H_
#define SIGMA_CODER_LZ_MATCH_H_

#include "engine/base/endian.h"
#include "kernels/lz/match.h"

namespace sigma {

using kernels::lz::BackwardLength;
using kernels::lz::MatchLength;
using kernels::lz::PositionLog;
using kernels::lz::TaggedHash;

}  // namespace sigma

#endif  // SIGMA_CODER_LZ_MATCH_H_
