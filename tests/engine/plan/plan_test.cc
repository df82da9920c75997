// Plans carried out, undone and told: every coder and transform of the registries under one chooser
// of sections, plans in plans down to the format's depth, and their names.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/coder/registry.h"
#include "engine/format/plan_format.h"
#include "engine/plan/decode.h"
#include "engine/plan/describe.h"
#include "engine/plan/encode.h"
#include "engine/strategy/levels.h"
#include "engine/transform/delta.h"
#include "engine/transform/pages.h"
#include "engine/transform/registry.h"
#include "engine/transform/split.h"
#include "tests/data.h"
#include "tests/inputs.h"

namespace sigma {
namespace {

const CoderParams& Level3() { return FindLevel(3)->coder; }

// Codes every section by entropy, or as it is, and counts them.
class Plainly final : public SectionChooser {
 public:
  explicit Plainly(BufferPool& pool) : pool_(pool) {}
  EncodedPlan Encode(ByteView section, SectionHint, const TransformRow&,
                     MutableBytes target) override {
    ++sections;
    const std::size_t size = EncodeWith(CoderId::kEntropy, section, Level3(), pool_, target);
    if (size != 0) return {static_cast<std::uint8_t>(CoderId::kEntropy), size};
    std::ranges::copy(section, target.begin());
    return {static_cast<std::uint8_t>(CoderId::kRaw), section.size()};
  }
  std::size_t sections = 0;

 private:
  BufferPool& pool_;
};

TEST(Plans, EveryTransformGoesThereAndBack) {
  BufferPool pool;
  for (const TransformRow& row : Transforms()) {
    std::size_t carried_out = 0;
    std::vector<TransformParams> variants(row.variants().begin(), row.variants().end());
    if (row.id == kPagesId) variants.push_back(PagesParams(10));  // as long as the input's
    for (const tests::Input& input : tests::Inputs()) {
      const Buffer source = tests::Padded(input.make());
      for (const TransformParams& params : variants) {
        Plainly chooser(pool);
        Buffer target(source.size());
        const Plan plan{row.id, params, CoderId::kRaw};
        const EncodedPlan coded =
            EncodePlan(source.view(), plan, Level3(), chooser, pool, target.bytes());
        if (coded.size == 0) continue;
        ++carried_out;
        EXPECT_EQ(coded.id, PlanId(plan));
        EXPECT_EQ(PlanName(coded.id), row.name);
        EXPECT_LT(coded.size, source.size());
        const Buffer payload = tests::Padded(target.view().first(coded.size));
        Buffer restored(source.size());
        Hasher hash;
        ASSERT_TRUE(DecodePlan(coded.id, payload.view(), pool, restored.bytes(), &hash));
        ASSERT_TRUE(std::ranges::equal(source.view(), restored.view())) << input.name;
        EXPECT_EQ(hash.Value(), Hash64(source.view()));
        const std::string told = DescribePayload(coded.id, payload.view(), source.size());
        EXPECT_EQ(told.substr(0, told.find('(')), DescribePlan(plan));
      }
    }
    EXPECT_NE(carried_out, 0u) << row.name;
  }
}

TEST(Plans, NothingToGainIsNoError) {
  BufferPool pool;
  const Buffer noise = tests::Padded(tests::Generate(tests::Kind::kRandom, 5000));
  Buffer target(noise.size());
  Plainly chooser(pool);
  const Plan coder{std::nullopt, {}, CoderId::kEntropy};
  EXPECT_EQ(EncodePlan(noise.view(), coder, Level3(), chooser, pool, target.bytes()).size, 0u);
  EXPECT_EQ(chooser.sections, 0u);
  const Plan delta{kDeltaId, DeltaParams(4, true), CoderId::kRaw};
  EXPECT_EQ(EncodePlan(noise.view(), delta, Level3(), chooser, pool, target.bytes()).size, 0u);
  EXPECT_NE(chooser.sections, 0u);
}

TEST(Plans, AreToldWithTheirSections) {
  BufferPool pool;
  const Buffer source = tests::Padded(tests::Generate(tests::Kind::kWalk32, 40000));
  Buffer target(source.size());
  Plainly chooser(pool);
  const Plan delta{kDeltaId, DeltaParams(4, true), CoderId::kRaw};
  const EncodedPlan coded =
      EncodePlan(source.view(), delta, Level3(), chooser, pool, target.bytes());
  ASSERT_NE(coded.size, 0u);
  // Differences below 1000: a full byte, two bits of the next, and nothing.
  EXPECT_EQ(DescribePayload(coded.id, target.view().first(coded.size), source.size()),
            "delta32(raw, entropy x3)");
  EXPECT_EQ(DescribePlan({std::nullopt, {}, CoderId::kLz}), "lz");
  EXPECT_EQ(PlanName(62), "unknown");
  EXPECT_EQ(PlanName(255), "unknown");
}

}  // namespace
}  // namespace sigma
