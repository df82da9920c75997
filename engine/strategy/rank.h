// Ranking: which of the transforms that detectors propose is worth most, by estimate or by trial.
#ifndef SIGMA_STRATEGY_RANK_H_
#define SIGMA_STRATEGY_RANK_H_

#include <cstdint>
#include <optional>

#include "engine/plan/plan.h"
#include "engine/strategy/detect/detect.h"
#include "engine/strategy/features.h"
#include "engine/strategy/scope.h"
#include "sigma/result.hpp"

namespace sigma {

// The whole source by references alone, which every other plan is compared with.
inline constexpr Plan kReferences{std::nullopt, {}, CoderId::kLz};

// Candidates that may be worth their time, the most promising first.
struct Hopefuls {
  std::array<const Candidate*, Candidates::kMost> all{};
  std::size_t count = 0;
  [[nodiscard]] std::span<const Candidate* const> view() const {
    return std::span(all).first(count);
  }
};

// Those of `candidates`, which outlive the result.
[[nodiscard]] Hopefuls Promising(const Candidates& candidates, const Features& features,
                                 const LevelRow& level, std::size_t size);
[[nodiscard]] Plan PlanOf(const Candidate& candidate);

struct Winner {
  Candidate candidate;
  // Bytes of the whole source that it is expected to save against references, less the price of its
  // time.
  std::uint64_t gain = 0;
  std::uint64_t price = 0;  // of the time of all its pieces, bytes
};

// Bytes that `size` bytes take by the candidate's plan beyond what is coded: the price of its time.
[[nodiscard]] std::uint64_t PriceOf(const Candidate& candidate, const LevelRow& level,
                                    std::size_t size);

struct Ranking {
  // Worth most, by the detectors and the trial; none if nothing is worth its time.
  std::optional<Winner> best;
  // The next one, whether or not it was found to be worth its time.
  std::optional<Candidate> rival;
  // Bytes that each, and references, are expected to take of the source, price included; 0: not
  // known.
  std::uint64_t best_cost = 0;
  std::uint64_t rival_cost = 0;
  std::uint64_t references = 0;
};

// The transforms of the source in their order. `before` is what the piece in front of the source
// got, if anything: kept unless another is clearly better.
[[nodiscard]] Ranking RankTransforms(ByteView source, const Features& features,
                                     const Candidate* before, const Scope& scope);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_RANK_H_
