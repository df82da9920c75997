// A lazy LZ parser over a row hash: finds the sequences of one sub-block (levels 4 and 5).
//
// The sequences cover [begin, end) of `base` up to the literals after the last one; matches reach
// back to `base`, are true copies, have `shortest` bytes or more and end at or before `end`.
// Offsets of bytes before `begin` come from tables that keep what earlier calls on the same bytes
// inserted; zeroed tables are the valid start. Reads nothing at or beyond `end`.
//
// Work is bounded: a byte is searched at most once, with at most `attempts` + 5 candidates, each
// compared over less than `enough` bytes or taken. The result is the same on every target. Memory:
// what the tables take. Not for a few bytes: sub-blocks of 64 KiB and more.
#ifndef SIGMA_KERNELS_LZ_ROWS_H_
#define SIGMA_KERNELS_LZ_ROWS_H_

#include <cstddef>
#include <cstdint>

#include "kernels/lz/sequence.h"

namespace sigma::kernels::lz {

// Entries of a row, the newest first.
inline constexpr unsigned kRow = 16;

struct RowTables {
  std::uint32_t* rows;    // kRow << row_log entries, on a cache line
  std::uint32_t* middle;  // 1 << middle_log entries, by 4 bytes
  std::uint32_t* near;    // 1 << near_log entries, by 3 bytes
  unsigned position_log;  // bits of an entry that hold any position of the bytes, at most 27
  unsigned row_log;       // at most 24
  unsigned middle_log;
  unsigned near_log;
};

struct RowSearch {
  unsigned hash_bytes;   // hashed for the rows, 5…8
  unsigned attempts;     // candidates of a row that are compared, at most kRow
  unsigned skip_log;     // step grows by one for each 1 << skip_log unmatched bytes
  std::size_t shortest;  // match, 3 or 4
  std::size_t enough;    // a match of this length is taken without a look at later positions
  unsigned waits;        // positions after a match that are searched for a better one, 0…2
  std::size_t farthest;  // offset
  bool stored;           // gains in bytes as they are and in time, not in coded bits
};

// Writes the sequences to `out`, at most (end − begin) / 3 + 1, and returns how many.
[[nodiscard]] std::size_t ParseRows(const std::uint8_t* base, std::size_t begin, std::size_t end,
                                    const RowTables& tables, const RowSearch& search,
                                    Sequence* out) noexcept;

}  // namespace sigma::kernels::lz

#endif  // SIGMA_KERNELS_LZ_ROWS_H_
