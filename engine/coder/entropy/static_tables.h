// Built-in code lengths for short blocks, which cannot pay for a table of their own.
#ifndef SIGMA_CODER_ENTROPY_STATIC_TABLES_H_
#define SIGMA_CODER_ENTROPY_STATIC_TABLES_H_

#include <cstddef>

#include "engine/coder/entropy/prefix_table.h"
#include "engine/coder/entropy/tree.h"

namespace sigma::entropy {

inline constexpr std::size_t kStaticTables = 16;

// Complete codes; symbols may be absent. `index` is below kStaticTables.
[[nodiscard]] const CodeLengths& StaticTable(std::size_t index) noexcept;
// The same, sorted once for all.
[[nodiscard]] const SortedCode& StaticCode(std::size_t index) noexcept;

}  // namespace sigma::entropy

#endif  // SIGMA_CODER_ENTROPY_STATIC_TABLES_H_
