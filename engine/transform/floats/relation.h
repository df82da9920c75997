// Columns of numbers that follow from two columns before them: sums, products, shares. Tables that
// were computed are full of them, and what is left of such a column is its rounding.
#ifndef SIGMA_TRANSFORM_FLOATS_RELATION_H_
#define SIGMA_TRANSFORM_FLOATS_RELATION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sigma/result.hpp"

namespace sigma::floats {

// How a number follows from two others. Wire numbers.
enum class Operation : std::uint8_t {
  kSum = 0,         // a + b
  kDifference = 1,  // a − b
  kProduct = 2,     // a · b
  kQuotient = 3,    // a / b
  kMore = 4,        // a · (1 + b)
  kLess = 5,        // a · (1 − b)
  kGrowth = 6,      // a / b − 1
  kShrink = 7,      // 1 − a / b
};
inline constexpr unsigned kOperations = 8;

struct Relation {
  Operation operation = Operation::kSum;
  // Numbers back to a and b; 0: no relation.
  std::size_t lag_a = 0;
  std::size_t lag_b = 0;
  [[nodiscard]] bool holds() const noexcept { return lag_a != 0; }
};

// Each number's distance, in the order of numbers, from what the relation says, plus half of the
// range. Numbers of 4 or 8 bytes, with at least the larger lag of them in front.
void RelationKeys(const std::uint8_t* numbers, std::size_t width, const Relation& relation,
                  std::span<std::uint64_t> keys) noexcept;
// The inverse, for any keys.
void RelationNumbers(std::span<const std::uint64_t> keys, std::size_t width,
                     const Relation& relation, std::uint8_t* numbers) noexcept;

// Looks for columns of one length, side by side up to the end of the source, some of which follow
// from others; `relations` gets one for each column. At most a few tests for each number.
struct Columns {
  static constexpr std::size_t kMost = 60;
  std::size_t begin = 0;   // bytes before the first column
  std::size_t length = 0;  // numbers of each; 0: none found
  std::size_t count = 0;
  std::array<Relation, kMost> relations{};
};
[[nodiscard]] Columns FindColumns(ByteView source, std::size_t width);

}  // namespace sigma::floats

#endif  // SIGMA_TRANSFORM_FLOATS_RELATION_H_
