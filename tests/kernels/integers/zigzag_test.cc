// Against a scalar reference: every length 0…300 (and a long one), shifting alignments, every
// target, forward and back.
#include "kernels/integers/zigzag.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "tests/kernels/integers/reversible.h"

namespace sigma::kernels::integers {
namespace {

TEST(Zigzag, EqualsTheReferenceAndInverts) {
  ForEachInput([](View source) {
    for (const std::size_t width : kWidths) {
      Bytes expected(source.begin(), source.end());
      for (std::size_t i = 0; i + width <= source.size(); i += width) {
        const std::uint64_t value = Integer(source.data() + i, width);
        const bool negative = value >> (8 * width - 1) != 0;
        Put(expected.data() + i, width, negative ? ~(value << 1) : value << 1);
      }
      const Bytes folded =
          Apply(source, source.size(), [&](View from, auto to) { Zigzag(from, width, to); });
      ASSERT_EQ(folded, expected) << width;
      const auto undo = [&](View from, auto to) { Unzigzag(from, width, to); };
      ASSERT_TRUE(std::ranges::equal(Apply(folded, source.size(), undo), source)) << width;
      ASSERT_TRUE(std::ranges::equal(ApplyInPlace(folded, undo), source)) << width;
    }
  });
}

TEST(Zigzag, MakesSmallMagnitudesSmallNumbers) {
  const Bytes source = {0, 0xFF, 1, 0xFE, 2, 0x80, 0x7F};
  Bytes target(source.size());
  Zigzag(source, 1, target);
  EXPECT_EQ(target, (Bytes{0, 1, 2, 3, 4, 255, 254}));
}

}  // namespace
}  // namespace sigma::kernels::integers
