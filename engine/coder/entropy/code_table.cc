// kList    u8 k−1 | k symbols, ascending | k nibbles: lengths, low nibble first
// kRange   u8 first symbol | nibbles from it on, 0 = absent, until the Kraft sum is 1
// kTokens  16 × 3 bits: lengths of the token code | tokens from symbol 0 on until the Kraft sum is
// 1
//
// Tokens: 0 … 11 a length (0 = absent); 12, 13, 14 a run of absent symbols; 15 repeats the last
// length token. Their canonical Huffman code has at most 7 bits. All bit fields are LSB first;
// codes go out from their first bit on. The end needs no mark: a complete code cannot take another
// symbol. Of a complete code each length is below its share of 1, so that there are two symbols.
#include "engine/coder/entropy/code_table.h"

#include <array>
#include <cstring>

#include "engine/base/endian.h"
#include "engine/coder/entropy/code_lengths.h"
#include "engine/coder/entropy/prefix_table.h"

namespace sigma::entropy {
namespace {

constexpr std::uint32_t kFull = 1U << kMaxCodeLength;
constexpr unsigned kTokens = 16;
constexpr unsigned kTokenLimit = 7;
constexpr std::size_t kTokenHeader = kTokens * 3 / 8;
constexpr unsigned kShortRun = 12;
constexpr unsigned kMiddleRun = 13;
constexpr unsigned kLongRun = 14;
constexpr unsigned kRepeat = 15;
static_assert(LeastCodeTable(256) == kTokenHeader + 1);
// Run lengths start at kRunBase and take kRunBits more bits.
constexpr std::array<unsigned, kTokens> kRunBits{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 4, 7, 3};
constexpr std::array<unsigned, kTokens> kRunBase{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 6, 22, 3};

constexpr auto kRunMask = [] {
  std::array<std::uint8_t, kTokens> mask{};
  for (unsigned i = 0; i < kTokens; ++i) {
    mask[i] = static_cast<std::uint8_t>((1U << kRunBits[i]) - 1);
  }
  return mask;
}();

constexpr unsigned LongestRun(unsigned token) {
  return kRunBase[token] + (1U << kRunBits[token]) - 1;
}

// The share of all codes that one of each length takes.
constexpr auto kShares = [] {
  std::array<std::uint32_t, kMaxCodeLength + 1> shares{};
  for (unsigned length = 1; length <= kMaxCodeLength; ++length) shares[length] = kFull >> length;
  return shares;
}();

struct Token {
  std::uint8_t token;
  std::uint8_t extra;
};

std::size_t MakeTokens(const CodeLengths& lengths, std::span<const std::uint8_t> present,
                       std::array<Token, 256>& tokens) noexcept {
  std::size_t count = 0;
  const auto put = [&](unsigned token, unsigned run) {
    tokens[count++] = {static_cast<std::uint8_t>(token),
                       static_cast<std::uint8_t>(run - kRunBase[token])};
  };
  const auto put_absent = [&](unsigned run) {
    while (run > 0) {
      const unsigned token = run >= kRunBase[kLongRun]     ? kLongRun
                             : run >= kRunBase[kMiddleRun] ? kMiddleRun
                             : run >= kRunBase[kShortRun]  ? kShortRun
                                                           : 0;
      const unsigned part = run < LongestRun(token) ? run : LongestRun(token);
      put(token, part);
      run -= part;
    }
  };
  unsigned end = 0;  // of the last run
  for (std::size_t i = 0; i < present.size();) {
    const unsigned first = present[i];
    const std::uint8_t length = lengths[first];
    put_absent(first - end);
    unsigned run = 1;
    while (i + run < present.size() && present[i + run] == first + run &&
           lengths[first + run] == length) {
      ++run;
    }
    i += run;
    end = first + run;
    put(length, 1);
    --run;
    while (run >= kRunBase[kRepeat]) {
      const unsigned part = run < LongestRun(kRepeat) ? run : LongestRun(kRepeat);
      put(kRepeat, part);
      run -= part;
    }
    for (; run > 0; --run) put(length, 1);
  }
  return count;
}

class BitWriter {
 public:
  explicit BitWriter(std::uint8_t* to) : to_(to) {}
  void Put(unsigned value, unsigned bits) noexcept {
    pending_ |= std::uint64_t{value} << held_;
    held_ += bits;
    while (held_ >= 8) {
      *to_++ = static_cast<std::uint8_t>(pending_);
      pending_ >>= 8;
      held_ -= 8;
    }
  }
  std::uint8_t* Finish() noexcept {
    if (held_ > 0) *to_++ = static_cast<std::uint8_t>(pending_);
    return to_;
  }

 private:
  std::uint8_t* to_;
  std::uint64_t pending_ = 0;
  unsigned held_ = 0;
};

}  // namespace

CodeTable WriteCodeTable(const CodeLengths& lengths, const Alphabet& present,
                         std::uint8_t* to) noexcept {
  const std::size_t used = present.size();
  const unsigned first = present.symbols().front();
  const unsigned last = present.symbols().back();
  const std::size_t list_size = 1 + used + (used + 1) / 2;
  const std::size_t range_size = 1 + (last - first + 2) / 2;
  const std::size_t plain = list_size < range_size ? list_size : range_size;

  // The token kind cannot win below its own header.
  if (plain > kTokenHeader + 1) {
    std::array<Token, 256> tokens;
    const std::size_t count = MakeTokens(lengths, present.symbols(), tokens);
    std::array<std::uint32_t, kTokens> counts{};
    for (std::size_t i = 0; i < count; ++i) ++counts[tokens[i].token];
    const Alphabet kinds(counts);
    if (kinds.size() >= 2) {
      std::array<std::uint8_t, kTokens> token_lengths;
      BuildCodeLengths(counts, kinds, kTokenLimit, token_lengths);
      std::size_t bits = 8 * kTokenHeader;
      for (unsigned i = 0; i < kTokens; ++i) bits += counts[i] * (token_lengths[i] + kRunBits[i]);
      if ((bits + 7) / 8 < plain) {
        std::array<unsigned, kTokens> codes{};
        ForEachCode(SortedCode(token_lengths, kinds),
                    [&](unsigned token, unsigned, unsigned code) { codes[token] = code; });
        BitWriter writer(to);
        for (const std::uint8_t length : token_lengths) writer.Put(length, 3);
        for (std::size_t i = 0; i < count; ++i) {
          const Token token = tokens[i];
          writer.Put(codes[token.token] | unsigned{token.extra} << token_lengths[token.token],
                     token_lengths[token.token] + kRunBits[token.token]);
        }
        return {CodeTableKind::kTokens, static_cast<std::size_t>(writer.Finish() - to)};
      }
    }
  }

  BitWriter writer(to);
  const bool list = list_size < range_size;
  writer.Put(list ? static_cast<unsigned>(used - 1) : first, 8);
  if (list) {
    for (const std::uint8_t symbol : present.symbols()) writer.Put(symbol, 8);
    for (const std::uint8_t symbol : present.symbols()) writer.Put(lengths[symbol], 4);
  } else {
    for (unsigned symbol = first; symbol <= last; ++symbol) writer.Put(lengths[symbol], 4);
  }
  return {list ? CodeTableKind::kList : CodeTableKind::kRange,
          static_cast<std::size_t>(writer.Finish() - to)};
}

namespace {

std::optional<std::size_t> ParseList(ByteView bytes, CodeLengths& lengths) noexcept {
  if (bytes.empty()) return std::nullopt;
  const std::size_t used = std::size_t{bytes[0]} + 1;
  const std::size_t size = 1 + used + (used + 1) / 2;
  if (bytes.size() < size) return std::nullopt;
  for (std::size_t i = 0; i < used; ++i) {
    if (i > 0 && bytes[1 + i] <= bytes[i]) return std::nullopt;
    const unsigned length = (bytes[1 + used + i / 2] >> (4 * (i % 2))) & 0xF;
    if (length == 0) return std::nullopt;
    lengths[bytes[1 + i]] = static_cast<std::uint8_t>(length);
  }
  if (used % 2 == 1 && bytes[size - 1] >> 4 != 0) return std::nullopt;
  if (!IsCompleteCode(lengths)) return std::nullopt;
  return size;
}

std::optional<std::size_t> ParseRange(ByteView bytes, CodeLengths& lengths) noexcept {
  if (bytes.empty()) return std::nullopt;
  const unsigned first = bytes[0];
  std::uint32_t kraft = 0;
  unsigned i = 0;
  for (; kraft < kFull; ++i) {
    if (first + i > 255 || 1 + i / 2 >= bytes.size()) return std::nullopt;
    const unsigned length = (bytes[1 + i / 2] >> (4 * (i % 2))) & 0xF;
    if (length > kMaxCodeLength) return std::nullopt;
    lengths[first + i] = static_cast<std::uint8_t>(length);
    kraft += kShares[length];
  }
  if (kraft != kFull || (i % 2 == 1 && bytes[1 + i / 2] >> 4 != 0)) return std::nullopt;
  return 1 + (i + 1) / 2;
}

std::optional<std::size_t> ParseTokens(ByteView bytes, CodeLengths& lengths) noexcept {
  if (bytes.size() <= kTokenHeader) return std::nullopt;
  std::array<std::uint8_t, kTokens> token_lengths;
  std::uint64_t header = LoadLE<std::uint64_t>(bytes.data());
  unsigned token_kraft = 0;
  for (std::uint8_t& length : token_lengths) {
    length = static_cast<std::uint8_t>(header & 7);
    token_kraft += length != 0 ? 1U << (kTokenLimit - length) : 0;
    header >>= 3;
  }
  if (token_kraft != 1U << kTokenLimit) return std::nullopt;
  std::array<std::uint8_t, 1U << kTokenLimit> table;
  const SortedCode code(token_lengths);
  FillPrefixTable(code, table.data(),
                  [](unsigned token, unsigned) { return static_cast<std::uint8_t>(token); });
  const std::uint64_t mask = (std::uint64_t{1} << code.longest) - 1;

  // Each token writes kMostRun lengths, of which those after its run are overwritten by the next;
  // what long runs of absent symbols skip is zero before.
  constexpr std::size_t kMostRun = 16;
  static_assert(LongestRun(kRepeat) <= kMostRun);
  std::array<std::uint8_t, 256 + kMostRun> found{};
  std::size_t bit = 8 * kTokenHeader;
  std::uint32_t kraft = 0;
  unsigned symbol = 0;
  unsigned last_length = 0;
  while (kraft < kFull) {
    if (bit / 8 >= bytes.size()) return std::nullopt;
    // At most 7 + 7 bits a token: four of them fit what a load gives from any bit of its byte.
    std::uint64_t window = LoadLE<std::uint64_t>(bytes.data() + bit / 8) >> (bit % 8);
    for (unsigned turn = 0; turn < 4 && kraft < kFull; ++turn) {
      const unsigned token = table[window & mask];
      const unsigned code_bits = token_lengths[token];
      const unsigned all_bits = code_bits + kRunBits[token];
      const unsigned more = static_cast<unsigned>(window >> code_bits) & kRunMask[token];
      const unsigned run = kRunBase[token] + more;
      if (symbol + run > 256) return std::nullopt;
      const bool skips = token >= kShortRun && token <= kLongRun;
      last_length = token < kShortRun ? token : last_length;
      const unsigned length = skips ? 0 : last_length;
      std::memset(found.data() + symbol, static_cast<int>(length), kMostRun);
      symbol += run;
      kraft += run * kShares[length];
      window >>= all_bits;
      bit += all_bits;
    }
  }
  const std::size_t size = (bit + 7) / 8;
  if (kraft != kFull || size > bytes.size()) return std::nullopt;
  std::memset(found.data() + symbol, 0, kMostRun);
  std::memcpy(lengths.data(), found.data(), lengths.size());
  return size;
}

}  // namespace

std::optional<std::size_t> ParseCodeTable(ByteView bytes, CodeTableKind kind,
                                          CodeLengths& lengths) noexcept {
  switch (kind) {
    case CodeTableKind::kList:
      lengths.fill(0);
      return ParseList(bytes, lengths);
    case CodeTableKind::kRange:
      lengths.fill(0);
      return ParseRange(bytes, lengths);
    case CodeTableKind::kTokens:
      return ParseTokens(bytes, lengths);
    case CodeTableKind::kStatic:
      break;
  }
  return std::nullopt;
}

}  // namespace sigma::entropy
