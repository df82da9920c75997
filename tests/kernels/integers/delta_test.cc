// Against a scalar reference: every length 0…300 (and a long one), shifting alignments, every
// target, forward and back.
#include "kernels/integers/delta.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "tests/kernels/integers/reversible.h"

namespace sigma::kernels::integers {
namespace {

Bytes ReferenceDelta(View source, std::size_t width, std::size_t lag, bool big, bool exclusive) {
  Bytes target(source.begin(), source.end());
  for (std::size_t i = 0; i + width <= source.size(); i += width) {
    const std::uint64_t now = Integer(source.data() + i, width, big);
    const std::uint64_t before =
        i < lag * width ? 0 : Integer(source.data() + i - lag * width, width, big);
    Put(target.data() + i, width, exclusive ? now ^ before : now - before);
  }
  return target;
}

TEST(Delta, EveryLagWidthAndOrder) {
  ForEachInput([](View source) {
    for (const std::size_t width : kWidths) {
      for (const std::size_t lag :
           {1u, 2u, 3u, 4u, 5u, 6u, 7u, 9u, 11u, 13u, 15u, 17u, 40u, 100u}) {
        for (const ByteOrder order : {ByteOrder::kLittle, ByteOrder::kBig}) {
          const bool big = order == ByteOrder::kBig;
          const Bytes differences = Apply(source, source.size(), [&](View from, auto to) {
            Delta(from, width, to, lag, order);
          });
          ASSERT_EQ(differences, ReferenceDelta(source, width, lag, big, false))
              << width << " " << lag << " " << big;
          const auto undo = [&](View from, auto to) { Undelta(from, width, to, lag, order); };
          ASSERT_TRUE(std::ranges::equal(Apply(differences, source.size(), undo), source))
              << width << " " << lag << " " << big;
          ASSERT_TRUE(std::ranges::equal(ApplyInPlace(differences, undo), source))
              << width << " " << lag << " " << big;
        }
      }
    }
  });
}

TEST(Delta, ExclusiveOrAtEveryDistance) {
  ForEachInput([](View source) {
    for (const std::size_t distance :
         {1u, 2u, 3u, 4u, 5u, 7u, 8u, 12u, 15u, 16u, 31u, 70u, 1000u}) {
      const Bytes differences =
          Apply(source, source.size(), [&](View from, auto to) { XorDelta(from, distance, to); });
      ASSERT_EQ(differences, ReferenceDelta(source, 1, distance, false, true)) << distance;
      const auto undo = [&](View from, auto to) { UnxorDelta(from, distance, to); };
      ASSERT_TRUE(std::ranges::equal(Apply(differences, source.size(), undo), source)) << distance;
      ASSERT_TRUE(std::ranges::equal(ApplyInPlace(differences, undo), source)) << distance;
    }
  });
}

}  // namespace
}  // namespace sigma::kernels::integers
