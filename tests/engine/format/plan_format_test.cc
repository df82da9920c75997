// The plan header: round trips, truncations, impossible numbers, random bytes.
#include "engine/format/plan_format.h"

#include <gtest/gtest.h>

#include <random>

namespace sigma {
namespace {

PlanHeader Two() {
  PlanHeader plan;
  plan.param_size = 1;
  plan.params[0] = 5;
  plan.count = 2;
  plan.sections[0] = {0, 100, 100};
  plan.sections[1] = {2, 300, 40};
  return plan;
}

Bytes Payload(PlanHeader plan) {
  Bytes bytes(kMaxPlanHeader);
  const std::size_t size = WritePlanHeader(plan, bytes);
  EXPECT_EQ(size, plan.bytes);
  EXPECT_LE(size, PlanHeaderBound(plan.param_size, plan.count));
  bytes.resize(size);
  for (std::size_t i = 0; i < plan.count; ++i) bytes.resize(bytes.size() + plan.sections[i].coded);
  return bytes;
}

TEST(PlanHeader, RoundTrips) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    PlanHeader plan;
    plan.param_size = static_cast<std::uint8_t>(random() % (kMaxPlanParams + 1));
    for (std::size_t i = 0; i < plan.param_size; ++i) {
      plan.params[i] = static_cast<std::uint8_t>(random());
    }
    plan.count = 1 + random() % kMaxPlanSections;
    std::uint32_t total = 0;
    for (std::size_t i = 0; i < plan.count; ++i) {
      PlanSection& section = plan.sections[i];
      section.original = static_cast<std::uint32_t>(random() % 300);
      section.plan = section.original == 0 ? 0 : static_cast<std::uint8_t>(random() % 256);
      section.coded = section.plan == 0
                          ? section.original
                          : 1 + static_cast<std::uint32_t>(random() % section.original);
      total += section.original;
    }
    const Bytes payload = Payload(plan);
    const auto parsed = ParsePlanHeader(payload, total);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->param_size, plan.param_size);
    EXPECT_EQ(parsed->params, plan.params);
    ASSERT_EQ(parsed->count, plan.count);
    for (std::size_t i = 0; i < plan.count; ++i) {
      EXPECT_EQ(parsed->sections[i].plan, plan.sections[i].plan);
      EXPECT_EQ(parsed->sections[i].original, plan.sections[i].original);
      EXPECT_EQ(parsed->sections[i].coded, plan.sections[i].coded);
    }
    if (total > 0) {
      EXPECT_FALSE(ParsePlanHeader(payload, total - 1));
    }
  }
}

TEST(PlanHeader, LargestFitsTheBound) {
  PlanHeader plan;
  plan.param_size = kMaxPlanParams;
  plan.count = kMaxPlanSections;
  plan.sections.fill({63, 64u << 20, 64u << 20});
  Bytes bytes(kMaxPlanHeader);
  EXPECT_EQ(WritePlanHeader(plan, bytes), kMaxPlanHeader);
  EXPECT_EQ(WritePlanHeader(plan, MutableBytes(bytes).first(kMaxPlanHeader - 1)), 0U);
}

TEST(PlanHeader, EveryCutAndEveryExcessIsCorrupt) {
  const Bytes good = Payload(Two());
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto result = ParsePlanHeader(ByteView(good).first(size), 400);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kCorrupt) << size;
  }
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_EQ(ParsePlanHeader(longer, 400).error().code, ErrorCode::kCorrupt);
}

TEST(PlanHeader, ImpossibleNumbers) {
  const auto code = [](Bytes payload) { return ParsePlanHeader(payload, 1000).error().code; };
  EXPECT_EQ(code({17}), ErrorCode::kCorrupt);                         // parameters missing
  EXPECT_EQ(code({0, 0}), ErrorCode::kCorrupt);                       // no section
  EXPECT_EQ(code({0, 65}), ErrorCode::kCorrupt);                      // sections missing
  EXPECT_EQ(code({0, 1, 2, 2, 3, 9, 9, 9}), ErrorCode::kCorrupt);     // coded > original
  EXPECT_EQ(code({0, 1, 0, 3, 2, 9, 9}), ErrorCode::kCorrupt);        // raw but shorter
  EXPECT_EQ(code({0, 1, 2, 3, 0}), ErrorCode::kCorrupt);              // something from nothing
  EXPECT_EQ(code({0, 1, 2, 0, 0}), ErrorCode::kCorrupt);              // empty, not raw
  EXPECT_EQ(code({0, 1, 2, 0x83, 0x00, 1, 9}), ErrorCode::kCorrupt);  // not shortest
  EXPECT_EQ(code({0, 1, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1, 9}), ErrorCode::kCorrupt);
}

TEST(PlanHeader, SumsDoNotWrap) {
  Bytes payload = {0, 255};
  for (int i = 0; i < 255; ++i) {
    payload.insert(payload.end(), {2, 0x80, 0x80, 0x80, 0x20, 0x80, 0x80, 0x80, 0x20});  // 64 MiB
  }
  EXPECT_EQ(ParsePlanHeader(payload, 64u << 20).error().code, ErrorCode::kCorrupt);
}

TEST(PlanHeader, RandomBytesNeverLie) {
  std::mt19937 random(2);
  for (int round = 0; round < 200000; ++round) {
    Bytes payload(random() % 24);
    for (std::uint8_t& byte : payload) byte = static_cast<std::uint8_t>(random() % 20);
    const auto plan = ParsePlanHeader(payload, 100);
    if (!plan) continue;
    std::uint64_t original = 0;
    std::uint64_t coded = 0;
    for (std::size_t i = 0; i < plan->count; ++i) {
      original += plan->sections[i].original;
      coded += plan->sections[i].coded;
    }
    ASSERT_LE(original, 100U);
    ASSERT_EQ(plan->bytes + coded, payload.size());
  }
}

}  // namespace
}  // namespace sigma
