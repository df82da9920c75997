// The one parameter of the transforms of machine code (BRANCH, EXE), 1 byte: how the encoder found
// the code: 0 by content, 1 … 3 the whole source is code of that kind (ranges.h).
#ifndef SIGMA_TRANSFORM_CODE_PARAMS_H_
#define SIGMA_TRANSFORM_CODE_PARAMS_H_

#include <string>
#include <string_view>

#include "engine/transform/code/ranges.h"
#include "engine/transform/transform.h"

namespace sigma::code {

[[nodiscard]] TransformParams Params(Kind whole = Kind::kNone);
[[nodiscard]] std::span<const TransformParams> Variants();
// The name of the transform, and of the kind where the whole source is code.
[[nodiscard]] std::string DescribeAs(std::string_view name, const TransformParams& params);
// Where the code is; `params` are valid.
[[nodiscard]] Ranges CodeOf(ByteView source, const TransformParams& params);
// Hostile parameters; `name` is the transform's, for the error.
[[nodiscard]] Result<void> CheckParams(std::string_view name, const TransformParams& params);

}  // namespace sigma::code

#endif  // SIGMA_TRANSFORM_CODE_PARAMS_H_
