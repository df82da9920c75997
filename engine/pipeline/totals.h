// Totals by strategy: what --stats and --list group chunks by. One owner, no locks, no allocation
// until Named.
#ifndef SIGMA_PIPELINE_TOTALS_H_
#define SIGMA_PIPELINE_TOTALS_H_

#include <array>
#include <cstdint>
#include <vector>

#include "sigma/options.hpp"

namespace sigma {

class PlanTotals {
 public:
  // `stored` is header + payload.
  void Add(std::uint8_t plan_id, std::uint64_t original, std::uint64_t stored) noexcept {
    Row& row = rows_[plan_id];
    ++row.chunks;
    row.original += original;
    row.stored += stored;
  }
  // One row for each name in use, in the order of StrategyNames(), unknown names last.
  [[nodiscard]] std::vector<StrategyTotals> Named() const;

 private:
  struct Row {
    std::uint64_t chunks = 0;
    std::uint64_t original = 0;
    std::uint64_t stored = 0;
  };
  std::array<Row, 256> rows_{};
};

// A run's addition to counters that go on from one to the next; the peak is that of all.
[[nodiscard]] PoolCounters Since(const PoolCounters& before, PoolCounters now);

}  // namespace sigma

#endif  // SIGMA_PIPELINE_TOTALS_H_
