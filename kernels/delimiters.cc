// 64 bytes at a time become one bit mask a character. Between two newlines the number of a
// delimiter is a population count under the mask of the line, so the work is per line, not per
// byte.
#include "kernels/delimiters.h"

#include <algorithm>
#include <bit>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/delimiters.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::uint8_t kNewline = '\n';

// The masks of 64 bytes, bit k for byte k.
struct Masks {
  std::uint64_t newline = 0;
  std::uint64_t delimiter[kDelimiterCount] = {};
};

// `size` ≤ 64 bytes.
Masks MasksPlain(const std::uint8_t* from, std::size_t size) {
  Masks masks;
  for (std::size_t k = 0; k < size; ++k) {
    masks.newline |= std::uint64_t{from[k] == kNewline} << k;
    for (std::size_t i = 0; i < kDelimiterCount; ++i) {
      masks.delimiter[i] |= std::uint64_t{from[k] == kDelimiters[i]} << k;
    }
  }
  return masks;
}

#if HWY_TARGET != HWY_SCALAR
Masks MasksOf64(const std::uint8_t* from) {
  const hn::CappedTag<std::uint8_t, 64> d;
  const std::size_t lanes = hn::Lanes(d);
  Masks masks;
  for (std::size_t at = 0; at < 64; at += lanes) {
    const auto v = hn::LoadU(d, from + at);
    const auto bits = [&](std::uint8_t byte) HWY_ATTR {
      alignas(8) std::uint8_t store[8] = {};
      hn::StoreMaskBits(d, hn::Eq(v, hn::Set(d, byte)), store);
      std::uint64_t word = 0;
      std::memcpy(&word, store, 8);
      return word << at;
    };
    masks.newline |= bits(kNewline);
    for (std::size_t i = 0; i < kDelimiterCount; ++i) masks.delimiter[i] |= bits(kDelimiters[i]);
  }
  return masks;
}
#endif

struct LineState {
  DelimiterProfile profile;
  bool inside = false;                                // a newline has been seen
  std::array<std::uint64_t, kDelimiterCount> open{};  // delimiters since it

  HWY_INLINE void Add(const Masks& masks) {
    for (std::size_t i = 0; i < kDelimiterCount; ++i) {
      profile.total[i] += static_cast<std::size_t>(std::popcount(masks.delimiter[i]));
    }
    std::uint64_t left = ~std::uint64_t{0};  // bytes behind the last newline
    for (std::uint64_t newlines = masks.newline; newlines != 0; newlines &= newlines - 1) {
      const std::uint64_t before = (newlines & (~newlines + 1)) - 1;
      EndLine(masks, left & before);
      left = ~before;
    }
    for (std::size_t i = 0; i < kDelimiterCount; ++i) {
      open[i] += static_cast<std::uint64_t>(std::popcount(masks.delimiter[i] & left));
    }
  }

  HWY_INLINE void EndLine(const Masks& masks, std::uint64_t line) {
    ++profile.newlines;
    for (std::size_t i = 0; i < kDelimiterCount; ++i) {
      const std::uint64_t count =
          open[i] + static_cast<std::uint64_t>(std::popcount(masks.delimiter[i] & line));
      open[i] = 0;
      if (!inside) continue;
      profile.sum[i] += count;
      profile.squares[i] += count * count;
    }
    profile.lines += inside ? 1u : 0u;
    inside = true;
  }
};

void ProfileTarget(std::span<const std::uint8_t> source, DelimiterProfile& profile) {
  LineState state;
  std::size_t at = 0;
#if HWY_TARGET != HWY_SCALAR
  if constexpr (std::endian::native == std::endian::little) {
    for (; at + 64 <= source.size(); at += 64) state.Add(MasksOf64(source.data() + at));
  }
#endif
  for (; at < source.size(); at += 64) {
    state.Add(MasksPlain(source.data() + at, std::min<std::size_t>(64, source.size() - at)));
  }
  profile = state.profile;
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels {
HWY_EXPORT(ProfileTarget);

void DelimiterProfile::Add(const DelimiterProfile& other) noexcept {
  newlines += other.newlines;
  lines += other.lines;
  for (std::size_t i = 0; i < kDelimiterCount; ++i) {
    total[i] += other.total[i];
    sum[i] += other.sum[i];
    squares[i] += other.squares[i];
  }
}

std::uint64_t DelimiterProfile::Variance(Delimiter delimiter) const noexcept {
  if (lines == 0) return 0;
  const auto i = static_cast<std::size_t>(delimiter);
  // Squares less the square of the mean, per line: the whole part of the mean first, so that the
  // products stay small.
  const std::uint64_t mean = sum[i] / lines;
  const std::uint64_t above = sum[i] - mean * lines;  // Σ (x − mean), below `lines`
  const std::uint64_t spread = squares[i] - 2 * mean * sum[i] + mean * mean * lines;
  const std::uint64_t bias = above * above / lines;
  return spread > bias ? (spread - bias) * 256 / lines : 0;
}

DelimiterProfile ProfileDelimiters(std::span<const std::uint8_t> source) noexcept {
  DelimiterProfile profile;
  HWY_DYNAMIC_DISPATCH(ProfileTarget)(source, profile);
  return profile;
}

}  // namespace sigma::kernels
#endif  // HWY_ONCE
