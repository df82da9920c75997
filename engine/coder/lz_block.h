// Sub-blocks: the unit in which the LZ coder parses, codes and decodes, at most kMaxSubBlock bytes
// of output. Every form begins with the same three numbers (FORMAT.md).
//
// Encode functions write to scratch of at least their Bound; Decode functions treat `source` as
// hostile, write only below the target's end, and give error offsets from the start of `source`.
#ifndef SIGMA_CODER_LZ_BLOCK_H_
#define SIGMA_CODER_LZ_BLOCK_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/coder/lz_params.h"
#include "engine/coder/lz_sequence.h"
#include "engine/memory/buffer_pool.h"
#include "sigma/sigma.hpp"

namespace sigma {

struct SubBlock {
  std::size_t size = 0;       // output bytes
  std::size_t sequences = 0;  // each is at least kMinMatch bytes of output
  std::size_t literals = 0;   // bytes, with those behind the last sequence
};

inline constexpr std::size_t kSubBlockHeaderBound = 12;

// Returns the bytes written, at most kSubBlockHeaderBound.
std::size_t WriteSubBlock(const SubBlock& block, std::uint8_t* to);
// Parses at `*position` and advances; refuses numbers that `remaining` bytes of output cannot hold.
Result<SubBlock> ParseSubBlock(ByteView source, std::size_t* position, std::size_t remaining);

// Where a sub-block is decoded to.
struct LzTarget {
  const std::uint8_t* begin;  // of the chunk: matches reach back to here
  std::uint8_t* at;           // of the sub-block
  std::uint8_t* end;          // of the chunk: nothing is written here or behind
};

// The sub-block's bytes, how many may be read from its start, how many of the chunk are before it.
struct LzInput {
  const std::uint8_t* bytes;
  std::size_t size;
  std::size_t readable;
  std::size_t before;
};

[[nodiscard]] SubBlock DescribeSubBlock(std::span<const Sequence> sequences, std::size_t size);

// Form kSections, as `params` ask for it.
[[nodiscard]] std::size_t LzSectionsBound(const SubBlock& block);
[[nodiscard]] std::size_t EncodeSections(std::span<const Sequence> sequences, const SubBlock& block,
                                         const LzInput& input, const LzParams& params,
                                         BufferPool& pool, std::uint8_t* to);
// Decodes one sub-block behind its header and returns the bytes of `source` it took.
Result<std::size_t> DecodeSections(ByteView source, const SubBlock& block, const LzTarget& target,
                                   BufferPool& pool);

// The section of its literals (none: no bytes); returns the end of what it wrote.
[[nodiscard]] std::size_t LiteralsBound(std::size_t literals);
[[nodiscard]] std::uint8_t* EncodeLiterals(std::span<const Sequence> sequences,
                                           const LzInput& input, std::size_t literals,
                                           const LzParams& params, BufferPool& pool,
                                           std::uint8_t* to);

// Forms kWide, kNarrow and kWideCoded.
[[nodiscard]] std::size_t RecordsBound(const SubBlock& block);
[[nodiscard]] std::size_t EncodeRecords(const LzParams& params, std::span<const Sequence> sequences,
                                        const SubBlock& block, const LzInput& input,
                                        BufferPool& pool, std::uint8_t* to);
Result<std::size_t> DecodeRecords(LzRecords form, ByteView source, const SubBlock& block,
                                  const LzTarget& target, BufferPool& pool);

// Copies the literals of all sequences and those behind the last, one behind the other; `to` has
// 32 bytes of room behind them.
void GatherLiterals(std::span<const Sequence> sequences, const LzInput& input, std::uint8_t* to);

// The decoder's check before the copy loop: the lengths (bytes, and lists for those of 255) fill
// the sub-block exactly, and every list entry is at least 255. Gives the sum of the literal
// lengths, or nothing if they do not.
struct LzLengths {
  const std::uint8_t* literals;
  const std::uint8_t* matches;
  const std::uint8_t* long_literals;
  std::size_t long_literal_count;
  const std::uint8_t* long_matches;
  std::size_t long_match_count;
};
[[nodiscard]] bool LengthsFit(const LzLengths& lengths, const SubBlock& block);

}  // namespace sigma

#endif  // SIGMA_CODER_LZ_BLOCK_H_
