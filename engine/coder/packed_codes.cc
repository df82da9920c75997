// Codes are reversed, so that a field of the next 11 bits has the first bit of the code at its
// bottom, and one look-up gives symbol and length.
#include "engine/coder/packed_codes.h"

#include <array>

#include "engine/base/endian.h"

namespace sigma {
namespace {

constexpr std::size_t kTable = std::size_t{1} << kMaxCodeLength;

unsigned Reversed(unsigned code, unsigned length) noexcept {
  unsigned reversed = 0;
  for (unsigned bit = 0; bit < length; ++bit) {
    reversed |= ((code >> bit) & 1) << (length - 1 - bit);
  }
  return reversed;
}

// Calls use(symbol, length, reversed code) for each present symbol.
template <class Use>
void ForEachCode(const CodeLengths& lengths, const Use& use) noexcept {
  std::array<unsigned, 16> next{};  // of each length: how many, then its next code
  for (const std::uint8_t length : lengths) ++next[length];
  unsigned code = 0;
  for (unsigned length = 1; length <= kMaxCodeLength; ++length) {
    const unsigned count = next[length];
    next[length] = code;
    code = (code + count) << 1;
  }
  for (unsigned symbol = 0; symbol < 256; ++symbol) {
    const unsigned length = lengths[symbol];
    if (length != 0) use(symbol, length, Reversed(next[length]++, length));
  }
}

}  // namespace

std::size_t PackCodes(ByteView symbols, const CodeLengths& lengths, std::uint8_t* to) noexcept {
  std::array<std::uint16_t, 256> codes{};
  ForEachCode(lengths, [&](unsigned symbol, unsigned /*length*/, unsigned code) {
    codes[symbol] = static_cast<std::uint16_t>(code);
  });
  std::uint8_t* at = to;
  std::uint64_t pending = 0;
  unsigned held = 0;  // below 8 between symbols
  for (const std::uint8_t symbol : symbols) {
    pending |= std::uint64_t{codes[symbol]} << held;
    held += lengths[symbol];
    StoreLE<std::uint64_t>(at, pending);
    at += held / 8;
    pending >>= held & ~7U;
    held &= 7;
  }
  return static_cast<std::size_t>(at - to) + (held != 0 ? 1 : 0);
}

Unpacked UnpackCodes(ByteView source, const CodeLengths& lengths, MutableBytes target) noexcept {
  std::array<std::uint16_t, kTable> table;  // symbol << 4 | length
  ForEachCode(lengths, [&](unsigned symbol, unsigned length, unsigned code) {
    for (std::size_t i = code; i < kTable; i += std::size_t{1} << length) {
      table[i] = static_cast<std::uint16_t>(symbol << 4 | length);
    }
  });
  std::size_t bit = 0;
  std::size_t i = 0;
  // Five codes of at most 11 bits fit the 57 bits that a load gives from any bit of its byte.
  for (; i + 5 <= target.size() && bit / 8 < source.size(); i += 5) {
    std::uint64_t window = LoadLE<std::uint64_t>(source.data() + bit / 8) >> (bit % 8);
    for (std::size_t j = 0; j < 5; ++j) {
      const unsigned entry = table[window & (kTable - 1)];
      target[i + j] = static_cast<std::uint8_t>(entry >> 4);
      window >>= entry & 15;
      bit += entry & 15;
    }
  }
  for (; i < target.size() && bit / 8 < source.size(); ++i) {
    const unsigned entry =
        table[(LoadLE<std::uint64_t>(source.data() + bit / 8) >> (bit % 8)) & (kTable - 1)];
    target[i] = static_cast<std::uint8_t>(entry >> 4);
    bit += entry & 15;
  }
  const std::size_t bytes = (bit + 7) / 8;
  return {i == target.size() && bytes <= source.size(), bytes};
}

}  // namespace sigma
