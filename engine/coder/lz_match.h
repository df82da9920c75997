// What the parsers of this room take from the kernels: hashes and match lengths.
#ifndef SIGMA_CODER_LZ_MATCH_H_
#define SIGMA_CODER_LZ_MATCH_H_

#include "engine/base/endian.h"
#include "kernels/lz_match.h"

namespace sigma {

using kernels::BackwardLength;
using kernels::MatchLength;
using kernels::PositionLog;
using kernels::TaggedHash;

}  // namespace sigma

#endif  // SIGMA_CODER_LZ_MATCH_H_
