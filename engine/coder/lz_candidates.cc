// Trees find the longest matches among many; rows find nearly as much in a fifth of the time, and
// take no memory for each byte.
#include "engine/coder/lz_candidates.h"

#include <algorithm>
#include <array>
#include <bit>

#include "engine/coder/lz_prices.h"
#include "engine/coder/lz_sequence.h"
#include "engine/coder/lz_tree.h"
#include "kernels/lz_candidates.h"

namespace sigma {
namespace {

bool InRows(const LzParams& params) { return params.depth == 0; }

// Where planes are stored and a sequence costs two bytes of time, shorter matches gain nothing:
// they take a token and an offset, too.
unsigned LeastBytes(const LzParams& params) {
  return params.stored_planes && params.sequence_price >= 16 * kOneBit ? 5 : kMinMatch;
}

MatchTree::Shape TreeShape(const LzParams& params) {
  return {LeastBytes(params), params.min_match, params.hash_log, params.depth, params.nice};
}

// Beside the rows, entries of the table of each short length, log2: about as many as contexts of
// that length matter. Smaller ones (2^16 and 2^18 for 4 and 5) cost 0.04 points of s7.
constexpr std::array<unsigned, kernels::kLzShortTables> kLastLog{16, 18, 19};

// A small chunk gets small tables: clearing them is work too.
unsigned LastLog(std::size_t table, std::size_t size) {
  return std::min(kLastLog[table], std::max(8u, static_cast<unsigned>(std::bit_width(size))));
}

std::size_t RowWords(const LzParams& params) { return std::size_t{1} << params.long_hash_log; }

}  // namespace

std::size_t CandidateWords(const LzParams& params, std::size_t size) {
  if (!InRows(params)) return MatchTree::Words(TreeShape(params), size);
  std::size_t words = RowWords(params);
  for (std::size_t i = 0; i < kLastLog.size(); ++i) words += std::size_t{1} << LastLog(i, size);
  return words;
}

std::size_t CandidateZeroWords(const LzParams& params, std::size_t size) {
  return InRows(params) ? CandidateWords(params, size)
                        : MatchTree::ZeroWords(TreeShape(params), size);
}

void SearchCandidates(const LzParams& params, ByteView source, std::size_t begin, std::size_t end,
                      std::span<std::uint32_t> words, std::span<std::uint8_t> counts,
                      std::span<Candidate> candidates) noexcept {
  if (!InRows(params)) {
    return MatchTree(TreeShape(params), source, words).Search(begin, end, counts, candidates);
  }
  kernels::LzCandidateTables tables{
      words.data(), {}, params.long_hash_log - kernels::kLzCandidateRowLog, {}};
  std::uint32_t* next = words.data() + RowWords(params);
  for (std::size_t i = 0; i < kLastLog.size(); ++i) {
    tables.last[i] = next;
    tables.last_log[i] = LastLog(i, source.size());
    next += std::size_t{1} << tables.last_log[i];
  }
  const kernels::LzCandidateSearch search{params.min_match, params.attempts,
                                          std::min<std::size_t>(params.nice, 255), kMaxOffset};
  kernels::FindCandidates(source.data(), source.size(), begin, end, tables, search, counts.data(),
                          candidates.data(), candidates.size());
}

}  // namespace sigma
