// Hashes and match lengths: the primitives of the hash parsers, always inlined, so that they are
// compiled for the target of their caller.
#ifndef SIGMA_KERNELS_LZ_MATCH_H_
#define SIGMA_KERNELS_LZ_MATCH_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "kernels/endian.h"

namespace sigma::kernels::lz {

// A table entry: a position in the low bits, and above it a tag, hash bits that the index does not
// use. Comparing tags tells most misses from hits without touching the candidate's bytes: no cache
// miss for what does not match, and the parser's one unpredictable branch resolves a load earlier.
// Hits must still be verified.
//
// The hash is multiplicative (Fibonacci) over the first kBytes of a little-endian value; the
// multiplier is 2^64 / golden ratio.
template <unsigned kBytes>
class TaggedHash {
 public:
  static_assert(kBytes >= 4 && kBytes <= 8);
  TaggedHash(std::uint32_t* table, unsigned table_log, unsigned position_log)
      : table_(table),
        shift_(32 - table_log),
        position_log_(position_log),
        positions_((std::uint32_t{1} << position_log) - 1) {}

  struct Slot {
    std::uint32_t* entry;
    std::uint32_t tagged;  // tag and position of the value looked up
  };
  [[nodiscard, gnu::always_inline]] Slot Find(std::uint64_t value,
                                              std::size_t position) const noexcept {
    const auto hash =
        static_cast<std::uint32_t>(((value << (64 - 8 * kBytes)) * 0x9E3779B97F4A7C15u) >> 32);
    return {table_ + (hash >> shift_),
            hash << position_log_ | static_cast<std::uint32_t>(position)};
  }
  [[gnu::always_inline]] void Insert(std::uint64_t value, std::size_t position) const noexcept {
    const Slot slot = Find(value, position);
    *slot.entry = slot.tagged;
  }
  // Inserts, and gives how far back the position is that was in the entry: less than
  // 1 << position_log only if the tags are equal.
  [[nodiscard, gnu::always_inline]] std::uint32_t Exchange(std::uint64_t value,
                                                           std::size_t position) const noexcept {
    const Slot slot = Find(value, position);
    const std::uint32_t entry = *slot.entry;
    *slot.entry = slot.tagged;
    return slot.tagged - entry;
  }
  [[nodiscard, gnu::always_inline]] bool TagsMatch(std::uint32_t a,
                                                   std::uint32_t b) const noexcept {
    return (a ^ b) <= positions_;
  }
  [[nodiscard, gnu::always_inline]] std::size_t Position(std::uint32_t entry) const noexcept {
    return entry & positions_;
  }

 private:
  std::uint32_t* table_;
  unsigned shift_;
  unsigned position_log_;
  std::uint32_t positions_;  // the bits of an entry that are the position
};

// Bits that hold any position of `size` bytes (at most 2^26): at least 6 bits of tag are left.
[[nodiscard]] inline unsigned PositionLog(std::size_t size) noexcept {
  return static_cast<unsigned>(std::bit_width(size));
}

// Length of the common prefix of `a` and `b`, where a < end and b < a. Reads nothing at or beyond
// `end`. The first 16 bytes, which most matches do not outlast, take one branch instead of a
// loop's.
[[nodiscard, gnu::always_inline]] inline std::size_t MatchLength(const std::uint8_t* a,
                                                                 const std::uint8_t* b,
                                                                 const std::uint8_t* end) noexcept {
  const std::uint8_t* const start = a;
  while (end - a >= 16) {
    const std::uint64_t low = LoadInteger<std::uint64_t>(a) ^ LoadInteger<std::uint64_t>(b);
    const std::uint64_t high =
        LoadInteger<std::uint64_t>(a + 8) ^ LoadInteger<std::uint64_t>(b + 8);
    if ((low | high) != 0) {
      const int skipped = low == 0 ? 8 : 0;
      const std::uint64_t difference = low == 0 ? high : low;
      return static_cast<std::size_t>(a - start) +
             static_cast<std::size_t>(skipped + (std::countr_zero(difference) >> 3));
    }
    a += 16;
    b += 16;
  }
  while (a < end && *a == *b) {
    ++a;
    ++b;
  }
  return static_cast<std::size_t>(a - start);
}

// How far a match of positions `at` and `from` < at extends backwards, not below `anchor` <= at.
[[nodiscard, gnu::always_inline]] inline std::size_t BackwardLength(const std::uint8_t* base,
                                                                    std::size_t at,
                                                                    std::size_t from,
                                                                    std::size_t anchor) noexcept {
  const std::size_t most = std::min(at - anchor, from);
  if (from >= 8) [[likely]] {
    const std::uint64_t difference =
        LoadInteger<std::uint64_t>(base + at - 8) ^ LoadInteger<std::uint64_t>(base + from - 8);
    if (difference != 0) [[likely]] {
      return std::min(most, static_cast<std::size_t>(std::countl_zero(difference) >> 3));
    }
  }
  std::size_t length = 0;
  while (length < most && base[at - length - 1] == base[from - length - 1]) ++length;
  return length;
}

}  // namespace sigma::kernels::lz

#endif  // SIGMA_KERNELS_LZ_MATCH_H_
