// Prices from counts.
//
// A sequence pays for a joint token (class, run, length), so its price cannot be a sum of three.
// A dynamic program must yet compare partial paths that end in the middle of a run; therefore the
// token's price is split: run[] holds the share of the run alone (its marginal in the histogram),
// match[][][] what class and length add given the run. The sum is the joint price.
#include "engine/coder/lz/prices.h"

#include <algorithm>
#include <bit>

namespace sigma::lz {
namespace {

// The entropy coder's longest code is 11 bits; a symbol that never occurred would get one of those.
constexpr std::uint32_t kMaxSymbolPrice = 11 * kOneBit + kOneBit / 2;

// log2(1 + i / 256) << kPriceBits, by the classic digit recurrence: square, compare with 2, halve.
constexpr std::array<std::uint16_t, 257> MakeFractions() {
  std::array<std::uint16_t, 257> fractions{};
  for (std::uint64_t i = 0; i < 257; ++i) {
    std::uint64_t x = (256 + i) << 22;  // 1.30 fixed point
    std::uint32_t log = 0;
    if (x >> 31 != 0) {
      fractions[i] = 1u << kPriceBits;
      continue;
    }
    for (unsigned bit = 0; bit < kPriceBits; ++bit) {
      x = (x * x) >> 30;
      log <<= 1;
      if (x >> 31 != 0) {
        x >>= 1;
        log |= 1;
      }
    }
    fractions[i] = static_cast<std::uint16_t>(log);
  }
  return fractions;
}
constexpr auto kFractions = MakeFractions();

// The cost of an entropy stream besides its codes, in bits: header and counts, and a share of the
// table for each symbol (tables of s7's literal streams have 20–70 bytes).
constexpr std::uint64_t kStreamBits = 96;
constexpr std::uint64_t kSymbolBits = 3;
// A symbol seen once weighs this many times one never seen.
constexpr std::uint32_t kSeenScale = 4;

// n log2 n << kPriceBits of small numbers, which nearly all counts of a sample are.
constexpr std::array<std::uint32_t, 256> MakeFewLogs() {
  std::array<std::uint32_t, 256> logs{};
  for (std::uint32_t n = 2; n < 256; ++n) {
    const auto log = static_cast<std::uint32_t>(std::bit_width(n)) - 1;
    logs[n] = n * ((log << kPriceBits) + kFractions[((n << 8) >> log) & 255]);
  }
  return logs;
}
constexpr auto kFewLogs = MakeFewLogs();

}  // namespace

std::uint32_t FixedLog2(std::uint32_t value) noexcept {
  const unsigned log = static_cast<unsigned>(std::bit_width(value)) - 1;
  // Eight bits after the leading one, and linear interpolation with eight more.
  const std::uint64_t scaled = (static_cast<std::uint64_t>(value) << 32) >> log;  // 1.32
  const std::size_t index = (scaled >> 24) & 255;
  const std::uint32_t rest = static_cast<std::uint32_t>((scaled >> 16) & 255);
  const std::uint32_t low = kFractions[index];
  const std::uint32_t high = kFractions[index + 1];
  return (log << kPriceBits) + low + (((high - low) * rest) >> 8);
}

void SymbolPrices(const Histogram& counts, Histogram* prices) noexcept {
  std::uint32_t total = 256;
  for (const std::uint32_t count : counts) total += kSeenScale * count;
  const std::uint32_t log_total = FixedLog2(total);
  for (std::size_t i = 0; i < 256; ++i) {
    const std::uint32_t price = log_total - FixedLog2(kSeenScale * counts[i] + 1);
    (*prices)[i] = std::min(price, kMaxSymbolPrice);
  }
}

std::uint64_t StreamCost(const Histogram& a, const Histogram& b) noexcept {
  std::uint64_t cost = 0;
  std::uint32_t total = 0;
  std::uint64_t symbols = 0;
  for (std::size_t i = 0; i < 256; ++i) {
    const std::uint32_t count = a[i] + b[i];
    if (count == 0) continue;
    cost -= static_cast<std::uint64_t>(count) * FixedLog2(count);
    total += count;
    ++symbols;
  }
  if (total == 0) return 0;
  cost += static_cast<std::uint64_t>(total) * FixedLog2(total);
  return cost + kOneBit * (kStreamBits + kSymbolBits * symbols);
}

std::uint64_t SampledStreamCost(const Histogram& a, const Histogram& b, unsigned log) noexcept {
  std::uint64_t less = 0;
  std::uint32_t total = 0;
  std::uint64_t symbols = 0;
  for (std::size_t i = 0; i < 256; ++i) {
    const std::uint32_t count = a[i] + b[i];
    symbols += count != 0;
    total += count;
    less += count < kFewLogs.size() ? kFewLogs[count]
                                    : static_cast<std::uint64_t>(count) * FixedLog2(count);
  }
  if (total == 0) return 0;
  const std::uint64_t codes = static_cast<std::uint64_t>(total) * FixedLog2(total) - less;
  return (codes << log) + kOneBit * (kStreamBits + kSymbolBits * symbols);
}

void GuessCounts(ByteView bytes, Counts* counts) noexcept {
  *counts = {};
  for (const std::uint8_t byte : bytes) ++counts->literal[0][byte];
  // Halves with each step of the length, a quarter for each literal: the shape of text and of
  // records alike (any start converges, this one in a pass less than a flat one).
  for (unsigned token = 0; token < 256; ++token) {
    const unsigned run = (token >> 4) & 3;
    const unsigned length = token & 15;
    counts->token[token] = 1024u >> (run / 2 + length / 2);
  }
  counts->near.fill(4);
  counts->low.fill(4);
  counts->middle.fill(4);
  counts->high.fill(4);
  for (std::size_t i = 0; i < 256; ++i) {
    counts->run_escape[i] = static_cast<std::uint32_t>(1 + 256 / (i + 1));
    counts->match_escape[i] = static_cast<std::uint32_t>(1 + 256 / (i + 1));
  }
}

void CountSequences(std::span<const Sequence> sequences, const Range& range,
                    Counts* counts) noexcept {
  const LiteralContexts contexts = counts->contexts;
  *counts = {};
  counts->contexts = contexts;
  ForEachLiteral(sequences, {range.source.data(), range.begin, range.end, range.last[0]},
                 [&](std::uint8_t literal, std::uint8_t expected) {
                   ++counts->literal[contexts.map[expected]][literal];
                 });
  auto [last, second, third] = range.last;
  for (const Sequence& sequence : sequences) {
    const std::uint32_t offset = sequence.offset;
    unsigned kind = ClassOf(offset);
    if (offset == last) {
      kind = kRepeat0;
    } else if (offset == second || offset == third) {
      kind = kNear;
      ++counts->near[offset == second ? 0 : 1];
    } else if (kind == kNear) {
      ++counts->near[offset + 1];
    } else {
      ++counts->low[offset & 255];
      ++counts->middle[(offset >> 8) & 255];
      if (kind == kThreeBytes) ++counts->high[offset >> 16];
    }
    third = second;
    second = last;
    last = offset;
    const std::uint32_t run = sequence.literals;
    const std::uint32_t length = sequence.match - static_cast<std::uint32_t>(kMinMatch);
    ++counts->token[kind << 6 | std::min(run, 3u) << 4 | std::min(length, 15u)];
    if (run >= 3) ++counts->run_escape[run >= kLongRun ? 255 : run - 3];
    if (length >= 15) ++counts->match_escape[sequence.match >= kLongMatch ? 255 : length - 15];
  }
}

void SetPrices(const Counts& counts, std::uint32_t sequence_price, Prices* prices) noexcept {
  prices->pad.fill(0);
  Histogram token;
  Histogram run_escape;
  Histogram match_escape;
  SymbolPrices(counts.token, &token);
  SymbolPrices(counts.run_escape, &run_escape);
  SymbolPrices(counts.match_escape, &match_escape);
  SymbolPrices(counts.near, &prices->near);
  SymbolPrices(counts.low, &prices->low);
  SymbolPrices(counts.middle, &prices->middle);
  SymbolPrices(counts.high, &prices->high);
  prices->contexts = counts.contexts.map;
  for (unsigned k = 0; k < counts.contexts.count; ++k) {
    SymbolPrices(counts.literal[k], &prices->literal[k]);
  }

  std::array<std::uint32_t, 4> runs{};
  std::uint32_t total = 4;
  for (std::size_t i = 0; i < 256; ++i) runs[(i >> 4) & 3] += counts.token[i];
  for (std::uint32_t& run : runs) total += ++run;
  for (std::size_t i = 0; i <= kLongRun; ++i) {
    const std::size_t code = std::min<std::size_t>(i, 3);
    std::uint32_t price = FixedLog2(total) - FixedLog2(runs[code]);
    if (i >= 3) price += run_escape[i >= kLongRun ? 255 : i - 3];
    if (i >= kLongRun) price += 32 * kOneBit;
    prices->run[i] = price;
    prices->run_step[i] = i == 0 ? 0 : price - prices->run[i - 1];
  }
  prices->run_step[kLongRun + 1] = 0;

  for (unsigned kind = 0; kind < 4; ++kind) {
    for (unsigned run = 0; run < 4; ++run) {
      const std::uint32_t share = FixedLog2(total) - FixedLog2(runs[run]);
      for (std::size_t length = 0; length <= kLongMatch; ++length) {
        const std::size_t above = length < kMinMatch ? 0 : length - kMinMatch;
        std::uint32_t price = token[kind << 6 | run << 4 | std::min<std::size_t>(above, 15)];
        if (above >= 15) price += match_escape[length >= kLongMatch ? 255 : above - 15];
        if (length >= kLongMatch) price += 32 * kOneBit;
        prices->match[kind][run][length] = price - share + sequence_price;
      }
    }
  }
}

void SetStoredPrices(std::uint32_t sequence_price, Prices* prices) noexcept {
  constexpr std::uint32_t kByte = 8 * kOneBit;
  // All else is whole bytes, so a tenth of the sequences gains exactly what it costs. Those of two
  // offset bytes are left out (of three: not): 5 % fewer sequences for 0.4 % of s7. Leaving out all
  // would cost 0.9 %.
  constexpr std::uint32_t kTie = kOneBit;
  // The copy loop leaves its straight path for an offset below 16, which takes twice the time.
  constexpr std::uint32_t kPattern = kByte;
  constexpr std::size_t kPatternOffset = 16;
  prices->pad.fill(0);
  prices->contexts.fill(0);
  prices->literal[0].fill(kByte);
  prices->near.fill(kByte);
  for (std::size_t offset = 1; offset < kPatternOffset; ++offset) {
    prices->near[offset + 1] += kPattern;
  }
  prices->low.fill(kByte);
  prices->middle.fill(kByte + kTie);
  prices->high.fill(kByte - kTie);
  prices->run_step[0] = 0;
  for (std::size_t i = 0; i <= kLongRun; ++i) {
    prices->run[i] = (i >= 3 ? kByte : 0) + (i >= kLongRun ? 4 * kByte : 0);
    if (i > 0) prices->run_step[i] = prices->run[i] - prices->run[i - 1];
  }
  prices->run_step[kLongRun + 1] = 0;
  for (std::size_t length = 0; length <= kLongMatch; ++length) {
    const std::uint32_t price = kByte + (length >= kMinMatch + 15 ? kByte : 0) +
                                (length >= kLongMatch ? 4 * kByte : 0) + sequence_price;
    for (auto& kind : prices->match) {
      for (auto& run : kind) run[length] = price;
    }
  }
}

}  // namespace sigma::lz
