// Codes are reversed, so that a field of the next bits has the first bit of the code at its bottom,
// and one look-up gives symbol and length: 7 cycles until the next can begin. Four lanes take turns
// in longer blocks, which hides most of them: 1.0 ns a symbol become 0.4.
#include "engine/coder/entropy/packed_codes.h"

#include <algorithm>
#include <array>

#include "engine/base/endian.h"
#include "engine/coder/entropy/prefix_table.h"

namespace sigma::entropy {
namespace {

constexpr std::size_t kTable = std::size_t{1} << kMaxCodeLength;
// Codes of 11 bits that fit the 57 bits that a load gives from any bit of its byte.
constexpr std::size_t kAtOnce = 5;
// Fewer symbols are read without a table, which takes a microsecond to make: as long as they, and
// for a hostile stream of blocks of two bytes all of the time.
constexpr std::size_t kWorthTable = 32;

// Symbols whose codes are put together before they are stored.
constexpr std::size_t kStoredAtOnce = 4;
static_assert(7 + kStoredAtOnce * kMaxCodeLength < 64);

std::uint8_t* WriteLane(ByteView symbols, const Codes& codes, std::uint8_t* at) noexcept {
  std::uint64_t pending = 0;
  unsigned held = 0;  // below 8 between groups
  const auto put = [&](std::uint64_t bits, unsigned length) {
    pending |= bits << held;
    held += length;
    StoreLE<std::uint64_t>(at, pending);
    at += held / 8;
    pending >>= held & ~7U;
    held &= 7;
  };
  std::size_t i = 0;
  for (; i + kStoredAtOnce <= symbols.size(); i += kStoredAtOnce) {
    const Code a = codes[symbols[i]], b = codes[symbols[i + 1]];
    const Code c = codes[symbols[i + 2]], d = codes[symbols[i + 3]];
    const unsigned first = a.length + b.length, second = c.length + d.length;
    const std::uint64_t low = a.bits | std::uint64_t{b.bits} << a.length;
    const std::uint64_t high = c.bits | std::uint64_t{d.bits} << c.length;
    put(low | high << first, first + second);
  }
  for (; i < symbols.size(); ++i) put(codes[symbols[i]].bits, codes[symbols[i]].length);
  return at + (held != 0 ? 1 : 0);
}

// Symbols of all lanes but the last, which has the rest.
constexpr std::size_t LaneSymbols(std::size_t symbols) {
  return (symbols + kPackedLanes - 1) / kPackedLanes;
}

// The low byte of a sum of kAtOnce entries is the sum of their lengths.
using Entry = std::uint16_t;  // symbol << 8 | length

class LaneReader {
 public:
  LaneReader(ByteView source, const SortedCode& code) : source_(source) {
    FillPrefixTable(code, table_.data(), [](unsigned symbol, unsigned length) {
      return static_cast<Entry>(symbol << 8 | length);
    });
    mask_ = (std::uint64_t{1} << code.longest) - 1;
  }

  // The next `kCount` symbols of each lane `i` from bits[i] on to to[i] + done. A lane that runs
  // out of the source goes on reading its end; its bits tell.
  template <std::size_t kCount, std::size_t kLanes>
  void Step(const std::array<std::uint8_t*, kLanes>& to, std::size_t done,
            std::array<std::size_t, kLanes>& bits) const noexcept {
    std::array<std::uint64_t, kLanes> window;
    std::array<std::uint64_t, kLanes> sum{};
    for (std::size_t i = 0; i < kLanes; ++i) {
      const std::size_t byte = std::min(bits[i] / 8, source_.size());
      window[i] = LoadLE<std::uint64_t>(source_.data() + byte) >> (bits[i] % 8);
    }
    for (std::size_t j = 0; j < kCount; ++j) {
      for (std::size_t i = 0; i < kLanes; ++i) {
        const std::uint64_t entry = table_[window[i] & mask_];
        to[i][done + j] = static_cast<std::uint8_t>(entry >> 8);
        window[i] >>= entry & 63;
        sum[i] += entry;
      }
    }
    for (std::size_t i = 0; i < kLanes; ++i) bits[i] += sum[i] & 0xFF;
  }

  // `count` symbols of each lane.
  template <std::size_t kLanes>
  void Read(const std::array<std::uint8_t*, kLanes>& to, std::size_t count,
            std::array<std::size_t, kLanes>& bits) const noexcept {
    std::size_t done = 0;
    for (; done + kAtOnce <= count; done += kAtOnce) Step<kAtOnce>(to, done, bits);
    for (; done < count; ++done) Step<1>(to, done, bits);
  }

 private:
  ByteView source_;
  std::uint64_t mask_;
  std::array<Entry, kTable> table_;
};

constexpr std::size_t WholeBytes(std::size_t bits) { return (bits + 7) / 8; }

// Bit by bit down the canonical code: some steps a symbol, and nothing to make before the first.
Unpacked UnpackWithoutTable(ByteView source, const SortedCode& code, MutableBytes target) noexcept {
  const std::size_t end = 8 * source.size();
  std::size_t bit = 0;
  for (std::uint8_t& symbol : target) {
    std::size_t first = 0;  // of the symbols of this length
    unsigned offset = 0;    // of the code from the first code of its length
    for (unsigned length = 1;; ++length) {
      if (bit == end || length > code.longest) return {};
      offset = 2 * offset + (source[bit / 8] >> (bit % 8) & 1u);
      ++bit;
      if (offset < code.counts[length]) break;
      offset -= code.counts[length];
      first += code.counts[length];
    }
    symbol = code.symbols[first + offset];
  }
  return {true, WholeBytes(bit)};
}

Unpacked UnpackLanes(ByteView source, const SortedCode& code, MutableBytes target) noexcept {
  if (source.size() < kLaneSizes) return {};
  const std::size_t each = LaneSymbols(target.size());
  std::array<std::size_t, kPackedLanes> bits;
  std::array<std::size_t, kPackedLanes> begins;
  std::array<std::uint8_t*, kPackedLanes> to;
  begins[0] = kLaneSizes;
  for (std::size_t i = 0; i < kPackedLanes; ++i) {
    if (i > 0) begins[i] = begins[i - 1] + LoadLE<std::uint16_t>(source.data() + 2 * (i - 1));
    bits[i] = 8 * begins[i];
    to[i] = target.data() + i * each;
  }
  const std::size_t common = target.size() - (kPackedLanes - 1) * each;
  const LaneReader reader(source, code);
  reader.Read(to, common, bits);
  for (std::size_t i = 0; i + 1 < kPackedLanes; ++i) {
    std::array<std::size_t, 1> rest{bits[i]};
    reader.Read<1>({to[i] + common}, each - common, rest);
    if (WholeBytes(rest[0]) != begins[i + 1]) return {};
  }
  const std::size_t bytes = WholeBytes(bits.back());
  return {bytes <= source.size(), bytes};
}

}  // namespace

std::size_t PackedBound(std::size_t symbols, std::size_t bits) noexcept {
  return symbols < kLeastLaned ? WholeBytes(bits) : kLaneSizes + bits / 8 + kPackedLanes;
}

std::size_t PackCodes(ByteView symbols, const Codes& codes, std::uint8_t* to) noexcept {
  if (symbols.size() < kLeastLaned) {
    return static_cast<std::size_t>(WriteLane(symbols, codes, to) - to);
  }
  const std::size_t each = LaneSymbols(symbols.size());
  std::uint8_t* at = to + kLaneSizes;
  for (std::size_t i = 0; i + 1 < kPackedLanes; ++i) {
    std::uint8_t* const end = WriteLane(symbols.subspan(i * each, each), codes, at);
    StoreLE<std::uint16_t>(to + 2 * i, static_cast<std::uint16_t>(end - at));
    at = end;
  }
  at = WriteLane(symbols.subspan((kPackedLanes - 1) * each), codes, at);
  return static_cast<std::size_t>(at - to);
}

Unpacked UnpackCodes(ByteView source, const SortedCode& code, MutableBytes target) noexcept {
  if (target.size() >= kLeastLaned) return UnpackLanes(source, code, target);
  if (target.size() < kWorthTable) return UnpackWithoutTable(source, code, target);
  std::array<std::size_t, 1> bits{};
  LaneReader(source, code).Read<1>({target.data()}, target.size(), bits);
  const std::size_t bytes = WholeBytes(bits[0]);
  return {bytes <= source.size(), bytes};
}

}  // namespace sigma::entropy
