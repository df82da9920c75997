// Samples misjudge a plan by 10 % and more where data changes along the chunk, and what a sample
// says of a table or of long matches is a guess. So of the plans that samples cannot tell apart,
// each codes the chunk as a faster level would, for a tenth of the time; what is best then, and what
// comes close, is coded for good. Among them are the cuts that levels of smaller chunks have.
#include "engine/strategy/rivals.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <tuple>

#include "engine/strategy/data_class.h"
#include "engine/strategy/levels.h"
#include "engine/strategy/sample.h"
#include "engine/strategy/sections.h"

namespace sigma {
namespace {

// The level of the heats.
constexpr int kFastLevel = 4;
// A plan has a chance if samples see it at no more than 8/7 of the best; after a heat, at 33/32, or
// at 17/16 if it is what samples suggest.
constexpr std::uint64_t kChanceEighths = 7;
constexpr std::uint64_t kHeatParts = 32;

struct Rival {
  Candidate candidate;
  std::uint64_t cost = 0;  // bytes that the chunk is expected to take, price included
  std::uint64_t price = 0;
};

class Rivals {
 public:
  void Add(const Candidate& candidate, std::uint64_t cost, std::uint64_t price) {
    const Plan plan = PlanOf(candidate);
    const auto same = [&](const Rival& rival) { return PlanOf(rival.candidate) == plan; };
    const auto known = std::ranges::find_if(view(), same);
    if (known != view().end()) {
      known->cost = std::min(known->cost, cost);
    } else {
      all_[count_++] = {candidate, cost, price};
    }
  }
  [[nodiscard]] std::span<Rival> view() { return std::span(all_).first(count_); }
  // Those that have a chance, the best first.
  void Sort() {
    std::ranges::stable_sort(view(), {}, &Rival::cost);
    while (count_ > 1 && all_[count_ - 1].cost * kChanceEighths > all_[0].cost * 8) --count_;
  }

 private:
  std::array<Rival, 2 + std::tuple_size_v<decltype(Splits::all)>> all_;
  std::size_t count_ = 0;
};

// Has each code the chunk at the fast level.
void RunHeat(ByteView source, BufferPool& pool, Rivals& rivals) {
  const LevelRow& row = *FindLevel(kFastLevel);
  Scope scope = ScopeOf(row, pool);
  scope.coder = SuitedCoder(row.coder, MeasureFeatures(source, pool));
  auto lease = pool.Acquire(source.size());
  const MutableBytes target = lease.As<std::uint8_t>(source.size());
  for (Rival& rival : rivals.view()) {
    const EncodedPlan coded = EncodePlan(source, PlanOf(rival.candidate), scope, target);
    rival.cost = (coded.size == 0 ? source.size() : coded.size) + rival.price;
  }
  rivals.Sort();
}

}  // namespace

void AddRivals(PlanChoice& choice, ByteView source, const Ranking& whole, const Splits& splits,
               const Scope& scope) {
  if (whole.best && whole.best_cost == 0) return;  // what the detector is sure of
  Rivals rivals;
  if (whole.best) rivals.Add(whole.best->candidate, whole.best_cost, whole.best->price);
  if (whole.rival)
    rivals.Add(*whole.rival, whole.rival_cost, PriceOf(*whole.rival, scope.level, source.size()));
  const Plan references{std::nullopt, {}, CoderId::kReference};
  if (splits.count != 0) {
    const std::uint64_t taken =
        whole.references != 0 ? whole.references : EstimateByTrial(source, references, 1, scope);
    for (const Winner& split : std::span(splits.all).first(splits.count)) {
      rivals.Add(split.candidate, taken - std::min(split.gain, taken), split.price);
    }
  }
  if (rivals.view().empty()) return;
  rivals.Sort();
  const std::uint64_t expected = rivals.view()[0].cost;
  if (rivals.view().size() > 1) RunHeat(source, scope.pool, rivals);
  const Rival& best = rivals.view()[0];
  const auto price = [](const Rival& rival) { return static_cast<std::int64_t>(rival.price); };
  // Coded unless the first comes to clearly less than is expected of it.
  const auto other = [&](const Plan& plan, std::uint64_t cost, std::int64_t handicap) {
    return OtherPlan{plan, static_cast<std::size_t>(cost * kChanceEighths / 8), handicap};
  };
  if (!choice.first.transform) {
    choice.third = choice.second;
    choice.second = other(PlanOf(best.candidate), expected, price(best));
    return;
  }
  const Plan suggested = choice.first;
  choice = {PlanOf(best.candidate), std::nullopt,
            OtherPlan{references, source.size() - 1, -price(best)}};
  if (whole.references != 0) {
    choice.third = other(references, whole.references, -price(best));
  }
  // What samples suggest, or else what the heat puts next.
  const auto all = rivals.view();
  const auto close = [&](const Rival& rival, std::uint64_t parts) {
    return rival.cost * parts <= best.cost * (parts + 1);
  };
  auto at = std::ranges::find_if(
      all, [&](const Rival& rival) { return PlanOf(rival.candidate) == suggested; });
  if (at == all.begin() || at == all.end() || !close(*at, kHeatParts / 2)) {
    at = all.begin() + 1;
    if (all.size() < 2 || !close(*at, kHeatParts)) return;
  }
  const Rival& next = *at;
  choice.second = OtherPlan{PlanOf(next.candidate)};  // the smaller one, whatever its time
}

}  // namespace sigma
