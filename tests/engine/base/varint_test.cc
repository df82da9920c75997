#include "engine/base/varint.h"

#include <gtest/gtest.h>

#include <array>

namespace sigma {
namespace {

TEST(Varint, RoundTripsAtEveryPowerOfTwo) {
  for (unsigned bit = 0; bit < 64; ++bit) {
    for (const std::uint64_t delta : {0u, 1u}) {
      const std::uint64_t value = (std::uint64_t{1} << bit) - delta;
      std::array<std::uint8_t, kMaxVarint> bytes{};
      const std::size_t size = WriteVarint(value, bytes.data());
      std::size_t position = 0;
      EXPECT_EQ(ParseVarint(ByteView(bytes).first(size), &position), value);
      EXPECT_EQ(position, size);
      position = 0;
      EXPECT_FALSE(ParseVarint(ByteView(bytes).first(size - 1), &position).has_value());
    }
  }
}

TEST(Varint, RefusesLongerThanNeededAndTooLarge) {
  const std::array<std::uint8_t, 2> padded{0x81, 0x00};
  std::size_t position = 0;
  EXPECT_FALSE(ParseVarint(padded, &position).has_value());
  const std::array<std::uint8_t, 10> huge{0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                          0xFF, 0xFF, 0xFF, 0xFF, 0x02};
  position = 0;
  EXPECT_FALSE(ParseVarint(huge, &position).has_value());
}

}  // namespace
}  // namespace sigma
