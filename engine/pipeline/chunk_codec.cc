// A chunk's plan, chosen and carried out, and the way back. The plan ids and the section table of
// transformed sources are FORMAT.md's.
#include "engine/pipeline/chunk_codec.h"

#include <algorithm>
#include <cfenv>
#include <chrono>

#include "engine/plan/decode.h"
#include "engine/strategy/choose.h"
#include "engine/strategy/sections.h"

namespace sigma {
namespace {

using Clock = std::chrono::steady_clock;

// Floating-point arithmetic as FORMAT.md has it, rounded to nearest, whatever mode the calling
// thread is in: plans that compute numbers (FLOAT) must be chosen, coded and restored alike. What
// the thread had is put back, its flags too. All work is done by calls that the compiler does not
// see through, so none of it moves out of the scope.
class DefaultFloatingPoint {
 public:
  DefaultFloatingPoint() noexcept {
    std::fegetenv(&before_);
    std::fesetenv(FE_DFL_ENV);
  }
  ~DefaultFloatingPoint() { std::fesetenv(&before_); }
  DefaultFloatingPoint(const DefaultFloatingPoint&) = delete;
  DefaultFloatingPoint& operator=(const DefaultFloatingPoint&) = delete;

 private:
  std::fenv_t before_;
};

}  // namespace

EncodedPayload EncodeChunk(ByteView raw, const LevelRow& level, StrategyChoice choice,
                           BufferPool& pool, MutableBytes target) {
  const DefaultFloatingPoint floating_point;
  const auto begin = Clock::now();
  const Features features = MeasureFeatures(raw, pool);
  Scope scope = ScopeOf(level, pool);
  scope.coder.pattern_period = features.period;
  scope.coder.sorts = Sorts(level, choice);
  if (choice == StrategyChoice::kAuto) scope.coder = SuitedCoder(level.coder, features);
  const PlanChoice plans = ChoosePlan(raw, features, choice, scope);
  EncodedPayload payload;
  payload.classify_seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  const EncodedPlan coded = EncodeChoice(raw, plans, scope, target);
  payload.plan_id = coded.id;
  payload.size = coded.size;
  // The one place where "no gain" becomes a stored chunk.
  if (payload.size == 0) {
    std::copy(raw.begin(), raw.end(), target.begin());
    payload.plan_id = static_cast<std::uint8_t>(CoderId::kRaw);
    payload.size = raw.size();
  }
  return payload;
}

Result<void> DecodeChunk(std::uint8_t plan_id, ByteView payload, BufferPool& pool,
                         MutableBytes target, Hasher* hash) {
  const DefaultFloatingPoint floating_point;
  return DecodePlan(plan_id, payload, pool, target, hash);
}

}  // namespace sigma
