#include "engine/pipeline/chunk_codec.h"

#include <gtest/gtest.h>

#include <cfenv>
#include <cstring>

#include "engine/format/plan_format.h"
#include "tests/data.h"
#include "tests/levels.h"

namespace sigma {
namespace {

using tests::Padded;

class ChunkCodec : public testing::Test {
 protected:
  // The payload of `bytes`; checks that it is no larger and comes back.
  EncodedPayload RoundTrip(ByteView bytes, const LevelRow& level, StrategyChoice choice) {
    const Buffer raw = Padded(bytes);
    payload_ = Buffer(bytes.size());
    const EncodedPayload encoded = EncodeChunk(raw.view(), level, choice, pool_, payload_.bytes());
    EXPECT_LE(encoded.size, bytes.size());
    Buffer restored(bytes.size());
    const auto done =
        DecodeChunk(encoded.plan_id, payload_.view().first(encoded.size), pool_, restored.bytes());
    EXPECT_TRUE(done) << done.error().text;
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), restored.data()));
    return encoded;
  }

  BufferPool pool_;
  Buffer payload_;
};

std::vector<StrategyChoice> EveryChoice() {
  std::vector<StrategyChoice> all;
  for (std::size_t i = 0; i < StrategyChoiceNames().size(); ++i) {
    all.push_back(static_cast<StrategyChoice>(i));
  }
  return all;
}
const std::vector<StrategyChoice> kChoices = EveryChoice();

TEST_F(ChunkCodec, EveryKindComesBackUnderEveryStrategyAndLevel) {
  for (const tests::Kind kind : tests::kAllKinds) {
    const Bytes all = tests::Generate(kind, 150001);
    for (const LevelRow& level : tests::EveryLevelRow()) {
      const ByteView bytes = ByteView(all).first(level.level < 5 ? all.size() : 50001);
      for (const StrategyChoice choice : kChoices) {
        SCOPED_TRACE(std::string(tests::KindName(kind)) + " level " + std::to_string(level.level) +
                     " strategy " + std::string(StrategyChoiceNames()[static_cast<int>(choice)]));
        RoundTrip(bytes, level, choice);
      }
    }
  }
}

// Every size at the default level; at the others every seventh, another seventh each.
TEST_F(ChunkCodec, EverySizeUpTo300ComesBack) {
  for (const tests::Kind kind : tests::kAllKinds) {
    const Bytes bytes = tests::Generate(kind, 300);
    std::size_t row = 0;
    for (const LevelRow& level : tests::EveryLevelRow()) {
      const bool each = level.level == 3;
      for (std::size_t size = each ? 1 : 1 + row % 7; size <= 300; size += each ? 1 : 7) {
        for (const StrategyChoice choice : kChoices) {
          RoundTrip(ByteView(bytes).first(size), level, choice);
        }
      }
      ++row;
    }
  }
}

TEST_F(ChunkCodec, WhatDoesNotShrinkIsStored) {
  const Bytes bytes = tests::Generate(tests::Kind::kRandom, 1 << 17);
  for (const LevelRow& level : tests::EveryLevelRow()) {
    for (const StrategyChoice choice : kChoices) {
      const EncodedPayload encoded = RoundTrip(bytes, level, choice);
      EXPECT_EQ(encoded.plan_id, 0);
      EXPECT_EQ(encoded.size, bytes.size());
    }
  }
}

// Of the strategies that a level has the time for: sorting and adaptive coding are level 8's.
TEST_F(ChunkCodec, AutoIsNeverMuchWorseThanAnyForcedStrategy) {
  for (const auto& [number, size] : {std::pair{3, 1 << 19}, std::pair{8, 1 << 16}}) {
    const LevelRow& level = *FindLevel(number);
    for (const tests::Kind kind : tests::kAllKinds) {
      const Bytes bytes = tests::Generate(kind, static_cast<std::size_t>(size));
      const std::size_t chosen = RoundTrip(bytes, level, StrategyChoice::kAuto).size;
      for (const StrategyChoice choice : kChoices) {
        const bool slow = choice == StrategyChoice::kSort || choice == StrategyChoice::kAdaptive;
        if (slow && !level.coder.sorts) continue;
        EXPECT_LE(chosen, RoundTrip(bytes, level, choice).size * 21 / 20 + 64)
            << tests::KindName(kind) << " against "
            << StrategyChoiceNames()[static_cast<int>(choice)] << " at level " << number;
      }
    }
  }
}

TEST_F(ChunkCodec, DamageOfATransformedChunkIsAnErrorOrOtherBytesNeverACrash) {
  const Bytes bytes = tests::Generate(tests::Kind::kWalk16, 4096);
  const EncodedPayload encoded = RoundTrip(bytes, *FindLevel(3), StrategyChoice::kDelta);
  ASSERT_GE(encoded.plan_id, 64);
  const ByteView payload = payload_.view().first(encoded.size);
  Buffer restored(bytes.size());
  for (std::size_t cut = 0; cut < payload.size(); ++cut) {
    const Buffer part = Padded(payload.first(cut));
    EXPECT_FALSE(DecodeChunk(encoded.plan_id, part.view(), pool_, restored.bytes())) << cut;
  }
  for (std::size_t bit = 0; bit < 8 * payload.size(); ++bit) {
    Buffer damaged = Padded(payload);
    damaged.data()[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    (void)DecodeChunk(encoded.plan_id, damaged.view(), pool_, restored.bytes());
  }
}

// Delta in delta, around a constant section of `size` bytes (below 128).
Bytes Nested(unsigned transforms, std::uint8_t size) {
  Bytes payload = {1, 7};  // entropy: all symbols are 7
  auto plan = static_cast<std::uint8_t>(CoderId::kEntropy);
  for (unsigned i = 0; i < transforms; ++i) {
    Bytes outer = {1, 4, 1, plan, size, static_cast<std::uint8_t>(payload.size())};  // delta8
    outer.insert(outer.end(), payload.begin(), payload.end());
    payload = std::move(outer);
    plan = kFirstTransformPlan;
  }
  return payload;
}

TEST_F(ChunkCodec, PlansNestToTheDepthOfTheFormatAndNoDeeper) {
  Buffer restored(100);
  for (unsigned depth = 1; depth <= kMaxPlanDepth + 2; ++depth) {
    const Buffer payload = Padded(Nested(depth, 100));
    const auto done = DecodeChunk(kFirstTransformPlan, payload.view(), pool_, restored.bytes());
    EXPECT_EQ(done.has_value(), depth <= kMaxPlanDepth) << depth;
    if (!done) {
      EXPECT_EQ(done.error().code, ErrorCode::kCorrupt);
      EXPECT_EQ(done.error().offset, 6 * kMaxPlanDepth);
    }
  }
}

TEST_F(ChunkCodec, UnknownPlansAreRefused) {
  const Buffer payload = Padded(Bytes(100, 1));
  Buffer restored(1000);
  for (const int plan : {40, 63, 190, 255}) {
    const auto done =
        DecodeChunk(static_cast<std::uint8_t>(plan), payload.view(), pool_, restored.bytes());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kUnsupported);
  }
}

// Three columns of doubles, the third the product of the others.
Bytes Products() {
  constexpr std::size_t kRows = 12000;
  tests::Random random(7);
  std::vector<double> numbers(3 * kRows);
  for (std::size_t i = 0; i < kRows; ++i) {
    numbers[i] = 1.0 + static_cast<double>(random() >> 12) * 0x1p-52;
    numbers[kRows + i] = 1.0 + static_cast<double>(random() >> 12) * 0x1p-52;
    numbers[2 * kRows + i] = numbers[i] * numbers[kRows + i];
  }
  Bytes bytes(numbers.size() * sizeof(double));
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

TEST_F(ChunkCodec, RoundingOfTheCallersThreadChangesNothing) {
  const Buffer raw = Padded(Products());
  const LevelRow& level = *FindLevel(5, false);
  const auto encode = [&](Buffer& payload) {
    payload = Buffer(raw.size());
    return EncodeChunk(raw.view(), level, StrategyChoice::kAuto, pool_, payload.bytes());
  };
  Buffer usual, upward;
  const EncodedPayload first = encode(usual);
  EXPECT_LT(first.size, raw.size() * 3 / 4) << "the third column follows from the others";
  ASSERT_EQ(std::fesetround(FE_UPWARD), 0);
  const EncodedPayload second = encode(upward);
  Buffer restored(raw.size());
  const auto done =
      DecodeChunk(first.plan_id, usual.view().first(first.size), pool_, restored.bytes());
  EXPECT_EQ(std::fegetround(), FE_UPWARD);
  ASSERT_EQ(std::fesetround(FE_TONEAREST), 0);
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_TRUE(std::ranges::equal(restored.view(), raw.view()));
  ASSERT_EQ(second.size, first.size);
  EXPECT_TRUE(std::ranges::equal(upward.view().first(second.size), usual.view().first(first.size)));
}

}  // namespace
}  // namespace sigma
