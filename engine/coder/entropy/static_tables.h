// Built-in code lengths for short blocks, which cannot pay for a table of their own.
#ifndef SIGMA_CODER_ENTROPY_STATIC_TABLES_H_
#define SIGMA_CODER_ENTROPY_STATIC_TABLES_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/coder/entropy/alphabet.h"
#include "engine/coder/entropy/packed_codes.h"
#include "engine/coder/entropy/prefix_table.h"
#include "engine/coder/entropy/tree.h"

namespace sigma::entropy {

inline constexpr std::size_t kStaticTables = 16;

// Complete codes; symbols may be absent. `index` is below kStaticTables.
[[nodiscard]] const CodeLengths& StaticTable(std::size_t index) noexcept;
// The same, sorted once for all.
[[nodiscard]] const SortedCode& StaticCode(std::size_t index) noexcept;
// And as codes to be written.
[[nodiscard]] const Codes& StaticCodes(std::size_t index) noexcept;

struct StaticChoice {
  std::size_t index = kStaticTables;
  std::size_t bits = ~std::size_t{0};
};

// The table that codes symbols of these counts, at most kMostPacked in all, in the fewest bits; index
// kStaticTables if none has all that are present.
[[nodiscard]] StaticChoice ChooseStatic(std::span<const std::uint32_t, 256> counts,
                                        const Alphabet& present) noexcept;

}  // namespace sigma::entropy

#endif  // SIGMA_CODER_ENTROPY_STATIC_TABLES_H_
