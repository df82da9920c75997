#include "kernels/statistics/histogram.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <span>

#include "tests/kernels/every_length.h"
#include "tests/kernels/samples.h"

namespace sigma::kernels::statistics {
namespace {

using tests::ForEachLength;
using tests::RandomBytes;
using View = std::span<const std::uint8_t>;

TEST(Histogram, CountsBytesAndFolds) {
  ForEachLength([](View source) {
    WordHistograms counts{};
    CountBytes(source, counts);
    for (const std::size_t width : {1u, 2u, 4u, 8u}) {
      for (std::size_t plane = 0; plane < width; ++plane) {
        Histogram expected{};
        for (std::size_t i = plane; i < source.size(); i += width) ++expected[source[i]];
        ASSERT_EQ(FoldPlane(counts, width, plane), expected);
      }
    }
  });
}

TEST(Histogram, CountsDifferences) {
  ForEachLength([](View source) {
    for (const std::size_t width : {1u, 2u, 4u, 8u}) {
      WordHistograms counts{}, expected{};
      CountDifferences(source, width, counts);
      const std::size_t end = source.size() / 8 * 8;
      for (std::size_t i = 8; i < end; i += width) {
        std::uint64_t now = 0, before = 0;
        for (std::size_t k = width; k-- > 0;) {
          now = now << 8 | source[i + k];
          before = before << 8 | source[i + k - width];
        }
        for (std::size_t k = 0; k < width; ++k) {
          ++expected[(i + k) % 8][static_cast<std::uint8_t>((now - before) >> (8 * k))];
        }
      }
      ASSERT_EQ(counts, expected) << width;
    }
  });
}

TEST(Histogram, HalvesPlanesAsItFoldsThem) {
  WordHistograms counts{};
  CountBytes(RandomBytes(5000, 9), counts);
  WordHistograms halved = counts;
  for (std::size_t planes = 8; planes > 1; planes /= 2) {
    HalvePlanes(halved, planes);
    for (std::size_t k = 0; k < planes / 2; ++k) {
      ASSERT_EQ(halved[k], FoldPlane(counts, planes / 2, k)) << planes;
    }
  }
}

}  // namespace
}  // namespace sigma::kernels::statistics
