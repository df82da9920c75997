// The LZ coder on the wire (FORMAT.md, "Reference (LZ)"): its forms, sequences and their limits, and
// the three numbers that every sub-block begins with.
//
// Sequences are the seam between the parsers, which find matches, and the forms, which code them.
#ifndef SIGMA_CODER_LZ_WIRE_H_
#define SIGMA_CODER_LZ_WIRE_H_

#include <cstddef>
#include <cstdint>

#include "kernels/lz/sequence.h"
#include "sigma/result.hpp"

namespace sigma::lz {

// The first byte of the payload: how the sub-blocks stand in it.
enum class Form : std::uint8_t {
  kSections = 0,   // token planes, each entropy coded
  kWide = 1,       // 4 bytes a record, offsets 64…65535, nothing entropy coded
  kNarrow = 2,     // 3 bytes a record, offsets 1…65535, nothing entropy coded
  kWideCoded = 3,  // as kWide, but the literals are an entropy stream
};

// The forms whose copy loop moves 32 bytes without looking.
[[nodiscard]] constexpr bool IsWide(Form form) noexcept {
  return form == Form::kWide || form == Form::kWideCoded;
}

// The bytes after the last sequence of a sub-block are literals.
using Sequence = kernels::lz::Sequence;

// Shortest match that the sections can hold; raw records hold kRawMinMatch.
inline constexpr std::size_t kMinMatch = 3;
inline constexpr std::size_t kRawMinMatch = 4;
// Offsets in sections have at most 24 bits, in raw records 16.
inline constexpr std::size_t kMaxOffset = (std::size_t{1} << 24) - 1;
inline constexpr std::size_t kRawMaxOffset = (std::size_t{1} << 16) - 1;
// Nearest match of the wide records: their copy loop moves 64 bytes without looking.
inline constexpr std::size_t kWideMinOffset = 64;

// Most output bytes of one sub-block: bounds the scratch of both sides.
inline constexpr std::size_t kMaxSubBlock = std::size_t{1} << 20;

struct SubBlock {
  std::size_t size = 0;       // output bytes
  std::size_t sequences = 0;  // each is at least kMinMatch bytes of output
  std::size_t literals = 0;   // bytes, with those after the last sequence
};

inline constexpr std::size_t kSubBlockHeaderBound = 12;

// Returns the bytes written, at most kSubBlockHeaderBound.
std::size_t WriteSubBlock(const SubBlock& block, std::uint8_t* to);
// Parses at `*position` and advances; refuses numbers that `remaining` bytes of output cannot hold.
Result<SubBlock> ParseSubBlock(ByteView source, std::size_t* position, std::size_t remaining);

}  // namespace sigma::lz

#endif  // SIGMA_CODER_LZ_WIRE_H_
