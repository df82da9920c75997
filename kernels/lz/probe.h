// The hash-probe LZ parsers: find the sequences of one sub-block with one probe a table and
// position (levels 1 to 3).
//
// The sequences cover [begin, end) of `base` up to the literals after the last one; matches reach
// back to `base`, are true copies, have 4 bytes or more and end at or before `end`. Offsets of
// bytes before `begin` come from tables that keep what earlier calls on the same bytes inserted;
// zeroed tables are the valid start. Reads nothing at or beyond `end`.
//
// Work is bounded: a byte is probed at most once. No allocation, no memory but the tables. The
// result is the same on every target.
#ifndef SIGMA_KERNELS_LZ_PROBE_H_
#define SIGMA_KERNELS_LZ_PROBE_H_

#include <cstddef>
#include <cstdint>

#include "kernels/lz/sequence.h"

namespace sigma::kernels::lz {

struct ProbeTables {
  std::uint32_t* shorts;  // 1 << short_log entries (match.h), by `hash_bytes` bytes
  std::uint32_t* longs;   // 1 << long_log entries, by 8 bytes; of the double-fast parser alone
  unsigned short_log;
  unsigned long_log;
  unsigned position_log;  // bits of an entry that hold any position of the bytes, at most 27
};

struct ProbeSearch {
  unsigned hash_bytes;   // 4…8, of the double-fast parser 4…6, of the single-probe parser 5…8
  unsigned skip_log;     // step grows by one for each 1 << skip_log unmatched bytes
  std::size_t farthest;  // offset; the single-probe parser reaches back 64 KiB
  std::size_t nearest;   // offset, of the single-probe parser alone
};

// All write the sequences to `out`, at most (end − begin) / 4 + 1, and return how many.
[[nodiscard]] std::size_t ParseSingleProbes(const std::uint8_t* base, std::size_t begin,
                                            std::size_t end, const ProbeTables& tables,
                                            const ProbeSearch& search, Sequence* out) noexcept;
[[nodiscard]] std::size_t ParseFastProbes(const std::uint8_t* base, std::size_t begin,
                                          std::size_t end, const ProbeTables& tables,
                                          const ProbeSearch& search, Sequence* out) noexcept;
[[nodiscard]] std::size_t ParseDoubleFastProbes(const std::uint8_t* base, std::size_t begin,
                                                std::size_t end, const ProbeTables& tables,
                                                const ProbeSearch& search, Sequence* out) noexcept;

}  // namespace sigma::kernels::lz

#endif  // SIGMA_KERNELS_LZ_PROBE_H_
