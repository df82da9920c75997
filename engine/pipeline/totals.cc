#include "engine/pipeline/totals.h"

#include <algorithm>
#include <string>

#include "engine/plan/describe.h"
#include "engine/strategy/choose.h"

namespace sigma {

std::vector<StrategyTotals> PlanTotals::Named() const {
  std::vector<StrategyTotals> named;
  for (const std::string_view name : StrategyChoiceNames()) {
    named.push_back(StrategyTotals{.name = std::string(name)});
  }
  for (std::size_t id = 0; id < rows_.size(); ++id) {
    const Row& row = rows_[id];
    if (row.chunks == 0) continue;
    const std::string name = PlanName(static_cast<std::uint8_t>(id));
    auto found = std::find_if(named.begin(), named.end(),
                              [&](const StrategyTotals& totals) { return totals.name == name; });
    if (found == named.end()) {
      named.push_back(StrategyTotals{.name = name});
      found = named.end() - 1;
    }
    found->chunks += row.chunks;
    found->original += row.original;
    found->compressed += row.stored;
  }
  std::erase_if(named, [](const StrategyTotals& totals) { return totals.chunks == 0; });
  return named;
}

PoolCounters Since(const PoolCounters& before, PoolCounters now) {
  now.acquisitions -= before.acquisitions;
  now.hits -= before.hits;
  now.overflows -= before.overflows;
  now.grows -= before.grows;
  now.shrinks -= before.shrinks;
  return now;
}

}  // namespace sigma
