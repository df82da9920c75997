// Branch on synthetic code: found among data, restored, nothing else touched; hostile maps;
// detected where targets repeat and nowhere else.
#include "engine/transform/code/branch.h"

#include <gtest/gtest.h>

#include <vector>

#include "engine/base/varint.h"
#include "engine/memory/buffer.h"
#include "engine/strategy/detect/detect.h"
#include "engine/transform/code/params.h"
#include "tests/data.h"
#include "tests/machine_code.h"

namespace sigma::code {
namespace {

using tests::Random;

struct Converted {
  Converted(const Bytes& bytes, const TransformParams& params)
      : source(tests::Padded(bytes)),
        memory(SectionList::MemoryFor(bytes.size())),
        list(memory.bytes(), bytes.size()) {
    taken = BranchTransform().forward(source.view(), params, pool, list);
  }
  [[nodiscard]] std::vector<ByteView> views() const { return {list[0].bytes, list[1].bytes}; }
  BufferPool pool;
  Buffer source;
  Buffer memory;
  SectionList list;
  bool taken = false;
};

Bytes Restored(const std::vector<ByteView>& sections, std::size_t size) {
  BufferPool pool;
  Bytes target(size);
  return BranchTransform().inverse(sections, Params(), pool, target) ? target : Bytes{};
}

Bytes CodeOf(Kind kind, std::size_t size) {
  return kind == Kind::kArm64 ? tests::Arm64Code(size / 4, 0)
                              : tests::X86Code(size, kind == Kind::kX64, 0);
}

class BranchKinds : public testing::TestWithParam<Kind> {};

TEST_P(BranchKinds, EveryLengthComesBack) {
  const Bytes code = CodeOf(GetParam(), 4000);
  for (std::size_t size = 0; size <= 300; ++size) {
    const Bytes bytes(code.begin(), code.begin() + static_cast<std::ptrdiff_t>(size));
    const Converted converted(bytes, Params(GetParam()));
    ASSERT_TRUE(converted.taken);
    ASSERT_EQ(Restored(converted.views(), size), bytes) << size;
  }
}

TEST_P(BranchKinds, CodeAmongDataIsFoundAndTheDataStays) {
  const Bytes code = CodeOf(GetParam(), 300000);
  Bytes bytes = tests::Generate(tests::Kind::kText, 100000);
  bytes.insert(bytes.end(), code.begin(), code.end());
  const Bytes noise = tests::Generate(tests::Kind::kRandom, 100000);
  bytes.insert(bytes.end(), noise.begin(), noise.end());
  const Converted converted(bytes, Params());
  ASSERT_TRUE(converted.taken);
  const ByteView changed = converted.list[1].bytes;
  ASSERT_EQ(changed.size(), bytes.size());
  EXPECT_TRUE(std::equal(changed.begin(), changed.begin() + 90000, bytes.begin()));
  EXPECT_TRUE(std::equal(changed.end() - 90000, changed.end(), bytes.end() - 90000));
  EXPECT_FALSE(std::ranges::equal(changed, bytes));
  EXPECT_EQ(Restored(converted.views(), bytes.size()), bytes);
  // In the memory where it already is.
  Bytes target(changed.begin(), changed.end());
  BufferPool pool;
  const std::vector<ByteView> views = {converted.list[0].bytes, target};
  ASSERT_TRUE(BranchTransform().inverse(views, Params(), pool, target));
  EXPECT_EQ(target, bytes);
}

TEST_P(BranchKinds, DamagedMapsAndSectionsAreSurvived) {
  const Bytes bytes = CodeOf(GetParam(), 60000);
  const Converted converted(bytes, Params(GetParam()));
  ASSERT_TRUE(converted.taken);
  Random random(3);
  for (int round = 0; round < 300; ++round) {
    Bytes map(converted.list[0].bytes.begin(), converted.list[0].bytes.end());
    Bytes section(converted.list[1].bytes.begin(), converted.list[1].bytes.end());
    for (std::uint64_t flips = random.Below(4); flips > 0; --flips) {
      map[random.Below(map.size())] ^= static_cast<std::uint8_t>(random());
      section[random.Below(section.size())] ^= static_cast<std::uint8_t>(random());
    }
    map.resize(random.Below(map.size() + 1));
    (void)Restored({map, section}, section.size());
  }
}

INSTANTIATE_TEST_SUITE_P(All, BranchKinds, testing::Values(Kind::kX86, Kind::kX64, Kind::kArm64));

TEST(Branch, RefusesMapsThatReachBehindTheSource) {
  const Bytes section(100 + kPad);
  const auto join = [&](std::uint64_t entry, std::size_t size, const TransformParams& params) {
    Bytes map(kMaxVarint);
    map.resize(WriteVarint(entry, map.data()));
    BufferPool pool;
    Bytes target(100);
    return BranchTransform().inverse({{map, ByteView(section).first(size)}}, params, pool, target);
  };
  EXPECT_TRUE(join(401, 100, Params()));
  EXPECT_TRUE(join(202, 100, Params()));
  EXPECT_TRUE(join(0, 100, Params()));
  for (const std::uint64_t entry : {std::uint64_t{404}, std::uint64_t{407}, ~std::uint64_t{0}}) {
    EXPECT_FALSE(join(entry, 100, Params()));
  }
  EXPECT_FALSE(join(401, 99, Params()));
  TransformParams bad = Params();
  bad.bytes[0] = 4;
  EXPECT_EQ(join(400, 100, bad).error().code, ErrorCode::kUnsupported);
  bad.size = 2;
  EXPECT_EQ(join(400, 100, bad).error().code, ErrorCode::kCorrupt);
}

std::size_t Proposed(const Bytes& bytes) {
  BufferPool pool;
  const Buffer padded = tests::Padded(bytes);
  const Features features = MeasureFeatures(padded.view(), pool);
  Candidates candidates;
  DetectBranch({padded.view(), features, ScopeOf(*FindLevel(3), pool), false}, candidates);
  return candidates.view().size();
}

TEST(BranchDetection, FindsCodeWhoseTargetsRepeat) {
  for (const Kind kind : {Kind::kX86, Kind::kX64, Kind::kArm64}) {
    EXPECT_EQ(Proposed(CodeOf(kind, 400000)), 1u);
    Bytes bytes = tests::Generate(tests::Kind::kText, 100000);
    const Bytes code = CodeOf(kind, 200000);
    bytes.insert(bytes.end(), code.begin(), code.end());
    EXPECT_EQ(Proposed(bytes), 1u);
  }
}

TEST(BranchDetection, LeavesDataAlone) {
  for (const tests::Kind kind : tests::kAllKinds) {
    EXPECT_EQ(Proposed(tests::Generate(kind, 1 << 20)), 0u) << tests::KindName(kind);
  }
  // Bytes of calls all over, but what follows them repeats only as it is: 64-bit numbers below
  // 2048.
  Random random(5);
  Bytes numbers;
  for (int i = 0; i < 100000; ++i) {
    tests::Put32(numbers, static_cast<std::uint32_t>(random.Below(4) * 256 + 0xE8));
    tests::Put32(numbers, 0);
  }
  EXPECT_EQ(Proposed(numbers), 0u);
}

}  // namespace
}  // namespace sigma::code
