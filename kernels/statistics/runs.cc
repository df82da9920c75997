// MeasureRuns turns 64 bytes at a time into the bit mask "equal to the byte before" and works on
// runs of ones. Ones at the low end prolong the run that came in, ones at the high end begin the
// run that goes out. What lies between is eroded to the places where seven ones begin and dilated
// again: the ones left are those of long runs, and are counted, not walked.
#include "kernels/statistics/runs.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernels/statistics/common_prefix.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/statistics/runs.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::statistics {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The open run and the totals of the closed ones.
struct RunState {
  std::size_t open = 1;
  RunStatistics closed;

  HWY_INLINE void Close(std::size_t length) {
    const bool counts = length >= kMinRun;
    closed.count += counts ? 1u : 0u;
    closed.covered += counts ? length : 0;
    closed.longest = std::max(closed.longest, counts ? length : 0);
  }
  HWY_INLINE void Add(bool equal) {
    if (equal) {
      ++open;
    } else {
      Close(open);
      open = 1;
    }
  }
  HWY_INLINE void AddWord(std::uint64_t equal) {
    if (equal == ~std::uint64_t{0}) {
      open += 64;
      return;
    }
    const int low = std::countr_one(equal);
    const int high = std::countl_one(equal);
    Close(open + static_cast<std::size_t>(low));
    open = static_cast<std::size_t>(high) + 1;
    // Neither end is set from here on.
    const std::uint64_t inner = equal >> low << low << high >> high;
    std::uint64_t sevens = inner & inner >> 1;
    sevens &= sevens >> 2;
    sevens &= sevens >> 3;
    if (sevens == 0) return;
    std::uint64_t kept = sevens | sevens << 1;
    kept |= kept << 2;
    kept |= kept << 3;
    const auto runs = static_cast<std::size_t>(std::popcount(kept & ~(kept << 1)));
    closed.count += runs;
    closed.covered += static_cast<std::size_t>(std::popcount(kept)) + runs;
    // A run of 64 ends the search for good.
    if (closed.longest < 64) {
      std::size_t ones = kMinRun - 1;
      for (std::uint64_t left = sevens; (left &= left >> 1) != 0;) ++ones;
      closed.longest = std::max(closed.longest, ones + 1);
    }
  }
};

constexpr bool kVectors = HWY_TARGET != HWY_SCALAR && std::endian::native == std::endian::little;

#if HWY_TARGET != HWY_SCALAR
// Bit k: a[k] == b[k], for 64 bytes.
HWY_INLINE std::uint64_t EqualBits(const std::uint8_t* a, const std::uint8_t* b) {
  const hn::CappedTag<std::uint8_t, 64> d;
  constexpr std::size_t kLanes = hn::MaxLanes(decltype(d)());
  std::uint64_t word = 0;
  for (std::size_t at = 0; at < 64; at += kLanes) {
    alignas(8) std::uint8_t bits[8] = {};
    hn::StoreMaskBits(d, hn::Eq(hn::LoadU(d, a + at), hn::LoadU(d, b + at)), bits);
    std::uint64_t part = 0;
    std::memcpy(&part, bits, kLanes / 8);
    word |= part << at;
  }
  return word;
}
#endif

void RunsTarget(std::span<const std::uint8_t> source, RunStatistics& result) {
  if (source.empty()) return;
  RunState state;
  std::size_t at = 1;
  const std::uint8_t* const bytes = source.data();
#if HWY_TARGET != HWY_SCALAR
  if constexpr (kVectors) {
    for (; at + 64 <= source.size(); at += 64) {
      state.AddWord(EqualBits(bytes + at, bytes + at - 1));
    }
    if (at < source.size() && source.size() > 64) {
      // The last 64 bytes again, less those done; nothing equals what lies beyond the end.
      const std::uint8_t* const last = bytes + source.size() - 64;
      state.AddWord(EqualBits(last, last - 1) >> (64 - (source.size() - at)));
      at = source.size();
    }
  }
#endif
  for (; at < source.size(); ++at) state.Add(bytes[at] == bytes[at - 1]);
  state.Close(state.open);
  result = state.closed;
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::statistics
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::statistics {
HWY_EXPORT(RunsTarget);

RunStatistics MeasureRuns(std::span<const std::uint8_t> source) noexcept {
  RunStatistics result;
  HWY_DYNAMIC_DISPATCH(RunsTarget)(source, result);
  return result;
}

std::size_t RepeatedPrefix(std::span<const std::uint8_t> source, std::size_t distance) noexcept {
  if (distance >= source.size()) return source.size();
  return distance + CommonPrefix(source.subspan(distance), source);
}

}  // namespace sigma::kernels::statistics
#endif  // HWY_ONCE
