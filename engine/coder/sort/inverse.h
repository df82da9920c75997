// The way back from sorted bytes: several cursors walk through the text from the ends of its parts,
// so that their cache misses overlap.
#ifndef SIGMA_CODER_SORT_INVERSE_H_
#define SIGMA_CODER_SORT_INVERSE_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "sigma/result.hpp"

namespace sigma::sort {

inline constexpr std::size_t kMaxCursors = 32;

// Restores the text of `sorted` (1 … 2^26 bytes, as many as `target`) with a word of `links` for
// each byte. rows[j], below the size: the place of the suffix at j · step; there are
// ⌈size / step⌉ ≤ kMaxCursors. False if a part does not begin where rows says; what `target` holds
// is then arbitrary. Four steps a byte whatever the bytes are.
[[nodiscard]] bool RestoreText(ByteView sorted, std::span<const std::uint32_t> rows,
                               std::size_t step, std::span<std::uint32_t> links,
                               MutableBytes target);

}  // namespace sigma::sort

#endif  // SIGMA_CODER_SORT_INVERSE_H_
