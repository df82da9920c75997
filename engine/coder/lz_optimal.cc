// Forward dynamic programming over positions with several arrivals each.
//
// The state that prices depend on is more than the position: the length of the literal run (it is
// part of the next token) and the last three offsets (they are cheap to name again). One arrival a
// position (zstd's and LZMA's optimal parsers) forgets a slightly dearer way whose last offset pays
// off a few bytes later; keeping the best few with different last offsets is Bloom's remedy for
// "parsing with rep matches" (cbloom rants, 2012 and 2018).
#include "engine/coder/lz_optimal.h"

#include <algorithm>
#include <array>

#include "engine/base/endian.h"
#include "engine/coder/lz_match.h"

namespace sigma {
namespace {

constexpr std::uint32_t kUnreached = ~std::uint32_t{0};

// Positions a match can reach ahead: a ring of them, a power of two above the longest edge.
constexpr std::size_t kRing = 256;
static_assert(kRing > 255);

// An arrival this much dearer than the best is not tried for repeats: a repeat saves little more
// (s7 at 3 arrivals: a sixth of the time for 0.008 % of the size, together with asking all but the
// best for their last offset only).
constexpr std::uint32_t kGap = 8 * kOneBit;

// The ways to a position: prices with the run's share, ascending, and the last edge of each; what
// follows from the edges waits in State until it is needed, since most edges that are offered
// replace one before them and few are ever followed.
template <std::size_t kArrivals>
struct Arrivals {
  std::array<std::uint32_t, kArrivals> price;
  std::array<Step, kArrivals> edge;
};

struct State {
  std::uint32_t run;  // literals since the last match
  std::array<std::uint32_t, 3> last;
};

template <std::size_t kArrivals>
class Program {
 public:
  Program(const LzRange& range, std::size_t nice, const CandidateStore& store,
          const LzPrices& prices, Step* steps)
      : base_(range.source.data()),
        begin_(range.begin),
        end_(range.end),
        last_(range.last),
        nice_(std::min(nice, kRing - 1)),
        store_(store),
        prices_(prices),
        steps_(steps) {}

  std::size_t Run(Sequence* out) {
    Clear();
    Settle(begin_, prices_.run[0], Edge(0, last_[0], 0), {0, last_});
    const Candidate* candidates = store_.candidates.data();
    std::size_t at = begin_;
    while (at < end_) {
      const std::size_t count = store_.counts[at - begin_];
      Resolve(at);
      if (count != 0 && CandidateLength(candidates[count - 1]) >= nice_) {
        const std::size_t next = Leap(at, CandidateOffset(candidates[count - 1]));
        candidates += count;
        for (std::size_t i = at + 1; i < next; ++i) candidates += store_.counts[i - begin_];
        at = next;
        continue;
      }
      Extend(at, candidates, count);
      candidates += count;
      node(at).price.fill(kUnreached);
      ++at;
    }
    Resolve(end_);
    return Backtrack(out);
  }

 private:
  using Node = Arrivals<kArrivals>;
  using States = std::array<State, kArrivals>;

  Node& node(std::size_t position) { return ring_[position % kRing]; }
  States& states(std::size_t position) { return states_[position % kRing]; }
  Step& step(std::size_t position, std::size_t slot) {
    return steps_[(position - begin_) * kArrivals + slot];
  }
  static Step Edge(std::size_t length, std::uint32_t offset, std::size_t slot) {
    return {static_cast<std::uint32_t>(length), offset << 2 | static_cast<std::uint32_t>(slot)};
  }
  static std::uint32_t OffsetOf(const Step& edge) { return edge.offset_slot >> 2; }
  static std::size_t SlotOf(const Step& edge) { return edge.offset_slot & 3; }

  void Clear() {
    for (Node& each : ring_) each.price.fill(kUnreached);
  }

  // The one arrival of a position behind which there is nothing to look up.
  void Settle(std::size_t at, std::uint32_t price, const Step& edge, const State& state) {
    node(at).price[0] = price;
    node(at).edge[0] = edge;
    states(at)[0] = state;
    settled_ = at;
  }

  // The arrivals of `at` are final: notes the edges and works out the states behind them.
  void Resolve(std::size_t at) {
    const Node& here = node(at);
    for (std::size_t i = 0; i < kArrivals; ++i) step(at, i) = here.edge[i];
    if (at == settled_) return;
    States& now = states(at);
    for (std::size_t i = 0; i < kArrivals && here.price[i] != kUnreached; ++i) {
      const Step edge = here.edge[i];
      if (edge.length == 0) {
        now[i] = states(at - 1)[SlotOf(edge)];
        ++now[i].run;
      } else {
        const State& from = states(at - edge.length)[SlotOf(edge)];
        now[i] = {0, {OffsetOf(edge), from.last[0], from.last[1]}};
      }
    }
  }

  // Sorted insertion. Of arrivals with the same last offset only the cheapest is kept: a dearer one
  // could win by its older offsets or the length of its run alone.
  static void Offer(Node& to, std::uint32_t price, const Step& edge) {
    if (price >= to.price[kArrivals - 1]) return;
    if constexpr (kArrivals == 1) {
      to.price[0] = price;
      to.edge[0] = edge;
    } else if constexpr (kArrivals == 2) {
      // Without branches: which of the two it beats cannot be foretold.
      const Step first = to.edge[0];
      const bool lower = price < to.price[0];
      const bool same = OffsetOf(first) == OffsetOf(edge);
      const std::uint32_t kept = same ? to.price[1] : to.price[0];
      const Step kept_edge = same ? to.edge[1] : first;
      const bool second = !lower && !same;
      to.price[1] = second ? price : lower ? kept : to.price[1];
      to.edge[1] = second ? edge : lower ? kept_edge : to.edge[1];
      to.price[0] = lower ? price : to.price[0];
      to.edge[0] = lower ? edge : first;
    } else {
      std::size_t from = 0;
      while (from < kArrivals - 1 && to.price[from] != kUnreached &&
             OffsetOf(to.edge[from]) != OffsetOf(edge)) {
        ++from;
      }
      if (price >= to.price[from]) return;
      while (from > 0 && price < to.price[from - 1]) {
        to.price[from] = to.price[from - 1];
        to.edge[from] = to.edge[from - 1];
        --from;
      }
      to.price[from] = price;
      to.edge[from] = edge;
    }
  }

  void OfferMatches(std::size_t at, std::size_t slot, std::uint32_t price, OffsetClass kind,
                    std::uint32_t offset, std::size_t shortest, std::size_t longest) {
    const std::uint32_t run = states(at)[slot].run;
    const std::uint32_t* const lengths = prices_.match[kind][std::min(run, 3u)];
    const std::uint32_t base = node(at).price[slot] + price + prices_.run[0];
    for (std::size_t length = shortest; length <= longest; ++length) {
      Offer(node(at + length), base + lengths[length], Edge(length, offset, slot));
    }
  }

  // Every edge that starts at `at`.
  void Extend(std::size_t at, const Candidate* candidates, std::size_t count) {
    const Node& here = node(at);
    const std::uint8_t* const bytes = base_ + at;
    const std::size_t room = std::min(end_ - at, kRing - 1);
    std::size_t repeated = kMinMatch - 1;  // length of the best arrival's repeats
    for (std::size_t slot = 0; slot < kArrivals && here.price[slot] != kUnreached; ++slot) {
      const State& from = states(at)[slot];
      Offer(node(at + 1),
            here.price[slot] + prices_.Literal(base_, at, from.last[0]) +
                prices_.run_step[std::min<std::size_t>(from.run + 1, kLongRun + 1)],
            Edge(0, OffsetOf(here.edge[slot]), slot));
      if (room < 4 || here.price[slot] > here.price[0] + kGap) continue;
      const std::uint32_t value = LoadLE<std::uint32_t>(bytes);
      std::size_t covered = kMinMatch - 1;
      // Arrivals differ in their last offset; what lies behind it is worth a try for the best only.
      const std::size_t repeats = slot == 0 ? 3 : 1;
      for (std::size_t k = 0; k < repeats; ++k) {
        const std::uint32_t offset = from.last[k];
        if (offset > at || ((value ^ LoadLE<std::uint32_t>(bytes - offset)) << 8) != 0) continue;
        const std::size_t length = MatchLength(bytes, bytes - offset, bytes + room);
        if (length <= covered) continue;
        OfferMatches(at, slot, k == 0 ? 0 : prices_.near[k - 1], k == 0 ? kRepeat0 : kNear, offset,
                     covered + 1, length);
        covered = length;
      }
      if (slot == 0) repeated = covered;
    }
    // New offsets start where the repeats end: the same length by a repeat is cheaper.
    std::size_t covered = repeated;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t offset = CandidateOffset(candidates[i]);
      const std::size_t length = std::min<std::size_t>(CandidateLength(candidates[i]), room);
      if (length <= covered) continue;
      OfferMatches(at, 0, prices_.Offset(offset), ClassOf(offset), offset, covered + 1, length);
      covered = length;
    }
  }

  // Takes the whole match at `offset` from the best arrival; nothing else survives.
  std::size_t Leap(std::size_t at, std::uint32_t offset) {
    const std::size_t length = MatchLength(base_ + at, base_ + at - offset, base_ + end_);
    const std::size_t priced = std::min(length, kLongMatch);
    std::uint32_t least = kUnreached;
    std::size_t best = 0;
    for (std::size_t slot = 0; slot < kArrivals; ++slot) {
      const std::uint32_t arrived = node(at).price[slot];
      if (arrived == kUnreached) break;
      const State& from = states(at)[slot];
      const auto& match = prices_.match;
      const std::size_t run = std::min(from.run, 3u);
      std::uint32_t price = arrived + prices_.run[0];
      if (offset == from.last[0]) {
        price += match[kRepeat0][run][priced];
      } else if (offset == from.last[1] || offset == from.last[2]) {
        price += match[kNear][run][priced] + prices_.near[offset == from.last[1] ? 0 : 1];
      } else {
        price += match[ClassOf(offset)][run][priced] + prices_.Offset(offset);
      }
      if (price < least) {
        least = price;
        best = slot;
      }
    }
    const State from = states(at)[best];
    Clear();
    Settle(at + length, least, Edge(length, offset, best),
           {0, {offset, from.last[0], from.last[1]}});
    return at + length;
  }

  std::size_t Backtrack(Sequence* out) {
    const Node& last = node(end_);
    std::size_t slot = 0;
    std::uint32_t least = kUnreached;
    for (std::size_t i = 0; i < kArrivals && last.price[i] != kUnreached; ++i) {
      const std::uint32_t price =
          last.price[i] - prices_.run[std::min<std::size_t>(states(end_)[i].run, kLongRun)];
      if (price < least) {
        least = price;
        slot = i;
      }
    }
    Sequence* next = out;
    std::size_t at = end_;
    std::uint32_t literals = 0;
    while (at > begin_) {
      const Step taken = step(at, slot);
      slot = SlotOf(taken);
      if (taken.length == 0) {
        --at;
        ++literals;
        continue;
      }
      if (next != out) next[-1].literals = literals;
      literals = 0;
      *next++ = {0, taken.length, OffsetOf(taken)};
      at -= taken.length;
    }
    if (next != out) next[-1].literals = literals;
    std::reverse(out, next);
    return static_cast<std::size_t>(next - out);
  }

  const std::uint8_t* base_;
  std::size_t begin_;
  std::size_t end_;
  std::array<std::uint32_t, 3> last_;
  std::size_t nice_;
  const CandidateStore& store_;
  const LzPrices& prices_;
  Step* steps_;
  std::size_t settled_ = 0;
  std::array<Node, kRing> ring_;
  std::array<States, kRing> states_;
};

}  // namespace

std::size_t ParseWithPrices(const LzRange& range, const OptimalShape& shape,
                            const CandidateStore& store, const LzPrices& prices,
                            std::span<Step> steps, Sequence* out) {
  switch (shape.arrivals) {
    case 1:
      return Program<1>(range, shape.nice, store, prices, steps.data()).Run(out);
    case 2:
      return Program<2>(range, shape.nice, store, prices, steps.data()).Run(out);
    case 3:
      return Program<3>(range, shape.nice, store, prices, steps.data()).Run(out);
    default:
      return Program<4>(range, shape.nice, store, prices, steps.data()).Run(out);
  }
}

std::uint64_t PriceOf(std::span<const Sequence> sequences, const LzRange& range,
                      const LzPrices& prices) {
  std::uint64_t total = 0;
  ForEachLiteral(sequences, {range.source.data(), range.begin, range.end, range.last[0]},
                 [&](std::uint8_t literal, std::uint8_t expected) {
                   total += prices.literal[prices.contexts[expected]][literal];
                 });
  std::array<std::uint32_t, 3> last = range.last;
  for (const Sequence& sequence : sequences) {
    const std::uint32_t offset = sequence.offset;
    OffsetClass kind = ClassOf(offset);
    if (offset == last[0]) {
      kind = kRepeat0;
    } else if (offset == last[1] || offset == last[2]) {
      kind = kNear;
      total += prices.near[offset == last[1] ? 0 : 1];
    } else {
      total += prices.Offset(offset);
    }
    last = {offset, last[0], last[1]};
    total += prices.run[std::min<std::size_t>(sequence.literals, kLongRun)];
    total += prices.match[kind][std::min(sequence.literals, 3u)]
                         [std::min<std::size_t>(sequence.match, kLongMatch)];
  }
  return total;
}

}  // namespace sigma
