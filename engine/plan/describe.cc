#include "engine/plan/describe.h"

#include <cassert>
#include <utility>

#include "engine/coder/registry.h"
#include "engine/format/far_format.h"
#include "engine/format/plan_format.h"
#include "engine/transform/registry.h"

namespace sigma {
namespace {

std::string CoderName(CoderId id) {
  return std::string(FindCoder(static_cast<std::uint8_t>(id))->name);
}

}  // namespace

std::string PlanName(std::uint8_t plan_id) {
  if (plan_id == kFarPlan) return "far";
  if (plan_id >= kFirstTransformPlan) {
    const TransformRow* transform =
        FindTransform(static_cast<std::uint8_t>(plan_id - kFirstTransformPlan));
    if (transform != nullptr) return std::string(transform->name);
  } else if (const CoderRow* coder = FindCoder(plan_id); coder != nullptr) {
    return std::string(coder->name);
  }
  return "unknown";
}

std::string DescribePlan(const Plan& plan) {
  if (!plan.transform) return CoderName(plan.coder);
  const TransformRow& row = *FindTransform(static_cast<std::uint8_t>(*plan.transform));
  return row.describe(plan.params);
}

std::string DescribePayload(std::uint8_t id, ByteView payload, std::size_t original) {
  if (id < kFirstTransformPlan) return CoderName(static_cast<CoderId>(id));
  const TransformRow& row = *FindTransform(static_cast<std::uint8_t>(id - kFirstTransformPlan));
  const Result<PlanHeader> header = ParsePlanHeader(payload, SectionsBound(original));
  assert(header);
  TransformParams params;
  params.bytes = header->params;
  params.size = header->param_size;
  std::string text = row.describe(params) + "(";
  std::size_t position = header->bytes;
  std::string before;
  std::size_t count = 0;
  const auto flush = [&] {
    if (count == 0) return;
    if (text.back() != '(') text += ", ";
    text += before;
    if (count > 1) text += " x" + std::to_string(count);
  };
  for (std::size_t i = 0; i < header->count; ++i) {
    const PlanSection& section = header->sections[i];
    std::string name =
        DescribePayload(section.plan, payload.subspan(position, section.coded), section.original);
    position += section.coded;
    if (name != before) {
      flush();
      before = std::move(name);
      count = 0;
    }
    ++count;
  }
  flush();
  return text + ")";
}

}  // namespace sigma
