#include "engine/plan/encode.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/coder/registry.h"
#include "engine/format/plan_format.h"
#include "engine/transform/registry.h"

namespace sigma {
namespace {

// The table's size is known only when all sections are coded, so they are coded after the most it
// can take and then moved up. 0 = more than `most` bytes.
std::size_t EncodeTransformed(ByteView source, const Plan& plan, SectionChooser& chooser,
                              BufferPool& pool, MutableBytes target, std::size_t most) {
  auto lease = pool.Acquire(SectionList::MemoryFor(source.size()));
  SectionList sections(lease.As<std::uint8_t>(SectionList::MemoryFor(source.size())),
                       source.size());
  const TransformRow& row = *FindTransform(static_cast<std::uint8_t>(*plan.transform));
  const TransformParams& params = plan.params;
  if (!row.forward(source, params, pool, sections) || sections.count() == 0) return 0;
  const std::size_t bound = PlanHeaderBound(params.size, sections.count());
  if (bound >= target.size()) return 0;
  PlanHeader header;
  header.params = params.bytes;
  header.param_size = params.size;
  header.count = sections.count();
  std::size_t end = bound;
  for (std::size_t i = 0; i < sections.count(); ++i) {
    const auto& [bytes, hint] = sections[i];
    auto coded_lease = pool.Acquire(bytes.size());
    const MutableBytes coded = coded_lease.As<std::uint8_t>(bytes.size());
    const EncodedPlan result = chooser.Encode(bytes, hint, row, coded);
    if (result.size >= target.size() - end || end - bound + result.size > most) return 0;
    std::memcpy(target.data() + end, coded.data(), result.size);
    end += result.size;
    header.sections[i] = {result.id, static_cast<std::uint32_t>(bytes.size()),
                          static_cast<std::uint32_t>(result.size)};
  }
  std::array<std::uint8_t, kMaxPlanHeader> table;
  const std::size_t table_size = WritePlanHeader(header, table);
  std::memmove(target.data() + table_size, target.data() + bound, end - bound);
  std::memcpy(target.data(), table.data(), table_size);
  const std::size_t size = table_size + end - bound;
  return size <= most ? size : 0;
}

}  // namespace

std::uint8_t PlanId(const Plan& plan) noexcept {
  return plan.transform
             ? static_cast<std::uint8_t>(kFirstTransformPlan + static_cast<int>(*plan.transform))
             : static_cast<std::uint8_t>(plan.coder);
}

std::size_t EncodeWith(CoderId coder, ByteView source, const CoderParams& params, BufferPool& pool,
                       MutableBytes target) {
  return FindCoder(static_cast<std::uint8_t>(coder))->encode(source, params, pool, target);
}

EncodedPlan EncodePlan(ByteView source, const Plan& plan, const CoderParams& coder,
                       SectionChooser& sections, BufferPool& pool, MutableBytes target,
                       std::size_t most) {
  if (source.empty()) return {};
  target = target.first(source.size());
  most = std::min(most, source.size() - 1);
  const std::size_t size = plan.transform
                               ? EncodeTransformed(source, plan, sections, pool, target, most)
                               : EncodeWith(plan.coder, source, coder, pool, target.first(most));
  return {PlanId(plan), size};
}

}  // namespace sigma
