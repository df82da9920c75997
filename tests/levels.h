// The rows that round trips run over: each level, and each with decode time first.
#ifndef SIGMA_TESTS_LEVELS_H_
#define SIGMA_TESTS_LEVELS_H_

#include <vector>

#include "engine/strategy/levels.h"

namespace sigma::tests {

inline std::vector<LevelRow> EveryLevelRow() {
  std::vector<LevelRow> rows(LevelRows().begin(), LevelRows().end());
  rows.insert(rows.end(), DecodeFirstRows().begin(), DecodeFirstRows().end());
  return rows;
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_LEVELS_H_
