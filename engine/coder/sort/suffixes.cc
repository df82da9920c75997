// A suffix is S if it is less than the next one, L otherwise; the last is L. An S after an L is LMS
// ("leftmost S"). Once the LMS are in order, a pass from the left puts each L at the front of its
// bucket (the suffixes that begin with the same byte) when the suffix after it is met, and a pass
// from the right each S at the end of its. The LMS are ordered by the same two passes, first by the
// stretches that reach to the next LMS, then, as the suffixes of the string of those stretches'
// ranks, by this algorithm itself: that string has at most half the length.
//
// An entry holds a suffix and two marks. The passes meet suffixes in an order that the cache cannot
// foresee, so what an entry will need is fetched some entries ahead.
#include "engine/coder/sort/suffixes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <utility>

#include "engine/base/endian.h"

namespace sigma::sort {
namespace {

using Word = std::uint32_t;

// What precedes the suffix is S: an entry for the pass from the right.
constexpr Word kForRight = 1u << 30;
// Finished: the low bits are the result, in bytes the byte before the suffix.
constexpr Word kDone = 1u << 31;
constexpr Word kSuffix = kForRight - 1;

constexpr std::size_t kAhead = 32;  // entries; half of it for what depends on what was fetched

// Recognises the suffixes whose places are asked for: multiples of a step, by the inverse of its
// odd part modulo 2^32 (a multiple divided so is small, nothing else is).
class Sought {
 public:
  Sought(std::size_t step, std::span<Word> rows)
      : rows_(rows), shift_(std::countr_zero(step)), most_(static_cast<Word>(0xFFFFFFFFu / step)) {
    const auto odd = static_cast<Word>(step >> shift_);
    inverse_ = odd;  // right in 3 bits; each round doubles them
    for (int round = 0; round < 4; ++round) inverse_ *= 2 - odd * inverse_;
  }
  void Place(Word suffix, std::size_t row) {
    const Word quotient = std::rotr(suffix * inverse_, shift_);
    if (quotient <= most_) [[unlikely]]
      rows_[quotient] = static_cast<Word>(row);
  }

 private:
  std::span<Word> rows_;
  int shift_;
  Word most_;
  Word inverse_;
};

template <typename Symbol>
void Fetch(const Symbol* at) {
#if defined(__GNUC__)
  __builtin_prefetch(at);
#else
  (void)at;
#endif
}

// One level of the recursion: a string over the symbols 0 … symbols − 1.
template <typename Symbol>
class Sorter {
 public:
  static constexpr bool kBytes = sizeof(Symbol) == 1;

  // `buckets` has a word for each symbol.
  Sorter(std::span<const Symbol> string, std::span<Word> order, std::span<Word> buckets,
         std::size_t symbols, Sought* sought)
      : text_(string.data()),
        size_(string.size()),
        order_(order.data()),
        buckets_(buckets.data()),
        words_(buckets),
        symbols_(symbols),
        sought_(sought) {}

  void Sort() {
    const std::size_t count = PlaceUnsorted();
    if (count > 1) {
      FromLeft<false>();
      FromRight<false>();
      SortStretches(count);
    }
    PlaceSorted(count);
    FromLeft<true>();
    FromRight<true>();
  }

 private:
  // The bytes before the suffix are wanted in the end, or the suffixes.
  [[nodiscard]] Word Before(std::size_t suffix) const {
    return kDone | text_[suffix == 0 ? size_ - 1 : suffix - 1];
  }

  // Sets the buckets to how many suffixes each has.
  void Count() {
    if constexpr (kBytes) {
      std::copy_n(counts_.begin(), symbols_, buckets_);
    } else {
      std::fill_n(buckets_, symbols_, 0u);
      for (std::size_t i = 0; i < size_; ++i) ++buckets_[text_[i]];
    }
  }
  void CountBytes() {
    // Neighbours are often equal: four counts do not wait for each other.
    Word counts[4][256] = {};
    std::size_t i = 0;
    for (; i + 4 <= size_; i += 4) {
      for (std::size_t k = 0; k < 4; ++k) ++counts[k][text_[i + k]];
    }
    for (; i < size_; ++i) ++counts[0][text_[i]];
    for (std::size_t b = 0; b < 256; ++b) {
      counts_[b] = counts[0][b] + counts[1][b] + counts[2][b] + counts[3][b];
    }
  }
  void FindFronts() {
    Count();
    Word sum = 0;
    for (std::size_t s = 0; s < symbols_; ++s) sum += std::exchange(buckets_[s], sum);
  }
  void FindEnds() {
    Count();
    Word sum = 0;
    for (std::size_t s = 0; s < symbols_; ++s) buckets_[s] = sum += buckets_[s];
  }

  // Lists the LMS in the order of the text up to `end`, and returns where the list begins. Writes
  // the word before it, too: no branch could foresee what is an LMS.
  Word* ListLms(Word* end) const {
    unsigned after_s = 0;
    Symbol after = text_[size_ - 1];
    for (std::size_t i = size_ - 1; i-- > 0;) {
      const Symbol symbol = text_[i];
      const unsigned s = static_cast<unsigned>(symbol < after) |
                         (static_cast<unsigned>(symbol == after) & after_s);
      end[-1] = static_cast<Word>(i + 1);
      end -= after_s & ~s;
      after_s = s;
      after = symbol;
    }
    return end;
  }

  // visit(i) for each LMS, from the last to the first.
  template <typename Visit>
  void EachLms(Visit visit) const {
    if (lms_ != nullptr) {
      for (const Word* lms = lms_end(); lms != lms_;) visit(*--lms);
      return;
    }
    bool after_s = false;
    Symbol after = text_[size_ - 1];
    for (std::size_t i = size_ - 1; i-- > 0;) {
      const Symbol symbol = text_[i];
      const bool s = symbol < after || (symbol == after && after_s);
      if (after_s && !s) visit(static_cast<Word>(i + 1));
      after_s = s;
      after = symbol;
    }
  }
  [[nodiscard]] const Word* lms_end() const { return words_.data() + words_.size(); }

  // Each LMS at the end of its bucket, in any order there. Returns their number.
  std::size_t PlaceUnsorted() {
    if constexpr (kBytes) {
      CountBytes();
      // The words after the buckets have room for the list: less than half of the suffixes are LMS.
      lms_ = ListLms(words_.data() + words_.size());
    }
    FindEnds();
    std::fill_n(order_, size_, 0u);
    std::size_t count = 0;
    EachLms([&](Word suffix) {
      last_lms_ = count++ == 0 ? suffix : last_lms_;
      order_[--buckets_[text_[suffix]]] = suffix;
    });
    return count;
  }

  // Suffix 0 has nothing before it: it is 0 (as what is not there) until its row is final.
  template <bool kFinal>
  void FromLeft() {
    FindFronts();
    {
      const std::size_t last = size_ - 1;
      const bool right = last > 0 && text_[last - 1] < text_[last];
      Word entry = static_cast<Word>(last) | (right ? kForRight : 0);
      if (kFinal && last == 0) entry = Finish(0, 0);
      order_[buckets_[text_[last]]++] = entry;
    }
    for (std::size_t i = 0; i < size_; ++i) {
      if (i + 2 * kAhead < size_) {
        Fetch(text_ + (order_[i + 2 * kAhead] & kSuffix));
        if constexpr (!kBytes) {
          const Word soon = order_[i + kAhead];
          if (soon - 1 < kForRight - 1) Fetch(buckets_ + text_[soon - 1]);
        }
      }
      const Word suffix = order_[i];
      if (suffix - 1 >= kForRight - 1) continue;
      const Word before = suffix - 1;
      const Symbol symbol = text_[before];
      order_[i] = !kFinal ? 0 : kBytes ? kDone | symbol : kDone | suffix;
      if constexpr (kFinal && kBytes) sought_->Place(suffix, i);
      const Word row = buckets_[symbol]++;
      Word entry = before;
      if (before == 0) {
        if constexpr (kFinal) entry = Finish(0, row);
      } else if (text_[before - 1] < symbol) {
        entry |= kForRight;
      }
      order_[row] = entry;
    }
  }

  // Afterwards, unless it is final, the entries with kDone are the LMS; else all are results.
  template <bool kFinal>
  void FromRight() {
    FindEnds();
    for (std::size_t i = size_; i-- > 0;) {
      if (i >= 2 * kAhead) {
        Fetch(text_ + (order_[i - 2 * kAhead] & kSuffix));
        if constexpr (!kBytes) {
          const Word soon = order_[i - kAhead];
          if ((soon & kDone) == 0 && soon != 0) Fetch(buckets_ + text_[(soon & kSuffix) - 1]);
        }
      }
      const Word entry = order_[i];
      if ((entry & kDone) != 0 || entry == 0) {
        if constexpr (kFinal && !kBytes) order_[i] = entry & kSuffix;
        continue;
      }
      const Word suffix = entry & kSuffix;
      const Word before = suffix - 1;
      const Symbol symbol = text_[before];
      order_[i] = !kFinal ? 0 : kBytes ? kDone | symbol : suffix;
      if constexpr (kFinal && kBytes) sought_->Place(suffix, i);
      const Word row = --buckets_[symbol];
      Word placed = before;
      if (before == 0) {
        if constexpr (kFinal) placed = Finish(0, row);
      } else if (text_[before - 1] > symbol) {
        placed = kFinal ? Finish(before, row) : kDone | before;
      }
      order_[row] = placed;
    }
  }

  // The result of a suffix that no pass has to look at.
  Word Finish(Word suffix, std::size_t row) {
    if constexpr (kBytes) {
      sought_->Place(suffix, row);
      return Before(suffix);
    } else {
      return kDone | suffix;
    }
  }

  // The `count` LMS stand in order of their stretches: puts them to the front in the order of their
  // suffixes.
  void SortStretches(std::size_t count) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      const Word entry = order_[i];
      order_[found] = entry & kSuffix;
      found += entry >> 31;
    }
    assert(found == count);
    const std::size_t ranks = RankStretches(count);
    if (ranks == count) return;
    // The ranks in the order of the string.
    Word* const reduced = order_ + size_ - count;
    for (std::size_t from = size_, to = size_; from-- > count;) {
      if (order_[from] != 0) order_[--to] = order_[from] - 1;
    }
    Sorter<Word>({reduced, count}, {order_, count}, words_, ranks, nullptr).Sort();
    lms_ = nullptr;            // overwritten
    ListLms(reduced + count);  // which has a word before it that is free
    for (std::size_t i = 0; i < count; ++i) {
      if (i + kAhead < count) Fetch(reduced + order_[i + kAhead]);
      order_[i] = reduced[order_[i]];
    }
  }

  static bool Same(const Symbol* a, const Symbol* b, std::size_t length) {
    if constexpr (kBytes) {
      if (length <= 8) {
        const std::uint64_t difference = LoadLE<std::uint64_t>(a) ^ LoadLE<std::uint64_t>(b);
        return difference << (64 - 8 * length) == 0;
      }
    }
    return std::memcmp(a, b, length * sizeof(Symbol)) == 0;
  }

  // Ranks from 1 on of the stretches into the words after the `count` first, at half their places;
  // equal ones are equal. Returns how many there are.
  std::size_t RankStretches(std::size_t count) {
    Word* const place = order_ + count;
    std::fill_n(place, size_ - count, 0u);
    Word next = 0;
    EachLms([&](Word suffix) {
      // The last stretch ends with the string: no other equals it.
      place[suffix >> 1] = next == 0 ? 0 : next - suffix + 1;
      next = suffix;
    });
    Word rank = 0;
    Word previous = 0;
    Word previous_length = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (i + kAhead < count) {
        const Word soon = order_[i + kAhead];
        Fetch(text_ + soon);
        Fetch(place + (soon >> 1));
      }
      const Word suffix = order_[i];
      const Word length = place[suffix >> 1];
      const bool same = length != 0 && length == previous_length &&
                        Same(text_ + suffix, text_ + previous, length);
      rank += same ? 0 : 1;
      place[suffix >> 1] = rank;
      previous = suffix;
      previous_length = length;
    }
    return rank;
  }

  // The `count` LMS at the front, in order, to the ends of their buckets.
  void PlaceSorted(std::size_t count) {
    FindEnds();
    if (count < 2) {
      std::fill_n(order_, size_, 0u);
      if (count == 1) order_[--buckets_[text_[last_lms_]]] = last_lms_;
      return;
    }
    std::fill_n(order_ + count, size_ - count, 0u);
    for (std::size_t i = count; i-- > 0;) {
      const Word suffix = std::exchange(order_[i], 0u);
      order_[--buckets_[text_[suffix]]] = suffix;
    }
  }

  const Symbol* text_;
  std::size_t size_;
  Word* order_;
  Word* buckets_;
  std::span<Word> words_;
  std::size_t symbols_;
  Sought* sought_;
  Word last_lms_ = 0;
  const Word* lms_ = nullptr;  // their list, up to lms_end(), as long as there is one
  std::array<Word, kBytes ? 256 : 0> counts_{};
};

}  // namespace

void SortSuffixes(ByteView source, std::size_t step, std::span<std::uint32_t> order,
                  std::span<std::uint32_t> words, std::span<std::uint32_t> rows) {
  assert(order.size() >= source.size() && words.size() >= SortingWords(source.size()));
  Sought sought(step, rows);
  Sorter<std::uint8_t>(source, order.first(source.size()), words, 256, &sought).Sort();
}

}  // namespace sigma::sort
