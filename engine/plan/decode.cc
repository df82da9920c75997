#include "engine/plan/decode.h"

#include <array>

#include "engine/coder/lz/coder.h"
#include "engine/coder/registry.h"
#include "engine/format/plan_format.h"
#include "engine/transform/registry.h"

namespace sigma {
namespace {

Unexpected AtOffset(const Error& error, std::size_t base) {
  Unexpected failure{error};
  failure.error.offset = base + (error.offset == kNoPosition ? 0 : error.offset);
  return failure;
}

Result<void> DecodeNested(std::uint8_t id, ByteView payload, unsigned depth, BufferPool& pool,
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
    const auto done = DecodeNested(section.plan, payload.subspan(position, section.coded),
                                   depth + 1, pool, decoded);
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

Result<void> DecodeNested(std::uint8_t id, ByteView payload, unsigned depth, BufferPool& pool,
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

Result<void> DecodePlan(std::uint8_t id, ByteView payload, BufferPool& pool, MutableBytes target,
                        Hasher* hash) {
  // Without a transform the coder's bytes are the chunk's, and hashed as they come.
  if (id == static_cast<std::uint8_t>(CoderId::kLz)) {
    return lz::DecodeHashed(payload, pool, target, hash);
  }
  Result<void> done = DecodeNested(id, payload, 0, pool, target);
  if (done && hash != nullptr) hash->Add(target);
  return done;
}

}  // namespace sigma
