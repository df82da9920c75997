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
  const TaggedHash<kBytes> table(tables.short_hash.data(), params.hash_log,
                                 PositionLog(range.source.size()));
  const auto insert = [&](std::size_t position) {
    table.Insert(LoadLE<std::uint64_t>(base + position), position);
  };
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
    const auto slot0 = table.Find(here, at);
    const auto slot1 = table.Find(after, at + 1);
    const std::uint32_t entry0 = *slot0.entry;
    const std::uint32_t entry1 = *slot1.entry;
    *slot0.entry = slot0.tagged;
    *slot1.entry = slot1.tagged;
    const bool hit0 = table.TagsMatch(entry0, slot0.tagged);
    const bool hit1 = table.TagsMatch(entry1, slot1.tagged);
    const bool repeat =
        LoadLE<std::uint32_t>(base + at + 1 - last) == static_cast<std::uint32_t>(after);
    const std::size_t step = 2 + ((at - anchor) >> skip_log);
    if (!(hit0 | hit1 | repeat)) {
      at += step;
      continue;
    }
    std::size_t start = at + 1;
    std::size_t offset = last;
    if (!repeat) {
      start = hit0 ? at : at + 1;
      offset = start - table.Position(hit0 ? entry0 : entry1);
      // Of two hits only the first is tried: where it is false, the second rarely is true.
      if (offset - 1 >= farthest || LoadLE<std::uint32_t>(base + start - offset) !=
                                        static_cast<std::uint32_t>(hit0 ? here : after)) {
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
    const std::size_t inside = at + 2;
    at = start + length;
    anchor = at;
    if (at >= limit) break;
    // Matches often end where fields do: what begins there is worth three entries.
    insert(inside);
    insert(at - 2);
    insert(at - 1);
    insert(at - 3);
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
