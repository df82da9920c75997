// The ADAPTIVE coder: kinds of data and sizes, several groups, raw literals, hostile payloads between
// guard pages, the same bytes under every target.
#include "engine/coder/adaptive/coder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/coder/registry.h"
#include "tests/data.h"
#include "tests/guarded.h"
#include "tests/per_target.h"

namespace sigma::adaptive {
namespace {

using tests::Padded;

CoderParams Slow() {
  CoderParams params;
  params.sorts = true;
  return params;
}

Bytes Code(ByteView bytes) {
  static BufferPool pool;
  const Buffer source = Padded(bytes);
  Bytes coded(bytes.size());
  coded.resize(Encode(source.view(), Slow(), pool, coded));
  return coded;
}

void ExpectBack(ByteView bytes, ByteView coded) {
  static BufferPool pool;
  const Buffer payload = Padded(coded);
  Bytes restored(bytes.size());
  const auto done = Decode(payload.view(), pool, restored);
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), restored.begin()));
}

TEST(Adaptive, EveryKindComesBack) {
  for (const tests::Kind kind : tests::kAllKinds) {
    SCOPED_TRACE(tests::KindName(kind));
    const Bytes bytes = tests::Generate(kind, 270000);
    for (const std::size_t size : {1024u, 1025u, 65535u, 65536u, 65537u, 262144u, 270000u}) {
      const ByteView part = ByteView(bytes).first(size);
      const Bytes coded = Code(part);
      if (kind == tests::Kind::kRandom) {
        EXPECT_TRUE(coded.empty());
      } else {
        ASSERT_FALSE(coded.empty()) << size;
        ExpectBack(part, coded);
      }
    }
  }
}

TEST(Adaptive, LongMatchesAndRunsCrossBlocksAndGroups) {
  Bytes bytes = tests::Generate(tests::Kind::kText, 200000);
  bytes.insert(bytes.end(), 400000, 7);
  const Bytes first = bytes;
  bytes.insert(bytes.end(), first.begin(), first.end());
  const Bytes coded = Code(bytes);
  ASSERT_FALSE(coded.empty());
  EXPECT_LT(coded.size(), Code(first).size() + 200);
  ExpectBack(bytes, coded);
}

// A source above the size in which each block is practised.
TEST(Adaptive, LargeSourcesComeBack) {
  Bytes bytes = tests::Generate(tests::Kind::kRecords, 600000);
  const Bytes more = tests::Generate(tests::Kind::kMixed, 600000);
  bytes.insert(bytes.end(), more.begin(), more.end());
  const Bytes coded = Code(bytes);
  ASSERT_FALSE(coded.empty());
  ExpectBack(bytes, coded);
}

// What cannot be coded costs next to nothing beside what can.
TEST(Adaptive, RandomPartsAreRaw) {
  Bytes bytes = tests::Generate(tests::Kind::kRandom, 1 << 17);
  bytes.insert(bytes.end(), 1 << 17, 'x');
  const Bytes coded = Code(bytes);
  ASSERT_FALSE(coded.empty());
  EXPECT_LT(coded.size(), (1u << 17) + 200);
  ExpectBack(bytes, coded);
}

TEST(Adaptive, SmallSourcesAndOtherLevelsAreLeftAlone) {
  EXPECT_TRUE(Code(tests::Generate(tests::Kind::kText, 1023)).empty());
  EXPECT_TRUE(Code({}).empty());
  BufferPool pool;
  const Buffer source = Padded(tests::Generate(tests::Kind::kText, 5000));
  Bytes coded(5000);
  EXPECT_EQ(Encode(source.view(), CoderParams{}, pool, coded), 0u);
  EXPECT_EQ(EncodeScratch(CoderParams{}, 1u << 24), 0u);
}

TEST(Adaptive, NoGainWhereTheTargetIsTooSmall) {
  const Bytes text = tests::Generate(tests::Kind::kText, 80000);
  const Buffer source = Padded(text);
  const std::size_t whole = Code(text).size();
  BufferPool pool;
  for (const std::size_t room : {std::size_t{0}, std::size_t{1}, whole / 2, whole - 1}) {
    Bytes target(room);
    EXPECT_EQ(Encode(source.view(), Slow(), pool, target), 0u) << room;
  }
  Bytes target(whole);
  EXPECT_EQ(Encode(source.view(), Slow(), pool, target), whole);
}

TEST(Adaptive, EveryTargetMakesTheSameBytes) {
  const Bytes bytes = tests::Generate(tests::Kind::kMixed, 100000);
  std::vector<Bytes> all;
  tests::ForEachTarget([&] {
    all.push_back(Code(bytes));
    EXPECT_EQ(all.back(), all.front());
    ExpectBack(bytes, all.back());
  });
}

TEST(Adaptive, LeasesWhatItsRowSays) {
  for (const std::size_t size : {1024u, 100000u, 300000u}) {
    const Buffer source = Padded(tests::Generate(tests::Kind::kMixed, size));
    Bytes coded(size);
    BufferPool encoding;
    coded.resize(Encode({source.data(), size}, Slow(), encoding, coded));
    ASSERT_FALSE(coded.empty());
    EXPECT_LE(encoding.peak_leased(), EncodeScratch(Slow(), size));
    const Buffer payload = Padded(coded);
    BufferPool decoding;
    Bytes restored(size);
    ASSERT_TRUE(Decode(payload.view(), decoding, restored));
    EXPECT_LE(decoding.peak_leased(), DecodeScratch(size));
  }
}

TEST(Adaptive, HostilePayloadsStayBetweenGuardPages) {
  constexpr std::size_t kSize = 6000;
  BufferPool pool;
  tests::Random random(5);
  tests::Guarded target(kSize, 0, tests::Edge::kBack);
  tests::Guarded front(kSize, 0, tests::Edge::kFront);
  const auto decode = [&](ByteView payload, std::size_t size) {
    const tests::Guarded source(payload, kPad, tests::Edge::kBack);
    const bool last = Decode(source.view(), pool, target.bytes().last(size)).has_value();
    EXPECT_EQ(Decode(source.view(), pool, front.bytes().first(size)).has_value(), last);
    return last;
  };
  tests::ForEachTarget([&] {
    for (const tests::Kind kind : {tests::Kind::kText, tests::Kind::kRuns, tests::Kind::kWalk16}) {
      const Bytes good = Code(tests::Generate(kind, kSize));
      ASSERT_FALSE(good.empty());
      EXPECT_TRUE(decode(good, kSize));
      for (int trial = 0; trial < 100; ++trial) {
        Bytes bad = good;
        for (std::size_t i = 0; i < 1 + random.Below(4); ++i) {
          const std::size_t near =
              random.Below(2) == 0 ? std::min<std::size_t>(bad.size(), 60) : bad.size();
          bad[random.Below(near)] = static_cast<std::uint8_t>(random());
        }
        if (random.Below(4) == 0) bad.resize(random.Below(bad.size() + 1));
        (void)decode(bad, random.Below(5) == 0 ? 1024 + random.Below(kSize - 1023) : kSize);
      }
      for (std::size_t cut = 0; cut < good.size(); cut += 1 + cut / 16) {
        EXPECT_FALSE(decode(ByteView(good).first(cut), kSize)) << cut;
      }
      EXPECT_FALSE(decode(good, kSize - 1));
      EXPECT_FALSE(decode(good, 1023));
      EXPECT_FALSE(decode(good, 0));
    }
  });
}

}  // namespace
}  // namespace sigma::adaptive
