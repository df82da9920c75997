// The single-probe, the fast and the double-fast parser.
//
// Single probe: one hash a position, no second thoughts. An 8-byte hash finds only matches that pay
// for a 4-byte record at once, and finding few long ones is what makes both sides fast. Unmatched
// stretches are skipped at a growing step (the acceleration of LZ4, Collet 2011), so data without
// matches costs next to nothing.
//
// Fast: two neighbouring positions and repeats of the last offset one and two bytes ahead are tried
// together and one branch asks whether any of them hit: the loads do not wait for each other, and
// text mispredicts once per sequence instead of once per probe; which of them it is, is selected
// without a branch. Skipping as in LZ4 (Collet 2011); the repeat check one byte ahead is zstd's
// (Collet 2015). Two bytes ahead a repeat goes before a hit from six bytes on: that makes logs and
// tables 3–4 % smaller; from four bytes on it would make records of 13 bytes larger.
//
// Double-fast, after zstd's strategy of that name (Collet 2015): a long match is taken at once;
// after a short one the next position gets a chance to offer a long one. All loads of a position
// are issued before the one branch that asks whether any hit.
//
// Entries after a match are cheap, since nothing waits for them: each one of level 3's takes 1 %
// of its time and saves 0.2 to 0.3 % of s7, where twice the entries of a table save 0.9 % for 6 %.
//
// There is no vector in them: they are here for the shifts and counts of AVX2's machines, which
// make them 3–5 % faster. With more registers than that GCC 12 keeps what does not fit the general
// ones in masks and vectors, which takes back as much: such targets take the code for AVX2.
#include "kernels/lz/probe.h"

#include <algorithm>
#include <type_traits>

#include "kernels/endian.h"
#include "kernels/lz/match.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lz/probe.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::lz {
namespace HWY_NAMESPACE {

// (Where AVX2 is the baseline it is compiled last, and cannot be lent.)
#if (HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL) && (HWY_TARGETS & HWY_AVX2) != 0 && \
    HWY_STATIC_TARGET != HWY_AVX2

using N_AVX2::ParseDoubleFastTarget;
using N_AVX2::ParseFastTarget;
using N_AVX2::ParseSingleTarget;

#else

// Matches of 5 bytes and little more, from farther away, save less than their offsets take: without
// them s7 takes 0.1 % less and the table of short ones may be half as large. At 64 KiB floats would
// take 2 % more.
constexpr std::uint32_t kShortReach = (std::uint32_t{1} << 17) - 1;

// Bytes 1…6 of what is unlike one byte ahead: a repeat of six bytes two bytes ahead.
constexpr std::uint64_t kSixBytes = 0x00FFFFFFFFFFFF00;

// Offsets up to this one come from entries with the right tag and may be used.
HWY_INLINE std::uint32_t Reach(const ProbeTables& tables, const ProbeSearch& search) {
  const std::size_t reach = (std::size_t{1} << tables.position_log) - 1;
  return static_cast<std::uint32_t>(std::min(reach, search.farthest));
}

// Both parsers carry this from sequence to sequence.
struct ProbeParse {
  const std::uint8_t* base;
  const std::uint8_t* end;
  std::size_t limit;  // positions below it may be hashed
  Sequence* next;
  std::size_t anchor;        // after the last sequence
  std::size_t at;            // where the search goes on
  std::size_t last = 1;      // the offset of the last sequence
  std::size_t previous = 1;  // the one before it that differed

  HWY_INLINE ProbeParse(const std::uint8_t* bytes, std::size_t begin, std::size_t stop,
                        Sequence* out)
      : base(bytes),
        end(bytes + stop),
        limit(stop - 16),
        next(out),
        anchor(begin),
        at(begin == 0 ? 1 : begin) {}

  // Writes the match of at least 4 bytes at `start`, made as long as it is both ways; the search
  // goes on after it.
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

// Positions modulo 2^16 leave 16 bits of tag: the window is 64 KiB.
constexpr unsigned kSinglePositionLog = 16;

template <unsigned kBytes>
HWY_INLINE std::size_t ParseSingle(const std::uint8_t* base, std::size_t begin, std::size_t stop,
                                   const ProbeTables& tables, const ProbeSearch& search,
                                   Sequence* out) {
  using Verified = std::conditional_t<kBytes == 8, std::uint64_t, std::uint32_t>;
  constexpr std::size_t kVerified = sizeof(Verified);
  constexpr std::size_t kPositions = (std::size_t{1} << kSinglePositionLog) - 1;
  const std::uint8_t* const end = base + stop;
  const TaggedHash<kBytes> table(tables.shorts, tables.short_log, kSinglePositionLog);
  const unsigned skip_log = search.skip_log;
  const std::size_t nearest = search.nearest;

  if (stop - begin < 32) return 0;
  const std::size_t limit = stop - 16;  // last position probed, exclusive: 8 bytes are read
  Sequence* next = out;
  std::size_t anchor = begin;
  std::size_t at = begin;
  std::size_t probes = std::size_t{1} << skip_log;
  while (at < limit) {
    const std::uint64_t here = LoadInteger<std::uint64_t>(base + at);
    const auto slot = table.Find(here, at & kPositions);
    const std::uint32_t entry = *slot.entry;
    *slot.entry = slot.tagged;
    const std::size_t step = probes++ >> skip_log;
    if (!table.TagsMatch(entry, slot.tagged)) {
      at += step;
      continue;
    }
    const std::size_t offset = (at - entry) & kPositions;
    if (offset < nearest) {
      // Too near to be used: it stays until it is far enough. Runs need it.
      *slot.entry = entry;
      at += step;
      continue;
    }
    const std::size_t from = at - offset;
    if (static_cast<Verified>(LoadInteger<std::uint64_t>(base + from) ^ here) != 0) {
      at += step;
      continue;
    }
    const std::size_t back = BackwardLength(base, at, from, anchor);
    const std::size_t length =
        kVerified + MatchLength(base + at + kVerified, base + from + kVerified, end) + back;
    const std::size_t start = at - back;
    *next++ = {static_cast<std::uint32_t>(start - anchor), static_cast<std::uint32_t>(length),
               static_cast<std::uint32_t>(offset)};
    at = start + length;
    anchor = at;
    probes = std::size_t{1} << skip_log;
    if (at < limit) {
      table.Insert(LoadInteger<std::uint64_t>(base + at - 3), (at - 3) & kPositions);
    }
  }
  return static_cast<std::size_t>(next - out);
}

template <unsigned kBytes>
HWY_INLINE std::size_t ParseFast(const std::uint8_t* base, std::size_t begin, std::size_t stop,
                                 const ProbeTables& tables, const ProbeSearch& search,
                                 Sequence* out) {
  const TaggedHash<kBytes> table(tables.shorts, tables.short_log, tables.position_log);
  const auto insert = [&](std::size_t position) {
    table.Insert(LoadInteger<std::uint64_t>(base + position), position);
  };
  const unsigned skip_log = search.skip_log;
  const std::uint32_t reach = Reach(tables, search);

  if (stop - begin < 32) return 0;
  ProbeParse parse(base, begin, stop, out);
  while (parse.at < parse.limit) {
    const std::size_t at = parse.at;
    const std::size_t last = parse.last;
    const std::uint64_t here = LoadInteger<std::uint64_t>(base + at);
    const std::uint64_t after = LoadInteger<std::uint64_t>(base + at + 1);
    const std::uint32_t offset0 = table.Exchange(here, at);
    const std::uint32_t offset1 = table.Exchange(after, at + 1);
    const bool hit = std::min(offset0, offset1) <= reach;
    const std::uint64_t unlike = LoadInteger<std::uint64_t>(base + at + 1 - last) ^ after;
    const bool repeat1 = static_cast<std::uint32_t>(unlike) == 0;
    const bool repeat2 = static_cast<std::uint32_t>(unlike >> 8) == 0;
    const std::size_t step = 2 + ((at - parse.anchor) >> skip_log);
    if (!(hit | repeat1 | repeat2)) {
      parse.at = at + step;
      continue;
    }
    const bool repeat = repeat1 | (repeat2 & !hit) | ((unlike & kSixBytes) == 0);
    // Of two hits only the first is tried: where it is false, the second rarely is true.
    const bool first = offset0 <= reach;
    const std::size_t start = at + (repeat ? 2 - std::size_t{repeat1} : std::size_t{!first});
    std::size_t offset = first ? offset0 : offset1;
    offset = repeat ? last : offset;
    if (LoadInteger<std::uint32_t>(base + start) !=
        LoadInteger<std::uint32_t>(base + start - offset)) {
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
                                       std::size_t stop, const ProbeTables& tables,
                                       const ProbeSearch& search, Sequence* out) {
  const unsigned skip_log = search.skip_log;
  const TaggedHash<kBytes> shorts(tables.shorts, tables.short_log, tables.position_log);
  const TaggedHash<8> longs(tables.longs, tables.long_log, tables.position_log);
  const std::uint32_t reach = Reach(tables, search);
  const std::uint32_t short_reach = std::min(reach, kShortReach);
  const auto insert_long = [&](std::size_t position) {
    longs.Insert(LoadInteger<std::uint64_t>(base + position), position);
  };
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
    const std::uint32_t long_offset = longs.Exchange(here, at);
    const std::uint32_t short_offset = shorts.Exchange(here, at);
    const bool hit_long = long_offset <= reach;
    const bool hit_short = short_offset <= short_reach;
    const std::uint64_t unlike = LoadInteger<std::uint64_t>(base + at + 1 - last) ^ after;
    const bool repeat1 = static_cast<std::uint32_t>(unlike) == 0;
    const bool repeat2 = (unlike & kSixBytes) == 0;
    const std::size_t step = 1 + ((at - parse.anchor) >> skip_log);
    if (!(hit_long | hit_short | repeat1 | repeat2)) {
      parse.at = at + step;
      continue;
    }
    std::size_t start = at + 1;
    std::size_t offset = last;
    if (!repeat1) {
      start = at;
      if (hit_long && LoadInteger<std::uint64_t>(base + at - long_offset) == here) {
        offset = long_offset;
      } else if (repeat2) {
        start = at + 2;
      } else if (hit_short && LoadInteger<std::uint32_t>(base + at - short_offset) ==
                                  static_cast<std::uint32_t>(here)) {
        offset = short_offset;
        const std::uint32_t after_offset = longs.Exchange(after, at + 1);
        if (after_offset <= reach &&
            LoadInteger<std::uint64_t>(base + at + 1 - after_offset) == after) {
          ++start;
          offset = after_offset;
        }
      } else {
        parse.at = at + step;
        continue;
      }
    }
    parse.Take(start, offset);
    if (parse.at >= parse.limit) break;
    insert(at + 2);
    insert_long(at + 1);
    insert_long(parse.at - 2);
    insert(parse.at - 1);
    parse.TakeRepeats(insert);
  }
  return static_cast<std::size_t>(parse.next - out);
}

std::size_t ParseSingleTarget(const std::uint8_t* base, std::size_t begin, std::size_t end,
                              const ProbeTables& tables, const ProbeSearch& search, Sequence* out) {
  switch (search.hash_bytes) {
    case 5:
      return ParseSingle<5>(base, begin, end, tables, search, out);
    case 6:
      return ParseSingle<6>(base, begin, end, tables, search, out);
    case 7:
      return ParseSingle<7>(base, begin, end, tables, search, out);
    default:
      return ParseSingle<8>(base, begin, end, tables, search, out);
  }
}

std::size_t ParseFastTarget(const std::uint8_t* base, std::size_t begin, std::size_t end,
                            const ProbeTables& tables, const ProbeSearch& search, Sequence* out) {
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
                                  const ProbeTables& tables, const ProbeSearch& search,
                                  Sequence* out) {
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
}  // namespace sigma::kernels::lz
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sigma::kernels::lz {

HWY_EXPORT(ParseSingleTarget);
HWY_EXPORT(ParseFastTarget);
HWY_EXPORT(ParseDoubleFastTarget);

std::size_t ParseSingleProbes(const std::uint8_t* base, std::size_t begin, std::size_t end,
                              const ProbeTables& tables, const ProbeSearch& search,
                              Sequence* out) noexcept {
  return HWY_DYNAMIC_DISPATCH(ParseSingleTarget)(base, begin, end, tables, search, out);
}

std::size_t ParseFastProbes(const std::uint8_t* base, std::size_t begin, std::size_t end,
                            const ProbeTables& tables, const ProbeSearch& search,
                            Sequence* out) noexcept {
  return HWY_DYNAMIC_DISPATCH(ParseFastTarget)(base, begin, end, tables, search, out);
}

std::size_t ParseDoubleFastProbes(const std::uint8_t* base, std::size_t begin, std::size_t end,
                                  const ProbeTables& tables, const ProbeSearch& search,
                                  Sequence* out) noexcept {
  return HWY_DYNAMIC_DISPATCH(ParseDoubleFastTarget)(base, begin, end, tables, search, out);
}

}  // namespace sigma::kernels::lz
#endif  // HWY_ONCE
