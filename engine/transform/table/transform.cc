#include "engine/transform/table/transform.h"

#include <array>

namespace sigma::table {
namespace {

std::span<const TransformParams> Variants() {
  static const std::array<TransformParams, 4> all = {Params('\n', '\n'), Params('\n', ';'),
                                                     Params('\n', ' '), Params(']', ',')};
  return all;
}

std::string ByteName(std::uint8_t byte) {
  if (byte > ' ' && byte < 0x7F) return std::string(1, static_cast<char>(byte));
  if (byte == ' ') return "space";
  if (byte == '\t') return "tab";
  if (byte == '\n') return "newline";
  return std::to_string(byte);
}

std::string Describe(const TransformParams& params) {
  const std::uint8_t separator = params.bytes[0];
  const std::uint8_t delimiter = params.bytes[1];
  std::string name = separator == delimiter ? "lines" : "table " + ByteName(delimiter);
  if (separator != '\n') name += " to " + ByteName(separator);
  return name;
}

// The marks and tokens of a text (lines.h), what its templates take, and the shapes of its lines:
// 428 bytes for each 1024, and at most those of 6000.
std::uint64_t Scratch(std::size_t size) {
  constexpr std::uint64_t kTemplates = 256u << 10;
  constexpr std::uint64_t kMostShapes = 2560u << 10;
  return 3 * std::uint64_t{size} + std::min<std::uint64_t>(size / 2, kMostShapes) + kTemplates;
}

}  // namespace

TransformParams Params(std::uint8_t separator, std::uint8_t delimiter) {
  TransformParams params;
  params.size = 2;
  params.bytes[0] = separator;
  params.bytes[1] = delimiter;
  return params;
}

const TransformRow& Transform() {
  static constexpr TransformRow row = {
      .id = kId,
      .name = "table",
      .variants = Variants,
      .describe = Describe,
      .forward = Encode,
      .inverse = Decode,
      .work = 128,
      .scratch = Scratch,
  };
  return row;
}

}  // namespace sigma::table
