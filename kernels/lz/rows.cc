// The lazy parser over a row hash.
//
// A row holds the last 16 positions of one hash value, the newest first, each with a tag (further
// hash bits) in the bits that positions leave free: a vector compare says which of them are worth a
// look (after the row-based match finder of zstd 1.5.0, Facebook 2021, whose tags and positions lie
// apart in rings), and a vector store of the row moved up by one place makes room for a new one. A
// row is one cache line, prefetched 8 positions ahead. Rows hash 7 bytes, more than the shortest
// match: what they offer saves a sequence or two, and their attempts are not spent on short
// matches. Those come from two small tables with one position an entry, by 4 and by 3 bytes, and
// from the last three offsets, which cost next to nothing to code.
//
// All choices are made by gain, in quarter bits (for stored records, by their flat prices): the
// price of the bytes covered less the price of the offset's class in the planes of FORMAT.md. A
// byte is worth 13/16 of the entropy of the sub-block's literals so far: measured over the corpus,
// less than a literal's own price as the bytes after a match are rarely all literals. Having a
// floor for the gain, a candidate must match the four bytes that would lift it above the floor:
// nearly all others fall there at once.
//
// A match waits for two more positions (lazy, depth 2): a later one must win by what the skipped
// byte and its own token cost.
#include "kernels/lz/rows.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "kernels/endian.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lz/rows.cc"
#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#ifndef SIGMA_KERNELS_LZ_ROWS_ONCE_
#define SIGMA_KERNELS_LZ_ROWS_ONCE_
namespace sigma::kernels::lz {
namespace {

constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15u;  // 2^64 / golden ratio

// Prices in quarter bits, from the sections of s7: offsets by class (rep0, one byte, two, three)
// and the code of rep1 and rep2. A match one or two positions later must gain `kWait` more: swept
// on s7, 1…3 and 4…6 bits are flat.
struct CodedPrices {
  static constexpr bool kByLiterals = true;
  static constexpr std::int32_t kByte = 18;  // before the first literals are counted
  static constexpr std::array<std::int32_t, 4> kOffset = {0, 22, 58, 76};
  static constexpr std::int32_t kRepeat = 8;
  static constexpr std::int32_t kWaitOne = 8;
  static constexpr std::int32_t kWaitTwo = 20;
};
// Narrow records: 24 bits a sequence, wherever its match lies, and 26 for the time to copy it, so
// matches have at least 7 bytes. s7: without the latter 10 % smaller, but 1.44 times the sequences.
struct StoredPrices {
  static constexpr bool kByLiterals = false;
  static constexpr std::int32_t kByte = 32;
  static constexpr std::array<std::int32_t, 4> kOffset = {200, 200, 200, 200};
  static constexpr std::int32_t kRepeat = 200;
  static constexpr std::int32_t kWaitOne = 40;
  static constexpr std::int32_t kWaitTwo = 80;
};
// The least price of a byte, and how often (source bytes) it is taken anew.
constexpr std::int32_t kLeastPrice = 10;
constexpr std::size_t kPriceInterval = std::size_t{1} << 14;
constexpr std::uint32_t kPriceLiterals = 256;
// The small tables are asked if a match of this many bytes and four, with an offset of two bytes,
// can gain.
constexpr std::int32_t kShort = 6;
// Rows are on their way this many positions before they are asked.
constexpr std::size_t kAhead = 8;
// Long stretches that a match covers are inserted at both ends only.
constexpr std::size_t kGap = 384;
constexpr std::size_t kGapHead = 96;
constexpr std::size_t kGapTail = 32;
// Of shorter ones, every other position up to the tail: faster, and a few more distinct ones stay
// in the rows (nci 0.3 % smaller).
constexpr std::size_t kStretch = 16;
constexpr std::size_t kStretchTail = 8;
// Longest step between searches. All that it skips is inserted, and odd it visits every phase of
// records of 8 bytes (f64-columns: 7 % smaller than with free growth).
constexpr std::size_t kLongestStep = 7;

// log2(x) in 1/256, x > 0; the mantissa by a parabola, 1 % at worst.
inline std::uint32_t Log2(std::uint32_t x) noexcept {
  const auto exponent = static_cast<std::uint32_t>(std::bit_width(x)) - 1;
  const auto mantissa =
      static_cast<std::uint32_t>((static_cast<std::uint64_t>(x) << 8 >> exponent) - 256);
  return exponent * 256 + mantissa + (mantissa * (256 - mantissa) * 88 >> 16);
}

// Counts literals and prices a byte by them.
class BytePrice {
 public:
  void Count(const std::uint8_t* literals, std::size_t count) noexcept {
    for (std::size_t i = 0; i < count; ++i) ++histogram_[literals[i]];
    total_ += static_cast<std::uint32_t>(count);
  }
  // 13/16 of the entropy in quarter bits.
  [[nodiscard]] std::int32_t Price(std::int32_t before) const noexcept {
    if (total_ < kPriceLiterals) return before;
    std::uint64_t bits = static_cast<std::uint64_t>(total_) * Log2(total_);
    for (const std::uint32_t count : histogram_) {
      if (count != 0) bits -= static_cast<std::uint64_t>(count) * Log2(count);
    }
    const auto price = static_cast<std::int32_t>((bits * 13 / total_ + 512) >> 10);
    return std::max(price, kLeastPrice);
  }

 private:
  std::array<std::uint32_t, 256> histogram_{};
  std::uint32_t total_ = 0;
};

}  // namespace
}  // namespace sigma::kernels::lz
#endif  // SIGMA_KERNELS_LZ_ROWS_ONCE_

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::lz {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Bit i: the bits of entry i that `mask` has are those of `tag`.
HWY_INLINE std::uint32_t EqualTags(const std::uint32_t* HWY_RESTRICT row, std::uint32_t tag,
                                   std::uint32_t mask) {
  const hn::CappedTag<std::uint32_t, kRow> d;
  const auto wanted = hn::Set(d, tag);
  const auto bits_of_tag = hn::Set(d, mask);
  std::uint32_t equal = 0;
  for (std::size_t i = 0; i < kRow; i += hn::Lanes(d)) {
    std::uint8_t bits[8] = {};
    hn::StoreMaskBits(d, hn::Eq(hn::And(hn::Load(d, row + i), bits_of_tag), wanted), bits);
    equal |= (bits[0] | static_cast<std::uint32_t>(bits[1]) << 8) << i;
  }
  return equal;
}

// Puts `entry` before the others of the row, the last of which falls out.
HWY_INLINE void Push(std::uint32_t* HWY_RESTRICT row, std::uint32_t entry) {
#if HWY_TARGET == HWY_SCALAR
  std::memmove(row + 1, row, (kRow - 1) * sizeof(*row));
  row[0] = entry;
#else
  const hn::CappedTag<std::uint32_t, kRow> d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = kRow - lanes; i > 0; i -= lanes) {
    hn::Store(hn::LoadU(d, row + i - 1), d, row + i);
  }
  alignas(64) static constexpr std::array<std::uint32_t, kRow> kUp = {0, 0, 1, 2,  3,  4,  5,  6,
                                                                      7, 8, 9, 10, 11, 12, 13, 14};
  const auto moved = hn::TableLookupLanes(hn::Load(d, row), hn::SetTableIndices(d, kUp.data()));
  hn::Store(hn::IfThenElse(hn::FirstN(d, 1), hn::Set(d, entry), moved), d, row);
#endif
}

template <class Prices>
class RowParser {
 public:
  HWY_INLINE RowParser(const std::uint8_t* base, std::size_t begin, std::size_t end,
                       const RowTables& tables, const RowSearch& search)
      : base_(base),
        end_(base + end),
        begin_(begin),
        limit_(end - 16),
        tables_(tables),
        search_(search),
        hash_shift_(64 - 8 * search.hash_bytes),
        row_shift_(32 - tables.row_log),
        near_shift_(32 - tables.near_log),
        middle_shift_(32 - tables.middle_log),
        positions_((std::uint32_t{1} << tables.position_log) - 1) {
    SetPrice(Prices::kByte);
  }

  HWY_INLINE std::size_t Parse(Sequence* out) {
    BytePrice price;
    Sequence* next = out;
    std::size_t anchor = begin_;
    std::size_t at = begin_ == 0 ? 1 : begin_;
    std::size_t reprice = begin_ + kPriceInterval;
    // The call before inserted all but the last 16 positions of its bytes.
    inserted_ = begin_ < 16 ? 0 : begin_ - 16;
    while (at < limit_) {
      Match match{0, 0, 0};
      if (!Search(at, &match)) {
        at += std::min(1 + ((at - anchor) >> search_.skip_log), kLongestStep);
        continue;
      }
      std::size_t start = at;
      for (unsigned waited = 0;
           match.length < search_.enough && waited < search_.waits && at + 1 < limit_;) {
        ++at;
        ++waited;
        Match later{0, 0, match.gain + (waited == 1 ? Prices::kWaitOne : Prices::kWaitTwo)};
        if (Search(at, &later)) {
          match = later;
          start = at;
          waited = 0;
        }
      }
      while (start > anchor && start > match.offset &&
             base_[start - 1] == base_[start - 1 - match.offset]) {
        --start;
        ++match.length;
      }
      *next++ = {static_cast<std::uint32_t>(start - anchor), match.length, match.offset};
      if constexpr (Prices::kByLiterals) price.Count(base_ + anchor, start - anchor);
      repeats_ = {match.offset, repeats_[0], repeats_[1]};
      at = start + match.length;
      anchor = at;
      if (Prices::kByLiterals && at >= reprice) {
        SetPrice(price.Price(byte_price_));
        reprice = at + kPriceInterval;
      }
    }
    InsertUpTo(limit_);
    return static_cast<std::size_t>(next - out);
  }

 private:
  struct Match {
    std::uint32_t length;
    std::uint32_t offset;
    std::int32_t gain;
  };

  HWY_INLINE void SetPrice(std::int32_t price) {
    byte_price_ = price;
    inverse_ = (1u << 16) / static_cast<std::uint32_t>(price) + 1;
    near_reach_ = 3 * price > Prices::kOffset[2] ? 65536 : 255;
    short_floor_ = price * kShort - Prices::kOffset[2];
  }

  HWY_INLINE std::uint32_t Hash(std::uint64_t value, unsigned shift) const {
    return static_cast<std::uint32_t>(((value << shift) * kGolden) >> 32);
  }
  HWY_INLINE std::uint32_t RowHash(std::size_t at) const {
    return Hash(LoadInteger<std::uint64_t>(base_ + at), hash_shift_);
  }
  // An entry: the position, and above it bits of the hash that the place does not use.
  HWY_INLINE std::uint32_t Entry(std::uint32_t hash, std::size_t at) const {
    return hash << tables_.position_log | static_cast<std::uint32_t>(at);
  }
  HWY_INLINE bool TagsMatch(std::uint32_t a, std::uint32_t b) const {
    return (a ^ b) <= positions_;
  }

  HWY_INLINE std::uint32_t* Row(std::uint32_t hash) const {
    return tables_.rows + std::size_t{hash >> row_shift_} * kRow;
  }

  HWY_INLINE void Insert(std::size_t at) {
    hwy::Prefetch(Row(RowHash(at + kAhead)));
    const std::uint32_t hash = RowHash(at);
    Push(Row(hash), Entry(hash, at));
  }

  HWY_INLINE void InsertUpTo(std::size_t at) {
    if (inserted_ + kGap < at) {
      for (const std::size_t head = inserted_ + kGapHead; inserted_ < head; ++inserted_) {
        Insert(inserted_);
      }
      inserted_ = at - kGapTail;
    }
    if (inserted_ + kStretch < at) {
      for (const std::size_t tail = at - kStretchTail; inserted_ < tail; inserted_ += 2) {
        Insert(inserted_);
      }
    }
    for (; inserted_ < at; ++inserted_) Insert(inserted_);
  }

  // Takes `from` as the match of `at` if it gains more than `best`.
  HWY_INLINE bool Try(const std::uint8_t* at, const std::uint8_t* from, std::int32_t price,
                      Match* best) const {
    std::size_t length = 0;
    do {
      const std::uint64_t low =
          LoadInteger<std::uint64_t>(at + length) ^ LoadInteger<std::uint64_t>(from + length);
      const std::uint64_t high = LoadInteger<std::uint64_t>(at + length + 8) ^
                                 LoadInteger<std::uint64_t>(from + length + 8);
      if ((low | high) != 0) {
        length += static_cast<unsigned>((low == 0 ? 8 : 0) +
                                        (std::countr_zero(low == 0 ? high : low) >> 3));
        return Take(at, from, length, price, best);
      }
      length += 16;
    } while (at + length + 16 <= end_);
    while (at + length < end_ && at[length] == from[length]) ++length;
    return Take(at, from, length, price, best);
  }
  HWY_INLINE bool Take(const std::uint8_t* at, const std::uint8_t* from, std::size_t bytes,
                       std::int32_t price, Match* best) const {
    const auto length = static_cast<std::uint32_t>(bytes);
    const std::int32_t gain = static_cast<std::int32_t>(length) * byte_price_ - price;
    if (length < search_.shortest || gain <= best->gain) return false;
    *best = {length, static_cast<std::uint32_t>(at - from), gain};
    return true;
  }

  HWY_INLINE static std::int32_t PriceOf(std::size_t offset) {
    return Prices::kOffset[1u + (offset >= 255) + (offset >= 65536)];
  }

  // Where the last four bytes begin that a match of this price must have to gain more than `floor`.
  HWY_INLINE std::uint32_t SkipAbove(std::int32_t floor, std::int32_t price) const {
    const auto over = static_cast<std::uint32_t>(floor + price);
    const auto whole = static_cast<std::uint32_t>((std::uint64_t{over} * inverse_) >> 16);
    return std::max(whole, 3u) - 3;
  }

  // Looks for a match at `at` < limit_ that gains more than best->gain, and inserts `at`.
  HWY_INLINE bool Search(std::size_t at, Match* best) {
    if (inserted_ < at) InsertUpTo(at);
    inserted_ = at + 1;
    const std::uint8_t* const here = base_ + at;
    const std::uint64_t value = LoadInteger<std::uint64_t>(here);
    const auto first = static_cast<std::uint32_t>(value);
    hwy::Prefetch(Row(RowHash(at + kAhead)));
    const std::uint32_t hash = Hash(value, hash_shift_);
    std::uint32_t* const row = Row(hash);
    const std::uint32_t entry = Entry(hash, at);
    std::uint32_t equal = EqualTags(row, entry & ~positions_, ~positions_);
    const std::uint32_t near_hash = Hash(value, 40);
    const std::uint32_t middle_hash = Hash(value, 32);
    std::uint32_t& near = tables_.near[near_hash >> near_shift_];
    std::uint32_t& middle = tables_.middle[middle_hash >> middle_shift_];
    const std::uint32_t near_entry = near;
    const std::uint32_t middle_entry = middle;
    near = Entry(near_hash, at);
    middle = Entry(middle_hash, at);

    bool found = false;
    const auto repeats = [&](unsigned i) {
      return ((LoadInteger<std::uint32_t>(here - repeats_[i]) ^ first) << 8) == 0;
    };
    const bool repeat0 = repeats(0);
    const bool repeat1 = repeats(1);
    const bool repeat2 = repeats(2);
    if (repeat0 | repeat1 | repeat2) {
      if (repeat0) found |= Try(here, here - repeats_[0], Prices::kOffset[0], best);
      if (repeat1) found |= Try(here, here - repeats_[1], Prices::kRepeat, best);
      if (repeat2) found |= Try(here, here - repeats_[2], Prices::kRepeat, best);
    }

    const auto try_from = [&](std::size_t from) {
      const std::size_t offset = at - from;
      if (offset > search_.farthest) return;
      found |= Try(here, base_ + from, PriceOf(offset), best);
    };
    // The small tables hold the short matches; the rows know all of the others.
    if (best->gain < short_floor_) {
      const std::uint32_t near_from = near_entry & positions_;
      const std::uint32_t middle_from = middle_entry & positions_;
      if (TagsMatch(middle_entry, middle)) try_from(middle_from);
      // A match of three bytes pays only nearby.
      if (TagsMatch(near_entry, near) && at - near_from < near_reach_ && near_from != middle_from)
        try_from(near_from);
    }
    if (equal != 0) {
      const auto room = static_cast<std::size_t>(end_ - here);
      std::uint32_t skip1 = SkipAbove(best->gain, Prices::kOffset[1]);
      std::uint32_t skip2 = SkipAbove(best->gain, Prices::kOffset[2]);
      std::uint32_t skip3 = SkipAbove(best->gain, Prices::kOffset[3]);
      unsigned left = search_.attempts;
      if (skip3 + 4 <= room) do {
          const std::size_t from = row[std::countr_zero(equal)] & positions_;
          const std::size_t offset = at - from;
          std::uint32_t skip = offset < 255 ? skip1 : skip2;
          skip = offset < 65536 ? skip : skip3;
          if (LoadInteger<std::uint32_t>(here + skip) ==
              LoadInteger<std::uint32_t>(base_ + from + skip)) {
            try_from(from);
            skip1 = SkipAbove(best->gain, Prices::kOffset[1]);
            skip2 = SkipAbove(best->gain, Prices::kOffset[2]);
            skip3 = SkipAbove(best->gain, Prices::kOffset[3]);
            if (skip3 + 4 > room) break;
          }
          equal &= equal - 1;
        } while (equal != 0 && --left != 0);
    }
    Push(row, entry);
    return found;
  }

  const std::uint8_t* base_;
  const std::uint8_t* end_;
  std::size_t begin_;
  std::size_t limit_;  // positions below it may be searched and inserted
  RowTables tables_;
  RowSearch search_;
  unsigned hash_shift_;
  unsigned row_shift_;
  unsigned near_shift_;
  unsigned middle_shift_;
  std::uint32_t positions_;  // the bits of an entry that are the position
  std::int32_t byte_price_ = 0;
  std::uint32_t inverse_ = 0;  // 2^16 / byte_price_
  std::int32_t short_floor_ = 0;
  std::size_t near_reach_ = 0;
  std::size_t inserted_ = 0;  // positions below it are in the rows
  std::array<std::uint32_t, 3> repeats_ = {1, 1, 1};
};

std::size_t ParseRowsTarget(const std::uint8_t* base, std::size_t begin, std::size_t end,
                            const RowTables& tables, const RowSearch& search, Sequence* out) {
  if (end - begin < 32) return 0;
  if (search.stored) return RowParser<StoredPrices>(base, begin, end, tables, search).Parse(out);
  return RowParser<CodedPrices>(base, begin, end, tables, search).Parse(out);
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::lz
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::lz {

HWY_EXPORT(ParseRowsTarget);

std::size_t ParseRows(const std::uint8_t* base, std::size_t begin, std::size_t end,
                      const RowTables& tables, const RowSearch& search, Sequence* out) noexcept {
  return HWY_DYNAMIC_DISPATCH(ParseRowsTarget)(base, begin, end, tables, search, out);
}

}  // namespace sigma::kernels::lz
#endif  // HWY_ONCE
