// The single-probe parser: one hash a position, no second thoughts (level 1).
//
// An 8-byte hash finds only matches that pay for a 4-byte record at once, and finding few long
// ones is what makes both sides fast. Unmatched stretches are skipped at a growing step (the
// acceleration of LZ4, Collet 2011), so data without matches costs next to nothing.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "engine/coder/lz/parsers/match.h"
#include "engine/coder/lz/parsers/parser.h"

namespace sigma::lz {

namespace {

template <unsigned kBytes>
std::size_t Parse(const Range& range, const Params& params, const Tables& tables, Sequence* out) {
  const std::uint8_t* const base = range.source.data();
  const std::uint8_t* const end = base + range.end;
  // The window is 64 KiB: positions modulo 2^16 leave 16 bits of tag.
  using Verified = std::conditional_t<kBytes == 8, std::uint64_t, std::uint32_t>;
  constexpr std::size_t kVerified = sizeof(Verified);
  const TaggedHash<kBytes> table(tables.short_hash.data(), params.hash_log, 16);
  const unsigned skip_log = params.skip_log;
  const std::size_t nearest = IsWide(params.form) ? kWideMinOffset : 1;

  if (range.end - range.begin < 32) return 0;
  const std::size_t limit = range.end - 16;  // last position probed, exclusive: 8 bytes are read
  Sequence* next = out;
  std::size_t anchor = range.begin;
  std::size_t at = range.begin;
  std::size_t probes = std::size_t{1} << skip_log;
  while (at < limit) {
    const std::uint64_t here = LoadLE<std::uint64_t>(base + at);
    const auto slot = table.Find(here, at & 0xFFFF);
    const std::uint32_t entry = *slot.entry;
    *slot.entry = slot.tagged;
    const std::size_t step = probes++ >> skip_log;
    if (!table.TagsMatch(entry, slot.tagged)) {
      at += step;
      continue;
    }
    const std::size_t offset = (at - entry) & 0xFFFF;
    if (offset < nearest) {
      // Too near to be used: it stays until it is far enough. Runs need it.
      *slot.entry = entry;
      at += step;
      continue;
    }
    const std::size_t from = at - offset;
    if (static_cast<Verified>(LoadLE<std::uint64_t>(base + from) ^ here) != 0) {
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
    if (at < limit) table.Insert(LoadLE<std::uint64_t>(base + at - 3), (at - 3) & 0xFFFF);
  }
  return static_cast<std::size_t>(next - out);
}

}  // namespace

std::size_t ParseSingleProbe(const Range& range, const Params& params, const Tables& tables,
                             Sequence* out) {
  switch (params.min_match) {
    case 4:
    case 5:
      return Parse<5>(range, params, tables, out);
    case 6:
      return Parse<6>(range, params, tables, out);
    case 7:
      return Parse<7>(range, params, tables, out);
    default:
      return Parse<8>(range, params, tables, out);
  }
}

}  // namespace sigma::lz
