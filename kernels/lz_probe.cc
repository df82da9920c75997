// The fast and the double-fast parser.
//
// Fast: two neighbouring positions and a repeat of the last offset are tried together and one
// branch asks whether any of the three hit: the six loads do not wait for each other, and text
// mispredicts once per sequence instead of once per probe; which of them it is, is selected without
// a branch. Skipping as in LZ4 (Collet 2011); the repeat check one byte ahead is zstd's (Collet
// 2015).
//
// Double-fast, after zstd's strategy of that name (Collet 2015): a long match is taken at once;
// behind a short one the next position gets a chance to offer a long one. All loads of a position
// are issued before the one branch that asks whether any hit.
//
// There is no vector in them: they are here for the shifts and counts of AVX2's machines, which
// make them 3–5 % faster. With more registers than that GCC 12 keeps what does not fit the general
// ones in masks and vectors, which takes back as much: such targets take the code for AVX2.
#include "kernels/lz_probe.h"

#include <algorithm>

#include "kernels/integers.h"
#include "kernels/lz_match.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lz_probe.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels {
namespace HWY_NAMESPACE {

#if (HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL) && (HWY_TARGETS & HWY_AVX2) != 0

using N_AVX2::ParseDoubleFastTarget;
using N_AVX2::ParseFastTarget;

#else

// What both parsers carry from sequence to sequence.
struct ProbeParse {
  const std::uint8_t* base;
  const std::uint8_t* end;
  std::size_t limit;  // positions below it may be hashed
  LzSequence* next;
  std::size_t anchor;        // behind the last sequence
  std::size_t at;            // where the search goes on
  std::size_t last = 1;      // the offset of the last sequence
  std::size_t previous = 1;  // the one before it that differed

  HWY_INLINE ProbeParse(const std::uint8_t* bytes, std::size_t begin, std::size_t stop,
                        LzSequence* out)
      : base(bytes),
        end(bytes + stop),
        limit(stop - 16),
        next(out),
        anchor(begin),
        at(begin == 0 ? 1 : begin) {}

  // Writes the match of at least 4 bytes at `start`, made as long as it is both ways; the search
  // goes on behind it.
  HWY_INLINE void Take(std::size_t start, std::size_t offset) {
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
  }

  // Two interleaved fields often repeat in turn: tries the other offset at once.
  template <class Insert>
  HWY_INLINE void TakeRepeats(const Insert& insert) {
    while (LoadInteger<std::uint32_t>(base + at) ==
           LoadInteger<std::uint32_t>(base + at - previous)) {
      const std::size_t length = 4 + MatchLength(base + at + 4, base + at + 4 - previous, end);
      *next++ = {0, static_cast<std::uint32_t>(length), static_cast<std::uint32_t>(previous)};
      std::swap(last, previous);
      insert(at);
      at += length;
      anchor = at;
      if (at >= limit) break;
    }
  }
};

template <unsigned kBytes>
HWY_INLINE std::size_t ParseFast(const std::uint8_t* base, std::size_t begin, std::size_t stop,
                                 const LzProbeTables& tables, const LzProbeSearch& search,
                                 LzSequence* out) {
  const TaggedHash<kBytes> table(tables.shorts, tables.short_log, tables.position_log);
  const auto insert = [&](std::size_t position) {
    table.Insert(LoadInteger<std::uint64_t>(base + position), position);
  };
  const unsigned skip_log = search.skip_log;

  if (stop - begin < 32) return 0;
  ProbeParse parse(base, begin, stop, out);
  while (parse.at < parse.limit) {
    const std::size_t at = parse.at;
    const std::size_t last = parse.last;
    const std::uint64_t here = LoadInteger<std::uint64_t>(base + at);
    const std::uint64_t after = LoadInteger<std::uint64_t>(base + at + 1);
    const auto slot0 = table.Find(here, at);
    const auto slot1 = table.Find(after, at + 1);
    const std::uint32_t entry0 = *slot0.entry;
    const std::uint32_t entry1 = *slot1.entry;
    *slot0.entry = slot0.tagged;
    *slot1.entry = slot1.tagged;
    const bool hit0 = table.TagsMatch(entry0, slot0.tagged);
    const bool hit1 = table.TagsMatch(entry1, slot1.tagged);
    const bool repeat =
        LoadInteger<std::uint32_t>(base + at + 1 - last) == static_cast<std::uint32_t>(after);
    const std::size_t step = 2 + ((at - parse.anchor) >> skip_log);
    if (!(hit0 | hit1 | repeat)) {
      parse.at = at + step;
      continue;
    }
    // Of two hits only the first is tried: where it is false, the second rarely is true.
    std::size_t start = at + static_cast<std::size_t>(repeat | !hit0);
    std::size_t offset = start - table.Position(hit0 ? entry0 : entry1);
    offset = repeat ? last : offset;
    if (LoadInteger<std::uint32_t>(base + start) !=
            LoadInteger<std::uint32_t>(base + start - offset) ||
        offset - 1 >= search.farthest) {
      parse.at = at + step;
      continue;
    }
    parse.Take(start, offset);
    if (parse.at >= parse.limit) break;
    // Matches often end where fields do: what begins there is worth three entries.
    insert(at + 2);
    insert(parse.at - 2);
    insert(parse.at - 1);
    insert(parse.at - 3);
    parse.TakeRepeats(insert);
  }
  return static_cast<std::size_t>(parse.next - out);
}

template <unsigned kBytes>
HWY_INLINE std::size_t ParseDoubleFast(const std::uint8_t* base, std::size_t begin,
                                       std::size_t stop, const LzProbeTables& tables,
                                       const LzProbeSearch& search, LzSequence* out) {
  const unsigned skip_log = search.skip_log;
  const TaggedHash<kBytes> shorts(tables.shorts, tables.short_log, tables.position_log);
  const TaggedHash<8> longs(tables.longs, tables.long_log, tables.position_log);
  const auto insert = [&](std::size_t position) {
    const std::uint64_t value = LoadInteger<std::uint64_t>(base + position);
    longs.Insert(value, position);
    shorts.Insert(value, position);
  };

  if (stop - begin < 32) return 0;
  ProbeParse parse(base, begin, stop, out);
  while (parse.at < parse.limit) {
    const std::size_t at = parse.at;
    const std::size_t last = parse.last;
    const std::uint64_t here = LoadInteger<std::uint64_t>(base + at);
    const std::uint64_t after = LoadInteger<std::uint64_t>(base + at + 1);
    const auto long_slot = longs.Find(here, at);
    const auto short_slot = shorts.Find(here, at);
    const std::uint32_t long_entry = *long_slot.entry;
    const std::uint32_t short_entry = *short_slot.entry;
    *long_slot.entry = long_slot.tagged;
    *short_slot.entry = short_slot.tagged;
    const bool hit_long = longs.TagsMatch(long_entry, long_slot.tagged);
    const bool hit_short = shorts.TagsMatch(short_entry, short_slot.tagged);
    const bool repeat =
        LoadInteger<std::uint32_t>(base + at + 1 - last) == static_cast<std::uint32_t>(after);
    const std::size_t step = 1 + ((at - parse.anchor) >> skip_log);
    if (!(hit_long | hit_short | repeat)) {
      parse.at = at + step;
      continue;
    }
    std::size_t start = at + 1;
    std::size_t offset = last;
    if (!repeat) {
      const auto usable = [&](std::size_t position, std::size_t from, std::uint64_t difference) {
        return difference == 0 && position - from - 1 < search.farthest;
      };
      const std::size_t from_long = longs.Position(long_entry);
      const std::size_t from_short = shorts.Position(short_entry);
      start = at;
      if (hit_long && usable(at, from_long, LoadInteger<std::uint64_t>(base + from_long) ^ here)) {
        offset = at - from_long;
      } else if (hit_short && usable(at, from_short,
                                     static_cast<std::uint32_t>(
                                         LoadInteger<std::uint64_t>(base + from_short) ^ here))) {
        offset = at - from_short;
        const auto slot = longs.Find(after, at + 1);
        const std::uint32_t entry = *slot.entry;
        *slot.entry = slot.tagged;
        const std::size_t from = longs.Position(entry);
        if (longs.TagsMatch(entry, slot.tagged) &&
            usable(at + 1, from, LoadInteger<std::uint64_t>(base + from) ^ after)) {
          ++start;
          offset = start - from;
        }
      } else {
        parse.at = at + step;
        continue;
      }
    }
    parse.Take(start, offset);
    if (parse.at >= parse.limit) break;
    insert(at + 2);
    longs.Insert(LoadInteger<std::uint64_t>(base + parse.at - 2), parse.at - 2);
    shorts.Insert(LoadInteger<std::uint64_t>(base + parse.at - 1), parse.at - 1);
    parse.TakeRepeats(insert);
  }
  return static_cast<std::size_t>(parse.next - out);
}

std::size_t ParseFastTarget(const std::uint8_t* base, std::size_t begin, std::size_t end,
                            const LzProbeTables& tables, const LzProbeSearch& search,
                            LzSequence* out) {
  switch (search.hash_bytes) {
    case 4:
      return ParseFast<4>(base, begin, end, tables, search, out);
    case 5:
      return ParseFast<5>(base, begin, end, tables, search, out);
    case 6:
      return ParseFast<6>(base, begin, end, tables, search, out);
    case 7:
      return ParseFast<7>(base, begin, end, tables, search, out);
    default:
      return ParseFast<8>(base, begin, end, tables, search, out);
  }
}

std::size_t ParseDoubleFastTarget(const std::uint8_t* base, std::size_t begin, std::size_t end,
                                  const LzProbeTables& tables, const LzProbeSearch& search,
                                  LzSequence* out) {
  switch (search.hash_bytes) {
    case 4:
      return ParseDoubleFast<4>(base, begin, end, tables, search, out);
    case 6:
      return ParseDoubleFast<6>(base, begin, end, tables, search, out);
    default:
      return ParseDoubleFast<5>(base, begin, end, tables, search, out);
  }
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels {

HWY_EXPORT(ParseFastTarget);
HWY_EXPORT(ParseDoubleFastTarget);

std::size_t ParseFastProbes(const std::uint8_t* base, std::size_t begin, std::size_t end,
                            const LzProbeTables& tables, const LzProbeSearch& search,
                            LzSequence* out) noexcept {
  return HWY_DYNAMIC_DISPATCH(ParseFastTarget)(base, begin, end, tables, search, out);
}

std::size_t ParseDoubleFastProbes(const std::uint8_t* base, std::size_t begin, std::size_t end,
                                  const LzProbeTables& tables, const LzProbeSearch& search,
                                  LzSequence* out) noexcept {
  return HWY_DYNAMIC_DISPATCH(ParseDoubleFastTarget)(base, begin, end, tables, search, out);
}

}  // namespace sigma::kernels
#endif  // HWY_ONCE
