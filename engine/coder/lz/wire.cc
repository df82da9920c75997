// The header of a sub-block.
#include "engine/coder/lz/wire.h"

#include <algorithm>

#include "engine/base/varint.h"

namespace sigma::lz {

//   size | sequences | literals      three varints
std::size_t WriteSubBlock(const SubBlock& block, std::uint8_t* to) {
  std::uint8_t* const start = to;
  to += WriteVarint(block.size, to);
  to += WriteVarint(block.sequences, to);
  to += WriteVarint(block.literals, to);
  return static_cast<std::size_t>(to - start);
}

Result<SubBlock> ParseSubBlock(ByteView source, std::size_t* position, std::size_t remaining) {
  const std::size_t start = *position;
  const auto size = ParseVarint(source, position);
  const auto sequences = size ? ParseVarint(source, position) : std::nullopt;
  const auto literals = sequences ? ParseVarint(source, position) : std::nullopt;
  if (!literals) return Fail(ErrorCode::kCorrupt, "an LZ sub-block header is cut short", start);
  if (*size == 0 || *size > std::min(remaining, kMaxSubBlock) || *literals > *size ||
      *sequences > (*size - *literals) / kMinMatch) {
    return Fail(ErrorCode::kCorrupt, "an LZ sub-block header holds impossible sizes", start);
  }
  return SubBlock{static_cast<std::size_t>(*size), static_cast<std::size_t>(*sequences),
                  static_cast<std::size_t>(*literals)};
}

}  // namespace sigma::lz
