// The one parameter of the transforms of machine code (BRANCH, EXE), 1 byte: how the encoder found
// the code: 0 by content, 1 … 3 the whole source is code of that kind (code_ranges.h).
#ifndef SIGMA_TRANSFORM_CODE_PARAMS_H_
#define SIGMA_TRANSFORM_CODE_PARAMS_H_

#include <string>
#include <string_view>

#include "engine/transform/code_ranges.h"
#include "engine/transform/transform.h"

namespace sigma {

[[nodiscard]] TransformParams CodeParams(CodeKind whole = CodeKind::kNone);
[[nodiscard]] std::span<const TransformParams> CodeVariants();
// The name of the transform, and of the kind where the whole source is code.
[[nodiscard]] std::string DescribeCode(std::string_view name, const TransformParams& params);
// Where the code is; `params` are valid.
[[nodiscard]] CodeRanges CodeOf(ByteView source, const TransformParams& params);
// Hostile parameters; `name` is the transform's, for the error.
[[nodiscard]] Result<void> CheckCodeParams(std::string_view name, const TransformParams& params);

}  // namespace sigma

#endif  // SIGMA_TRANSFORM_CODE_PARAMS_H_
