// User data: frames of the application's own, which this program checks and passes over.
#ifndef SIGMA_PIPELINE_USER_DATA_H_
#define SIGMA_PIPELINE_USER_DATA_H_

#include "engine/pipeline/forward_reader.h"
#include "sigma/sigma.hpp"

namespace sigma {

// Passes over the user-data frame at the reader's position. `buffer` is scratch. Error offsets are
// the reader's.
Result<void> SkipUserData(ForwardReader& reader, Buffer& buffer);

}  // namespace sigma

#endif  // SIGMA_PIPELINE_USER_DATA_H_
