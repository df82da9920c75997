// By which a source that is compressed in parts, or by several processes, is known again.
#ifndef SIGMA_API_SOURCE_TRAITS_H_
#define SIGMA_API_SOURCE_TRAITS_H_

#include "engine/io/input_file.h"
#include "sigma/shared.hpp"

namespace sigma {

// Reads the source's ends. kInvalidArgument: it has no size that is known, or is no file.
Result<SourceTraits> TraitsOf(InputFile& input);

}  // namespace sigma

#endif  // SIGMA_API_SOURCE_TRAITS_H_
