// A chunk's plan, carried out. The plan ids and the section table of transformed chunks are
// FORMAT.md's.
#include "engine/pipeline/chunk_codec.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

#include "engine/coder/coder.h"
#include "engine/format/plan_format.h"
#include "engine/strategy/section_coder.h"
#include "engine/transform/transform.h"

namespace sigma {
namespace {

using Clock = std::chrono::steady_clock;

// Transform, sections, section table. 0 = no gain. The sections stand in `target` until they are
// coded: no code is larger than its section, so the coded ones move up in place, and a chunk with a
// transform takes no more memory than any other. `target` holds raw.size() bytes and a pad.
std::size_t EncodeTransformed(ByteView raw, const Plan& plan, const LevelRow& level,
                              BufferPool& pool, MutableBytes target) {
  const TransformedSections sections =
      ForwardSections(raw, *plan.transform, plan.params, pool, target);
  PlanHeader header;
  header.params = plan.params.bytes;
  header.param_size = plan.params.size;
  header.count = sections.count;
  std::size_t end = 0;
  for (std::size_t i = 0; i < sections.count; ++i) {
    const MutableBytes section = sections.section[i];
    auto lease = pool.Acquire(section.size());
    const MutableBytes coded = lease.As<std::uint8_t>(section.size());
    const CodedSection result = EncodeSection(section, level, pool, coded);
    std::memcpy(target.data() + end, coded.data(), result.size);
    end += result.size;
    header.sections[i] = {static_cast<std::uint8_t>(result.coder),
                          static_cast<std::uint32_t>(section.size()),
                          static_cast<std::uint32_t>(result.size)};
  }
  std::array<std::uint8_t, kMaxPlanHeader> table;
  const std::size_t table_size = WritePlanHeader(header, table);
  if (table_size + end >= raw.size()) return 0;
  std::memmove(target.data() + table_size, target.data(), end);
  std::memcpy(target.data(), table.data(), table_size);
  return table_size + end;
}

std::uint8_t PlanId(const Plan& plan) {
  return plan.transform
             ? static_cast<std::uint8_t>(kFirstTransformPlan + static_cast<int>(*plan.transform))
             : static_cast<std::uint8_t>(plan.coder);
}

// The payload of `plan`, smaller than `raw`; 0 = no gain. `target` is all scratch, of raw.size()
// bytes.
std::size_t EncodePlan(ByteView raw, const Plan& plan, const LevelRow& level, BufferPool& pool,
                       MutableBytes target) {
  if (raw.empty()) return 0;
  if (plan.transform) return EncodeTransformed(raw, plan, level, pool, target);
  return FindCoder(static_cast<std::uint8_t>(plan.coder))
      ->encode(raw, level.coder, pool, target.first(raw.size() - 1));
}

Unexpected AtOffset(const Error& error, std::size_t base) {
  Unexpected failure{error};
  failure.error.offset = base + (error.offset == kNoPosition ? 0 : error.offset);
  return failure;
}

Result<void> DecodeTransformed(const TransformRow& transform, ByteView payload, BufferPool& pool,
                               MutableBytes target) {
  auto header = ParsePlanHeader(payload, static_cast<std::uint32_t>(target.size()));
  if (!header) return header.failure();
  TransformParams params;
  params.bytes = header->params;
  params.size = header->param_size;
  const auto sizes = transform.sizes(params, target.size());
  if (!sizes) return AtOffset(sizes.error(), 0);
  if (sizes->count != header->count) {
    return Fail(ErrorCode::kCorrupt, "the transform does not have this number of sections", 0);
  }
  std::size_t total = 0;
  for (std::size_t i = 0; i < header->count; ++i) {
    if (header->sections[i].original != sizes->size[i]) {
      return Fail(ErrorCode::kCorrupt, "a section does not have the size its transform needs", 0);
    }
    total += (sizes->size[i] + kPad + kCacheLine - 1) / kCacheLine * kCacheLine;
  }
  auto lease = pool.Acquire(total);
  const MutableBytes memory = lease.As<std::uint8_t>(total);
  std::array<ByteView, kMaxSections> sections;
  std::size_t position = header->bytes;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < header->count; ++i) {
    const PlanSection& section = header->sections[i];
    const CoderRow* coder = FindCoder(section.coder);
    if (coder == nullptr) {
      return Fail(ErrorCode::kUnsupported, "unknown coder of a section: a newer version wrote it",
                  position);
    }
    const MutableBytes decoded = memory.subspan(begin, section.original);
    if (auto done = coder->decode(payload.subspan(position, section.coded), pool, decoded); !done) {
      return AtOffset(done.error(), position);
    }
    sections[i] = decoded;
    begin += (section.original + kPad + kCacheLine - 1) / kCacheLine * kCacheLine;
    position += section.coded;
  }
  return transform.inverse(std::span(sections).first(header->count), params, pool, target);
}

}  // namespace

EncodedPayload EncodeChunk(ByteView raw, const LevelRow& level, StrategyChoice choice,
                           BufferPool& pool, MutableBytes target) {
  const auto begin = Clock::now();
  const Features features = MeasureFeatures(raw, pool);
  const PlanChoice plans = ChoosePlan(raw, features, level, choice, pool);
  EncodedPayload payload;
  payload.classify_seconds = std::chrono::duration<double>(Clock::now() - begin).count();

  LevelRow row = level;
  row.coder.pattern_period = features.period;
  target = target.first(raw.size());
  payload.plan_id = PlanId(plans.first);
  payload.size = EncodePlan(raw, plans.first, row, pool, target);
  const std::size_t reached = payload.size == 0 ? raw.size() : payload.size;
  if (plans.second && reached > plans.second_estimate) {
    auto lease = pool.Acquire(raw.size());
    const MutableBytes again = lease.As<std::uint8_t>(raw.size());
    const std::size_t size = EncodePlan(raw, *plans.second, row, pool, again);
    if (size != 0 && size < reached) {
      std::memcpy(target.data(), again.data(), size);
      payload.plan_id = PlanId(*plans.second);
      payload.size = size;
    }
  }
  // The one place where "no gain" becomes a stored chunk.
  if (payload.size == 0) {
    std::copy(raw.begin(), raw.end(), target.begin());
    payload.plan_id = static_cast<std::uint8_t>(CoderId::kRaw);
    payload.size = raw.size();
  }
  return payload;
}

Result<void> DecodeChunk(std::uint8_t plan_id, ByteView payload, BufferPool& pool,
                         MutableBytes target) {
  if (plan_id >= kFirstTransformPlan) {
    const TransformRow* transform =
        FindTransform(static_cast<std::uint8_t>(plan_id - kFirstTransformPlan));
    if (transform != nullptr) return DecodeTransformed(*transform, payload, pool, target);
  } else if (const CoderRow* coder = FindCoder(plan_id); coder != nullptr) {
    return coder->decode(payload, pool, target);
  }
  return Fail(ErrorCode::kUnsupported, "unknown plan of a chunk: a newer version wrote it", 0);
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
