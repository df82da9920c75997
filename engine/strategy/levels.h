// The ladder: one row a level. Each level is meant to be smaller than the same level of the common
// tools at its speed; README.md names them, benchmarks/peers/ measures it.
#ifndef SIGMA_STRATEGY_LEVELS_H_
#define SIGMA_STRATEGY_LEVELS_H_

#include <cstdint>
#include <optional>
#include <span>

#include "engine/coder/coder.h"

namespace sigma {

inline constexpr std::uint32_t kMinChunkSize = 64u << 10;
inline constexpr std::uint32_t kMaxChunkSize = 64u << 20;
inline constexpr std::uint32_t kChunkSizeUnit = 4u << 10;

// The price of time, in compressed bytes a microsecond: a plan that takes longer must save more
// than that.
struct TimePrice {
  std::uint32_t encode = 0;
  std::uint32_t decode = 0;
};

// The evidence that plans are chosen by, from little to much.
enum class Evidence : std::uint8_t {
  kCounts,   // symbol counts: a transform must lead clearly
  kSamples,  // samples of the chunk, coded both ways
};

// The effort spent on the sections of a transform.
enum class SectionSearch : std::uint8_t {
  kOneCoder,  // their symbols are counted
  kQuick,     // judged by what is cheap to see; small ones are not measured
  kMeasured,  // looked at like a chunk of their size
};

// The effort a level spends on choosing plans. The defaults are those of the fastest levels.
struct PlanSearch {
  Evidence evidence = Evidence::kCounts;
  std::uint32_t window = 4u << 10;  // bytes of each window of a trial's sample
  // Transforms that save less than 1 % are taken, too.
  bool small_gains = false;
  // Detectors are asked to the last, even where code or rows of samples have settled the choice.
  bool all_detectors = false;
  // A chunk is cut where its character changes; into small pieces, too; and is coded both ways
  // before that, if it is small.
  bool splits = false;
  bool small_pieces = false;
  bool checks_splits = false;
  // Plans of a chunk that are expected to take nearly as much as the best one are coded, too.
  bool codes_rivals = false;

  SectionSearch sections = SectionSearch::kOneCoder;
  // Sections get the whole search that a chunk gets, not just what detectors are sure of.
  bool whole_search = false;
  // The texts of a column are coded as a table and as they are where a sample leaves it open.
  bool compares_texts = false;
  // Fields of records are looked at as floating-point numbers. Choosing their modes takes some 10
  // ms a chunk: struct-rows is 4 % smaller for a sixth of the speed.
  bool float_fields = false;

  // A table is tried on a sample even where its lines leave no doubt.
  bool samples_tables = false;
  // Rows of samples are looked for at distances that leave a chunk few of them.
  bool far_rows = false;
  // Samples get all the contexts and the longest predictions there are.
  bool all_contexts = false;
  // The saving of x86 operands apart beyond that of absolute targets, in 1/1000 of the code, where
  // code needs no trial; 0: it does.
  std::uint16_t operands_save = 0;

  [[nodiscard]] constexpr bool codes_samples() const noexcept {
    return evidence == Evidence::kSamples;
  }
};

struct LevelRow {
  int level;
  std::uint32_t chunk_size;  // default, bytes
  TimePrice price;
  CoderParams coder;
  PlanSearch search;
  // Samples are coded by it; none: by `coder`. What is compared need not be small.
  std::optional<lz::Params> sample_lz;
};

[[nodiscard]] std::span<const LevelRow> LevelRows();
// The same levels with a high price on decode time: fewer sequences, nothing entropy coded.
[[nodiscard]] std::span<const LevelRow> DecodeFirstRows();
// Whether a stream with this hint of its level may hold what is sorted: unless it names a level
// that does not sort.
[[nodiscard]] bool MaySort(unsigned hint);
// Null if the level does not exist.
[[nodiscard]] const LevelRow* FindLevel(int level, bool decode_first = false);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_LEVELS_H_
