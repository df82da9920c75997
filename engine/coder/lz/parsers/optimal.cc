// The parser of levels 6 and 7: search once, then parse the same candidates once or more, each time
// with the prices that the parse before it would have had to pay.
//
// The first pass of a step starts from the statistics of the step before it; the first step of a
// chunk starts from a guess and takes one pass more. Passes end early where the prices were right.
#include <algorithm>

#include "engine/coder/lz/parsers/candidates.h"
#include "engine/coder/lz/parsers/parser.h"
#include "engine/coder/lz/parsers/priced.h"

namespace sigma::lz {
namespace {

// Candidates kept per byte of a sub-block, on the average. Text has about 4; where
// the store runs short, positions keep their longest ones.
constexpr std::size_t kCandidatesPerByte = 6;
// Another pass is worth its time where the last one's prices were wrong by this part of what its
// sequences then take: kennedy.xls needs it everywhere (17 % smaller). With a sixteenth, s7 would
// take 0.2 % more and a tenth less of the time; always, 0.03 % less.
constexpr std::uint64_t kWorthAnother = 64;
// Kept from one sub-block to the next, at the front of the workspace.
struct Carried {
  std::uint32_t primed;
  Counts counts;
};

// The literals of a sub-block by the byte expected in their place, where contexts are asked for.
std::size_t LiteralBytes(const Params& params) {
  return params.literal_contexts > 1 ? sizeof(LiteralCounts) : 0;
}

constexpr std::size_t Words(std::size_t bytes) { return (bytes + 63) / 64 * 16; }

// Where the parts of the workspace begin, in words; each on a cache line. The parts that must be
// zero at the start of a chunk come first.
struct Layout {
  Layout(const Params& params, std::size_t size)
      : block(std::min(size, std::size_t{1} << params.parse_log)),
        table_words(CandidateWords(params, size)) {
    tables = Words(sizeof(Carried));
    prices = tables + Words(4 * table_words);
    counts = prices + Words(sizeof(Prices));
    literals = counts + Words(block);
    candidates = literals + Words(LiteralBytes(params));
    steps = candidates + Words(block * kCandidatesPerByte * sizeof(MatchCandidate));
    end = steps + Words(4 * OptimalScratch(block, params.arrivals));
  }
  std::size_t block;
  std::size_t table_words;
  std::size_t tables;
  std::size_t prices;
  std::size_t counts;
  std::size_t literals;
  std::size_t candidates;
  std::size_t steps;
  std::size_t end;
};

struct Workspace {
  Workspace(const Params& params, std::size_t size, std::uint32_t* words) {
    const Layout layout(params, size);
    carried = reinterpret_cast<Carried*>(words);
    tables = {words + layout.tables, layout.table_words};
    prices = reinterpret_cast<Prices*>(words + layout.prices);
    counts = {reinterpret_cast<std::uint8_t*>(words + layout.counts), layout.block};
    literals = reinterpret_cast<LiteralCounts*>(words + layout.literals);
    candidates = {words + layout.candidates, layout.block * kCandidatesPerByte};
    steps = {words + layout.steps, OptimalScratch(layout.block, params.arrivals)};
  }

  Carried* carried;
  std::span<std::uint32_t> tables;
  Prices* prices;
  std::span<std::uint8_t> counts;
  LiteralCounts* literals;
  std::span<MatchCandidate> candidates;
  std::span<std::uint32_t> steps;
};

// The contexts that suit a parse.
LiteralContexts Contexts(std::span<const Sequence> sequences, const Range& range,
                         const Params& params, LiteralCounts* counts) {
  for (auto& row : *counts) row.fill(0);
  std::uint64_t literals = 0;
  ForEachLiteral(
      sequences, {range.source.data(), range.begin, range.end, range.last[0]},
      [&](std::uint8_t literal, std::uint8_t expected) { ++(*counts)[expected][literal]; });
  return ClusterLiterals(*counts, params.literal_contexts,
                         params.literal_price * (sequences.size() + literals));
}

}  // namespace

std::size_t OptimalWords(const Params& params, std::size_t size) {
  return Layout(params, size).end;
}

std::size_t OptimalZeroWords(const Params& params, std::size_t size) {
  return Words(sizeof(Carried)) + Words(4 * CandidateWords(params, size));
}

std::size_t ParseOptimal(const Range& range, const Params& params, const Tables& tables,
                         Sequence* out) {
  Workspace work(params, range.source.size(), tables.optimal.data());
  const std::size_t nice = params.nice;
  SearchCandidates(params, range.source, range.begin, range.end, work.tables, work.counts,
                   work.candidates);

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
  SetPrices(carried.counts, params.sequence_price, work.prices);
  for (;;) {
    const std::size_t count =
        ParseWithPrices(range, {params.arrivals, nice}, store, *work.prices, work.steps, out);
    const std::span<const Sequence> found{out, count};
    if (params.literal_contexts > 1) {
      carried.counts.contexts = Contexts(found, range, params, work.literals);
    }
    CountSequences(found, range, &carried.counts);
    if (--passes == 0) return count;
    const std::uint64_t expected = PriceOf(found, range, *work.prices);
    SetPrices(carried.counts, params.sequence_price, work.prices);
    const std::uint64_t paid = PriceOf(found, range, *work.prices);
    if (passes < params.passes && expected < paid + paid / kWorthAnother) return count;
  }
}

}  // namespace sigma::lz
