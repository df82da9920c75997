// Look-up tables of canonical prefix codes in bit fields that begin with the first bit of a code:
// entry i belongs to the symbol whose reversed code is the low bits of i.
//
// Symbols are taken by ascending length while the table doubles: what is there is copied after
// itself, then each new code takes one entry. No entry is written code by code, and the table is no
// longer than its longest code asks for.
#ifndef SIGMA_CODER_ENTROPY_PREFIX_TABLE_H_
#define SIGMA_CODER_ENTROPY_PREFIX_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "engine/coder/entropy/alphabet.h"

namespace sigma::entropy {

inline constexpr unsigned kLongestPrefix = 15;

// The symbols of positive length (at most 15), by length, then by symbol, and how many each length
// has. At most 256 lengths. Sorting only what is there keeps absent symbols, mostly many, from
// waiting for each other's count.
struct SortedCode {
  std::array<std::uint8_t, 256> symbols{};
  std::array<std::uint16_t, kLongestPrefix + 1> counts{};
  std::size_t used = 0;
  unsigned longest = 0;

  constexpr explicit SortedCode(std::span<const std::uint8_t> lengths) noexcept
      : SortedCode(lengths, Alphabet(lengths)) {}

  // `present` has the symbols of positive length.
  constexpr SortedCode(std::span<const std::uint8_t> lengths, const Alphabet& present) noexcept
      : used(present.size()) {
    for (const std::uint8_t symbol : present.symbols()) ++counts[lengths[symbol]];
    std::array<std::uint16_t, kLongestPrefix + 1> next{};
    for (unsigned length = 1; length <= kLongestPrefix; ++length) {
      next[length] = static_cast<std::uint16_t>(next[length - 1] + counts[length - 1]);
      if (counts[length] != 0) longest = length;
    }
    for (const std::uint8_t symbol : present.symbols()) symbols[next[lengths[symbol]]++] = symbol;
  }
};

// The low `length` (1 … 15) bits of `code`, the last one first.
[[nodiscard]] constexpr unsigned ReversedCode(unsigned code, unsigned length) noexcept {
  code = (code & 0x5555) << 1 | (code >> 1 & 0x5555);
  code = (code & 0x3333) << 2 | (code >> 2 & 0x3333);
  code = (code & 0x0F0F) << 4 | (code >> 4 & 0x0F0F);
  code = (code & 0x00FF) << 8 | code >> 8;
  return code >> (16 - length);
}

// Calls use(symbol, length, reversed code) for the symbols of a code, in its order.
template <class Use>
constexpr void ForEachCode(const SortedCode& sorted, const Use& use) noexcept {
  std::size_t at = 0;
  unsigned code = 0;
  for (unsigned length = 1; length <= sorted.longest; ++length, code <<= 1) {
    for (const std::size_t end = at + sorted.counts[length]; at < end; ++at, ++code) {
      use(sorted.symbols[at], length, ReversedCode(code, length));
    }
  }
}

// Fills table[0, 1 << longest) of a complete code with make(symbol, length).
template <class Entry, class Make>
void FillPrefixTable(const SortedCode& sorted, Entry* table, const Make& make) noexcept {
  table[0] = Entry{};
  unsigned filled = 0;
  ForEachCode(sorted, [&](unsigned symbol, unsigned length, unsigned code) {
    for (; filled < length; ++filled) {
      std::memcpy(table + (std::size_t{1} << filled), table, sizeof(Entry) << filled);
    }
    table[code] = make(symbol, length);
  });
}

}  // namespace sigma::entropy

#endif  // SIGMA_CODER_ENTROPY_PREFIX_TABLE_H_
