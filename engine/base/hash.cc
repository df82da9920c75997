#include "engine/base/hash.h"

#if defined(__x86_64__)
#include <xxh_x86dispatch.h>
#else
#include <xxhash.h>
#endif

namespace sigma {

std::uint64_t Hash64(ByteView bytes) noexcept { return XXH3_64bits(bytes.data(), bytes.size()); }

std::uint32_t Hash32(ByteView bytes) noexcept { return static_cast<std::uint32_t>(Hash64(bytes)); }

}  // namespace sigma
