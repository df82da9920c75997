// The second pass of the LZ decoder: byte planes to one literal length byte, one match length byte
// and one offset a sequence, so that the copy loop needs no unpacking.
//
// All kernels may read 64 bytes after each plane's end and write 16 elements after each output's.
// No checks: the counts were validated by the caller.
#ifndef SIGMA_KERNELS_LZ_EXPAND_H_
#define SIGMA_KERNELS_LZ_EXPAND_H_

#include <cstddef>
#include <cstdint>

namespace sigma::kernels::lz {

// A length byte of 255 stands for the next entry of the `long` list.
inline constexpr std::uint8_t kLongLength = 255;

struct TokenCounts {
  std::size_t literal_escapes = 0;  // tokens with LL = 3
  std::size_t match_escapes = 0;    // tokens with ML = 15
  std::size_t near_offsets = 0;     // class 1
  std::size_t far_offsets = 0;      // classes 2 and 3
  std::size_t wide_offsets = 0;     // class 3
};

// Counts the fields of `count` section tokens: class(2) | LL(2) | ML(4), class in the high bits.
[[nodiscard]] TokenCounts CountTokens(const std::uint8_t* tokens, std::size_t count) noexcept;

// How many of `count` bytes are at least `least` (1 … 255).
[[nodiscard]] std::size_t CountAtLeast(const std::uint8_t* bytes, std::size_t count,
                                       std::uint8_t least) noexcept;

// Sum of `count` bytes.
[[nodiscard]] std::uint64_t SumBytes(const std::uint8_t* bytes, std::size_t count) noexcept;

// The planes of a sub-block; each is as long as the counts above say.
struct Sections {
  const std::uint8_t* tokens;
  const std::uint8_t* literal_escapes;
  const std::uint8_t* match_escapes;
  const std::uint8_t* near;  // x8: 0/1 = rep1/rep2, else offset + 1
  const std::uint8_t* low;
  const std::uint8_t* middle;
  const std::uint8_t* high;
};

// Expands `count` section tokens. literals = min(255, LL + escape), matches = min(255, 3 + ML +
// escape). Repeats are resolved: rep k copies offsets[i − 1 − k]; the three entries before
// `offsets` must be there.
void ExpandSections(const Sections& sections, std::size_t count, std::uint8_t* literals,
                    std::uint8_t* matches, std::uint32_t* offsets) noexcept;

// Expands `count` narrow tokens LL(4) | ML(4), LL in the high bits: literals = min(255, LL +
// escape), matches = min(255, 4 + ML + escape); a field of 15 takes an escape byte.
void ExpandNarrow(const std::uint8_t* tokens, const std::uint8_t* literal_escapes,
                  const std::uint8_t* match_escapes, std::size_t count, std::uint8_t* literals,
                  std::uint8_t* matches) noexcept;

// Fields of 15 among the high and the low halves of `count` narrow tokens.
struct NarrowCounts {
  std::size_t literal_escapes = 0;
  std::size_t match_escapes = 0;
};
[[nodiscard]] NarrowCounts CountNarrow(const std::uint8_t* tokens, std::size_t count) noexcept;

}  // namespace sigma::kernels::lz

#endif  // SIGMA_KERNELS_LZ_EXPAND_H_
