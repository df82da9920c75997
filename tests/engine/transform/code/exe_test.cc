// EXE on synthetic code: found among data, restored, operands in their streams; hostile maps.
#include "engine/transform/code/exe.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "engine/base/endian.h"
#include "engine/base/varint.h"
#include "engine/memory/buffer.h"
#include "engine/transform/code/params.h"
#include "engine/transform/code/streams.h"
#include "tests/data.h"
#include "tests/machine_code.h"

namespace sigma::code {
namespace {

using tests::Arm64Code;
using tests::Put32;
using tests::Random;
using tests::X86Code;

struct Split {
  Split(const Bytes& bytes, const TransformParams& params)
      : source(tests::Padded(bytes)),
        memory(SectionList::MemoryFor(bytes.size())),
        list(memory.bytes(), bytes.size()) {
    taken = ExeTransform().forward(source.view(), params, pool, list);
  }
  [[nodiscard]] std::vector<ByteView> views() const {
    std::vector<ByteView> all;
    for (std::size_t k = 0; k < list.count(); ++k) all.emplace_back(list[k].bytes);
    return all;
  }
  BufferPool pool;
  Buffer source;
  Buffer memory;
  SectionList list;
  bool taken = false;
};

Bytes Join(const std::vector<ByteView>& sections, std::size_t size, const TransformParams& params) {
  BufferPool pool;
  Bytes target(size);
  return ExeTransform().inverse(sections, params, pool, target) ? target : Bytes{};
}

class ExeKinds : public testing::TestWithParam<Kind> {
 protected:
  static Bytes Code(std::size_t size, std::size_t base) {
    if (GetParam() == Kind::kArm64) return Arm64Code(size / 4, base);
    return X86Code(size, GetParam() == Kind::kX64, base);
  }
};

TEST_P(ExeKinds, CodeIsFoundBetweenData) {
  Bytes bytes = tests::Generate(tests::Kind::kText, 40000);
  const std::size_t begin = bytes.size();
  const Bytes code = Code(300000, begin);
  bytes.insert(bytes.end(), code.begin(), code.end());
  const std::size_t end = bytes.size();
  const Bytes tail = tests::Generate(tests::Kind::kRandom, 50001);
  bytes.insert(bytes.end(), tail.begin(), tail.end());
  const Ranges ranges = FindCode(bytes);
  ASSERT_EQ(ranges.view().size(), 1u);
  EXPECT_EQ(ranges.view()[0].kind, GetParam());
  EXPECT_NEAR(static_cast<double>(ranges.view()[0].begin), static_cast<double>(begin), 4096);
  EXPECT_NEAR(static_cast<double>(ranges.view()[0].end), static_cast<double>(end), 4096);
  const Split split(bytes, Params());
  ASSERT_TRUE(split.taken);
  EXPECT_EQ(Join(split.views(), bytes.size(), Params()), bytes);
}

TEST_P(ExeKinds, EveryLengthComesBack) {
  for (std::size_t size = 0; size <= 600; ++size) {
    Bytes bytes = Code(size, 0);
    bytes.resize(size);
    const Split split(bytes, Params(GetParam()));
    if (!split.taken) continue;
    ASSERT_EQ(Join(split.views(), size, Params(GetParam())), bytes) << size;
  }
}

TEST_P(ExeKinds, AnyBytesComeBack) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    Random random(seed);
    Bytes bytes(random.Below(200000));
    for (std::uint8_t& byte : bytes) {
      byte = static_cast<std::uint8_t>(random() & (seed % 3 == 0 ? 0xFF : random()));
    }
    const Split split(bytes, Params(GetParam()));
    if (!split.taken) continue;
    ASSERT_EQ(Join(split.views(), bytes.size(), Params(GetParam())), bytes);
  }
}

TEST_P(ExeKinds, DamagedSectionsAreAnErrorOrSomeBytes) {
  const Bytes bytes = Code(20000, 0);
  const Split split(bytes, Params(GetParam()));
  ASSERT_TRUE(split.taken);
  Random random(1);
  for (int i = 0; i < 3000; ++i) {
    std::vector<Bytes> copies;
    std::vector<ByteView> views;
    for (const ByteView view : split.views()) {
      copies.emplace_back(view.begin(), view.end());
    }
    const std::size_t k = random.Below(3) == 0 ? 0 : random.Below(copies.size());
    Bytes& victim = copies[k];
    if (!victim.empty() && random.Below(2) == 0) {
      victim[random.Below(victim.size())] ^= static_cast<std::uint8_t>(1 + random.Below(255));
    } else {
      victim.resize(random.Below(2 * victim.size() + 2));
    }
    for (Bytes& copy : copies) {
      const std::size_t size = copy.size();
      copy.resize(size + kPad);
      views.push_back(ByteView(copy).first(size));
    }
    (void)Join(views, bytes.size() - random.Below(2), Params(GetParam()));
  }
}

INSTANTIATE_TEST_SUITE_P(All, ExeKinds, testing::Values(Kind::kX86, Kind::kX64, Kind::kArm64));

TEST(Exe, DataHoldsNoCode) {
  for (const auto kind : {tests::Kind::kZeros, tests::Kind::kRandom, tests::Kind::kText,
                          tests::Kind::kWalk16, tests::Kind::kWalk32, tests::Kind::kSkewed}) {
    EXPECT_TRUE(FindCode(tests::Generate(kind, 1 << 20)).view().empty());
  }
}

TEST(Exe, OperandsStandInTheirStreams) {
  // nop; call +0x100; mov eax, [ebp+8]; push 0x11223344; jz +5; test ecx, 7; not ecx; 30 nops
  Bytes bytes = {0x90, 0xE8, 0x00, 0x01, 0x00, 0x00, 0x8B, 0x45, 0x08, 0x68, 0x44, 0x33,
                 0x22, 0x11, 0x74, 0x05, 0xF7, 0xC1, 0x07, 0x00, 0x00, 0x00, 0xF7, 0xD1};
  bytes.resize(bytes.size() + 30, 0x90);
  const Split split(bytes, Params(Kind::kX86));
  ASSERT_TRUE(split.taken);
  const auto stream = [&](Stream k) {
    const auto view = split.list[2 + static_cast<std::size_t>(k) - (k > Stream::kJump32)].bytes;
    return Bytes(view.begin(), view.end());
  };
  Bytes code = {0x90, 0xE8, 0x8B, 0x45, 0x68, 0x74, 0xF7, 0xC1, 0xF7, 0xD1};
  code.resize(code.size() + 14, 0x90);  // two in a step
  EXPECT_EQ(stream(Stream::kCode), code);
  EXPECT_EQ(stream(Stream::kCall), (Bytes{0x06, 0x01, 0x00, 0x00}));
  EXPECT_EQ(stream(Stream::kDisp8), (Bytes{0x08}));
  EXPECT_EQ(stream(Stream::kImm32), (Bytes{0x44, 0x33, 0x22, 0x11, 7, 0, 0, 0}));
  EXPECT_EQ(stream(Stream::kJump8), (Bytes{0x05}));
  EXPECT_EQ(split.list[1].bytes.size(), 16u);  // the end stays as it is
}

TEST(Exe, JumpsAreDifferencesInPlanes) {
  // Jumps to 0x105, 0x0A − 0x100 and 0x1010F, then nops.
  Bytes bytes = {0xE9, 0x00, 0x01, 0x00, 0x00, 0xE9, 0x00, 0xFF,
                 0xFF, 0xFF, 0xE9, 0x00, 0x01, 0x01, 0x00};
  bytes.resize(bytes.size() + 30, 0x90);
  const Split split(bytes, Params(Kind::kX86));
  ASSERT_TRUE(split.taken);
  const std::array<std::uint32_t, 3> targets = {0x105, 0x0Au - 0x100u, 0x1010F};
  std::uint32_t before = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const auto difference = static_cast<std::int32_t>(targets[i] - before);
    const auto zigzag = static_cast<std::uint32_t>(difference * 2 ^ difference >> 31);
    for (std::size_t plane = 0; plane < 4; ++plane) {
      const ByteView bytes_of = split.list[12 + plane].bytes;
      ASSERT_EQ(bytes_of.size(), targets.size());
      EXPECT_EQ(bytes_of[i], static_cast<std::uint8_t>(zigzag >> 8 * plane)) << i;
    }
    before = targets[i];
  }
  EXPECT_EQ(Join(split.views(), bytes.size(), Params(Kind::kX86)), bytes);
}

TEST(Exe, PartsOfLongRangesAreIndependent) {
  // Around the sizes at which ranges are cut, in all four remainders.
  for (const std::size_t size : {std::size_t{32} << 10, std::size_t{100000}}) {
    for (std::size_t more = 0; more < 9; ++more) {
      const Bytes bytes = X86Code(size + more - 4, more % 2 != 0, 0);
      const TransformParams params = Params(more % 2 != 0 ? Kind::kX64 : Kind::kX86);
      const Split split(bytes, params);
      ASSERT_TRUE(split.taken);
      EXPECT_EQ(Join(split.views(), bytes.size(), params), bytes) << bytes.size();
    }
  }
}

TEST(Exe, RefusesMapsThatDoNotAddUp) {
  BufferPool pool;
  Bytes target(100);
  const Bytes rest(100 + kPad);
  const auto join = [&](const Bytes& map, std::size_t rest_size, const TransformParams& params) {
    Bytes padded = map;
    padded.resize(map.size() + kPad);
    std::vector<ByteView> sections(2 + kStreams + 3, ByteView(rest).first(0));
    sections[0] = ByteView(padded).first(map.size());
    sections[1] = ByteView(rest).first(rest_size);
    return ExeTransform().inverse(sections, params, pool, target);
  };
  const auto varint = [](std::uint64_t value) {
    Bytes bytes(kMaxVarint);
    bytes.resize(WriteVarint(value, bytes.data()));
    return bytes;
  };
  EXPECT_TRUE(join(varint(400), 100, Params()));
  for (const std::uint64_t size : {std::uint64_t{396}, std::uint64_t{404}, ~std::uint64_t{0}}) {
    EXPECT_FALSE(join(varint(size), 100, Params()));
  }
  EXPECT_FALSE(join({}, 100, Params()));
  EXPECT_FALSE(join(varint(400), 99, Params()));
  EXPECT_FALSE(join(varint(401), 100, Params()));
  EXPECT_FALSE(join({0x80}, 100, Params()));
  {
    std::vector<ByteView> sections(2 + kStreams + 3, ByteView(rest).first(0));
    sections.back() = ByteView(rest).first(1);  // a plane of its own size
    EXPECT_FALSE(ExeTransform().inverse(sections, Params(), pool, target));
  }
  TransformParams bad = Params();
  bad.bytes[0] = 4;
  EXPECT_EQ(join(varint(400), 100, bad).error().code, ErrorCode::kUnsupported);
  bad.size = 2;
  EXPECT_EQ(join(varint(400), 100, bad).error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace sigma::code
