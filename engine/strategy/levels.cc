// The values come from measurements on the seven Silesia files ("s7", together 81.9 MB), one core.
//
// The prices of encoding follow the ladder's own slopes: on those files level 4 takes 2.1 % of the
// input less than level 3 for 0.8 ns a byte (27 bytes a microsecond), level 5 another 2.6 % for 10
// ns (3). A transform that gives less for its time is a worse buy than the next level. Level 3 asks
// for less than its slope, since no other level saves what transforms do. Restoring is ten times as
// fast and done more often: its time costs three times as much, and from level 6 on alone.
#include "engine/strategy/levels.h"

#include <algorithm>
#include <array>
#include <optional>

namespace sigma {
namespace {

constexpr std::uint32_t kMiB = 1u << 20;

// A level's spending in either mode. The prices of levels 1 and 2, which try nothing, bind no one.
//
// A nested bitmap must save twice what 10 µs of each direction cost up to level 4: 243 would take
// 0.6 % less of s7 at level 3 and 3 % longer, and raw bytes of binary files would be coded at 0.73
// instead of 0.83 of the speed of zstd's Huffman coder. Level 4, whose finder leaves less to gain,
// saves 0.3 % for 3 % of its time at 648. From level 5 on the time is small beside the parse.
struct Spending {
  int level;
  TimePrice price;
  std::uint16_t nesting_price;  // lz::Params
  PlanSearch search;
  bool sorts = false;  // CoderParams; not where restoring comes first
};

constexpr Spending kOne{1, {9, 27}, 648, {}};
constexpr Spending kTwo{2, {9, 27}, 648, {}};
// Estimates without samples would be wrong by half on fonts, WebAssembly and scans. Operands apart
// save 4.3 to 5.8 % of code beyond absolute targets, for a third of the restoring speed.
constexpr Spending kThree{3,
                          {9, 27},
                          480,
                          {.evidence = Evidence::kSamples,
                           .sections = SectionSearch::kQuick,
                           .compares_texts = true,
                           .far_rows = true,
                           .operands_save = 49}};
// With windows of 4 KiB samples would lease so much less than chunks that each chunk of 64 KiB would
// allocate.
constexpr Spending kFour{4,
                         {9, 27},
                         256,
                         {.evidence = Evidence::kSamples,
                          .window = 16u << 10,
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
                                 .codes_rivals = true,
                                 .sections = SectionSearch::kMeasured,
                                 .whole_search = true,
                                 .compares_texts = true,
                                 .float_fields = true,
                                 .samples_tables = true,
                                 .far_rows = true,
                                 .all_contexts = true};
constexpr Spending kSix{6, {0, 6}, 64, kSlowSearch};
constexpr Spending kSeven{7, {0, 3}, 32, kSlowSearch};
// What is sorted restores at 30 MB/s: beside that no transform is slow.
constexpr Spending kEight{8, {0, 1}, 32, kSlowSearch, true};

constexpr LevelRow Row(const Spending& spending, std::uint32_t chunk_size, lz::Params lz,
                       std::optional<lz::Params> samples = std::nullopt) {
  lz.nesting_price = spending.nesting_price;
  if (samples) samples->nesting_price = spending.nesting_price;
  return {spending.level,  chunk_size, spending.price, CoderParams{lz, spending.sorts},
          spending.search, samples};
}

// One look for a better match at the next position, none after 32 bytes: a second look takes 1 %
// less of prose and a quarter more time. An eighth of level 5's rows: twice as many take 1 % less
// and 15 % longer.
//
// It codes the samples of the levels above as well. By their own parsers those took half to four
// fifths of the time on tables, numbers, programs and sound; by this one 69 files take 0.57 of the
// time at levels 6 and 7 for 0.03 % more. By level 3's parser they would take 0.9 of that, but fonts
// and icons 9 % more: it finds too little of what references find.
constexpr lz::Params kOneWait{.parser = lz::Parser::kLazyRows,
                              .hash_log = 17,
                              .long_hash_log = 18,
                              .min_match = 7,
                              .skip_log = 8,
                              .attempts = 4,
                              .block_log = 19,
                              .waits = 1,
                              .nice = 32};

// The price of restoring where that is the first aim: transforms that restore at less than the speed of
// references must save a tenth of the source and more.
constexpr std::uint32_t kDecodeFirstPrice = 200;
constexpr std::uint16_t kDecodeFirstNesting = 4;  // times the level's

// Level 7's parse at a price for the time of sequences and contexts. At 168, 202, 208 and 224 s7
// took 18.03, 18.13, 18.27 and 18.39 % and restored at 1, 1.04, 1.10 and 1.33 times the speed; from
// 288 on, sources that need contexts for a good parse (pic and star-records) are 17 % larger.
constexpr lz::Params RestoredSoon(lz::Params lz) {
  lz.sequence_price = 384;
  lz.literal_price = 202;
  return lz;
}

constexpr LevelRow DecodeFirst(const Spending& spending, std::uint32_t chunk_size,
                               const lz::Params& lz,
                               std::optional<lz::Params> samples = std::nullopt) {
  LevelRow row = Row(spending, chunk_size, lz, samples);
  row.price.decode = kDecodeFirstPrice;
  row.coder.lz.nesting_price *= kDecodeFirstNesting;
  if (samples) row.sample_lz->nesting_price = row.coder.lz.nesting_price;
  row.coder.sorts = false;
  return row;
}

// Of level 7, and of what level 8 does not sort.
constexpr lz::Params kSlowestReferences{.parser = lz::Parser::kOptimal,
                                        .long_hash_log = 22,
                                        .attempts = 16,
                                        .parse_log = 16,
                                        .row_sets = 6,
                                        .row_bytes = {6, 8, 11, 16, 24, 40},
                                        .nice = 240,
                                        .passes = 2,
                                        .arrivals = 2,
                                        .literal_contexts = 8};

// The place of each level: 1 below lz4 -1 in size, 2 at zstd -1, 3 at zstd -3, 4 at -6, 5 at -9, 6
// at -15, 7 at -19, 8 at bsc and bzip3.
constexpr std::array kLevels{
    // Coding the literals is what brings most for its time.
    Row(kOne, kMiB,
        {.parser = lz::Parser::kSingleProbe,
         .form = lz::Form::kWideCoded,
         .hash_log = 13,
         .min_match = 8,
         .skip_log = 3,
         .block_log = 20}),
    // 2 MiB would take 1.3 % less of s7, and of files of little more than that 2 %; but twice the
    // memory, and the buffers would be huge pages that fill up slowly: the peak would grow with the
    // file. Cuts at 128 KiB would make kennedy.xls 5 % smaller, but cost a third of the restoring
    // speed.
    Row(kTwo, kMiB, {.skip_log = 7, .block_log = 19}),
    // With two threads the default stays below 48 MiB in all. Chunks of 4 MiB would take 1.4 % less
    // of 55 files (firmware 15, icons 13, HTML 7, fonts 5), but up to 89 MB. Half as many long
    // positions would take 2 % more of prose and no less time.
    Row(kThree, 2 * kMiB,
        {.parser = lz::Parser::kDoubleFast,
         .hash_log = 16,
         .long_hash_log = 18,
         .min_match = 5,
         .skip_log = 7,
         .block_log = 19}),
    Row(kFour, 4 * kMiB, kOneWait),
    // Twenty chunks of s7 keep two threads busy to the end, ten do not. Chunks of 8 MiB would take 1
    // % less of prose and sources, but of files whose parts differ up to half as much again, where a
    // cut between them is not found. Half as many rows would take 1 % more of prose, 11 attempts 0.2
    // to 0.7 % more.
    Row(kFive, 4 * kMiB,
        {.parser = lz::Parser::kLazyRows,
         .hash_log = 17,
         .long_hash_log = 21,
         .min_match = 7,
         .skip_log = 8,
         .attempts = 16,
         .block_log = 19,
         .nice = 96},
        kOneWait),
    // Rows of 8 bytes, beside the tables of 3, 4 and 5, are better than rows of 6 or 7, and twice
    // as fast as trees of depth 7, which would take 0.2 points less. One pass on the prices of the
    // step before and a single arrival lose 0.1 % and 0.15 % of s7 and halve the time. Two bits a
    // sequence leave out 7 % of them for 0.03 % of the size. Taking matches of 64 whole makes 8 %
    // more output of nci and 2 % of xml; 128 takes longer than 96 and gains 0.02 points. Chunks of
    // 8 MiB would take 0.8 % less of all the corpora, but 2 to 4 % more of files whose parts differ
    // (a Unicode table, NetCDF, ARM64 code), where a cut between them is not found.
    Row(kSix, 4 * kMiB,
        {.parser = lz::Parser::kOptimal,
         .long_hash_log = 20,
         .attempts = 16,
         .parse_log = 17,
         .row_bytes = {8},
         .nice = 96,
         .passes = 1,
         .arrivals = 1,
         .sequence_price = 512},
        kOneWait),
    // Six sets of rows find in a third of the time what binary trees of depth 22 find, but for 0.3
    // % of s7 (osdb 0.5 %, nci 0.7 %), which is what matches of 200 and a rarer second pass took;
    // sets of half as many rows would take 0.02 points more, four sets 0.06 and five 0.05. A third
    // pass gains 0.02 %, a third arrival 0.1 %. Steps of 64 KiB follow a sheet's tables closely
    // enough: kennedy.xls is 15 % smaller than with 256 KiB. Contexts for literals and short
    // sequences cost restoring time, which has no price here: for 0.2 to 2.7 % of the size (12
    // files: 1.4) it runs at 0.55 to 0.9 of the speed, mostly faster than zstd -19 still. Chunks
    // of 8 MiB would take 0.1 % (mr) to 12 % (nci) more of files larger than that, dickens 1.8 and
    // WebAssembly 5.7 %, in as much time; but two threads have only five chunks of s7 to share.
    Row(kSeven, 16 * kMiB, kSlowestReferences, kOneWait),
    // What repeats is sorted, or coded adaptively or by references as at level 7 where that may be
    // smaller. All want large chunks: versions of a source that lie 8 MiB apart take half with 24 MiB
    // of what they take with 16.
    Row(kEight, 24 * kMiB, kSlowestReferences, kOneWait),
};

// Decode-first. Up to level 4 nothing is entropy coded; from 5 on what is left out are transforms
// that restore slowly. The window of the records is 64 KiB, so chunks of 1 MiB lose little and stay
// in the second-level cache.
constexpr std::array kDecodeFirst{
    // The sub-blocks of the records fit the second-level cache with their sequences.
    DecodeFirst(kOne, kMiB,
                {.parser = lz::Parser::kSingleProbe,
                 .form = lz::Form::kWide,
                 .hash_log = 13,
                 .min_match = 8,
                 .skip_log = 3,
                 .block_log = 18}),
    DecodeFirst(kTwo, kMiB, {.form = lz::Form::kNarrow, .min_match = 6, .block_log = 18}),
    // Planes as they are take 4 points less of s7 than records of the same parse, restore as fast,
    // and reach further.
    DecodeFirst(kThree, 4 * kMiB,
                {.parser = lz::Parser::kLazyRows,
                 .hash_log = 17,
                 .long_hash_log = 20,
                 .min_match = 7,
                 .skip_log = 8,
                 .attempts = 16,
                 .nice = 96,
                 .sequence_price = 5120,
                 .stored_planes = true}),
    // Without a price of sequences: 2 points less of s7, restored at 0.78 of the speed.
    DecodeFirst(kFour, 4 * kMiB,
                {.parser = lz::Parser::kLazyRows,
                 .hash_log = 17,
                 .long_hash_log = 20,
                 .min_match = 7,
                 .skip_log = 8,
                 .attempts = 16,
                 .nice = 96,
                 .stored_planes = true}),
    DecodeFirst(kFive, 4 * kMiB, kLevels[4].coder.lz, kOneWait),
    DecodeFirst(kSix, 4 * kMiB, kLevels[5].coder.lz, kOneWait),
    DecodeFirst(kSeven, 16 * kMiB, RestoredSoon(kLevels[6].coder.lz), kOneWait),
    DecodeFirst(kEight, 16 * kMiB, RestoredSoon(kLevels[7].coder.lz), kOneWait),
};

}  // namespace

std::span<const LevelRow> LevelRows() { return kLevels; }

std::span<const LevelRow> DecodeFirstRows() { return kDecodeFirst; }

bool MaySort(unsigned hint) {
  const auto level = static_cast<int>(hint);
  return level == 0 || level > kLevels.back().level || kLevels[hint - 1].coder.sorts;
}

const LevelRow* FindLevel(int level, bool decode_first) {
  const std::span<const LevelRow> rows = decode_first ? DecodeFirstRows() : LevelRows();
  const auto row = std::find_if(rows.begin(), rows.end(), [level](const LevelRow& candidate) {
    return candidate.level == level;
  });
  return row == rows.end() ? nullptr : &*row;
}

}  // namespace sigma
