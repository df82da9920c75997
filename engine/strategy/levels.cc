// The values come from CODECS.md §2 and from measurements on the seven Silesia files
// (benchmarks/RESULTS).
//
// The prices of encoding follow the ladder's own slopes: on those files level 4 takes 2.1 % of the
// input less than level 3 for 0.8 ns a byte (27 bytes a microsecond), level 5 another 2.6 % for 10
// ns (3). A transform that gives less for its time is a worse buy than the next level. Level 3 asks
// for less than its slope, since no other level saves what transforms do. Restoring is ten times as
// fast and done more often: its time costs three times as much, and from level 6 on alone.
#include "engine/strategy/levels.h"

#include <algorithm>
#include <array>

namespace sigma {
namespace {

constexpr std::uint32_t kMiB = 1u << 20;

// What a level spends in either mode. The prices of levels 1 and 2, which try nothing, bind no one.
//
// A nested bitmap must save twice what 10 µs of each direction cost up to level 4: 243 would take
// 0.6 % less of s7 at level 3 and 3 % longer, and raw bytes of binary files would be coded at 0.73
// instead of 0.83 of the speed of zstd's Huffman coder. Level 4, whose finder leaves less to gain,
// saves 0.3 % for 3 % of its time at 648. From level 5 on the time is small beside the parse.
struct Spending {
  int level;
  TimePrice price;
  std::uint16_t nesting_price;  // LzParams
  PlanSearch search;
};

constexpr Spending kOne{1, {9, 27}, 648, {}};
constexpr Spending kTwo{2, {9, 27}, 648, {}};
// Chunks of 1 MiB take 2 to 10 ms in all: no sample is coded where estimates tell what they are.
// Operands apart save 6.3 to 8.6 % of code here, and 4.3 to 5.8 % at level 4, whose references find
// more in code as it is.
constexpr Spending kThree{
    3,
    {9, 27},
    648,
    {.evidence = Evidence::kEstimates, .sections = SectionSearch::kQuick, .operands_save = 70}};
// Windows of 16 KiB would take 10 % of the time of text in lines that is no table, for 0.5 % of nci
// and nothing else of the corpus.
constexpr Spending kFour{4,
                         {9, 27},
                         480,
                         {.evidence = Evidence::kSamples,
                          .splits = true,
                          .sections = SectionSearch::kQuick,
                          .compares_texts = true,
                          .far_rows = true,
                          .operands_save = 49}};
constexpr Spending kFive{5,
                         {3, 9},
                         128,
                         {.evidence = Evidence::kSamples,
                          .window = 32u << 10,
                          .small_gains = true,
                          .all_detectors = true,
                          .splits = true,
                          .small_pieces = true,
                          .sections = SectionSearch::kQuick,
                          .whole_search = true,
                          .compares_texts = true,
                          .samples_tables = true,
                          .far_rows = true}};
// Optimal parsers learn their prices as they go: a cut in a small source costs them more than its
// tables (2.5 KB of pic's 39 at level 7), so cuts are checked.
constexpr PlanSearch kSlowSearch{.evidence = Evidence::kSamples,
                                 .window = 64u << 10,
                                 .small_gains = true,
                                 .all_detectors = true,
                                 .splits = true,
                                 .small_pieces = true,
                                 .checks_splits = true,
                                 .sections = SectionSearch::kMeasured,
                                 .whole_search = true,
                                 .compares_texts = true,
                                 .float_fields = true,
                                 .samples_tables = true,
                                 .far_rows = true,
                                 .all_contexts = true};
constexpr Spending kSix{6, {0, 6}, 64, kSlowSearch};
constexpr Spending kSeven{7, {0, 3}, 32, kSlowSearch};

// Decode-first levels pay for restoring what makes it the first aim.
constexpr std::uint16_t kDecodeFirstFactor = 4;

constexpr LevelRow Row(const Spending& spending, std::uint32_t chunk_size, LzParams lz) {
  TimePrice price = spending.price;
  lz.nesting_price = spending.nesting_price;
  if (lz.records == LzRecords::kNarrow || lz.stored_planes) {
    price.decode *= kDecodeFirstFactor;
    lz.nesting_price *= kDecodeFirstFactor;
  }
  return {spending.level, chunk_size, price, CoderParams{lz, 0}, spending.search};
}

constexpr std::array kLevels{
    // The sub-blocks of the records fit the second-level cache with their sequences.
    Row(kOne, kMiB,
        {.parser = LzParser::kSingleProbe,
         .records = LzRecords::kWide,
         .hash_log = 13,
         .min_match = 8,
         .skip_log = 3,
         .block_log = 18}),
    Row(kTwo, kMiB,
        // The parse of level 1: coding the literals is what brings most for its time.
        {.parser = LzParser::kSingleProbe,
         .records = LzRecords::kWideCoded,
         .hash_log = 13,
         .min_match = 8,
         .skip_log = 3,
         .block_log = 20}),
    // 2 MiB would take 1.3 % less of s7, and of files of little more than that 2 %; but twice the
    // memory, a third of the speed of tables, and their buffers would be huge pages that fill up
    // slowly: the peak would grow with the file. Cuts at 128 KiB would make kennedy.xls 5 %
    // smaller, but cost a third of the restoring speed.
    Row(kThree, kMiB, {.skip_log = 7, .block_log = 19}),
    // Sub-blocks of 1 MiB, whose buffers differ more when they are cut, would be allocated anew.
    // 8 MiB would take 0.2 % less of s7 and twice the memory, and halve the chunks that threads can
    // share.
    Row(kFour, 4 * kMiB,
        {.parser = LzParser::kDoubleFast,
         .hash_log = 16,
         .long_hash_log = 17,
         .min_match = 5,
         .skip_log = 7,
         .block_log = 19}),
    // Twenty chunks of s7 keep two threads busy to the end, ten do not; what is lost by halving
    // them (0.5 %), three more attempts regain for 3 % more instructions. 8 and 16 attempts: 20.88
    // and 20.72 %.
    Row(kFive, 4 * kMiB,
        {.parser = LzParser::kLazyRows,
         .hash_log = 17,
         .long_hash_log = 20,
         .min_match = 7,
         .skip_log = 8,
         .attempts = 11,
         .block_log = 19}),
    // Rows of 8 bytes, beside the tables of 3, 4 and 5, are better than rows of 6 or 7, and twice
    // as fast as trees of depth 7, which would take 0.2 points less. One pass on the prices of the
    // step before and a single arrival lose 0.1 % and 0.15 % of s7 and halve the time. Two bits a
    // sequence leave out 7 % of them for 0.03 % of the size. Taking matches of 64 whole makes 8 %
    // more output of nci and 2 % of xml; 128 takes longer than 96 and gains 0.02 points. 8 MiB
    // would take 0.16 points less of s7, but leave two threads ten chunks to share.
    Row(kSix, 4 * kMiB,
        {.parser = LzParser::kOptimal,
         .long_hash_log = 20,
         .attempts = 16,
         .parse_log = 17,
         .row_bytes = {8},
         .nice = 96,
         .passes = 1,
         .arrivals = 1,
         .sequence_price = 512}),
    // Six sets of rows find in a third of the time what binary trees of depth 22 find, but for 0.3
    // % of s7 (osdb 0.5 %, nci 0.7 %), which is what matches of 200 and a rarer second pass took;
    // sets of half as many rows would take 0.02 points more, four sets 0.06 and five 0.05. A third
    // pass gains 0.02 %, a third arrival 0.1 %. Steps of 64 KiB follow a sheet's tables closely
    // enough: kennedy.xls is 15 % smaller than with 256 KiB. The price of literal contexts, which
    // slow restoring, leaves them to where they gain most: at 168, 202, 208 and 224 s7 takes 18.03,
    // 18.13, 18.27 and 18.39 % and restores at 1, 1.04, 1.10 and 1.33 times the speed; from 288 on,
    // sources that need contexts for a good parse (pic and star-records) are 17 % larger. 16 MiB
    // would leave two threads five chunks to share.
    Row(kSeven, 8 * kMiB,
        {.parser = LzParser::kOptimal,
         .long_hash_log = 22,
         .attempts = 16,
         .parse_log = 16,
         .row_sets = 6,
         .row_bytes = {6, 8, 11, 16, 24, 40},
         .nice = 240,
         .passes = 2,
         .arrivals = 2,
         .sequence_price = 384,
         .literal_contexts = 8,
         .literal_price = 202}),
};

// Decode-first: nothing is entropy coded. The window of the records is 64 KiB, so chunks of 1 MiB
// lose little and stay in the second-level cache.
constexpr std::array kDecodeFirst{
    kLevels[0],
    // Halfway between its neighbours on all three axes; matches of 6 would make it a slower
    // level 3.
    Row(kTwo, kMiB,
        {.parser = LzParser::kSingleProbe,
         .records = LzRecords::kNarrow,
         .hash_log = 14,
         .min_match = 7,
         .skip_log = 4,
         .block_log = 18}),
    Row(kThree, kMiB, {.records = LzRecords::kNarrow, .min_match = 6, .block_log = 18}),
    Row(kFour, kMiB,
        {.parser = LzParser::kDoubleFast,
         .records = LzRecords::kNarrow,
         .hash_log = 15,
         .long_hash_log = 16,
         .min_match = 6,
         .skip_log = 8,
         .block_log = 18}),
    Row(kFive, kMiB,
        {.parser = LzParser::kLazyRows,
         .records = LzRecords::kNarrow,
         .hash_log = 14,
         .long_hash_log = 18,
         .min_match = 7,
         .skip_log = 8,
         .attempts = 15,
         .block_log = 18}),
    // The price of a sequence is two and a half bytes of time: two would take 0.6 points less of s7
    // and restore 4 % slower, three 0.6 more. Rows of 7 bytes over 8 MiB find in half the time what
    // a tree of depth 8 finds over 4 MiB, and nearer: restoring waits for the bytes of matches.
    // Sub-blocks of 1 MiB restore 2 to 3 % faster than of 256 KiB.
    Row(kSix, 8 * kMiB,
        {.parser = LzParser::kOptimal,
         .long_hash_log = 21,
         .attempts = 16,
         .block_log = 20,
         .row_bytes = {7},
         .nice = 128,
         .passes = 1,
         .arrivals = 1,
         .sequence_price = 5120,
         .stored_planes = true}),
    Row(kSeven, 8 * kMiB,
        {.parser = LzParser::kOptimal,
         .long_hash_log = 22,
         .attempts = 16,
         .block_log = 18,
         .row_sets = 6,
         .row_bytes = {6, 8, 11, 16, 24, 40},
         .nice = 200,
         .passes = 1,
         .arrivals = 2,
         .sequence_price = 2048,
         .stored_planes = true}),
};

}  // namespace

std::span<const LevelRow> LevelRows() { return kLevels; }

std::span<const LevelRow> DecodeFirstRows() { return kDecodeFirst; }

const LevelRow* FindLevel(int level, bool decode_first) {
  const std::span<const LevelRow> rows = decode_first ? DecodeFirstRows() : LevelRows();
  const auto row = std::find_if(rows.begin(), rows.end(), [level](const LevelRow& candidate) {
    return candidate.level == level;
  });
  return row == rows.end() ? nullptr : &*row;
}

}  // namespace sigma
