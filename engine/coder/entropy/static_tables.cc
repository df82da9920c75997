// The built-in tables, as FORMAT.md gives them: one hexadecimal digit a symbol, 0 = absent.
//
// They come from the planes of 28,562 short streams: 1,336 files or fronts of files of 1–48 KB from
// an installed Debian system (manual pages, headers, source in ten languages, documents, web
// pages, objects), coded at levels 3, 5 and 7. The streams were clustered into sixteen groups by
// the bytes that the best code of the group takes for them (k-means with code lengths for
// centres). Tables 0–3 came out for tokens, 4–8 for escapes and small offsets, 9–11 for high bytes
// of offsets, 12–15 for literals; any stream may use any. On those streams they save 3.6 % against
// tables of their own.
#include "engine/coder/entropy/static_tables.h"

#include <array>
#include <string_view>
#include <utility>

namespace sigma::entropy {
namespace {

constexpr std::array<std::string_view, kStaticTables> kDigits{
    "0000000000000000088889998aaaaba600a9bbbbbbbbbbb90888999aabaabbb7"
    "089a56677778888500007899aaaabbb80000899aaaaabbb80000455666777884"
    "00005566677788850000788999aaabb800008899aababbb80000455666778885"
    "0000000000000000000000000000000000000000000000000000000000000000",
    "000000000000000088999aaababbbbb8ababbbbbbbb0bbb98999aabbbbbbbbb8"
    "45666677878899865677788999aaaaa7677888999aabbbb84456667778888996"
    "9566777788999986a77888899aaabba8b788999aaababab9b566777899999aa7"
    "0000000000000000000000000000000000000000000000000000000000000000",
    "000000000000000099aaaabbbbbbbbb8bbbbbbbbbbbbbbba9aabbbbbbbbbbbb9"
    "55656676778788756778888999a9aaa777888999aaaaaaa85566777888899996"
    "8555657677878875967778889999aaa7a778889999aaaaa8a666777888999997"
    "0000000000000000000000000000000000000000000000000000000000000000",
    "000000000000000066777888799889858997abbaabb9bbb7788999999ababbb7"
    "55667677878888746678788989a98a9667888999aaa8aaa64566777788989985"
    "87778888989999859899899a9aaa9ba7a899aaaaabb9bba8977888899a9aaaa6"
    "0000000000000000000000000000000000000000000000000000000000000000",
    "3333444555566666777778888888999999a9aaaaaaaaaaaabaaabbbbbbbbbbbb"
    "bbbbbbbbbbb00000bb0000000000000000b00000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000000000000000000b",
    "3444445555556656666666777777777788888888888889899999999a99a9aaaa"
    "aaaabbbababbaabbbbabbbbbbbbbbbbbbbbbbbbbbbb0bbbbbbbbbbbbbbbbb00b"
    "000b000b000bbbbb00b000000000000000000000b00000000000000000000000"
    "00000000000000000000000000000000000000b0000000000000000000000009",
    "5678988887877777777777777777777777777777777777777777778777878878"
    "8788787877888888888888888888888888888888888888989888888888889889"
    "8899989899999999999999999999999999999999999999999999999999999999"
    "999999999999999999999999999999999999999999999a999999999999a99999",
    "4444445555566666666667777777777787888788888888888888888998998999"
    "9999999999999aaaaaaaaaaaaaaaaaaaaaaaaabbbaaabbbbb9bbbbbbbbbbbbbb"
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb0bbbbbbb0bb"
    "bbbbbb0bbb00bb0000000000bb0000b000b00000000000000000000000b00008",
    "7888888888888888888888888888888888888888888888888888888888888888"
    "8888888888888888888888888888888888888888888888888888888888888888"
    "8888888888888888888888888888888888888888888888888888888888888888"
    "8888888888888988888888888888888888888888888888888889888888888888",
    "92233445566778899abb00000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000",
    "9334445555556666666676677777777777777888888888988898999999999aaa"
    "aaaaaaaabbbbbabbbbbbbbbbbbbbbbbbbbb0bbb0bb0000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000000000000000000b",
    "a234444455555666667777778888999aaababbbbbbb0bb000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000",
    "000000000860000000000000000000003a699aa877897767667788888878877b"
    "a897888998bb88888b8778a9aab999b7a565546665985655695546777799a8b0"
    "00000000000000000000000000000000b0000000bb0b0000000000b000000000"
    "00bb000000000000000000000000000000000000000000000000000000000000",
    "35666777677878877888889989999999698979998899987888899999899a9999"
    "8788888878aa88898a88889a9a7a99b696866677869867667a665789888b89b9"
    "89a889aa97b898bb8abbabba9bbbabbb9bbbab9a9bb9abbb9bbbabbb9baaabab"
    "8aa9aaaa9abbbbbb89ab9bba9b8bbaba9aaaaabb89baabaa8abaaaaa9aaaaa96",
    "000000000950b00000000000000000003b89abb9889b7768989aaaabaa79a99b"
    "b8989899a8bb89898b8889aabbb9b9b87465546664a856546a54467787aaaab0"
    "b000000000000000000000000b000000000000000b0000000000000000000000"
    "00b0000000000000000000000000000000b00000000000000000000000000000",
    "000000000950000000000000000000003b79abb8779a7767888999abaa78989b"
    "b687768886ba77777b66679999ba79b69576646665a856556a55467787a9b9b0"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000",
};

constexpr std::uint8_t Digit(char c) {
  return static_cast<std::uint8_t>(c >= 'a' ? c - 'a' + 10 : c - '0');
}

constexpr std::array<CodeLengths, kStaticTables> MakeTables() {
  std::array<CodeLengths, kStaticTables> tables{};
  for (std::size_t t = 0; t < kStaticTables; ++t) {
    for (std::size_t s = 0; s < 256; ++s) tables[t][s] = Digit(kDigits[t][s]);
  }
  return tables;
}

constexpr std::array<CodeLengths, kStaticTables> kTables = MakeTables();

constexpr auto kSorted = []<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
  return std::array{SortedCode(kTables[kIndex])...};
}
(std::make_index_sequence<kStaticTables>());

constexpr auto kCodes = [] {
  std::array<Codes, kStaticTables> codes{};
  for (std::size_t t = 0; t < kStaticTables; ++t) codes[t] = MakeCodes(kSorted[t]);
  return codes;
}();

// All tables' lengths of a symbol side by side, and a bit for each table that lacks it.
struct Row {
  std::array<std::uint16_t, kStaticTables> lengths{};
  std::uint16_t absent = 0;
};
static_assert(kStaticTables <= 16);
static_assert(kMostPacked * kMaxCodeLength < std::size_t{1} << 16, "sums of 16 bits");

constexpr auto kRows = [] {
  std::array<Row, 256> rows{};
  for (std::size_t s = 0; s < 256; ++s) {
    for (std::size_t t = 0; t < kStaticTables; ++t) {
      rows[s].lengths[t] = kTables[t][s];
      if (kTables[t][s] == 0) rows[s].absent = static_cast<std::uint16_t>(rows[s].absent | 1U << t);
    }
  }
  return rows;
}();

}  // namespace

const CodeLengths& StaticTable(std::size_t index) noexcept { return kTables[index]; }

const SortedCode& StaticCode(std::size_t index) noexcept { return kSorted[index]; }

const Codes& StaticCodes(std::size_t index) noexcept { return kCodes[index]; }

StaticChoice ChooseStatic(std::span<const std::uint32_t, 256> counts,
                          const Alphabet& present) noexcept {
  std::array<std::uint16_t, kStaticTables> bits{};
  unsigned absent = 0;
  for (const std::uint8_t symbol : present.symbols()) {
    const Row& row = kRows[symbol];
    absent |= row.absent;
    const auto count = static_cast<std::uint16_t>(counts[symbol]);
    for (std::size_t t = 0; t < kStaticTables; ++t) {
      bits[t] = static_cast<std::uint16_t>(bits[t] + count * row.lengths[t]);
    }
  }
  StaticChoice best;
  for (std::size_t t = 0; t < kStaticTables; ++t) {
    if ((absent >> t & 1) == 0 && bits[t] < best.bits) best = {t, bits[t]};
  }
  return best;
}

}  // namespace sigma::entropy
