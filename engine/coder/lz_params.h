// What a level asks of the LZ coder. Pure data: the values live in strategy/levels.
#ifndef SIGMA_CODER_LZ_PARAMS_H_
#define SIGMA_CODER_LZ_PARAMS_H_

#include <cstdint>

namespace sigma {

enum class LzParser : std::uint8_t {
  kSingleProbe,  // one long-hash probe with skip acceleration; raw records
  kFast,         // one short-hash probe, sections
  kDoubleFast,   // long and short hash, sections
};

enum class LzRecords : std::uint8_t {
  kSections,  // token planes, each entropy coded (CODECS.md §3)
  kRaw,       // fixed-width records and raw literals: decode-first
};

struct LzParams {
  LzParser parser = LzParser::kFast;
  LzRecords records = LzRecords::kSections;
  std::uint8_t hash_log = 15;       // entries of the short-hash table, log2
  std::uint8_t long_hash_log = 16;  // of the long-hash table (kDoubleFast)
  std::uint8_t min_match = 5;       // bytes hashed by the short table
  std::uint8_t skip_log = 6;        // step = 1 + (bytes since the last match >> skip_log)
};

}  // namespace sigma

#endif  // SIGMA_CODER_LZ_PARAMS_H_
