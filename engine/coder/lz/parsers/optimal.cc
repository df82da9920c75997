// The parser of levels 6 and 7: search once, then parse the same candidates once or more, each time
// with the prices that the parse before it would have had to pay.
//
// The first pass of a step starts from the statistics of the step before it; the first step of a
// chunk starts from a guess and takes one pass more. Passes end early where the prices were right.
#include "engine/coder/lz/parsers/optimal.h"

#include <algorithm>
#include <new>

#include "engine/coder/lz/parsers/candidates.h"
#include "engine/coder/lz/parsers/priced.h"

namespace sigma::lz {
namespace {

// Candidates kept per byte of a step, on the average. Text has about 4; where the store runs short,
// positions keep their longest ones.
constexpr std::size_t kCandidatesPerByte = 6;
// Another pass is worth its time where the last one's prices were wrong by this part of what its
// sequences then take: kennedy.xls needs it everywhere (17 % smaller). With a sixteenth, s7 would
// take 0.2 % more and a tenth less of the time; always, 0.03 % less.
constexpr std::uint64_t kWorthAnother = 64;
// The literals of a step by the byte expected in their place, where contexts are asked for.
std::size_t LiteralBytes(const Params& params) {
  return params.literal_contexts > 1 ? sizeof(LiteralCounts) : 0;
}

constexpr std::size_t Words(std::size_t bytes) { return (bytes + 63) / 64 * 16; }

// Where the parts of the memory begin, in words; each on a cache line.
struct Layout {
  Layout(const Params& params, std::size_t size)
      : step(std::min(size, std::size_t{1} << params.parse_log)),
        table_words(CandidateWords(params, size)) {
    tables = Words(sizeof(Counts));
    prices = tables + Words(4 * table_words);
    candidate_counts = prices + Words(sizeof(Prices));
    literals = candidate_counts + Words(step);
    candidates = literals + Words(LiteralBytes(params));
    arrivals = candidates + Words(step * kCandidatesPerByte * sizeof(MatchCandidate));
    end = arrivals + Words(4 * OptimalScratch(step, params.arrivals));
  }
  std::size_t step;  // most bytes of one
  std::size_t table_words;
  std::size_t tables;
  std::size_t prices;
  std::size_t candidate_counts;
  std::size_t literals;
  std::size_t candidates;
  std::size_t arrivals;
  std::size_t end;
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

std::size_t OptimalParser::Words(const Params& params, std::size_t size) {
  return Layout(params, size).end;
}

OptimalParser::OptimalParser(const Params& params, std::size_t size, std::span<std::uint32_t> words)
    : params_(params),
      counts_(*new (words.data()) Counts{}),
      prices_(*new (words.data() + Layout(params, size).prices) Prices),
      literals_(params.literal_contexts > 1 ? new (words.data() + Layout(params, size).literals)
                                                  LiteralCounts
                                            : nullptr) {
  const Layout layout(params, size);
  tables_ = words.subspan(layout.tables, layout.table_words);
  std::ranges::fill(tables_, 0);
  candidate_counts_ = {reinterpret_cast<std::uint8_t*>(words.data() + layout.candidate_counts),
                       layout.step};
  candidates_ = words.subspan(layout.candidates, layout.step * kCandidatesPerByte);
  arrivals_ = words.subspan(layout.arrivals, OptimalScratch(layout.step, params.arrivals));
}

std::size_t OptimalParser::Parse(const Range& range, Sequence* out) {
  SearchCandidates(params_, range.source, range.begin, range.end, tables_, candidate_counts_,
                   candidates_);
  const CandidateStore store{candidate_counts_, candidates_};
  const OptimalShape shape{params_.arrivals, params_.nice};
  if (params_.stored_planes) {
    SetStoredPrices(params_.sequence_price, &prices_);
    return ParseWithPrices(range, shape, store, prices_, arrivals_, out);
  }
  unsigned passes = params_.passes;
  if (!primed_) {
    GuessCounts(range.source.subspan(range.begin, range.end - range.begin), &counts_);
    primed_ = true;
    ++passes;
  }
  SetPrices(counts_, params_.sequence_price, &prices_);
  for (;;) {
    const std::size_t count = ParseWithPrices(range, shape, store, prices_, arrivals_, out);
    const std::span<const Sequence> found{out, count};
    if (literals_ != nullptr) counts_.contexts = Contexts(found, range, params_, literals_);
    CountSequences(found, range, &counts_);
    if (--passes == 0) return count;
    const std::uint64_t expected = PriceOf(found, range, prices_);
    SetPrices(counts_, params_.sequence_price, &prices_);
    const std::uint64_t paid = PriceOf(found, range, prices_);
    if (passes < params_.passes && expected < paid + paid / kWorthAnother) return count;
  }
}

}  // namespace sigma::lz
