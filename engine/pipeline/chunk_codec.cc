// A chunk's plan, chosen and carried out, and the way back. The plan ids and the section table of
// transformed sources are FORMAT.md's.
#include "engine/pipeline/chunk_codec.h"

#include <algorithm>
#include <array>
#include <cfenv>
#include <chrono>
#include <cstring>

#include "engine/coder/coder.h"
#include "engine/coder/lz.h"
#include "engine/format/plan_format.h"
#include "engine/strategy/plan_encoder.h"
#include "engine/transform/registry.h"

namespace sigma {
namespace {

using Clock = std::chrono::steady_clock;

// Floating-point arithmetic as FORMAT.md has it, rounded to nearest, whatever mode the calling
// thread is in: plans that compute numbers (FLOAT) must be chosen, coded and restored alike. What
// the thread had is put back, its flags too. All work lies behind calls that the compiler does not
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

Unexpected AtOffset(const Error& error, std::size_t base) {
  Unexpected failure{error};
  failure.error.offset = base + (error.offset == kNoPosition ? 0 : error.offset);
  return failure;
}

Result<void> DecodePlan(std::uint8_t id, ByteView payload, unsigned depth, BufferPool& pool,
                        MutableBytes target);

Result<void> DecodeTransformed(const TransformRow& transform, ByteView payload, unsigned depth,
                               BufferPool& pool, MutableBytes target) {
  const auto header = ParsePlanHeader(payload, SectionsBound(target.size()));
  if (!header) return header.failure();
  const auto room = [](std::size_t size) {
    return (size + kPad + kCacheLine - 1) / kCacheLine * kCacheLine;
  };
  // This one is restored where its source goes.
  const std::size_t in_place =
      transform.in_place && header->sections[header->count - 1].original == target.size()
          ? header->count - 1
          : header->count;
  std::size_t total = 0;
  for (std::size_t i = 0; i < in_place; ++i) total += room(header->sections[i].original);
  auto lease = pool.Acquire(total);
  const MutableBytes memory = lease.As<std::uint8_t>(total);
  std::array<ByteView, kMaxSections> sections;
  std::size_t position = header->bytes;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < header->count; ++i) {
    const PlanSection& section = header->sections[i];
    const MutableBytes decoded = i == in_place ? target : memory.subspan(begin, section.original);
    const auto done = DecodePlan(section.plan, payload.subspan(position, section.coded), depth + 1,
                                 pool, decoded);
    if (!done) return AtOffset(done.error(), position);
    sections[i] = decoded;
    begin += i == in_place ? 0 : room(section.original);
    position += section.coded;
  }
  TransformParams params;
  params.bytes = header->params;
  params.size = header->param_size;
  return transform.inverse(std::span(sections).first(header->count), params, pool, target);
}

Result<void> DecodePlan(std::uint8_t id, ByteView payload, unsigned depth, BufferPool& pool,
                        MutableBytes target) {
  if (id < kFirstTransformPlan) {
    const CoderRow* coder = FindCoder(id);
    if (coder != nullptr) return coder->decode(payload, pool, target);
  } else if (depth < kMaxPlanDepth) {
    const TransformRow* transform =
        FindTransform(static_cast<std::uint8_t>(id - kFirstTransformPlan));
    if (transform != nullptr) return DecodeTransformed(*transform, payload, depth, pool, target);
  } else {
    return Fail(ErrorCode::kCorrupt, "transforms nested deeper than any encoder does", 0);
  }
  return Fail(ErrorCode::kUnsupported, "unknown plan: a newer version wrote it", 0);
}

}  // namespace

EncodedPayload EncodeChunk(ByteView raw, const LevelRow& level, StrategyChoice choice,
                           BufferPool& pool, MutableBytes target) {
  const DefaultFloatingPoint floating_point;
  const auto begin = Clock::now();
  const Features features = MeasureFeatures(raw, pool);
  LevelRow row = level;
  row.coder.pattern_period = features.period;
  if (choice == StrategyChoice::kAuto) row.coder = SuitedCoder(level, features);
  const PlanChoice plans = ChoosePlan(raw, features, row, choice, 0, pool);
  EncodedPayload payload;
  payload.classify_seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  const EncodedPlan coded = EncodeChoice(raw, plans, row, 0, pool, target);
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
  // Without a transform the coder's bytes are the chunk's, and hashed as they come.
  if (plan_id == static_cast<std::uint8_t>(CoderId::kReference)) {
    return DecodeLzHashed(payload, pool, target, hash);
  }
  Result<void> done = DecodePlan(plan_id, payload, 0, pool, target);
  if (done && hash != nullptr) hash->Add(target);
  return done;
}

std::string PlanName(std::uint8_t plan_id) {
  if (plan_id >= kFirstTransformPlan) {
    const TransformRow* transform =
        FindTransform(static_cast<std::uint8_t>(plan_id - kFirstTransformPlan));
    if (transform != nullptr) return std::string(transform->name);
  } else if (const CoderRow* coder = FindCoder(plan_id); coder != nullptr) {
    return std::string(coder->name);
  }
  return "unknown";
}

}  // namespace sigma
