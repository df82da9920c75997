// The ladder: what each level means. One row a level (BENCHMARKS.md, CODECS.md §2).
#ifndef SIGMA_STRATEGY_LEVELS_H_
#define SIGMA_STRATEGY_LEVELS_H_

#include <cstdint>
#include <span>

#include "engine/coder/coder.h"

namespace sigma {

inline constexpr std::uint32_t kMinChunkSize = 64u << 10;
inline constexpr std::uint32_t kMaxChunkSize = 64u << 20;
inline constexpr std::uint32_t kChunkSizeUnit = 4u << 10;

// What a level gives for time, in compressed bytes a microsecond: a plan that takes longer must
// save more than that.
struct TimePrice {
  std::uint32_t encode = 0;
  std::uint32_t decode = 0;
};

struct LevelRow {
  int level;
  std::uint32_t chunk_size;  // default, bytes
  TimePrice price;
  CoderParams coder;
};

// Levels up to this one look for what gains 1 % or more, others for all there is.
inline constexpr int kLastHurriedLevel = 4;

// Levels up to this one code no sample of a chunk where estimates tell what it is, and choose the
// fields of records when they code them: their chunks of 1 MiB take 2 to 10 ms in all.
inline constexpr int kLastFastLevel = 3;

// Whether the level parses as level 3 does, with any length of match.
[[nodiscard]] constexpr bool AnyMatchLength(const LevelRow& level) noexcept {
  return level.coder.lz.parser == LzParser::kFast && level.coder.lz.records == LzRecords::kSections;
}

[[nodiscard]] std::span<const LevelRow> LevelRows();
// The same levels with a high price on decode time: fewer sequences, nothing entropy coded.
[[nodiscard]] std::span<const LevelRow> DecodeFirstRows();
// Null if the level does not exist.
[[nodiscard]] const LevelRow* FindLevel(int level, bool decode_first = false);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_LEVELS_H_
