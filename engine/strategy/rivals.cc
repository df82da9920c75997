// Samples misjudge a plan by 10 % and more where data changes along the chunk, and what a sample
// says of a table or of long matches is a guess. So the plans that samples cannot tell apart run a
// heat: each codes the chunk as a faster level would, for a tenth of the time, references among
// them. Over 146 chunks of 55 files the heat's winner was also the smallest at level 6 on 138; the
// other eight lose 0.1 to 8 % and are those whose heat is close. Only those are coded twice.
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

// The level of the heats. Level 3 takes half the time, but its heats put a plan of netcdf first
// that is 40 % larger at level 6.
constexpr int kFastLevel = 4;
// A plan enters the heat if samples see it at no more than 8/7 of the best; at most so many
// transforms do, more are cuts that hardly differ.
constexpr std::uint64_t kChanceEighths = 7;
constexpr std::size_t kMostTransforms = 3;
// After the heat, another transform is still close at 33/32 of the best, or at 17/16 if it is the
// one that samples suggest.
constexpr std::uint64_t kCloseParts = 32;
// References gain more from a slow level than what transforms leave does: up to a fifth where they
// find much, a twelfth where they leave more than a quarter of the chunk.
constexpr std::uint64_t kReferencesParts = 9;
constexpr std::uint64_t kReferencesGain = 2;
constexpr std::uint64_t kFewReferencesParts = 12;
// A level with contexts for literals, which level 4 has not, codes references of sources up to this
// size in any case: they halve what references leave of pic.
constexpr std::size_t kSmall = 512u << 10;

struct Rival {
  Plan plan;
  std::uint64_t cost = 0;   // bytes that the chunk is expected to take, price included
  std::uint64_t price = 0;  // of its time, bytes
};

class Rivals {
 public:
  void Add(const Plan& plan, std::uint64_t cost, std::uint64_t price) {
    const auto known = std::ranges::find(view(), plan, &Rival::plan);
    if (known != view().end()) {
      known->cost = std::min(known->cost, cost);
    } else {
      all_[count_++] = {plan, cost, price};
    }
  }
  [[nodiscard]] std::span<Rival> view() { return std::span(all_).first(count_); }
  void Sort() { std::ranges::stable_sort(view(), {}, &Rival::cost); }
  void KeepFirst(std::size_t most) { count_ = std::min(count_, most); }
  // Those that have a chance, sorted.
  void KeepLikely() {
    while (count_ > 1 && all_[count_ - 1].cost * kChanceEighths > all_[0].cost * 8) --count_;
  }

 private:
  // The best, the next, each split, references.
  std::array<Rival, 3 + std::tuple_size_v<decltype(Splits::all)>> all_;
  std::size_t count_ = 0;
};

// Those that samples cannot tell apart, sorted by what samples say.
Rivals Entrants(ByteView source, const Ranking& whole, const Splits& splits, const Scope& scope) {
  const std::uint64_t references =
      whole.references != 0 ? whole.references : EstimateByTrial(source, kReferences, 1, scope);
  Rivals rivals;
  if (whole.best) rivals.Add(PlanOf(whole.best->candidate), whole.best_cost, whole.best->price);
  if (whole.rival) {
    rivals.Add(PlanOf(*whole.rival), whole.rival_cost,
               PriceOf(*whole.rival, scope.level, source.size()));
  }
  for (const Winner& split : std::span(splits.all).first(splits.count)) {
    rivals.Add(PlanOf(split.candidate), references - std::min(split.gain, references), split.price);
  }
  rivals.Sort();
  rivals.KeepFirst(kMostTransforms);
  rivals.Add(kReferences, references, 0);
  rivals.Sort();
  rivals.KeepLikely();
  return rivals;
}

// Has each code the chunk at the fast level: a cost then is a size.
void RunHeat(ByteView source, BufferPool& pool, Rivals& rivals) {
  const LevelRow& row = *FindLevel(kFastLevel);
  Scope scope = ScopeOf(row, pool);
  scope.coder = SuitedCoder(row.coder, MeasureFeatures(source, pool));
  auto lease = pool.Acquire(source.size());
  const MutableBytes target = lease.As<std::uint8_t>(source.size());
  for (Rival& rival : rivals.view()) {
    const EncodedPlan coded = EncodePlan(source, rival.plan, scope, target);
    rival.cost = (coded.size == 0 ? source.size() : coded.size) + rival.price;
  }
  rivals.Sort();
}

// The transform to be coded besides the winner: what samples suggest, or what the heat puts next.
const Rival* CloseTransform(std::span<const Rival> all, const Plan& suggested) {
  const auto close = [&](const Rival& rival, std::uint64_t parts) {
    return rival.plan.transform && rival.cost * parts <= all[0].cost * (parts + 1);
  };
  const auto others = all.subspan(1);
  const auto at = std::ranges::find(others, suggested, &Rival::plan);
  if (at != others.end() && close(*at, kCloseParts / 2)) return &*at;
  const auto next =
      std::ranges::find_if(others, [&](const Rival& rival) { return close(rival, kCloseParts); });
  return next == others.end() ? nullptr : &*next;
}

// Whether references may overtake the winner at the level itself.
bool MayOvertake(const Rival& references, const Rival& best, std::size_t size) {
  return references.cost > size / 4
             ? references.cost * kFewReferencesParts <= best.cost * (kFewReferencesParts + 1)
             : references.cost * kReferencesParts <=
                   best.cost * (kReferencesParts + kReferencesGain);
}

}  // namespace

void AddRivals(PlanChoice& choice, ByteView source, const Ranking& whole, const Splits& splits,
               const Scope& scope) {
  if (whole.best && whole.best_cost == 0) return;  // what the detector is sure of
  if (!whole.best && !whole.rival && splits.count == 0) return;
  Rivals rivals = Entrants(source, whole, splits, scope);
  const std::span<const Rival> all = rivals.view();
  if (all.size() > 1) RunHeat(source, scope.pool, rivals);
  const Rival& best = all[0];
  const Plan suggested = choice.first();
  const Rival* const other = CloseTransform(all, suggested);
  const auto price = [](const Rival& rival) { return static_cast<std::int64_t>(rival.price); };
  if (!best.plan.transform) {
    if (suggested.transform) choice = kReferences;
    if (other != nullptr) choice.Add({other->plan, 0, price(*other)});
    return;
  }
  choice = best.plan;
  // The smaller one, whatever its time.
  if (other != nullptr) choice.Add({other->plan});
  const auto references = std::ranges::find(all, kReferences, &Rival::plan);
  const bool coded = source.size() <= kSmall ||
                     (references != all.end() && MayOvertake(*references, best, source.size()));
  choice.Add({kReferences, coded ? 0 : source.size() - 1, -price(best)});
}

}  // namespace sigma
