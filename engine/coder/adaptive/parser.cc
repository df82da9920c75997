#include "engine/coder/adaptive/parser.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace sigma::adaptive {
namespace {

constexpr std::uint32_t kUnreached = 0xF0000000u;
// A match this long is taken whole.
constexpr std::size_t kWhole = 240;
// A second way this much dearer (in 1/256 bits) is not followed.
constexpr std::uint32_t kGap = 8 * 256;
// Two bytes from farther away cost more than their literals.
constexpr std::size_t kFarthestPair = 4096;
// Candidates of a position, on the average of a block.
constexpr std::size_t kCandidatesPerByte = 6;

constexpr std::array<unsigned, 5> kRowBytes{6, 8, 12, 20, 36};
constexpr unsigned kRowLog = 22;  // entries of a set
constexpr std::array<unsigned, kernels::lz::kShortTables> kLastLog{17, 19, 20};
constexpr unsigned kPairs = 1u << 16;

// A small source gets small tables: clearing them is work too.
unsigned Fitting(unsigned log, std::size_t size) {
  return std::min(log, std::max(8u, static_cast<unsigned>(std::bit_width(size))));
}

constexpr std::size_t LinesOf(std::size_t bytes) { return (bytes + 63) / 64 * 16; }

}  // namespace

// Where the parts of the memory begin, in words; each on a cache line.
struct Parser::Layout {
  explicit Layout(std::size_t size)
      : row_log(Fitting(kRowLog, size / 2)), block(std::min(size, model::kBlockBytes)) {
    std::size_t words = kRowBytes.size() << row_log;
    for (std::size_t i = 0; i < kLastLog.size(); ++i) {
      last_log[i] = Fitting(kLastLog[i], size);
      words += std::size_t{1} << last_log[i];
    }
    pairs = words;
    counts = pairs + kPairs;
    links = counts + LinesOf(block);
    candidates = links + LinesOf(4 * block);
    edges = candidates + LinesOf(4 * kCandidatesPerByte * block);
    end = edges + LinesOf((block + 1 + kWhole) * sizeof(std::array<Edge, 2>));
  }
  unsigned row_log;
  std::size_t block;
  std::array<unsigned, kernels::lz::kShortTables> last_log;
  std::size_t pairs;
  std::size_t counts;
  std::size_t links;
  std::size_t candidates;
  std::size_t edges;
  std::size_t end;
};

std::size_t Parser::Words(std::size_t size) { return Layout(size).end; }

Parser::Parser(ByteView source, std::span<std::uint32_t> words) : source_(source), tables_{} {
  const Layout layout(source.size());
  std::uint32_t* next = words.data();
  for (std::size_t k = 0; k < kRowBytes.size(); ++k) {
    tables_.rows[k] = next;
    tables_.row_log[k] = layout.row_log - kernels::lz::kCandidateRowLog;
    next += std::size_t{1} << layout.row_log;
  }
  for (std::size_t i = 0; i < kLastLog.size(); ++i) {
    tables_.last[i] = next;
    tables_.last_log[i] = layout.last_log[i];
    next += std::size_t{1} << layout.last_log[i];
  }
  pairs_ = words.subspan(layout.pairs, kPairs);
  std::ranges::fill(words.first(layout.counts), 0);
  counts_ = {reinterpret_cast<std::uint8_t*>(words.data() + layout.counts), layout.block};
  pair_links_ = words.subspan(layout.links, layout.block);
  candidates_ = words.subspan(layout.candidates, kCandidatesPerByte * layout.block);
  edges_ = {reinterpret_cast<std::array<Edge, 2>*>(words.data() + layout.edges),
            layout.block + 1 + kWhole};
}

void Parser::Search(std::size_t begin, std::size_t end) {
  begin_ = begin;
  end_ = end;
  kernels::lz::CandidateSearch search{
      kRowBytes.size(), {}, kernels::lz::kCandidateRow, kWhole, (std::size_t{1} << 24) - 1};
  std::ranges::copy(kRowBytes, search.row_bytes.begin());
  kernels::lz::FindCandidates(source_.data(), source_.size(), begin, end, tables_, search,
                              counts_.data(), candidates_.data(), candidates_.size());
  for (std::size_t at = begin; at < end; ++at) {
    std::uint32_t& link = pair_links_[at - begin];
    link = 0;
    if (at + 1 == source_.size()) break;
    std::uint32_t& last = pairs_[source_[at] | std::size_t{source_[at + 1]} << 8];
    if (last != 0 && at + 1 - last <= kFarthestPair) {
      link = static_cast<std::uint32_t>(at + 1 - last);
    }
    last = static_cast<std::uint32_t>(at + 1);
  }
}

// Of ways with the same last offset only the cheapest is kept.
inline void Parser::Offer(std::size_t to, const Edge& edge) {
  std::array<Edge, 2>& ways = edges_[to];
  if (edge.price >= ways[1].price) return;
  if (edge.price < ways[0].price) {
    if (ways[0].offset != edge.offset) ways[1] = ways[0];
    ways[0] = edge;
  } else if (ways[0].offset != edge.offset) {
    ways[1] = edge;
  }
}

void Parser::Close(std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) edges_[i][0].price = edges_[i][1].price = kUnreached;
}

inline void Parser::Follow(const State& from, const Edge& edge, State& to) const {
  State state = from;
  if (edge.length == 0) {
    ++state.run;
  } else {
    state.run = 0;
    state.kind = edge.kind;
    for (std::size_t k = edge.repeat == 0 ? model::kRepeats - 1 : edge.repeat - 1u; k > 0; --k) {
      state.offsets[k] = state.offsets[k - 1];
    }
    state.offsets[0] = edge.offset;
  }
  to = state;
}

inline void Parser::Resolve(std::size_t i, std::size_t way) {
  const Edge& edge = edges_[i][way];
  Follow(StateOf(i - std::max(edge.length, 1u), edge.way), edge, StateOf(i, way));
}

std::size_t Parser::Common(std::size_t at, std::size_t offset, std::size_t length) const {
  const std::uint8_t* const here = source_.data() + at;
  const std::uint8_t* const there = here - offset;
  const std::size_t most = end_ - at;
  while (length + 8 <= most) {
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    std::memcpy(&a, here + length, 8);
    std::memcpy(&b, there + length, 8);
    if (a != b) break;
    length += 8;
  }
  while (length < most && here[length] == there[length]) ++length;
  return length;
}

// The repeats of a way; a long one is returned instead.
Parser::Match Parser::OfferRepeats(std::size_t i, std::size_t way) {
  const State& state = StateOf(i, way);
  const std::size_t at = begin_ + i;
  const std::uint32_t* const lengths = prices_.Lengths(true);
  const std::uint32_t price = edges_[i][way].price + prices_.Run(0);
  for (std::uint32_t k = 0; k < model::kRepeats; ++k) {
    const std::uint32_t offset = state.offsets[k];
    if (offset > at || source_[at] != source_[at - offset]) continue;
    const auto length = static_cast<std::uint32_t>(Common(at, offset, 1));
    if (length < model::kShortestMatch) continue;
    if (length >= kWhole) return {offset, length, k + 1, static_cast<std::uint32_t>(way)};
    const std::uint32_t kind = std::min(k + 1, model::kOldRepeat);
    const std::uint32_t base =
        price + prices_.Kind(state.kind, state.run, kind) + (kind == model::kOldRepeat ? 256 : 0);
    Edge edge{0,
              offset,
              0,
              static_cast<std::uint8_t>(way),
              static_cast<std::uint8_t>(kind),
              static_cast<std::uint8_t>(k + 1),
              0};
    for (edge.length = model::kShortestMatch; edge.length <= length; ++edge.length) {
      edge.price = base + lengths[edge.length];
      Offer(i + edge.length, edge);
    }
  }
  return {};
}

// The new matches of the first way; a long one is returned instead.
Parser::Match Parser::OfferCandidates(std::size_t i, std::span<const std::uint32_t> candidates,
                                      std::size_t pair) {
  const std::size_t at = begin_ + i;
  const auto most = static_cast<std::uint32_t>(end_ - at);
  if (!candidates.empty() && (candidates.back() & 255) >= kWhole) {
    const std::uint32_t offset = candidates.back() >> 8;
    const auto length = static_cast<std::uint32_t>(Common(at, offset, 0));
    if (length >= kWhole || length == most) return {offset, length, 0, 0};
  }
  const State& state = StateOf(i, 0);
  const std::uint32_t* const lengths = prices_.Lengths(false);
  const std::uint32_t base =
      edges_[i][0].price + prices_.Run(0) + prices_.Kind(state.kind, state.run, 0);
  Edge edge{0, 0, model::kShortestMatch, 0, 0, 0, 0};
  if (pair != 0 && most >= model::kShortestMatch) {
    edge.offset = static_cast<std::uint32_t>(pair);
    edge.price = base + lengths[edge.length] + prices_.Offset(edge.offset, edge.length);
    Offer(i + edge.length, edge);
    ++edge.length;
  }
  for (const std::uint32_t candidate : candidates) {
    edge.offset = candidate >> 8;
    const std::uint32_t longest = std::min(candidate & 255, most);
    std::uint32_t far = 0;
    for (bool first = true; edge.length <= longest; ++edge.length, first = false) {
      // From the open symbol on, all lengths are alike.
      if (first || edge.length <= model::kShortestMatch + model::kOpenSymbol) {
        far = prices_.Offset(edge.offset, edge.length);
      }
      edge.price = base + lengths[edge.length] + far;
      Offer(i + edge.length, edge);
    }
  }
  return {};
}

std::size_t Parser::Parse(model::Model& model, const model::History& history,
                          model::Sequence* out) {
  const std::size_t size = end_ - begin_;
  Close(0, size + 1);
  edges_[0][0] = {prices_.Run(0), history.offsets[0], 0, 0, 0, 0, 0};
  StateOf(0, 0) = {0, history.kind, history.offsets};
  std::size_t settled = 0;
  const std::uint32_t* next = candidates_.data();
  for (std::size_t i = 0; i < size;) {
    const std::size_t count = counts_[i];
    const std::span<const std::uint32_t> candidates{next, count};
    next += count;
    Match whole;
    for (std::size_t way = 0; way < 2; ++way) {
      const Edge edge = edges_[i][way];
      if (edge.price >= kUnreached) break;
      if (i != settled) Resolve(i, way);
      if (way != 0 && edge.price > edges_[i][0].price + kGap) break;
      const State& state = StateOf(i, way);
      const std::size_t at = begin_ + i;
      const std::uint32_t literal = LiteralPrice(
          model, model::ContextAt(source_.data(), at, state.offsets[0], state.run), source_[at]);
      Offer(i + 1, {edge.price + literal + prices_.Run(state.run + 1) - prices_.Run(state.run),
                    state.offsets[0], 0, static_cast<std::uint8_t>(way), edge.kind, 0, 0});
      whole = OfferRepeats(i, way);
      if (whole.length == 0 && way == 0) whole = OfferCandidates(i, candidates, pair_links_[i]);
      if (whole.length != 0) break;
    }
    if (whole.length == 0) {
      ++i;
      continue;
    }
    const std::size_t to = i + whole.length;
    for (std::size_t k = i + 1; k < to; ++k) next += counts_[k];
    Close(i + 1, std::min(size, i + kWhole) + 1);
    const Edge edge{edges_[i][whole.way].price,
                    whole.offset,
                    whole.length,
                    static_cast<std::uint8_t>(whole.way),
                    static_cast<std::uint8_t>(std::min(whole.repeat, model::kOldRepeat)),
                    static_cast<std::uint8_t>(whole.repeat),
                    0};
    edges_[to][0] = edge;
    const State from = StateOf(i, whole.way);
    Follow(from, edge, StateOf(to, 0));
    settled = to;
    i = to;
  }
  return Backtrack(out);
}

std::size_t Parser::Backtrack(model::Sequence* out) const {
  std::size_t count = 0;
  std::uint32_t literals = 0;
  std::size_t way = 0;
  std::size_t i = end_ - begin_;
  // The literals after the last match.
  out[0] = {0, 0, 0, 0};
  while (i > 0) {
    const Edge& edge = edges_[i][way];
    way = edge.way;
    if (edge.length == 0) {
      ++literals;
      --i;
      continue;
    }
    if (out[count].match != 0 || literals != 0) out[count++].literals = literals;
    literals = 0;
    out[count] = {0, edge.length, edge.offset, edge.repeat};
    i -= edge.length;
  }
  out[count++].literals = literals;
  std::reverse(out, out + count);
  return count;
}

}  // namespace sigma::adaptive
