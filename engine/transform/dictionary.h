// DICTIONARY: integers of 2, 4 or 8 bytes of which few are different, as numbers of entries in a
// list of the values.
//
// Params: 1 byte, log2 of the width, 1 … 3. Section 0: the D values, little endian, the more
// frequent ones (by powers of two) first, ascending among them; then the source's last (size mod
// width) bytes. Section 1: the low bytes of the numbers; section 2, if D > 256: their high bytes.
// Forward refuses sources with more than kMaxEntries values, or with more than one for four
// integers; it takes up to 24 bytes of memory a value.
//
// Hostile input: c = 8; the list may hold up to 4096 values that nothing uses.
#ifndef SIGMA_TRANSFORM_DICTIONARY_H_
#define SIGMA_TRANSFORM_DICTIONARY_H_

#include <cstddef>

#include "engine/transform/transform.h"

namespace sigma {

inline constexpr TransformId kDictionaryId{9};

inline constexpr std::size_t kMaxEntries = 1u << 12;

[[nodiscard]] TransformParams DictionaryParams(std::size_t width);
[[nodiscard]] const TransformRow& DictionaryTransform();

}  // namespace sigma

#endif  // SIGMA_TRANSFORM_DICTIONARY_H_
