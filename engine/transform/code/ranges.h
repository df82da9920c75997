// Where a source holds machine code, by its content alone.
#ifndef SIGMA_TRANSFORM_CODE_RANGES_H_
#define SIGMA_TRANSFORM_CODE_RANGES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/code/branches.h"
#include "sigma/result.hpp"

namespace sigma::code {

// Wire values (SPEC.md).
enum class Kind : std::uint8_t { kNone = 0, kX86 = 1, kX64 = 2, kArm64 = 3 };

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
  Kind kind = Kind::kNone;
};

inline constexpr std::size_t kMaxRanges = 32;

class Ranges {
 public:
  void Add(const Range& range) noexcept {
    if (count_ < kMaxRanges) all_[count_++] = range;
  }
  [[nodiscard]] std::span<const Range> view() const noexcept {
    return std::span(all_).first(count_);
  }

 private:
  std::array<Range, kMaxRanges> all_;
  std::size_t count_ = 0;
};

// The kind of code of `size` bytes with these branches.
[[nodiscard]] Kind KindOf(const kernels::code::BranchCounts& counts, std::size_t size) noexcept;

// Ranges that do not overlap, in order. About 0.1 ns a byte.
[[nodiscard]] Ranges FindCode(ByteView source) noexcept;

}  // namespace sigma::code

#endif  // SIGMA_TRANSFORM_CODE_RANGES_H_
