#include "kernels/statistics/common_prefix.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <vector>

#include "tests/kernels/samples.h"
#include "tests/per_target.h"

namespace sigma::kernels::statistics {
namespace {

using tests::ForEachTarget;
using tests::RandomBytes;
using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

TEST(CommonPrefix, StopsAtTheFirstDifferenceOrTheShorterEnd) {
  const Bytes random = RandomBytes(400, 24);
  ForEachTarget([&] {
    for (std::size_t size = 0; size <= 300; ++size) {
      const std::size_t shift = size % 17;
      Bytes other(random.begin() + static_cast<std::ptrdiff_t>(shift),
                  random.begin() + static_cast<std::ptrdiff_t>(shift + size));
      const View view = View(random).subspan(shift, size);
      ASSERT_EQ(CommonPrefix(view, other), size);
      ASSERT_EQ(CommonPrefix(View(random).subspan(shift), other), size);
      for (std::size_t at = size % 5; at < size; at += 5) {
        other[at] ^= 0x80;
        ASSERT_EQ(CommonPrefix(other, view), at) << size;
        other[at] ^= 0x80;
      }
    }
  });
}

}  // namespace
}  // namespace sigma::kernels::statistics
