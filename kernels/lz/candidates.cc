// Match candidates from rows of hashed positions.
//
// A row holds the last 16 positions of one hash value, the newest first, in one cache line; the
// bits of an entry that a position leaves over hold further hash bits, so one vector compare says
// which of them are worth a look (the tags of zstd's row-based match finder, Facebook 2021, here in
// the entries). Nothing is known only after something else has been compared: positions go in
// batches, and while one batch is compared, the lines of its candidates and the rows of the next
// have been asked for. Comparing itself has no branch for how long a match is, unless it is longer
// than a vector.
//
// Several sets of rows do what a binary tree does in many steps that wait for each other: the rows
// of few bytes hold the nearest matches, those of many bytes the longest. What a set says of
// positions that the rows of fewer bytes still hold is known already and passed over.
//
// An empty entry is position 0, which is a candidate like any other: it is compared, too.
#include "kernels/lz/candidates.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernels/endian.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lz/candidates.cc"
#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#ifndef SIGMA_KERNELS_LZ_CANDIDATES_ONCE_
#define SIGMA_KERNELS_LZ_CANDIDATES_ONCE_
namespace sigma::kernels::lz {
namespace {

constexpr std::uint64_t kGoldenRatio = 0x9E3779B97F4A7C15u;  // 2^64 / golden ratio
constexpr std::uint64_t kRootOfTwo = 0x6A09E667F3BCC909u;    // 2^64 (root of 2 - 1)

// Positions of a batch: their candidates' lines fit the first-level cache.
constexpr std::size_t kBatch = 32;
// Candidates of a position.
constexpr std::size_t kMost = kCandidateRow * kRowSets + kShortTables;
// Bytes compared at once.
constexpr std::size_t kFirst = 32;
// Bytes after a position that are loaded to hash some of them; sets of more bytes load more.
constexpr std::size_t kHashed = 8;
// Where a match already found goes on for this long, a longer one is seldom of use: positions there
// compare fewer of each row. With 6 instead of all, level 7 takes 6 % less time and s7 0.01 points
// more.
constexpr std::size_t kWellInside = 40;
constexpr std::size_t kAttemptsInside = 8;
// Candidates copied at once: few positions have more.
constexpr std::size_t kFew = 16;

}  // namespace
}  // namespace sigma::kernels::lz
#endif  // SIGMA_KERNELS_LZ_CANDIDATES_ONCE_

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::lz {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Equal bytes at the start of two times kFirst.
HWY_INLINE std::size_t EqualFirst(const std::uint8_t* HWY_RESTRICT a,
                                  const std::uint8_t* HWY_RESTRICT b) {
#if HWY_TARGET == HWY_SCALAR
  for (std::size_t i = 0; i < kFirst; i += 8) {
    const std::uint64_t unlike =
        LoadInteger<std::uint64_t>(a + i) ^ LoadInteger<std::uint64_t>(b + i);
    if (unlike != 0) return i + static_cast<std::size_t>(std::countr_zero(unlike) >> 3);
  }
  return kFirst;
#else
  const hn::CappedTag<std::uint8_t, kFirst> d;
  std::uint8_t bits[16] = {};
  for (std::size_t i = 0; i < kFirst; i += hn::Lanes(d)) {
    hn::StoreMaskBits(d, hn::Eq(hn::LoadU(d, a + i), hn::LoadU(d, b + i)), bits + i / 8);
  }
  return static_cast<std::size_t>(std::countr_one(LoadInteger<std::uint32_t>(bits)));
#endif
}

class CandidateFinder {
 public:
  HWY_INLINE CandidateFinder(const std::uint8_t* base, std::size_t size, std::size_t end,
                             const CandidateTables& tables, const CandidateSearch& search,
                             std::uint32_t* candidates, std::size_t room)
      : base_(base),
        size_(size),
        end_(end),
        hashed_end_(std::min(end, size < kHashed ? 0 : size - kHashed + 1)),
        tables_(tables),
        search_(search),
        tag_shift_(static_cast<unsigned>(std::bit_width(size - 1))),
        next_(candidates),
        room_end_(candidates + room) {}

  HWY_INLINE void Run(std::size_t begin, std::uint8_t* counts) {
    whole_ = begin;
    Hash(begin);
    for (std::size_t at = begin; at < end_; at += kBatch) {
      Gather(at);
      Hash(at + kBatch);
      Compare(at, counts + (at - begin));
    }
  }

 private:
  struct Hashes {
    unsigned sets;  // fewer where the source ends
    std::array<std::uint32_t, kRowSets> row;
    std::array<std::uint32_t, kRowSets> tag;
    std::array<std::uint32_t, kShortTables> last;
  };

  HWY_INLINE std::size_t HashedEnd(std::size_t at) const {
    return std::min(at + kBatch, hashed_end_);
  }

  // Of the first bytes of `from`, `value` being 8 of them.
  HWY_INLINE static std::uint64_t RowHash(std::uint64_t value, const std::uint8_t* from,
                                          std::size_t bytes) {
    if (bytes <= kHashed) return (value << (64 - 8 * bytes)) * kGoldenRatio;
    for (std::size_t i = kHashed; i + kHashed < bytes; i += kHashed) {
      value = value * kRootOfTwo + LoadInteger<std::uint64_t>(from + i);
      value ^= value >> 29;
    }
    value =
        (value * kRootOfTwo + LoadInteger<std::uint64_t>(from + bytes - kHashed)) * kGoldenRatio;
    return (value ^ value >> 32) * kGoldenRatio;
  }

  // The hashes of a batch; asks for what they point to.
  HWY_INLINE void Hash(std::size_t at) {
    const std::size_t end = HashedEnd(at);
    Hashes* hashes = hashes_.data();
    for (; at < end; ++at, ++hashes) {
      const std::uint8_t* const here = base_ + at;
      const auto value = LoadInteger<std::uint64_t>(here);
      hashes->sets = search_.sets;
      while (search_.row_bytes[hashes->sets - 1] > size_ - at) --hashes->sets;
      for (unsigned k = 0; k < hashes->sets; ++k) {
        const std::uint64_t hash = RowHash(value, here, search_.row_bytes[k]);
        const unsigned row_log = tables_.row_log[k];
        hashes->row[k] = static_cast<std::uint32_t>(hash >> (64 - row_log)) * kCandidateRow;
        // The bits below those of the row.
        hashes->tag[k] = static_cast<std::uint32_t>((hash << row_log) >> 32) >> tag_shift_
                                                                                    << tag_shift_;
        hwy::Prefetch(tables_.rows[k] + hashes->row[k]);
      }
      for (unsigned i = 0; i < kShortTables; ++i) {
        hashes->last[i] = static_cast<std::uint32_t>(
            ((value << (64 - 8 * (kShortestCandidate + i))) * kGoldenRatio) >>
            (64 - tables_.last_log[i]));
        hwy::Prefetch(tables_.last[i] + hashes->last[i]);
      }
    }
  }

  // Puts a position into its row, in front of the others; the oldest falls out.
  HWY_INLINE static void Insert(std::uint32_t* HWY_RESTRICT row, std::uint32_t entry) {
    const hn::CappedTag<std::uint32_t, 8> d;
    const std::size_t lanes = hn::Lanes(d);
    const std::size_t vectors = kCandidateRow / lanes;
    // The last vector overlaps the one before it.
    for (std::size_t i = vectors; i-- > 0;) {
      const std::size_t from = i + 1 == vectors ? kCandidateRow - 1 - lanes : i * lanes;
      hn::StoreU(hn::LoadU(d, row + from), d, row + from + 1);
    }
    row[0] = entry;
  }

  // Appends the positions of the row below `limit` whose tag is that of `entry`, the newest first.
  HWY_INLINE std::uint32_t* Matching(const std::uint32_t* HWY_RESTRICT row, std::uint32_t entry,
                                     std::uint32_t limit, std::uint32_t* to) const {
    const hn::CappedTag<std::uint32_t, kCandidateRow> d;
    const hn::RebindToSigned<decltype(d)> signed_d;
    const auto tag = hn::Set(d, ~std::uint32_t{0} << tag_shift_);
    const auto wanted = hn::Set(d, entry);
    const auto most = hn::Set(signed_d, static_cast<std::int32_t>(limit));
    for (std::size_t i = 0; i < kCandidateRow; i += hn::Lanes(d)) {
      const auto entries = hn::Load(d, row + i);
      const auto positions = hn::AndNot(tag, entries);
      const auto older = hn::RebindMask(d, hn::Lt(hn::BitCast(signed_d, positions), most));
      const auto equal = hn::Eq(hn::And(hn::Xor(entries, wanted), tag), hn::Zero(d));
      const auto taken = hn::And(equal, older);
      hn::StoreU(hn::Compress(positions, taken), d, to);
      to += hn::CountTrue(d, taken);
    }
    return to;
  }

  // The positions that each of a batch is to be compared with; enters the batch in the tables.
  HWY_INLINE void Gather(std::size_t at) {
    const std::size_t end = HashedEnd(at);
    const std::uint32_t position_mask = (std::uint32_t{1} << tag_shift_) - 1;
    for (std::size_t i = 0; at < end; ++at, ++i) {
      const Hashes& hashes = hashes_[i];
      const auto position = static_cast<std::uint32_t>(at);
      std::uint32_t* to = lists_[i].data();
      const bool wanted = at >= whole_ && at != 0;
      if (wanted) {
        for (unsigned k = 0; k < kShortTables; ++k) {
          *to = tables_.last[k][hashes.last[k]];
          hwy::Prefetch(base_ + *to++);
        }
      }
      std::uint32_t limit = position;
      const std::size_t attempts = at + kWellInside < covered_
                                       ? std::min<std::size_t>(kAttemptsInside, search_.attempts)
                                       : search_.attempts;
      for (unsigned k = 0; k < hashes.sets; ++k) {
        std::uint32_t* const row = tables_.rows[k] + hashes.row[k];
        if (wanted) {
          std::uint32_t* each = to;
          to = std::min(Matching(row, hashes.tag[k], limit, each), each + attempts);
          for (; each != to; ++each) {
            hwy::Prefetch(base_ + *each);
            hwy::Prefetch(base_ + *each + kFirst - 1);
          }
          limit = row[kCandidateRow - 1] & position_mask;
        }
        Insert(row, hashes.tag[k] | position);
      }
      list_ends_[i] = to;
      for (unsigned k = 0; k < kShortTables; ++k) tables_.last[k][hashes.last[k]] = position;
    }
  }

  HWY_INLINE static std::size_t Length(const std::uint8_t* here, const std::uint8_t* there,
                                       std::size_t limit) {
    std::size_t length = 0;
    for (; length + kFirst <= limit; length += kFirst) {
      const std::size_t equal = EqualFirst(here + length, there + length);
      if (equal < kFirst) [[likely]]
        return length + equal;
    }
    while (length + 8 <= limit) {
      const std::uint64_t unlike =
          LoadInteger<std::uint64_t>(here + length) ^ LoadInteger<std::uint64_t>(there + length);
      if (unlike != 0) return length + static_cast<std::size_t>(std::countr_zero(unlike) >> 3);
      length += 8;
    }
    while (length < limit && here[length] == there[length]) ++length;
    return length;
  }

  HWY_INLINE void Compare(std::size_t at, std::uint8_t* counts) {
    const std::size_t end = std::min(at + kBatch, end_);
    const std::size_t hashed_end = std::max(at, HashedEnd(at));
    for (std::size_t i = 0; at < end; ++at, ++i) {
      counts[i] = 0;
      if (at < whole_ || at >= hashed_end || end_ - at < kShortestCandidate) continue;
      const std::uint8_t* const here = base_ + at;
      const std::size_t limit = std::min(search_.nice, size_ - at);
      const std::uint32_t* const list_end = list_ends_[i];
      std::array<std::uint32_t, kMost + kFew> found;
      std::size_t count = 0;
      std::size_t best = kShortestCandidate - 1;
      for (const std::uint32_t* each = lists_[i].data(); each != list_end; ++each) {
        const std::size_t offset = at - *each;
        // Long lengths take time to compare: is it one byte longer than the best?
        if (best >= kFirst) {
          if (best == limit) break;
          if (LoadInteger<std::uint64_t>(here + best - 7) !=
              LoadInteger<std::uint64_t>(base_ + *each + best - 7)) {
            continue;
          }
        }
        std::size_t length = Length(here, base_ + *each, limit);
        length = offset > search_.farthest ? 0 : length;
        found[count] = static_cast<std::uint32_t>(offset << 8 | length);
        count += length > best;
        best = std::max(best, length);
      }
      covered_ = std::max(covered_, at + best);
      if (best >= search_.nice) {
        const std::uint8_t* const there = here - (found[count - 1] >> 8);
        std::size_t length = best;
        while (at + length < end_ && here[length] == there[length]) ++length;
        whole_ = at + length;
      }
      const std::size_t kept =
          std::min(count, static_cast<std::size_t>(room_end_ - next_) - (end_ - at - 1));
      const std::uint32_t* const longest = found.data() + (count - kept);
      if (kept <= kFew && kFew <= static_cast<std::size_t>(room_end_ - next_)) [[likely]] {
        std::memcpy(next_, longest, kFew * sizeof(std::uint32_t));
      } else {
        std::memcpy(next_, longest, kept * sizeof(std::uint32_t));
      }
      next_ += kept;
      counts[i] = static_cast<std::uint8_t>(kept);
    }
  }

  const std::uint8_t* base_;
  std::size_t size_;
  std::size_t end_;
  std::size_t hashed_end_;
  CandidateTables tables_;
  CandidateSearch search_;
  unsigned tag_shift_;
  std::uint32_t* next_;
  std::uint32_t* room_end_;
  std::size_t covered_ = 0;  // the farthest end of a match of the positions compared
  std::size_t whole_ = 0;    // the end of the last match that is taken whole
  std::array<Hashes, kBatch> hashes_;
  std::array<std::uint32_t*, kBatch> list_ends_;
  // A vector of positions may be stored after the last.
  std::array<std::array<std::uint32_t, kMost + kCandidateRow>, kBatch> lists_;
};

void FindCandidatesTarget(const std::uint8_t* base, std::size_t size, std::size_t begin,
                          std::size_t end, const CandidateTables& tables,
                          const CandidateSearch& search, std::uint8_t* counts,
                          std::uint32_t* candidates, std::size_t room) {
  CandidateFinder(base, size, end, tables, search, candidates, room).Run(begin, counts);
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::lz
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::lz {

HWY_EXPORT(FindCandidatesTarget);

void FindCandidates(const std::uint8_t* base, std::size_t size, std::size_t begin, std::size_t end,
                    const CandidateTables& tables, const CandidateSearch& search,
                    std::uint8_t* counts, std::uint32_t* candidates, std::size_t room) noexcept {
  HWY_DYNAMIC_DISPATCH(FindCandidatesTarget)
  (base, size, begin, end, tables, search, counts, candidates, room);
}

}  // namespace sigma::kernels::lz
#endif  // HWY_ONCE
