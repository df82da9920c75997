// Cuts by content: bounds, the same cuts after a change, and none in what is all alike.
#include "engine/pipeline/content_cut.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/data.h"

namespace sigma {
namespace {

using tests::Generate;
using tests::Kind;

constexpr std::uint32_t kChunk = 64u << 10;

// Offsets, from the end of the bytes, at which chunks end.
std::multiset<std::size_t> Cuts(ByteView bytes) {
  std::multiset<std::size_t> cuts;
  while (!bytes.empty()) {
    const std::size_t all = std::min<std::size_t>(bytes.size(), kChunk);
    const std::size_t size = ContentCut(bytes.first(all), kChunk);
    EXPECT_GE(size, std::min<std::size_t>(all, LeastContentChunk(kChunk)));
    EXPECT_LE(size, all);
    bytes = bytes.subspan(size);
    cuts.insert(bytes.size());
  }
  return cuts;
}

TEST(ContentCut, FallsOnTheSameBytesAfterAChange) {
  const Bytes source = Generate(Kind::kRandom, 6'000'000);
  const std::multiset<std::size_t> cuts = Cuts(source);
  EXPECT_GT(cuts.size(), 6'000'000u / kChunk * 3 / 2) << "about half of the bound in the mean";
  EXPECT_LT(cuts.size(), 6'000'000u / kChunk * 3);
  for (const std::size_t more : {1u, 100u, 5000u}) {
    Bytes changed(more, 7);
    changed.insert(changed.end(), source.begin(), source.end());
    std::size_t same = 0;
    for (const std::size_t cut : Cuts(changed)) same += cuts.contains(cut);
    EXPECT_GE(same + 6, cuts.size()) << more;
  }
}

// A hole is not read: its chunks are whole ones without a look at them.
TEST(ContentCut, WhatIsAllAlikeIsNotCut) {
  for (int byte = 0; byte < 256; ++byte) {
    const Bytes source(kChunk, static_cast<std::uint8_t>(byte));
    EXPECT_EQ(ContentCut(source, kChunk), kChunk) << byte;
  }
  for (std::uint32_t chunk = 64u << 10; chunk <= 64u << 20; chunk *= 4) {
    EXPECT_EQ(ContentCut(Bytes(chunk, 0), chunk), chunk);
  }
}

TEST(ContentCut, TakesWhatIsShort) {
  const Bytes source = Generate(Kind::kText, kChunk);
  for (const std::size_t size : {0u, 1u, 63u, 16384u, 16385u}) {
    EXPECT_LE(ContentCut(ByteView{source}.first(size), kChunk), size);
  }
  EXPECT_EQ(ContentCut(ByteView{source}.first(16384), kChunk), 16384u);
}

}  // namespace
}  // namespace sigma
