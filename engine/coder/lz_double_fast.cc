// The double-fast parser: an 8-byte and a 5-byte hash probe a position and the last offset
// (level 4), after zstd's strategy of that name (Collet 2015).
//
// A long match is taken at once; behind a short one the next position gets a chance to offer a
// long one. All loads of a position are issued before the one branch that asks whether any hit.
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
  std::uint32_t* const shorts = tables.short_hash.data();
  std::uint32_t* const longs = tables.long_hash.data();
  const unsigned short_shift = 64u - params.hash_log;
  const unsigned long_shift = 64u - params.long_hash_log;
  const unsigned skip_log = params.skip_log;
  const auto insert = [&](std::size_t position) {
    const std::uint64_t value = LoadLE<std::uint64_t>(base + position);
    longs[HashBytes<8>(value, long_shift)] = static_cast<std::uint32_t>(position);
    shorts[HashBytes<kBytes>(value, short_shift)] = static_cast<std::uint32_t>(position);
  };

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
    const std::uint32_t long_hash = HashBytes<8>(here, long_shift);
    const std::uint32_t short_hash = HashBytes<kBytes>(here, short_shift);
    const std::size_t from_long = longs[long_hash];
    const std::size_t from_short = shorts[short_hash];
    longs[long_hash] = static_cast<std::uint32_t>(at);
    shorts[short_hash] = static_cast<std::uint32_t>(at);
    const bool hit_long =
        (LoadLE<std::uint64_t>(base + from_long) == here) & (at - from_long - 1 < farthest);
    const bool hit_short =
        (LoadLE<std::uint32_t>(base + from_short) == static_cast<std::uint32_t>(here)) &
        (at - from_short - 1 < farthest);
    const bool repeat =
        LoadLE<std::uint32_t>(base + at + 1 - last) == static_cast<std::uint32_t>(after);
    if (!(hit_long | hit_short | repeat)) {
      at += 1 + ((at - anchor) >> skip_log);
      continue;
    }
    const std::size_t inside = at + 2;
    std::size_t start = at;
    std::size_t offset = at - from_long;
    if (repeat) {
      ++start;
      offset = last;
    } else if (!hit_long) {
      offset = at - from_short;
      const std::uint32_t hash = HashBytes<8>(after, long_shift);
      const std::size_t from = longs[hash];
      longs[hash] = static_cast<std::uint32_t>(at + 1);
      if (LoadLE<std::uint64_t>(base + from) == after && at + 1 - from - 1 < farthest) {
        ++start;
        offset = start - from;
      }
    }
    std::size_t length = 4 + MatchLength(base + start + 4, base + start + 4 - offset, end);
    const std::size_t back =
        BackwardLength(base + start, base + start - offset, base + anchor, base);
    start -= back;
    length += back;
    *next++ = {static_cast<std::uint32_t>(start - anchor), static_cast<std::uint32_t>(length),
               static_cast<std::uint32_t>(offset)};
    previous = offset == last ? previous : last;
    last = offset;
    at = start + length;
    anchor = at;
    if (at >= limit) break;
    insert(inside);
    longs[HashBytes<8>(LoadLE<std::uint64_t>(base + at - 2), long_shift)] =
        static_cast<std::uint32_t>(at - 2);
    shorts[HashBytes<kBytes>(LoadLE<std::uint64_t>(base + at - 1), short_shift)] =
        static_cast<std::uint32_t>(at - 1);
    // Two interleaved fields often repeat in turn: try the other offset at once.
    while (LoadLE<std::uint32_t>(base + at) == LoadLE<std::uint32_t>(base + at - previous)) {
      length = 4 + MatchLength(base + at + 4, base + at + 4 - previous, end);
      *next++ = {0, static_cast<std::uint32_t>(length), static_cast<std::uint32_t>(previous)};
      std::swap(last, previous);
      insert(at);
      at += length;
      anchor = at;
      if (at >= limit) break;
    }
  }
  return static_cast<std::size_t>(next - out);
}

}  // namespace

std::size_t ParseDoubleFast(const LzRange& range, const LzParams& params, const LzTables& tables,
                            Sequence* out) {
  const std::size_t farthest = params.records == LzRecords::kSections ? kMaxOffset : kRawMaxOffset;
  switch (params.min_match) {
    case 4:
      return Parse<4>(range, params, tables, farthest, out);
    case 6:
      return Parse<6>(range, params, tables, farthest, out);
    default:
      return Parse<5>(range, params, tables, farthest, out);
  }
}

}  // namespace sigma
