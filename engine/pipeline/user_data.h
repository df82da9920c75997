// User data: frames of the application's own, which this program checks and passes over.
#ifndef SIGMA_PIPELINE_USER_DATA_H_
#define SIGMA_PIPELINE_USER_DATA_H_

#include <cstdint>
#include <functional>

#include "engine/format/content_hash.h"
#include "engine/pipeline/forward_reader.h"
#include "sigma/result.hpp"

namespace sigma {

// Gets the bytes of a frame of user data as they are read, its header first. Whether they are intact
// is known only after the last of them.
using UserDataVisitor = std::function<Result<void>(std::uint32_t type, ByteView bytes)>;

// Passes over the user-data frame at the reader's position. `buffer` is scratch. Error offsets are
// the reader's. What it says of the content's hash goes into `content`, for which the reader begins at
// offset `base` of the input.
Result<void> SkipUserData(ForwardReader& reader, Buffer& buffer, ContentHashTally& content,
                          std::uint64_t base, const UserDataVisitor& visit = {});

}  // namespace sigma

#endif  // SIGMA_PIPELINE_USER_DATA_H_
