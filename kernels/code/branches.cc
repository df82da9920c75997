// Byte compares of the source against itself shifted by 1 and 4 bytes; the masks are counted as −1
// in byte lanes and folded before they overflow.
#include "kernels/code/branches.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/code/branches.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::code {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

BranchCounts BranchesTarget(const std::uint8_t* HWY_RESTRICT from, std::size_t size) {
  BranchCounts counts;
  std::size_t at = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<std::uint8_t> d;
  const hn::Repartition<std::uint32_t, decltype(d)> d32;
  const hn::Repartition<std::uint64_t, decltype(d)> d64;
  const std::size_t lanes = hn::Lanes(d);
  auto x86 = hn::Zero(d64), rex = hn::Zero(d64);
  auto arm = hn::Zero(d32);
  while (at + lanes + 4 <= size) {
    auto c0 = hn::Zero(d), c1 = c0;
    for (int i = 0; i < 255 && at + lanes + 4 <= size; ++i, at += lanes) {
      const auto v = hn::LoadU(d, from + at);
      const auto next = hn::LoadU(d, from + at + 1);
      const auto top = hn::LoadU(d, from + at + 4);
      const auto opcode = hn::Eq(hn::And(v, hn::Set(d, 0xFE)), hn::Set(d, 0xE8));
      const auto near = hn::Or(hn::Eq(top, hn::Zero(d)), hn::Eq(top, hn::Set(d, 0xFF)));
      c0 = hn::Sub(c0, hn::VecFromMask(d, hn::And(opcode, near)));
      const auto wide = hn::Eq(hn::And(v, hn::Set(d, 0xF8)), hn::Set(d, 0x48));
      // 89, 8B and 8D; 83; 85.
      const auto move =
          hn::Or(hn::Or(hn::Eq(hn::And(next, hn::Set(d, 0xFD)), hn::Set(d, 0x89)),
                        hn::Eq(next, hn::Set(d, 0x8D))),
                 hn::Or(hn::Eq(next, hn::Set(d, 0x83)), hn::Eq(next, hn::Set(d, 0x85))));
      c1 = hn::Sub(c1, hn::VecFromMask(d, hn::And(wide, move)));
      const auto word = hn::BitCast(d32, v);
      const auto link = hn::And(word, hn::Set(d32, 0xFFC00000u));
      arm = hn::Sub(arm, hn::VecFromMask(d32, hn::Or(hn::Eq(link, hn::Set(d32, 0x94000000u)),
                                                     hn::Eq(link, hn::Set(d32, 0x97C00000u)))));
    }
    x86 = hn::Add(x86, hn::SumsOf8(c0));
    rex = hn::Add(rex, hn::SumsOf8(c1));
  }
  counts.x86 = static_cast<std::uint32_t>(hn::GetLane(hn::SumOfLanes(d64, x86)));
  counts.rex = static_cast<std::uint32_t>(hn::GetLane(hn::SumOfLanes(d64, rex)));
  counts.arm64 = hn::GetLane(hn::SumOfLanes(d32, arm));
#endif
  for (; at + 2 <= size; ++at) {
    const std::uint8_t byte = from[at];
    if (at + 5 <= size && (byte & 0xFE) == 0xE8) {
      counts.x86 += from[at + 4] == 0 || from[at + 4] == 0xFF ? 1u : 0u;
    }
    if ((byte & 0xF8) == 0x48) {
      const std::uint8_t next = from[at + 1];
      counts.rex += (next & 0xFD) == 0x89 || next == 0x8D || next == 0x83 || next == 0x85 ? 1u : 0u;
    }
    if (at % 4 == 0 && at + 4 <= size) {
      const unsigned high = from[at + 3], sign = from[at + 2] & 0xC0u;
      counts.arm64 += (high == 0x94 && sign == 0) || (high == 0x97 && sign == 0xC0) ? 1u : 0u;
    }
  }
  return counts;
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::code
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::code {
HWY_EXPORT(BranchesTarget);

BranchCounts CountBranches(std::span<const std::uint8_t> source) noexcept {
  return HWY_DYNAMIC_DISPATCH(BranchesTarget)(source.data(), source.size());
}

}  // namespace sigma::kernels::code
#endif  // HWY_ONCE
