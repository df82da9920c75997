// A level's demands on the LZ coder. Pure data: the values live in strategy/levels.
#ifndef SIGMA_CODER_LZ_PARAMS_H_
#define SIGMA_CODER_LZ_PARAMS_H_

#include <array>
#include <cstdint>

#include "engine/coder/lz/wire.h"

namespace sigma::lz {

enum class Parser : std::uint8_t {
  kSingleProbe,  // one 8-byte-hash probe with skip acceleration, 64 KiB window
  kFast,         // one short-hash probe and the last offset
  kDoubleFast,   // long and short hash and the last offsets
  kLazyRows,     // rows of hashed positions, two small tables, the last offsets; lazy
  kOptimal,      // dynamic programming on prices over the candidates of rows
};

inline constexpr unsigned kMaxRowSets = 6;

// The defaults are those of level 2.
struct Params {
  Parser parser = Parser::kFast;
  Form form = Form::kSections;
  std::uint8_t hash_log = 15;       // entries of the short-hash table, log2, at most 24
  std::uint8_t long_hash_log = 16;  // of the long-hash table (kDoubleFast), of all rows
  std::uint8_t min_match = 7;       // bytes hashed by the short table, 4…8; by the rows, 5…8
  std::uint8_t skip_log = 5;        // the step grows by one for each 1 << skip_log unmatched
                                    // bytes (kSingleProbe: unmatched probes)
  std::uint8_t attempts = 15;       // candidates of a row that are compared, at most 16
  std::uint8_t block_log = 20;      // output bytes of a sub-block, log2, at most 20: large ones
                                    // spend the fixed cost of their entropy streams once
  std::uint8_t parse_log = 18;  // kSections: bytes that are parsed in one step, by kOptimal with
                                // the same prices, log2; sub-blocks are cut between steps
  // kOptimal alone. Sets of rows, and the bytes that those of each share, ascending: 5…8 for the
  // first; of all rows of a set, long_hash_log is the entries, log2.
  std::uint8_t row_sets = 1;
  std::array<std::uint8_t, kMaxRowSets> row_bytes{8};
  std::uint8_t waits = 2;  // kLazyRows: positions after a match searched for a better one, 0…2
  // kLazyRows: a match this long ends the search for a better one. kOptimal: it is taken whole,
  // 16…255.
  std::uint8_t nice = 128;
  std::uint8_t passes = 2;    // parses of a step at the most, each with better prices
  std::uint8_t arrivals = 2;  // ways to a position that are kept, 1…2
  // Time to decode a sequence, in 1/256 bit. kLazyRows: 0 or not.
  std::uint16_t sequence_price = 0;
  std::uint8_t literal_contexts = 1;  // kSections: most streams of literals, 1…8
  std::uint16_t literal_price =
      0;                       // time that contexts take for each sequence and literal, 1/256 bit
  bool stored_planes = false;  // kSections: no plane is entropy coded
  // Of entropy streams, also those of the other coders: the bytes that coding a bitmap must save
  // for the fixed part of its time, about 10 µs.
  std::uint16_t nesting_price = 0;
};

}  // namespace sigma::lz

#endif  // SIGMA_CODER_LZ_PARAMS_H_
