// The fast parser: one hash probe a position and the last offset (levels 2 and 3).
//
// Two neighbouring positions and a repeat of the last offset are tried together and one branch
// asks whether any of the three hit: the six loads do not wait for each other, and text mispredicts
// once per sequence instead of once per probe. Skipping as in LZ4 (Collet 2011); the repeat check
// one byte ahead is zstd's (Collet 2015).
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/coder/lz_match.h"
#include "engine/coder/lz_parser.h"

namespace sigma {
namespace {

template <unsigned kBytes>
std::size_t Parse(const LzRange& range, const LzParams& params, const LzTables& tables,
                  std::size_t farthest, Sequence* out) {
  const std::uint8_t* const base = range.source.data();
  const std::uint8_t* const end = base + range.end;
  std::uint32_t* const table = tables.short_hash.data();
  const unsigned shift = 64u - params.hash_log;
  const unsigned skip_log = params.skip_log;

  if (range.end - range.begin < 32) return 0;
  const std::size_t limit = range.end - 16;  // positions below it may be hashed
  Sequence* next = out;
  std::size_t anchor = range.begin;
  std::size_t at = range.begin == 0 ? 1 : range.begin;
  std::size_t last = 1;      // the offset of the last sequence
  std::size_t previous = 1;  // the one before it that differed
  while (at < limit) {
    const std::uint64_t here = LoadLE<std::uint64_t>(base + at);
    const std::uint64_t after = LoadLE<std::uint64_t>(base + at + 1);
    const std::uint32_t hash0 = HashBytes<kBytes>(here, shift);
    const std::uint32_t hash1 = HashBytes<kBytes>(after, shift);
    const std::size_t from0 = table[hash0];
    const std::size_t from1 = table[hash1];
    table[hash0] = static_cast<std::uint32_t>(at);
    table[hash1] = static_cast<std::uint32_t>(at + 1);
    const bool hit0 = (LoadLE<std::uint32_t>(base + from0) == static_cast<std::uint32_t>(here)) &
                      (at - from0 - 1 < farthest);
    const bool hit1 = (LoadLE<std::uint32_t>(base + from1) == static_cast<std::uint32_t>(after)) &
                      (at + 1 - from1 - 1 < farthest);
    const bool repeat =
        LoadLE<std::uint32_t>(base + at + 1 - last) == static_cast<std::uint32_t>(after);
    if (!(hit0 | hit1 | repeat)) {
      at += 2 + ((at - anchor) >> skip_log);
      continue;
    }
    const bool second = repeat || !hit0;
    std::size_t start = at + (second ? 1 : 0);
    const std::size_t offset = repeat ? last : start - (second ? from1 : from0);
    std::size_t length = 4 + MatchLength(base + start + 4, base + start + 4 - offset, end);
    const std::size_t back =
        BackwardLength(base + start, base + start - offset, base + anchor, base);
    start -= back;
    length += back;
    *next++ = {static_cast<std::uint32_t>(start - anchor), static_cast<std::uint32_t>(length),
               static_cast<std::uint32_t>(offset)};
    previous = offset == last ? previous : last;
    last = offset;
    const std::size_t inside = at + 2;
    at = start + length;
    anchor = at;
    if (at >= limit) break;
    table[HashBytes<kBytes>(LoadLE<std::uint64_t>(base + inside), shift)] =
        static_cast<std::uint32_t>(inside);
    table[HashBytes<kBytes>(LoadLE<std::uint64_t>(base + at - 2), shift)] =
        static_cast<std::uint32_t>(at - 2);
    // Two interleaved fields often repeat in turn: try the other offset at once.
    while (LoadLE<std::uint32_t>(base + at) == LoadLE<std::uint32_t>(base + at - previous)) {
      length = 4 + MatchLength(base + at + 4, base + at + 4 - previous, end);
      *next++ = {0, static_cast<std::uint32_t>(length), static_cast<std::uint32_t>(previous)};
      std::swap(last, previous);
      table[HashBytes<kBytes>(LoadLE<std::uint64_t>(base + at), shift)] =
          static_cast<std::uint32_t>(at);
      at += length;
      anchor = at;
      if (at >= limit) break;
    }
  }
  return static_cast<std::size_t>(next - out);
}

}  // namespace

std::size_t ParseFast(const LzRange& range, const LzParams& params, const LzTables& tables,
                      Sequence* out) {
  const std::size_t farthest = params.records == LzRecords::kSections ? kMaxOffset : kRawMaxOffset;
  switch (params.min_match) {
    case 4:
      return Parse<4>(range, params, tables, farthest, out);
    case 5:
      return Parse<5>(range, params, tables, farthest, out);
    case 6:
      return Parse<6>(range, params, tables, farthest, out);
    case 7:
      return Parse<7>(range, params, tables, farthest, out);
    default:
      return Parse<8>(range, params, tables, farthest, out);
  }
}

}  // namespace sigma
