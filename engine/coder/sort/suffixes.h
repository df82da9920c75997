// The Burrows–Wheeler transform by induced sorting of suffixes: Nong, Zhang and Chan's SA-IS (2009)
// with the entries' marks of Mori's implementation and prefetching. Linear in the size, whatever
// the bytes; 32-bit indices.
#ifndef SIGMA_CODER_SORT_SUFFIXES_H_
#define SIGMA_CODER_SORT_SUFFIXES_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "sigma/result.hpp"

namespace sigma::sort {

// Words that SortSuffixes works with besides one for each byte.
[[nodiscard]] constexpr std::size_t SortingWords(std::size_t size) { return size / 2 + 257; }

// Orders the suffixes of `source` (1 … 2^26 bytes), a suffix before its own continuations, and
// writes the byte before each, the last byte before the whole, into the low 8 bits of `order`;
// rows[j] becomes the place of the suffix at j · `step`, for each of them below the size. `order`
// has a word for each byte, `words` SortingWords(size). May read kPad bytes after `source`. At most 25 passes over all words.
void SortSuffixes(ByteView source, std::size_t step, std::span<std::uint32_t> order,
                  std::span<std::uint32_t> words, std::span<std::uint32_t> rows);

}  // namespace sigma::sort

#endif  // SIGMA_CODER_SORT_SUFFIXES_H_
