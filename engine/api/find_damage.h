// FindDamage: what is wrong with a file whose seek tables are of no use, found from its headers and
// footers alone, from front to end.
#ifndef SIGMA_API_FIND_DAMAGE_H_
#define SIGMA_API_FIND_DAMAGE_H_

#include "engine/io/stream.h"
#include "sigma/result.hpp"

namespace sigma {

// The first error that reading `source`, a seekable one, from the front meets; success if there is
// none but, perhaps, in payloads and user data, which are passed over unread. Constant memory.
Result<void> FindDamage(Source& source);

}  // namespace sigma

#endif  // SIGMA_API_FIND_DAMAGE_H_
