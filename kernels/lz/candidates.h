// Match candidates of every position: one probe for each short length, rows of hashed positions for
// the long ones.
//
// Offers for each position the nearest earlier positions that share 3 and more bytes with it: from
// tables of the last position of each hash of 3, 4 and 5 bytes, and from the last 16 positions of
// each hash of more bytes, in one or several sets of rows. Of those the nearest of each length is
// kept. Positions must be visited in order, each once, so that the tables hold all that came
// before; zeroed tables are the valid start.
//
// Work: at most 3 comparisons and 16 for each set, of at most `nice` bytes, a position. The result
// is the same on every target. Reads nothing at or beyond `size`. No allocation; memory: what the
// tables take.
#ifndef SIGMA_KERNELS_LZ_CANDIDATES_H_
#define SIGMA_KERNELS_LZ_CANDIDATES_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace sigma::kernels::lz {

// Positions in a row of the candidates: a cache line.
inline constexpr unsigned kCandidateRowLog = 4;
inline constexpr unsigned kCandidateRow = 1u << kCandidateRowLog;
// Sets of rows at most, and bytes that one may hash.
inline constexpr unsigned kRowSets = 6;
inline constexpr unsigned kMostRowBytes = 64;
// Tables of last positions: of 3, 4 and 5 bytes.
inline constexpr unsigned kShortTables = 3;
inline constexpr unsigned kShortestCandidate = 3;

struct CandidateTables {
  std::array<std::uint32_t*, kRowSets> rows;      // kCandidateRow << row_log, on a cache line
  std::array<std::uint32_t*, kShortTables> last;  // 1 << last_log each
  std::array<unsigned, kRowSets> row_log;
  std::array<unsigned, kShortTables> last_log;
};

struct CandidateSearch {
  unsigned sets;  // of rows, 1…kRowSets
  // Hashed for the rows of each set, ascending: 5…8 for the first, up to kMostRowBytes.
  std::array<unsigned, kRowSets> row_bytes;
  unsigned attempts;     // positions of a row that are compared, at most kCandidateRow
  std::size_t nice;      // a match this long is enough, at most 255
  std::size_t farthest;  // offset, below 2^24
};

// Visits [begin, end) of the `size` (at most 2^26) bytes at `base`: counts[i] candidates of
// begin + i, shortest first, position by position in `candidates`, each offset << 8 |
// length with lengths up to 255. `candidates` holds `room`, at least one a position; where it runs
// short, positions keep their longest. Inside of a match of `nice` bytes, which is taken whole,
// positions have none; so have the last bytes before `end` and `size`.
void FindCandidates(const std::uint8_t* base, std::size_t size, std::size_t begin, std::size_t end,
                    const CandidateTables& tables, const CandidateSearch& search,
                    std::uint8_t* counts, std::uint32_t* candidates, std::size_t room) noexcept;

}  // namespace sigma::kernels::lz

#endif  // SIGMA_KERNELS_LZ_CANDIDATES_H_
