// PAGES: pages of B-trees as SQLite's files hold them, without the lists of where their cells
// begin: where cells lie in the order of the list, their lengths tell (the file format's
// description, sqlite.org/fileformat2.html, is the source).
//
// Params: 1 byte, log2 of the page's length, 9 … 16. Sections: the source without the lists left
// out; one bit for each whole page, whether its list is, LSB first.
//
// Hostile input: each cell of a page is looked at once, and their list ends in the page: c = 8.
#ifndef SIGMA_TRANSFORM_PAGES_H_
#define SIGMA_TRANSFORM_PAGES_H_

#include <cstddef>

#include "engine/transform/transform.h"

namespace sigma {

inline constexpr TransformId kPagesId{10};

inline constexpr unsigned kLeastPageLog = 9;
inline constexpr unsigned kMostPageLog = 16;

[[nodiscard]] TransformParams PagesParams(unsigned log_page);
[[nodiscard]] const TransformRow& PagesTransform();

// Bytes of the page's list if it can be left out, else 0. 1 << log bytes, log in the range above.
[[nodiscard]] std::size_t ListedBytes(ByteView page);

}  // namespace sigma

#endif  // SIGMA_TRANSFORM_PAGES_H_
