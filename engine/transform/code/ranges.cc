// Blocks of 4 KiB are judged by their branches; a range begins at the first block that is code,
// runs over short gaps (a switch table, a stretch without calls), and ends after the last block
// that is.
#include "engine/transform/code/ranges.h"

#include <algorithm>

namespace sigma::code {
namespace {

constexpr std::size_t kBlock = 4096;
// Near calls and jumps: 70 to 170 in 4 KiB of compiled code, 4 in an array of small 64-bit numbers,
// 0.3 in random bytes.
constexpr std::size_t kBytesPerBranch = 256;
// BL: 30 to 60 in 4 KiB, 1 in random words.
constexpr std::size_t kBytesPerLink = 400;
// REX moves: 150 to 400 in 4 KiB of 64-bit code, 5 in 32-bit code.
constexpr std::size_t kBytesPerRex = 128;
// Blocks without branches that a range runs over, and the fewest blocks of a range.
constexpr std::size_t kGap = 4;
constexpr std::size_t kFewest = 2;

bool IsX86(Kind kind) { return kind == Kind::kX86 || kind == Kind::kX64; }

}  // namespace

Kind KindOf(const kernels::code::BranchCounts& counts, std::size_t size) noexcept {
  if (counts.arm64 * kBytesPerLink >= size && counts.arm64 >= counts.x86) return Kind::kArm64;
  if (counts.x86 * kBytesPerBranch < size) return Kind::kNone;
  return counts.rex * kBytesPerRex >= size ? Kind::kX64 : Kind::kX86;
}

Ranges FindCode(ByteView source) noexcept {
  Ranges ranges;
  Range open;
  kernels::code::BranchCounts total;
  const auto close = [&] {
    if (open.end - open.begin >= kFewest * kBlock) {
      // The width of x86 code is decided for the range.
      if (IsX86(open.kind)) {
        const bool wide = total.rex * kBytesPerRex >= open.end - open.begin;
        open.kind = wide ? Kind::kX64 : Kind::kX86;
      }
      ranges.Add(open);
    }
    open = {};
    total = {};
  };
  for (std::size_t at = 0; at + kBlock <= source.size(); at += kBlock) {
    const auto counts =
        kernels::code::CountBranches(source.subspan(at, std::min(kBlock + 4, source.size() - at)));
    const Kind kind = KindOf(counts, kBlock);
    const bool open_now = open.kind != Kind::kNone;
    if (kind == Kind::kNone) {
      if (open_now && at - open.end >= kGap * kBlock) close();
      continue;
    }
    if (open_now && kind != open.kind && !(IsX86(kind) && IsX86(open.kind))) close();
    if (open.kind == Kind::kNone) {
      open = {at, at, kind};
    }
    open.end = at + kBlock;
    total.rex += counts.rex;
  }
  close();
  return ranges;
}

}  // namespace sigma::code
