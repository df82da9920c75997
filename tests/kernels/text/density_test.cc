#include "kernels/text/density.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tests/kernels/every_length.h"
#include "tests/per_target.h"

namespace sigma::kernels::text {
namespace {

using tests::ForEachLength;
using tests::ForEachTarget;
using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

std::size_t ReferenceText(View s) {
  const auto in = [&](std::size_t i, unsigned first, unsigned last) {
    return i < s.size() && s[i] >= first && s[i] <= last;
  };
  std::size_t count = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const bool ascii = in(i, 0x20, 0x7E) || s[i] == 9 || s[i] == 10 || s[i] == 13;
    const bool lead = in(i, 0xC2, 0xF4) && in(i + 1, 0x80, 0xBF);
    const bool continued = in(i, 0x80, 0xBF) && (in(i - 1, 0xC2, 0xF4) || in(i - 2, 0xE0, 0xF4) ||
                                                 in(i - 3, 0xF0, 0xF4));
    count += ascii || lead || continued;
  }
  return count;
}

TEST(TextDensity, EqualsTheReference) {
  ForEachLength([](View source) { ASSERT_EQ(CountText(source), ReferenceText(source)); });
}

TEST(TextDensity, TakesUtf8WholeAndLatin1NotAtAll) {
  ForEachTarget([] {
    std::string utf8;
    while (utf8.size() < 1000) utf8 += "aż€😀\n";
    EXPECT_EQ(CountText({reinterpret_cast<const std::uint8_t*>(utf8.data()), utf8.size()}),
              utf8.size());
    const Bytes binary(1000, 0x81);
    EXPECT_EQ(CountText(binary), 0u);
  });
}

}  // namespace
}  // namespace sigma::kernels::text
