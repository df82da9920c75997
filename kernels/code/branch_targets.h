// Branch targets and addresses in machine code, from relative to absolute and back, in place: what
// is called often then reads the same wherever it is called from. engine/transform/code/SPEC.md has the
// grammar; both ways read it from bytes that neither way changes.
//
// Nothing outside the spans is touched; no allocation; safe from any thread; any bytes are good.
// Cost on AVX3_DL (Zen 5): see branch_targets.cc; worth the dispatch from 256 bytes on.
#ifndef SIGMA_KERNELS_CODE_BRANCH_TARGETS_H_
#define SIGMA_KERNELS_CODE_BRANCH_TARGETS_H_

#include <cstdint>
#include <span>

namespace sigma::kernels::code {

enum class BranchWay : std::uint8_t { kToAbsolute, kToRelative };

// `address` is that of the code's first byte; `wide`: of x86-64, where jumps on conditions and
// operands relative to the instruction change too.
void ConvertX86(std::span<std::uint8_t> code, std::uint32_t address, bool wide,
                BranchWay way) noexcept;

// Words from the first byte on; up to three bytes after the last stay.
void ConvertArm64(std::span<std::uint8_t> code, std::uint32_t address, BranchWay way) noexcept;

}  // namespace sigma::kernels::code

#endif  // SIGMA_KERNELS_CODE_BRANCH_TARGETS_H_
