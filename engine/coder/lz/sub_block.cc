// Shared by the forms of a sub-block: its literals and the check of its lengths.
#include "engine/coder/lz/sub_block.h"

#include <cstring>

#include "engine/base/endian.h"
#include "kernels/lz/expand.h"

namespace sigma::lz {
namespace {

// Sum of a long list, or nothing if an entry should have been a byte. At most 2^18 entries of 32
// bits: no overflow.
bool SumLong(const std::uint8_t* list, std::size_t count, std::uint64_t* sum) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t length = LoadLE<std::uint32_t>(list + 4 * i);
    if (length < kernels::lz::kLongLength) return false;
    *sum += length - kernels::lz::kLongLength;
  }
  return true;
}

}  // namespace

SubBlock DescribeSubBlock(std::span<const Sequence> sequences, std::size_t size) {
  std::size_t matched = 0;
  for (const Sequence& sequence : sequences) matched += sequence.match;
  return {size, sequences.size(), size - matched};
}

void GatherLiterals(std::span<const Sequence> sequences, const Input& input, std::uint8_t* to) {
  const std::uint8_t* from = input.bytes;
  const std::uint8_t* const end = input.bytes + input.size;
  const std::uint8_t* const readable = input.bytes + input.readable;
  for (const Sequence& sequence : sequences) {
    const std::size_t count = sequence.literals;
    // 32: at level 1 a sequence has 13 literals on average, and a branch at 16 mispredicts.
    if (count <= 32 && readable - from >= 32) [[likely]] {
      std::memcpy(to, from, 32);
    } else {
      std::memcpy(to, from, count);
    }
    to += count;
    from += count + sequence.match;
  }
  std::memcpy(to, from, static_cast<std::size_t>(end - from));
}

bool LengthsFit(const Lengths& lengths, const SubBlock& block) {
  std::uint64_t literals = kernels::lz::SumBytes(lengths.literals, block.sequences);
  std::uint64_t matches = kernels::lz::SumBytes(lengths.matches, block.sequences);
  return SumLong(lengths.long_literals, lengths.long_literal_count, &literals) &&
         SumLong(lengths.long_matches, lengths.long_match_count, &matches) &&
         literals <= block.literals && matches == block.size - block.literals;
}

}  // namespace sigma::lz
