// Counts of what only machine code is full of: branches whose target is near, by their bytes alone.
//
// Nothing outside the spans is touched; no allocation; safe from any thread. Cost on AVX2 (Zen 5):
// see branches.cc; worth the dispatch from 256 bytes on.
#ifndef SIGMA_KERNELS_CODE_BRANCHES_H_
#define SIGMA_KERNELS_CODE_BRANCHES_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace sigma::kernels::code {

struct BranchCounts {
  // E8 or E9 (CALL, JMP of x86) whose 32-bit operand has a highest byte of 00 or FF: within 16 MiB.
  std::uint32_t x86 = 0;
  // 48 … 4F (REX.W of x86-64) before 83, 85, 89, 8B or 8D: 64-bit moves, additions, tests.
  std::uint32_t rex = 0;
  // Words at multiples of 4 from the source's first byte that are BL of ARM64 within 16 MiB.
  std::uint32_t arm64 = 0;
};

// Patterns that lie in the source with all their bytes (5, 2 and 4).
[[nodiscard]] BranchCounts CountBranches(std::span<const std::uint8_t> source) noexcept;

}  // namespace sigma::kernels::code

#endif  // SIGMA_KERNELS_CODE_BRANCHES_H_
