// The parser of levels 6 and 7: search once, then parse the same candidates several times, each
// time with the prices that the parse before it would have had to pay.
//
// The first pass of a sub-block starts from the statistics of the sub-block before it; the first
// sub-block of a chunk starts from a guess and takes one pass more.
#include <algorithm>
#include <cstring>

#include "engine/coder/lz_match.h"
#include "engine/coder/lz_optimal.h"
#include "engine/coder/lz_parser.h"

namespace sigma {
namespace {

// Candidates kept per byte of a sub-block, on the average. Text at full depth has about 4; where
// the store runs short, positions keep their longest ones.
constexpr std::size_t kCandidatesPerByte = 6;
// At most so many a position: the longest, and what was left out is shorter by little.
constexpr std::size_t kPositionCandidates = 40;

// What lives from one sub-block to the next, at the front of the workspace.
struct Carried {
  std::uint32_t primed;
  LzCounts counts;
};

// The literals of a sub-block by the byte expected in their place, where contexts are asked for.
std::size_t LiteralBytes(const LzParams& params) {
  return params.literal_contexts > 1 ? sizeof(LiteralCounts) : 0;
}

constexpr std::size_t Words(std::size_t bytes) { return (bytes + 63) / 64 * 16; }

MatchTree::Shape TreeShape(const LzParams& params) {
  return {params.min_match, params.hash_log, params.depth, params.nice};
}

// Where the parts of the workspace begin, in words; each on a cache line. The parts that must be
// zero at the start of a chunk come first.
struct Layout {
  Layout(const LzParams& params, std::size_t size)
      : block(std::min(size, std::size_t{1} << params.parse_log)),
        tree_words(MatchTree::Words(TreeShape(params), size)) {
    tree = Words(sizeof(Carried));
    prices = tree + Words(4 * tree_words);
    counts = prices + Words(sizeof(LzPrices));
    literals = counts + Words(block);
    candidates = literals + Words(LiteralBytes(params));
    steps = candidates + Words(block * kCandidatesPerByte * sizeof(Candidate));
    end = steps + Words(StepCount(block, params.arrivals) * sizeof(Step));
  }
  std::size_t block;
  std::size_t tree_words;
  std::size_t tree;
  std::size_t prices;
  std::size_t counts;
  std::size_t literals;
  std::size_t candidates;
  std::size_t steps;
  std::size_t end;
};

struct Workspace {
  Workspace(const LzParams& params, std::size_t size, std::uint32_t* words) {
    const Layout layout(params, size);
    carried = reinterpret_cast<Carried*>(words);
    tree = {words + layout.tree, layout.tree_words};
    prices = reinterpret_cast<LzPrices*>(words + layout.prices);
    counts = {reinterpret_cast<std::uint8_t*>(words + layout.counts), layout.block};
    literals = reinterpret_cast<LiteralCounts*>(words + layout.literals);
    candidates = {words + layout.candidates, layout.block * kCandidatesPerByte};
    steps = {reinterpret_cast<Step*>(words + layout.steps),
             StepCount(layout.block, params.arrivals)};
  }

  Carried* carried;
  std::span<std::uint32_t> tree;
  LzPrices* prices;
  std::span<std::uint8_t> counts;
  LiteralCounts* literals;
  std::span<Candidate> candidates;
  std::span<Step> steps;
};

// The contexts that suit a parse.
LiteralContexts Contexts(std::span<const Sequence> sequences, const LzRange& range,
                         const LzParams& params, LiteralCounts* counts) {
  for (auto& row : *counts) row.fill(0);
  std::uint64_t literals = 0;
  ForEachLiteral(
      sequences, {range.source.data(), range.begin, range.end, range.last[0]},
      [&](std::uint8_t literal, std::uint8_t expected) { ++(*counts)[expected][literal]; });
  return ClusterLiterals(*counts, params.literal_contexts,
                         params.literal_price * (sequences.size() + literals));
}

// Visits every position of the range; inside matches taken whole there is nothing to choose.
template <unsigned kTreeBytes>
void Search(const LzRange& range, std::size_t nice, MatchTree& tree, Workspace& work) {
  const std::uint8_t* const base = range.source.data();
  Candidate found[kMaxCandidates];
  std::size_t used = 0;
  std::size_t at = range.begin;
  while (at < range.end) {
    std::size_t count = tree.Find<kTreeBytes>(at, found);
    if (range.end - at < kMinMatch) count = 0;  // the sub-block ends before a match could
    const std::size_t left = work.candidates.size() - used - (range.end - at - 1);
    const std::size_t kept = std::min({count, kPositionCandidates, left});
    std::memcpy(work.candidates.data() + used, found + (count - kept), kept * sizeof(Candidate));
    used += kept;
    work.counts[at - range.begin] = static_cast<std::uint8_t>(kept);
    if (count != 0 && CandidateLength(found[count - 1]) >= nice) {
      const std::size_t offset = CandidateOffset(found[count - 1]);
      const std::size_t whole = MatchLength(base + at, base + at - offset, base + range.end);
      for (const std::size_t next = at + whole; ++at < next;) {
        tree.Skip<kTreeBytes>(at);
        work.counts[at - range.begin] = 0;
      }
    } else {
      ++at;
    }
  }
}

}  // namespace

std::size_t OptimalWords(const LzParams& params, std::size_t size) {
  return Layout(params, size).end;
}

std::size_t OptimalZeroWords(const LzParams& params, std::size_t size) {
  return Words(sizeof(Carried)) + MatchTree::ZeroWords(TreeShape(params), size);
}

std::size_t ParseOptimal(const LzRange& range, const LzParams& params, const LzTables& tables,
                         Sequence* out) {
  Workspace work(params, range.source.size(), tables.optimal.data());
  MatchTree tree(TreeShape(params), range.source, work.tree);
  const std::size_t nice = params.nice;
  switch (params.min_match) {
    case 5:
      Search<5>(range, nice, tree, work);
      break;
    case 6:
      Search<6>(range, nice, tree, work);
      break;
    case 7:
      Search<7>(range, nice, tree, work);
      break;
    default:
      Search<8>(range, nice, tree, work);
      break;
  }

  const ByteView bytes = range.source.subspan(range.begin, range.end - range.begin);
  const CandidateStore store{work.counts, work.candidates};
  if (params.stored_planes) {
    SetStoredPrices(params.sequence_price, work.prices);
    return ParseWithPrices(range, {params.arrivals, nice}, store, *work.prices, work.steps, out);
  }
  Carried& carried = *work.carried;
  unsigned passes = params.passes;
  if (carried.primed == 0) {
    GuessCounts(bytes, &carried.counts);
    carried.primed = 1;
    ++passes;
  }
  std::size_t count = 0;
  for (; passes > 0; --passes) {
    SetPrices(carried.counts, params.sequence_price, work.prices);
    count = ParseWithPrices(range, {params.arrivals, nice}, store, *work.prices, work.steps, out);
    if (params.literal_contexts > 1) {
      carried.counts.contexts = Contexts({out, count}, range, params, work.literals);
    }
    CountSequences({out, count}, range, &carried.counts);
  }
  return count;
}

}  // namespace sigma
