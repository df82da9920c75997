#include "engine/transform/code_params.h"

#include <array>

namespace sigma {

TransformParams CodeParams(CodeKind whole) {
  TransformParams params;
  params.size = 1;
  params.bytes[0] = static_cast<std::uint8_t>(whole);
  return params;
}

std::span<const TransformParams> CodeVariants() {
  static const std::array<TransformParams, 4> all = {CodeParams(CodeKind::kX86),
                                                     CodeParams(CodeKind::kX64),
                                                     CodeParams(CodeKind::kArm64), CodeParams()};
  return all;
}

std::string DescribeCode(std::string_view name, const TransformParams& params) {
  constexpr std::array<std::string_view, 4> kinds = {"", "-x86", "-x64", "-arm64"};
  return std::string(name).append(kinds[params.bytes[0]]);
}

CodeRanges CodeOf(ByteView source, const TransformParams& params) {
  const auto whole = static_cast<CodeKind>(params.bytes[0]);
  if (whole == CodeKind::kNone) return FindCode(source);
  CodeRanges ranges;
  ranges.Add({0, source.size(), whole});
  return ranges;
}

Result<void> CheckCodeParams(std::string_view name, const TransformParams& params) {
  if (params.size != 1) {
    return Fail(ErrorCode::kCorrupt, std::string(name) + " with parameters of the wrong size");
  }
  if (params.bytes[0] > static_cast<std::uint8_t>(CodeKind::kArm64)) {
    return Fail(ErrorCode::kUnsupported, std::string(name) + " of an unknown kind of code");
  }
  return {};
}

}  // namespace sigma
