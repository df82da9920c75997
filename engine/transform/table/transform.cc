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
      TransformId::kTable, "table", Variants, Describe, Encode, Decode};
  return row;
}

}  // namespace sigma::table
