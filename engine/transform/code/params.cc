#include "engine/transform/code/params.h"

#include <array>

namespace sigma::code {

TransformParams Params(Kind whole) {
  TransformParams params;
  params.size = 1;
  params.bytes[0] = static_cast<std::uint8_t>(whole);
  return params;
}

std::span<const TransformParams> Variants() {
  static const std::array<TransformParams, 4> all = {Params(Kind::kX86), Params(Kind::kX64),
                                                     Params(Kind::kArm64), Params()};
  return all;
}

std::string DescribeAs(std::string_view name, const TransformParams& params) {
  constexpr std::array<std::string_view, 4> kinds = {"", "-x86", "-x64", "-arm64"};
  return std::string(name).append(kinds[params.bytes[0]]);
}

Ranges CodeOf(ByteView source, const TransformParams& params) {
  const auto whole = static_cast<Kind>(params.bytes[0]);
  if (whole == Kind::kNone) return FindCode(source);
  Ranges ranges;
  ranges.Add({0, source.size(), whole});
  return ranges;
}

Result<void> CheckParams(std::string_view name, const TransformParams& params) {
  if (params.size != 1) {
    return Fail(ErrorCode::kCorrupt, std::string(name) + " with parameters of the wrong size");
  }
  if (params.bytes[0] > static_cast<std::uint8_t>(Kind::kArm64)) {
    return Fail(ErrorCode::kUnsupported, std::string(name) + " of an unknown kind of code");
  }
  return {};
}

}  // namespace sigma::code
