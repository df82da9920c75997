// The number of values in the whole follows from those seen once and twice in the sample (Chao
// 1984), and the entropy's bias from that number (Miller 1955). A sample of which most values are
// new is given up early.
#include "engine/strategy/detect/value_counts.h"

#include <algorithm>
#include <array>
#include <limits>

#include "engine/transform/dictionary.h"
#include "kernels/statistics/shannon.h"

namespace sigma {
namespace {

constexpr std::size_t kLog = 12;
constexpr std::size_t kSlots = std::size_t{1} << kLog;
constexpr std::uint64_t kUnfit = std::numeric_limits<std::uint64_t>::max();
// Of the first so many values, at most so many may be different; of all, half.
constexpr std::size_t kFirstLook = 128;
constexpr std::size_t kFirstMost = 112;
// At most one in so many further values may be new.
constexpr std::uint64_t kNewOf = 12;
// Numbers above 255 are split into two bytes, which costs about a third of a bit more than one.
constexpr std::uint64_t kSplitBits = 96;

}  // namespace

std::uint64_t DictionaryBits(std::span<const std::uint64_t> values, std::size_t width,
                             std::size_t all) {
  values = values.first(std::min(values.size(), kMaxValueSample));
  if (values.size() < kFirstLook) return kUnfit;
  std::array<std::uint64_t, kSlots> keys;
  std::array<std::uint16_t, kSlots> counts{};
  std::array<std::uint16_t, kMaxValueSample> used;
  std::size_t different = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i == kFirstLook && different > kFirstMost) return kUnfit;
    auto slot = static_cast<std::size_t>((values[i] * 0x9E3779B97F4A7C15u) >> (64 - kLog));
    while (counts[slot] != 0 && keys[slot] != values[i]) slot = (slot + 1) % kSlots;
    keys[slot] = values[i];
    if (counts[slot]++ == 0) used[different++] = static_cast<std::uint16_t>(slot);
  }
  if (different * 2 > values.size()) return kUnfit;
  const auto total = static_cast<std::uint32_t>(values.size());
  std::uint64_t bits = std::uint64_t{total} * kernels::statistics::Log2Fixed(total);
  std::uint64_t once = 0;
  std::uint64_t twice = 0;
  for (const std::uint16_t slot : std::span(used).first(different)) {
    bits -= std::uint64_t{counts[slot]} * kernels::statistics::Log2Fixed(counts[slot]);
    once += counts[slot] == 1 ? 1 : 0;
    twice += counts[slot] == 2 ? 1 : 0;
  }
  // The share of values seen once is the chance that the next one is new (Good 1953).
  if (once * kNewOf > total) return kUnfit;
  bits /= 256;
  const std::uint64_t entries =
      std::min<std::uint64_t>(different + once * once / (2 * (twice + 1)), all);
  if (entries > kMaxEntries) return kUnfit;
  bits += entries * 185;  // 256 / (2 ln 2)
  if (entries > 256) bits += total * kSplitBits;
  // The list, half of it saved by its order.
  return bits + entries * width * 4 * 256 * total / std::max<std::size_t>(all, 1);
}

}  // namespace sigma
