// The copy loop for literals in contexts: the third pass of the LZ decoder where the literals of a
// sub-block stand in several streams.
//
// A literal's context is map[m], where m is the byte as far back as the sequence before its own
// reached (the byte that a longer match would have brought; 0 if it lies before the chunk). It is
// taken from the stream of its context. Before the first sequence the offset is 1.
//
// As CopySequences otherwise, but that streams may run over their ends by any number of literals:
// the caller lets each be readable for as many bytes as all literals of the sub-block and 1 more,
// and afterwards compares where they stand with their ends. Cost: 3–6 ns a sequence.
#ifndef SIGMA_KERNELS_LZ_CONTEXT_COPY_H_
#define SIGMA_KERNELS_LZ_CONTEXT_COPY_H_

#include <cstddef>
#include <cstdint>

#include "kernels/lz/copy.h"

namespace sigma::kernels::lz {

inline constexpr unsigned kMaxLiteralContexts = 8;

struct LiteralStreams {
  const std::uint8_t* map;                        // 256 contexts below kMaxLiteralContexts
  const std::uint8_t* next[kMaxLiteralContexts];  // moves on with every literal taken
};

// Restores the sequences of `copy` (whose `literals` are not looked at) and after them literals up
// to `end`. False if an offset was 0 or reached before `begin`.
[[nodiscard]] bool CopyWithContexts(const CopyJob& copy, std::size_t spare,
                                    const std::uint32_t* offsets, const std::uint8_t* end,
                                    LiteralStreams* streams) noexcept;

}  // namespace sigma::kernels::lz

#endif  // SIGMA_KERNELS_LZ_CONTEXT_COPY_H_
