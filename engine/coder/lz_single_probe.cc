// The single-probe parser: one 8-byte hash a position, no second thoughts (level 1).
//
// An 8-byte hash finds only matches that pay for a 4-byte record at once, and finding few long
// ones is what makes both sides fast. Unmatched stretches are skipped at a growing step (the
// acceleration of LZ4, Collet 2011), so data without matches costs next to nothing.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/coder/lz_match.h"
#include "engine/coder/lz_parser.h"

namespace sigma {

std::size_t ParseSingleProbe(const LzRange& range, const LzParams& params, const LzTables& tables,
                             Sequence* out) {
  const std::uint8_t* const base = range.source.data();
  const std::uint8_t* const end = base + range.end;
  std::uint32_t* const table = tables.short_hash.data();
  const unsigned shift = 64u - params.hash_log;
  const unsigned skip_log = params.skip_log;
  const std::size_t nearest = params.records == LzRecords::kWide ? kWideMinOffset : 1;
  const std::size_t span = kRawMaxOffset - nearest;

  if (range.end - range.begin < 32) return 0;
  const std::size_t limit = range.end - 16;  // last position probed, exclusive: 8 bytes are read
  Sequence* next = out;
  std::size_t anchor = range.begin;
  std::size_t at = range.begin;
  std::size_t step_in = std::size_t{1} << skip_log;
  while (at < limit) {
    const std::uint64_t here = LoadLE<std::uint64_t>(base + at);
    const std::uint32_t hash = HashBytes<8>(here, shift);
    const std::size_t from = table[hash];
    // An entry too near to be used stays until it is far enough: runs need it.
    table[hash] = static_cast<std::uint32_t>(at - from < nearest ? from : at);
    // One comparison for both bounds: the offset less the nearest wraps if it is too small.
    if (at - from - nearest > span || LoadLE<std::uint64_t>(base + from) != here) {
      at += step_in >> skip_log;
      ++step_in;
      continue;
    }
    const std::size_t back = BackwardLength(base + at, base + from, base + anchor, base);
    const std::size_t length = 8 + MatchLength(base + at + 8, base + from + 8, end) + back;
    const std::size_t start = at - back;
    *next++ = {static_cast<std::uint32_t>(start - anchor), static_cast<std::uint32_t>(length),
               static_cast<std::uint32_t>(at - from)};
    at = start + length;
    anchor = at;
    step_in = std::size_t{1} << skip_log;
    if (at < limit) {
      table[HashBytes<8>(LoadLE<std::uint64_t>(base + at - 3), shift)] =
          static_cast<std::uint32_t>(at - 3);
    }
  }
  return static_cast<std::size_t>(next - out);
}

}  // namespace sigma
