// Literals in contexts (sections, high levels): what lies as far back as the last match reached is
// the byte that a longer match would have brought, and it tells much about the literal that stands
// there instead. The 256 values of that byte are mapped to a few contexts, each an entropy stream.
//
// Encoder side; the decoder's is kernels/lz/context_copy. Integers only, so that the choice is the
// same everywhere. No allocation outside the pool.
#ifndef SIGMA_CODER_LZ_CONTEXTS_H_
#define SIGMA_CODER_LZ_CONTEXTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/coder/lz/wire.h"
#include "engine/memory/buffer_pool.h"
#include "kernels/lz/context_copy.h"
#include "kernels/lz/optimal.h"
#include "sigma/result.hpp"

namespace sigma::lz {

using kernels::lz::kMaxLiteralContexts;

struct LiteralContexts {
  unsigned count = 1;                   // 1…kMaxLiteralContexts
  std::array<std::uint8_t, 256> map{};  // below count
};

// How often a byte (low index) stood as a literal where the last offset led to another (high).
using LiteralCounts = std::array<std::array<std::uint32_t, 256>, 256>;

using kernels::lz::ExpectedByte;

// Bytes [begin, end) of a chunk, after a sequence of this offset.
struct LiteralRange {
  const std::uint8_t* chunk;
  std::size_t begin;
  std::size_t end;
  std::size_t last_offset;
};

// Calls visit(literal, expected byte) for every literal of a range that `sequences` spell.
template <class Visit>
void ForEachLiteral(std::span<const Sequence> sequences, const LiteralRange& range, Visit&& visit) {
  const std::uint8_t* const chunk = range.chunk;
  std::size_t at = range.begin;
  std::size_t last = range.last_offset;
  for (const Sequence& sequence : sequences) {
    for (const std::size_t stop = at + sequence.literals; at < stop; ++at) {
      visit(chunk[at], ExpectedByte(chunk, at, last));
    }
    at += sequence.match;
    last = sequence.offset;
  }
  for (; at < range.end; ++at) visit(chunk[at], ExpectedByte(chunk, at, last));
}

// At most `most` contexts for literals of these counts; one where more would not pay for their
// tables and for `time_price`, in 1/256 bit.
[[nodiscard]] LiteralContexts ClusterLiterals(const LiteralCounts& counts, unsigned most,
                                              std::uint64_t time_price) noexcept;

}  // namespace sigma::lz

#endif  // SIGMA_CODER_LZ_CONTEXTS_H_
