// Sub-blocks: the unit in which the LZ coder parses, codes and decodes. All forms share what is here;
// sections.h and records.h code and decode one sub-block each. Their Encode functions write to
// scratch of at least their Bound; their Decode functions treat `source` as hostile, write only below
// the target's end, and give error offsets from the start of `source`.
#ifndef SIGMA_CODER_LZ_SUB_BLOCK_H_
#define SIGMA_CODER_LZ_SUB_BLOCK_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/coder/lz/wire.h"

namespace sigma::lz {

// Where a sub-block is decoded to.
struct Target {
  const std::uint8_t* begin;  // of the chunk: matches reach back to here
  std::uint8_t* at;           // of the sub-block
  std::uint8_t* end;          // of the chunk: nothing is written from here on
};

// The sub-block's bytes, how many may be read from its start, how many of the chunk are before it.
struct Input {
  const std::uint8_t* bytes;
  std::size_t size;
  std::size_t readable;
  std::size_t before;
};

[[nodiscard]] SubBlock DescribeSubBlock(std::span<const Sequence> sequences, std::size_t size);

// Copies the literals of all sequences and those after the last, back to back; 32 bytes
// after them are written, too.
void GatherLiterals(std::span<const Sequence> sequences, const Input& input, std::uint8_t* to);

// The decoder's check before the copy loop: the lengths (bytes, and lists for those of 255) fill
// the sub-block exactly, and every list entry is at least 255. Gives the sum of the literal
// lengths, or nothing if they do not.
struct Lengths {
  const std::uint8_t* literals;
  const std::uint8_t* matches;
  const std::uint8_t* long_literals;
  std::size_t long_literal_count;
  const std::uint8_t* long_matches;
  std::size_t long_match_count;
};
[[nodiscard]] bool LengthsFit(const Lengths& lengths, const SubBlock& block);

}  // namespace sigma::lz

#endif  // SIGMA_CODER_LZ_SUB_BLOCK_H_
