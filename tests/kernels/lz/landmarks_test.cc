#include "kernels/lz/landmarks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/endian.h"
#include "tests/kernels/samples.h"
#include "tests/per_target.h"

namespace sigma::kernels::lz {
namespace {

using View = std::span<const std::uint8_t>;

std::vector<std::uint32_t> Reference(View source) {
  std::vector<std::uint32_t> all;
  for (std::size_t i = 0; i + kLandmarkBytes <= source.size(); ++i) {
    const std::uint32_t hash = LoadInteger<std::uint32_t>(source.data() + i) * 0x9E3779B1u +
                               LoadInteger<std::uint32_t>(source.data() + i + 4) * 0x85EBCA77u +
                               0xC2B2AE3Du;
    if (hash >> (32 - kLandmarkLog) != 0) continue;
    if (!all.empty() && i < all.back() + kLandmarkGap) continue;
    all.push_back(static_cast<std::uint32_t>(i));
  }
  return all;
}

std::vector<std::uint32_t> Found(View source) {
  std::vector<std::uint32_t> places(MostLandmarks(source.size()));
  places.resize(FindLandmarks(source, places));
  return places;
}

TEST(Landmarks, AreThoseOfTheReference) {
  const std::vector<std::uint8_t> random = tests::RandomBytes(100'000, 7);
  tests::ForEachTarget([&] {
    for (std::size_t size = 0; size <= 600; ++size) {
      // A copy, so that a sanitizer sees a read beyond its end.
      const std::vector<std::uint8_t> source(random.begin(),
                                             random.begin() + static_cast<std::ptrdiff_t>(size));
      ASSERT_EQ(Found(source), Reference(source)) << size;
    }
    const std::vector<std::uint32_t> found = Found(random);
    EXPECT_EQ(found, Reference(random));
    // One in 256 and 128 after each.
    EXPECT_GT(found.size(), 150u);
    EXPECT_LT(found.size(), 400u);
  });
}

// What is periodic may be full of places: no more are taken than there is room for.
TEST(Landmarks, AreNoMoreThanTheirBound) {
  std::vector<std::uint8_t> tile = tests::RandomBytes(50'000, 9);
  const std::vector<std::uint32_t> some = Found(tile);
  ASSERT_FALSE(some.empty());
  // Eight bytes that are a landmark, over and over.
  std::vector<std::uint8_t> source;
  while (source.size() < 20'000) {
    source.insert(source.end(), tile.begin() + some[0], tile.begin() + some[0] + 8);
  }
  tests::ForEachTarget([&] {
    const std::vector<std::uint32_t> found = Found(source);
    EXPECT_EQ(found, Reference(source));
    EXPECT_GE(found.size(), source.size() / (kLandmarkGap + 8));
    EXPECT_LE(found.size(), MostLandmarks(source.size()));
  });
}

TEST(Landmarks, ZerosAreNone) { EXPECT_TRUE(Found(std::vector<std::uint8_t>(10'000)).empty()); }

}  // namespace
}  // namespace sigma::kernels::lz
