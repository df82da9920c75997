// Where a source holds machine code, by its content alone.
#ifndef SIGMA_TRANSFORM_CODE_RANGES_H_
#define SIGMA_TRANSFORM_CODE_RANGES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/code/branches.h"
#include "sigma/sigma.hpp"

namespace sigma {

// Wire values (FORMAT.md).
enum class CodeKind : std::uint8_t { kNone = 0, kX86 = 1, kX64 = 2, kArm64 = 3 };

struct CodeRange {
  std::size_t begin = 0;
  std::size_t end = 0;
  CodeKind kind = CodeKind::kNone;
};

inline constexpr std::size_t kMaxCodeRanges = 32;

class CodeRanges {
 public:
  void Add(const CodeRange& range) noexcept {
    if (count_ < kMaxCodeRanges) all_[count_++] = range;
  }
  [[nodiscard]] std::span<const CodeRange> view() const noexcept {
    return std::span(all_).first(count_);
  }

 private:
  std::array<CodeRange, kMaxCodeRanges> all_;
  std::size_t count_ = 0;
};

// What `size` bytes with these branches are.
[[nodiscard]] CodeKind KindOfCode(const kernels::code::BranchCounts& counts,
                                  std::size_t size) noexcept;

// Ranges that do not overlap, in order. About 0.1 ns a byte.
[[nodiscard]] CodeRanges FindCode(ByteView source) noexcept;

}  // namespace sigma

#endif  // SIGMA_TRANSFORM_CODE_RANGES_H_
