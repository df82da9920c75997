// Forward dynamic programming over positions with one or two arrivals each.
//
// The state that prices depend on is more than the position: the length of the literal run (it is
// part of the next token) and the last three offsets (they are cheap to name again). One arrival a
// position (zstd's and LZMA's optimal parsers) forgets a slightly dearer way whose last offset pays
// off a few bytes later; keeping the best few with different last offsets is Bloom's remedy for
// "parsing with rep matches" (cbloom rants, 2012 and 2018).
//
// The matches that start at a position offer themselves to the positions of all their lengths, one
// after the other: a vector of prices against a vector of arrivals. Most positions' candidates
// have no more than 16 lengths together, so all of them are laid side by side first and offered at
// once. What follows from an edge (the state after it) waits until its position is reached, since
// most edges that are offered are replaced by better ones.
//
// A price is twice the sum of Prices where there are two arrivals; its lowest bit says which
// arrival of its origin the edge came from. Prices are counted from the cheapest arrival some
// positions back, so that no number of literals overflows them.
#include "kernels/lz/optimal.h"

#include <algorithm>
#include <limits>

#include "kernels/endian.h"
#include "kernels/lz/match.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lz/optimal.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#ifndef SIGMA_KERNELS_LZ_OPTIMAL_ONCE_
#define SIGMA_KERNELS_LZ_OPTIMAL_ONCE_
namespace sigma::kernels::lz {
namespace {

constexpr std::int32_t kUnreached = std::numeric_limits<std::int32_t>::max();

constexpr std::size_t kShortest = 3;
// Longest edge but for a match that is taken whole: that one is marked by the length above it.
constexpr std::size_t kLongest = 254;
constexpr std::size_t kWhole = 255;

// Lanes of a vector, at most.
constexpr std::size_t kMostLanes = 16;

// Prices of positions that edges from here may reach, and the length of the window that moves over
// them: it fits the first-level cache.
constexpr std::size_t kReach = 256 + kMostLanes;
constexpr std::size_t kWindow = 1024;

// Positions whose states are kept, a power of two above the longest edge.
constexpr std::size_t kStates = 256;
static_assert(kStates > kLongest);

// An arrival this much dearer than the best (8 bits) is not tried for repeats: a repeat saves
// little more (s7 at 3 arrivals: a sixth of the time for 0.008 % of the size, together with asking
// all but the best for their last offset only).
constexpr std::int32_t kGap = 8 * 256;

}  // namespace
}  // namespace sigma::kernels::lz
#endif  // SIGMA_KERNELS_LZ_OPTIMAL_ONCE_

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::lz {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// An edge is offset << 8 | length; a literal has length 0 and the offset of its arrival.
template <std::size_t kArrivals>
class OptimalParse {
 public:
  explicit OptimalParse(const OptimalJob& job)
      : job_(job),
        base_(job.base),
        begin_(job.begin),
        end_(job.end),
        prices_(*job.prices),
        slots_(reinterpret_cast<std::uint8_t*>(
            job.scratch + kArrivals * OptimalScratch(job.end - job.begin, 1))) {
    for (std::size_t k = 0; k < kArrivals; ++k) {
      edges_[k] = job.scratch + k * OptimalScratch(job.end - job.begin, 1);
    }
  }

  HWY_INLINE std::size_t Run(Sequence* out) {
    Restart(begin_);
    Settle(begin_, 0, 0, 0, {0, job_.last});
    const std::uint32_t* candidates = job_.candidates;
    std::size_t at = begin_;
    while (at < end_) {
      const std::size_t count = job_.counts[at - begin_];
      if (at - window_ == kWindow) Slide();
      Resolve(at);
      if (count != 0 && (candidates[count - 1] & 255) >= job_.nice) {
        const std::size_t next = Leap(at, candidates[count - 1] >> 8);
        candidates += count;
        for (std::size_t i = at + 1; i < next; ++i) candidates += job_.counts[i - begin_];
        at = next;
        continue;
      }
      Extend(at, candidates, count);
      candidates += count;
      ++at;
    }
    Resolve(end_);
    return Backtrack(out);
  }

 private:
  static constexpr bool kTwo = kArrivals == 2;
  static constexpr int kShift = kTwo ? 1 : 0;

  struct State {
    std::uint32_t run;  // literals since the last match
    std::array<std::uint32_t, 3> last;
  };
  using States = std::array<State, kArrivals>;

  // One offset's lengths, from above those of the segment before it.
  struct Segment {
    const std::uint32_t* lengths;
    std::int32_t base;
    std::uint32_t edge;  // without the length
    std::uint32_t end;   // its last length
  };

  static std::int32_t Scaled(std::uint32_t price) {
    return static_cast<std::int32_t>(price << kShift);
  }

  States& states(std::size_t position) { return states_[position % kStates]; }
  std::int32_t& price(std::size_t arrival, std::size_t position) {
    return price_[arrival][position - window_];
  }
  // Without the bit for the origin.
  std::int32_t Cost(std::size_t arrival, std::size_t position) {
    const std::int32_t both = price(arrival, position);
    return kTwo ? both & ~1 : both;
  }

  void Restart(std::size_t at) {
    window_ = at;
    for (auto& prices : price_) prices.fill(kUnreached);
  }

  void Slide() {
    window_ += kWindow;
    const std::int32_t origin = price_[0][kWindow] & ~1;
    for (auto& prices : price_) {
      for (std::size_t i = 0; i < kReach; ++i) {
        const std::int32_t moved = prices[kWindow + i];
        prices[i] = moved == kUnreached ? moved : moved - origin;
      }
      std::fill(prices.begin() + kReach, prices.end(), kUnreached);
    }
  }

  // The one arrival of a position after which there is nothing to look up.
  void Settle(std::size_t at, std::int32_t cost, std::uint32_t edge, std::size_t slot,
              const State& state) {
    price(0, at) = cost;
    edges_[0][at - begin_] = edge;
    if constexpr (kTwo) slots_[at - begin_] = static_cast<std::uint8_t>(slot);
    states(at)[0] = state;
    settled_ = at;
  }

  // The arrivals of `at` are final: works out the states after their edges.
  HWY_INLINE void Resolve(std::size_t at) {
    if (at == settled_) return;
    if constexpr (!kTwo) {
      Follow(at, 0, 0);
    } else {
      const std::int32_t first = price(0, at);
      const std::int32_t second = price(1, at);
      slots_[at - begin_] = static_cast<std::uint8_t>((first & 1) | (second & 1) << 1);
      Follow(at, 0, static_cast<std::size_t>(first & 1));
      if (second != kUnreached) Follow(at, 1, static_cast<std::size_t>(second & 1));
    }
  }

  HWY_INLINE void Follow(std::size_t at, std::size_t arrival, std::size_t slot) {
    const std::uint32_t edge = edges_[arrival][at - begin_];
    const std::size_t length = edge & 255;
    const bool literal = length == 0;
    const State from = states(at - (literal ? 1 : length))[slot];
    states(at)[arrival] = {
        literal ? from.run + 1 : 0,
        {edge >> 8, literal ? from.last[1] : from.last[0], literal ? from.last[2] : from.last[1]}};
  }

  // Of arrivals with the same last offset only the cheapest is kept: a dearer one could win by its
  // older offsets or the length of its run alone.
  HWY_INLINE void OfferLiteral(std::size_t at, std::int32_t cost, std::size_t slot,
                               const State& from) {
    const std::uint32_t run = std::min<std::uint32_t>(from.run + 1, kLongRun + 1);
    const std::int32_t offered =
        cost + Scaled(prices_.Literal(base_, at, from.last[0]) + prices_.run_step[run]) +
        static_cast<std::int32_t>(slot);
    const std::uint32_t edge = from.last[0] << 8;
    const std::size_t next = at + 1;
    std::int32_t& first = price(0, next);
    std::uint32_t& first_edge = edges_[0][next - begin_];
    const bool lower = offered < first;
    if constexpr (kTwo) {
      std::int32_t& second = price(1, next);
      std::uint32_t& second_edge = edges_[1][next - begin_];
      const bool same = (first_edge ^ edge) < 256;
      const bool kept = same || (!lower && offered >= second);
      second_edge = kept ? second_edge : lower ? first_edge : edge;
      second = kept ? second : lower ? first : offered;
    }
    first_edge = lower ? edge : first_edge;
    first = lower ? offered : first;
  }

  // Offers the lengths of `count` segments, the first of which begins with the shortest match.
  HWY_INLINE void OfferMatches(std::size_t at, const Segment* segment, std::size_t count) {
    const hn::CappedTag<std::int32_t, kMostLanes> d;
    using V = hn::Vec<decltype(d)>;
    const std::size_t lanes = hn::Lanes(d);
    const Segment* const last = segment + count - 1;
    const V lengths_end = hn::Set(d, static_cast<std::int32_t>(last->end));
    // A constant: one that begins elsewhere is made lane by lane in memory.
    const V from_0 = hn::Iota(d, 0);
    for (std::size_t first = kShortest; first <= last->end; first += lanes) {
      while (segment->end < first) ++segment;
      const V lengths = hn::Add(from_0, hn::Set(d, static_cast<std::int32_t>(first)));
      const auto priced = [&](const Segment& each) HWY_ATTR {
        return hn::Add(hn::ShiftLeft<kShift>(hn::LoadU(
                           d, reinterpret_cast<const std::int32_t*>(each.lengths + first))),
                       hn::Set(d, each.base));
      };
      V offered = priced(*segment);
      V edge = hn::Set(d, static_cast<std::int32_t>(segment->edge));
      for (const Segment* each = segment; each != last && each->end < first + lanes - 1;) {
        const auto beyond = hn::Gt(lengths, hn::Set(d, static_cast<std::int32_t>(each->end)));
        ++each;
        offered = hn::IfThenElse(beyond, priced(*each), offered);
        edge = hn::IfThenElse(beyond, hn::Set(d, static_cast<std::int32_t>(each->edge)), edge);
      }
      offered = hn::IfThenElse(hn::Gt(lengths, lengths_end), hn::Set(d, kUnreached), offered);
      edge = hn::Or(edge, lengths);
      Offer(at + first, offered, edge);
    }
  }

  // Offers each lane's edge to the position of the lane.
  template <class V>
  HWY_INLINE void Offer(std::size_t at, V offered, V edge) {
    const hn::CappedTag<std::int32_t, kMostLanes> d;
    std::int32_t* const to = price_[0].data() + (at - window_);
    auto* const to_edge = reinterpret_cast<std::int32_t*>(edges_[0] + (at - begin_));
    const V first = hn::LoadU(d, to);
    const V first_edge = hn::LoadU(d, to_edge);
    const auto lower = hn::Lt(offered, first);
    if constexpr (kTwo) {
      std::int32_t* const to_second = price_[1].data() + (at - window_);
      auto* const to_second_edge = reinterpret_cast<std::int32_t*>(edges_[1] + (at - begin_));
      const V second = hn::LoadU(d, to_second);
      const V second_edge = hn::LoadU(d, to_second_edge);
      const auto same = hn::Eq(hn::And(hn::Xor(first_edge, edge), hn::Set(d, ~255)), hn::Zero(d));
      const V dearer = hn::Max(offered, first);
      const V dearer_edge = hn::IfThenElse(lower, first_edge, edge);
      const auto kept = hn::Or(same, hn::Not(hn::Lt(dearer, second)));
      hn::StoreU(hn::IfThenElse(kept, second, dearer), d, to_second);
      hn::StoreU(hn::IfThenElse(kept, second_edge, dearer_edge), d, to_second_edge);
    }
    hn::StoreU(hn::Min(offered, first), d, to);
    hn::StoreU(hn::IfThenElse(lower, edge, first_edge), d, to_edge);
  }

  // Every edge that starts at `at`.
  HWY_INLINE void Extend(std::size_t at, const std::uint32_t* candidates, std::size_t count) {
    const std::uint8_t* const bytes = base_ + at;
    const std::size_t room = std::min(end_ - at, kLongest);
    const std::int32_t cost = Cost(0, at);
    const State& from = states(at)[0];
    OfferLiteral(at, cost, 0, from);
    const std::uint32_t value = room < 4 ? 0 : LoadInteger<std::uint32_t>(bytes);
    std::array<Segment, 256 + 3> segments;
    std::size_t used = 0;
    std::size_t covered = kShortest - 1;
    const auto& match = prices_.match;
    const std::size_t run = std::min(from.run, 3u);
    const std::int32_t start = cost + Scaled(prices_.run[0]);
    const auto offer = [&](OffsetClass kind, std::uint32_t price, std::uint32_t offset,
                           std::size_t length) HWY_ATTR {
      segments[used++] = {match[kind][run], start + Scaled(price), offset << 8,
                          static_cast<std::uint32_t>(length)};
      covered = length;
    };
    if (room >= 4) {
      for (std::size_t k = 0; k < 3; ++k) {
        const std::size_t length = Repeated(at, value, from.last[k], room);
        if (length <= covered) continue;
        offer(k == 0 ? kRepeat0 : kNear, k == 0 ? 0 : prices_.near[k - 1], from.last[k], length);
      }
    }
    // New offsets start where the repeats end: the same length by a repeat is cheaper.
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t length = std::min<std::size_t>(candidates[i] & 255, room);
      if (length <= covered) continue;
      const std::uint32_t offset = candidates[i] >> 8;
      offer(ClassOf(offset), prices_.Offset(offset), offset, length);
    }
    if (used != 0) OfferMatches(at, segments.data(), used);
    if constexpr (kTwo) {
      if (price(1, at) == kUnreached) return;
      // It differs in its last offset; what lies beyond it is worth a try for the best only.
      const std::int32_t second = Cost(1, at);
      const State& other = states(at)[1];
      OfferLiteral(at, second, 1, other);
      if (room < 4 || second > cost + Scaled(kGap)) return;
      const std::size_t length = Repeated(at, value, other.last[0], room);
      if (length < kShortest) return;
      const Segment repeat{match[kRepeat0][std::min(other.run, 3u)],
                           second + Scaled(prices_.run[0]) + 1, other.last[0] << 8,
                           static_cast<std::uint32_t>(length)};
      OfferMatches(at, &repeat, 1);
    }
  }

  // Length of the match at `offset`, 0 if below the least; `value` are the next 4 bytes.
  HWY_INLINE std::size_t Repeated(std::size_t at, std::uint32_t value, std::uint32_t offset,
                                  std::size_t room) const {
    const std::uint8_t* const bytes = base_ + at;
    if (offset > at || ((value ^ LoadInteger<std::uint32_t>(bytes - offset)) & 0xFFFFFF) != 0) {
      return 0;
    }
    return MatchLength(bytes, bytes - offset, bytes + room);
  }

  // Takes the whole match at `offset` from the best arrival; nothing else survives.
  std::size_t Leap(std::size_t at, std::uint32_t offset) {
    const std::size_t length = MatchLength(base_ + at, base_ + at - offset, base_ + end_);
    const std::size_t priced = std::min(length, kLongMatch);
    const auto& match = prices_.match;
    std::int32_t least = kUnreached;
    std::size_t best = 0;
    for (std::size_t slot = 0; slot < kArrivals && price(slot, at) != kUnreached; ++slot) {
      const State& from = states(at)[slot];
      const std::size_t run = std::min(from.run, 3u);
      std::uint32_t added = 0;
      if (offset == from.last[0]) {
        added = match[kRepeat0][run][priced];
      } else if (offset == from.last[1] || offset == from.last[2]) {
        added = match[kNear][run][priced] + prices_.near[offset == from.last[1] ? 0 : 1];
      } else {
        added = match[ClassOf(offset)][run][priced] + prices_.Offset(offset);
      }
      const std::int32_t cost = Cost(slot, at) + Scaled(added);
      if (cost < least) {
        least = cost;
        best = slot;
      }
    }
    const State from = states(at)[best];
    const std::size_t next = at + length;
    if (next - window_ >= kWindow) {
      Restart(next);
    } else {
      for (auto& prices : price_) {
        std::fill_n(prices.begin() + static_cast<std::ptrdiff_t>(at - window_), kReach, kUnreached);
      }
    }
    // No edge ends inside: there is room for the length.
    edges_[0][next - 1 - begin_] = static_cast<std::uint32_t>(length);
    Settle(next, 0, offset << 8 | kWhole, best, {0, {offset, from.last[0], from.last[1]}});
    return next;
  }

  std::size_t Backtrack(Sequence* out) {
    std::size_t slot = 0;
    if constexpr (kTwo) {
      std::array<std::int32_t, 2> costs{kUnreached, kUnreached};
      for (std::size_t k = 0; k < 2 && price(k, end_) != kUnreached; ++k) {
        const std::uint32_t run = std::min<std::uint32_t>(states(end_)[k].run, kLongRun);
        costs[k] = Cost(k, end_) - Scaled(prices_.run[run]);
      }
      slot = costs[1] < costs[0] ? 1 : 0;
    }
    Sequence* next = out;
    std::size_t at = end_;
    std::uint32_t literals = 0;
    while (at > begin_) {
      const std::uint32_t edge = edges_[slot][at - begin_];
      if constexpr (kTwo) slot = slots_[at - begin_] >> slot & 1;
      std::uint32_t length = edge & 255;
      if (length == 0) {
        --at;
        ++literals;
        continue;
      }
      if (length == kWhole) length = edges_[0][at - 1 - begin_];
      if (next != out) next[-1].literals = literals;
      literals = 0;
      *next++ = {0, length, edge >> 8};
      at -= length;
    }
    if (next != out) next[-1].literals = literals;
    std::reverse(out, next);
    return static_cast<std::size_t>(next - out);
  }

  const OptimalJob& job_;
  const std::uint8_t* const base_;
  const std::size_t begin_;
  const std::size_t end_;
  const Prices& prices_;
  std::array<std::uint32_t*, kArrivals> edges_;  // by position of the range
  std::uint8_t* const slots_;                    // origins: a bit for each arrival
  std::size_t window_ = 0;                       // position of the first price
  std::size_t settled_ = 0;
  std::array<std::array<std::int32_t, kWindow + kReach>, kArrivals> price_;
  std::array<States, kStates> states_;
};

std::size_t ParseOptimallyTarget(const OptimalJob& job, Sequence* out) {
  if (job.arrivals < 2) return OptimalParse<1>(job).Run(out);
  return OptimalParse<2>(job).Run(out);
}

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::lz
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::lz {

HWY_EXPORT(ParseOptimallyTarget);

std::size_t ParseOptimally(const OptimalJob& job, Sequence* out) noexcept {
  return HWY_DYNAMIC_DISPATCH(ParseOptimallyTarget)(job, out);
}

}  // namespace sigma::kernels::lz
#endif  // HWY_ONCE
