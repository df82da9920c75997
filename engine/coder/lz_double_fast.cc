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
  const unsigned skip_log = params.skip_log;
  const unsigned position_log = PositionLog(range.source.size());
  const TaggedHash<kBytes> shorts(tables.short_hash.data(), params.hash_log, position_log);
  const TaggedHash<8> longs(tables.long_hash.data(), params.long_hash_log, position_log);
  const auto insert = [&](std::size_t position) {
    const std::uint64_t value = LoadLE<std::uint64_t>(base + position);
    longs.Insert(value, position);
    shorts.Insert(value, position);
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
    const auto long_slot = longs.Find(here, at);
    const auto short_slot = shorts.Find(here, at);
    const std::uint32_t long_entry = *long_slot.entry;
    const std::uint32_t short_entry = *short_slot.entry;
    *long_slot.entry = long_slot.tagged;
    *short_slot.entry = short_slot.tagged;
    const bool hit_long = longs.TagsMatch(long_entry, long_slot.tagged);
    const bool hit_short = shorts.TagsMatch(short_entry, short_slot.tagged);
    const bool repeat =
        LoadLE<std::uint32_t>(base + at + 1 - last) == static_cast<std::uint32_t>(after);
    const std::size_t step = 1 + ((at - anchor) >> skip_log);
    if (!(hit_long | hit_short | repeat)) {
      at += step;
      continue;
    }
    const std::size_t inside = at + 2;
    std::size_t start = at + 1;
    std::size_t offset = last;
    if (!repeat) {
      const auto usable = [&](std::size_t position, std::size_t from, std::uint64_t difference) {
        return difference == 0 && position - from - 1 < farthest;
      };
      const std::size_t from_long = longs.Position(long_entry);
      const std::size_t from_short = shorts.Position(short_entry);
      start = at;
      if (hit_long && usable(at, from_long, LoadLE<std::uint64_t>(base + from_long) ^ here)) {
        offset = at - from_long;
      } else if (hit_short && usable(at, from_short,
                                     static_cast<std::uint32_t>(
                                         LoadLE<std::uint64_t>(base + from_short) ^ here))) {
        offset = at - from_short;
        const auto slot = longs.Find(after, at + 1);
        const std::uint32_t entry = *slot.entry;
        *slot.entry = slot.tagged;
        const std::size_t from = longs.Position(entry);
        if (longs.TagsMatch(entry, slot.tagged) &&
            usable(at + 1, from, LoadLE<std::uint64_t>(base + from) ^ after)) {
          ++start;
          offset = start - from;
        }
      } else {
        at += step;
        continue;
      }
    }
    std::size_t length = 4 + MatchLength(base + start + 4, base + start + 4 - offset, end);
    const std::size_t back = BackwardLength(base, start, start - offset, anchor);
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
    longs.Insert(LoadLE<std::uint64_t>(base + at - 2), at - 2);
    shorts.Insert(LoadLE<std::uint64_t>(base + at - 1), at - 1);
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
