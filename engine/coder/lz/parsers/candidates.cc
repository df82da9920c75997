#include "engine/coder/lz/parsers/candidates.h"

#include <algorithm>
#include <array>
#include <bit>

#include "engine/coder/lz/wire.h"
#include "kernels/lz/candidates.h"

namespace sigma::lz {
namespace {

static_assert(kMaxRowSets == kernels::lz::kRowSets);

// Beside the rows, entries of the table of each short length, log2: about as many as contexts of
// that length matter. Smaller ones (2^16 and 2^18 for 4 and 5) cost 0.04 points of s7 at level 6;
// twice as many take 0.007 points less at level 7.
constexpr std::array<unsigned, kernels::lz::kShortTables> kLastLog{16, 18, 19};

// A small chunk gets small tables: clearing them is work too.
unsigned Fitting(unsigned log, std::size_t size) {
  return std::min(log, std::max(8u, static_cast<unsigned>(std::bit_width(size))));
}

unsigned LastLog(const Params& params, std::size_t table, std::size_t size) {
  return Fitting(kLastLog[table] + (params.row_sets > 1 ? 1 : 0), size);
}

// Entries of a set. Several sets share what one would take of a small chunk.
unsigned SetLog(const Params& params, std::size_t size) {
  return Fitting(params.long_hash_log, params.row_sets > 1 ? size / 2 : size);
}

}  // namespace

std::size_t CandidateWords(const Params& params, std::size_t size) {
  std::size_t words = std::size_t{params.row_sets} << SetLog(params, size);
  for (std::size_t i = 0; i < kLastLog.size(); ++i) {
    words += std::size_t{1} << LastLog(params, i, size);
  }
  return words;
}

void SearchCandidates(const Params& params, ByteView source, std::size_t begin, std::size_t end,
                      std::span<std::uint32_t> words, std::span<std::uint8_t> counts,
                      std::span<MatchCandidate> candidates) noexcept {
  kernels::lz::CandidateTables tables{};
  kernels::lz::CandidateSearch search{
      params.row_sets, {}, params.attempts, std::min<std::size_t>(params.nice, 255), kMaxOffset};
  std::uint32_t* next = words.data();
  const unsigned log = SetLog(params, source.size());
  for (unsigned k = 0; k < params.row_sets; ++k) {
    search.row_bytes[k] = params.row_bytes[k];
    tables.rows[k] = next;
    tables.row_log[k] = log - kernels::lz::kCandidateRowLog;
    next += std::size_t{1} << log;
  }
  for (std::size_t i = 0; i < kLastLog.size(); ++i) {
    tables.last[i] = next;
    tables.last_log[i] = LastLog(params, i, source.size());
    next += std::size_t{1} << tables.last_log[i];
  }
  kernels::lz::FindCandidates(source.data(), source.size(), begin, end, tables, search,
                              counts.data(), candidates.data(), candidates.size());
}

}  // namespace sigma::lz
