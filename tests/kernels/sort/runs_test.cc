// Runs through the model and back: the same code under every target, the plain one among them, which
// is the reference; damaged codes stay inside their target and their code's pad.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "kernels/sort/run_decoder.h"
#include "kernels/sort/run_encoder.h"
#include "tests/kernels/samples.h"
#include "tests/per_target.h"

namespace sigma::kernels::sort {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct Coded {
  Bytes order;
  Bytes code;
};

// A segment as an engine codes it.
Coded Encode(std::span<const std::uint8_t> segment) {
  Bytes ranks(segment.size());
  std::array<std::uint8_t, 256> order;
  const std::size_t runs = RankRuns(segment, ranks, order);
  std::array<bool, 256> occurs{};
  for (const std::uint8_t byte : segment) occurs[byte] = true;
  const auto used = static_cast<std::ptrdiff_t>(std::count(occurs.begin(), occurs.end(), true));
  Coded coded{{order.begin(), order.begin() + used}, {}};
  std::uint8_t after_last = 0;
  for (std::size_t byte = 256; byte-- > 0;) {
    if (occurs[byte] && byte != segment.back()) after_last = static_cast<std::uint8_t>(byte);
  }
  const auto model = std::make_unique<RunModel>();
  StartModel(*model);
  std::vector<std::uint32_t> notes(kSymbolsInRun * kRunsInGroup);
  Bytes group(kGroupBytes);
  RunSource source{segment.data(), segment.data() + segment.size(),
                   ranks.data() + segment.size() - runs, after_last};
  while (source.at != source.end) {
    const std::size_t size = EncodeGroup(source, *model, notes, group);
    coded.code.insert(coded.code.end(), group.end() - static_cast<std::ptrdiff_t>(size),
                      group.end());
  }
  return coded;
}

SegmentJob JobOf(const Coded& coded, std::size_t size, RunModel& model,
                 std::span<std::uint8_t> target) {
  SegmentJob job{{coded.code.data(), size}, target, &model, 0, {}};
  job.used = static_cast<std::uint32_t>(coded.order.size());
  std::copy(coded.order.begin(), coded.order.end(), job.order.begin());
  StartModel(model);
  return job;
}

// Padded as kRunPad asks.
Coded Padded(Coded coded) {
  coded.code.resize(coded.code.size() + kRunPad, 0xA5);
  return coded;
}

// Decodes both in lockstep; they must come back.
void ExpectBack(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second,
                const Coded& a, const Coded& b) {
  static const auto models = std::make_unique<std::array<RunModel, 2>>();
  const Coded padded_a = Padded(a);
  const Coded padded_b = Padded(b);
  Bytes target(first.size() + second.size());
  std::array jobs{
      JobOf(padded_a, a.code.size(), (*models)[0], std::span(target).first(first.size())),
      JobOf(padded_b, b.code.size(), (*models)[1], std::span(target).subspan(first.size()))};
  ASSERT_TRUE(DecodeSegments(jobs));
  EXPECT_TRUE(std::equal(first.begin(), first.end(), target.begin()));
  EXPECT_TRUE(std::equal(second.begin(), second.end(),
                         target.begin() + static_cast<std::ptrdiff_t>(first.size())));
}

// Runs of every length class and ranks up to 255.
Bytes EveryClass() {
  Bytes bytes;
  std::mt19937 random(7);
  for (std::size_t length = 1; length < 200000; length = length * 9 / 8 + 1) {
    bytes.insert(bytes.end(), length, static_cast<std::uint8_t>(random()));
  }
  for (unsigned round = 0; round < 3; ++round) {
    for (unsigned byte = 0; byte < 256; ++byte)
      bytes.push_back(static_cast<std::uint8_t>(byte * 37));
  }
  return bytes;
}

TEST(Runs, RanksCountTheBytesUpToTheNextRun) {
  tests::ForEachTarget([] {
    const Bytes segment{5, 5, 1, 5, 9, 9, 9, 1, 1};
    Bytes ranks(segment.size());
    std::array<std::uint8_t, 256> order;
    ASSERT_EQ(RankRuns(segment, ranks, order), 5u);
    // 5 comes again after 1; 1 after 5 and 9; then nothing comes again, and the order of values counts.
    EXPECT_EQ(Bytes(ranks.end() - 5, ranks.end()), (Bytes{1, 2, 2, 2, 1}));
    EXPECT_EQ(Bytes(order.begin(), order.begin() + 4), (Bytes{5, 1, 9, 0}));
    Bytes all(order.begin(), order.end());
    std::sort(all.begin(), all.end());
    Bytes values(256);
    std::iota(values.begin(), values.end(), std::uint8_t{0});
    EXPECT_EQ(all, values);
  });
}

TEST(Runs, ComeBackAndAreCodedAlikeUnderEveryTarget) {
  const Bytes random = tests::RandomBytes(70000, 1);
  const Bytes runny = tests::RunnyBytes(200000, 2);
  const Bytes every = EveryClass();
  const Bytes one(100000, 'x');
  const std::vector<std::span<const std::uint8_t>> segments{
      random, runny, every, one, std::span(random).first(1), std::span(runny).first(300)};
  std::vector<Coded> first;
  tests::ForEachTarget([&] {
    std::vector<Coded> coded;
    for (const auto& segment : segments) coded.push_back(Encode(segment));
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const std::size_t k = (i + 1) % segments.size();
      ExpectBack(segments[i], segments[k], coded[i], coded[k]);
      if (!first.empty()) {
        EXPECT_EQ(coded[i].order, first[i].order) << i;
        EXPECT_EQ(coded[i].code, first[i].code) << i;
      }
    }
    if (first.empty()) first = coded;
  });
}

TEST(Runs, ShortSegmentsComeBack) {
  const Bytes random = tests::RandomBytes(300, 3);
  const Bytes runny = tests::RunnyBytes(300, 4);
  tests::ForEachTarget([&] {
    for (std::size_t size = 1; size <= 300; size += size < 40 ? 1 : 13) {
      const auto a = std::span(random).first(size);
      const auto b = std::span(runny).first(301 - size);
      ExpectBack(a, b, Encode(a), Encode(b));
      if (testing::Test::HasFailure()) return;
    }
  });
}

TEST(Runs, DamageIsFoundOrStaysInsideAndIsJudgedAlikeUnderEveryTarget) {
  const Bytes runny = tests::RunnyBytes(3000, 5);
  const Coded good = Encode(runny);
  const auto model = std::make_unique<RunModel>();
  std::vector<std::vector<Bytes>> all;
  tests::ForEachTarget([&] {
    std::mt19937 random(6);
    std::vector<Bytes> outcomes;
    for (int trial = 0; trial < 300; ++trial) {
      Coded bad = good;
      bad.code[random() % bad.code.size()] ^= static_cast<std::uint8_t>(1u << random() % 8);
      if (trial % 3 == 0) bad.code.resize(random() % bad.code.size());
      const std::size_t size = bad.code.size();
      const Coded padded = Padded(bad);
      // Canaries on both sides.
      Bytes memory(runny.size() + 128, 0xEE);
      std::array jobs{JobOf(padded, size, *model, std::span(memory).subspan(64, runny.size()))};
      const bool accepted = DecodeSegments(jobs);
      EXPECT_TRUE(
          std::all_of(memory.begin(), memory.begin() + 64, [](auto b) { return b == 0xEE; }));
      EXPECT_TRUE(std::all_of(memory.end() - 64, memory.end(), [](auto b) { return b == 0xEE; }));
      outcomes.push_back(accepted ? memory : Bytes{});
    }
    all.push_back(outcomes);
    EXPECT_EQ(outcomes, all.front());
  });
}

}  // namespace
}  // namespace sigma::kernels::sort
