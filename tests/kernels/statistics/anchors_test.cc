#include "kernels/statistics/anchors.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <vector>

#include "tests/kernels/samples.h"
#include "tests/per_target.h"

namespace sigma::kernels::statistics {
namespace {

using View = std::span<const std::uint8_t>;

std::vector<std::uint32_t> Reference(View source) {
  std::vector<std::uint32_t> all;
  for (std::uint32_t i = 0; i + 1 < source.size(); ++i) {
    if (source[i] == kAnchor && source[i + 1] < kAnchorBelow) all.push_back(i);
  }
  return all;
}

std::vector<std::uint32_t> All(View source, std::size_t room) {
  std::vector<std::uint32_t> all;
  std::vector<std::uint32_t> places(room);
  for (std::size_t next = 0; next < source.size();) {
    const AnchorScan scan = FindAnchors(source, next, places);
    EXPECT_GT(scan.next, next);
    EXPECT_LE(scan.count, room);
    all.insert(all.end(), places.begin(), places.begin() + static_cast<std::ptrdiff_t>(scan.count));
    next = scan.next;
  }
  return all;
}

TEST(Anchors, AreThoseOfTheReference) {
  // Every other byte may be one, so that places run out, too.
  std::vector<std::uint8_t> dense = tests::RandomBytes(700, 5);
  for (std::uint8_t& byte : dense)
    byte = byte < 128 ? kAnchor : static_cast<std::uint8_t>(byte % 80);
  const std::vector<std::uint8_t> random = tests::RandomBytes(100'000, 6);
  tests::ForEachTarget([&] {
    for (std::size_t size = 0; size <= dense.size(); ++size) {
      const std::vector<std::uint8_t> source(dense.begin(),
                                             dense.begin() + static_cast<std::ptrdiff_t>(size));
      for (const std::size_t room : {kLeastAnchors, kLeastAnchors + 13, std::size_t{1000}}) {
        ASSERT_EQ(All(source, room), Reference(source)) << size << " " << room;
      }
    }
    const std::vector<std::uint32_t> found = All(random, 256);
    EXPECT_EQ(found, Reference(random));
    EXPECT_GT(found.size(), 50u);
  });
}

}  // namespace
}  // namespace sigma::kernels::statistics
