#include "kernels/text/marks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <vector>

#include "tests/kernels/samples.h"
#include "tests/per_target.h"

namespace sigma::kernels::text {
namespace {

using Bytes = std::vector<std::uint8_t>;

bool Bit(const Bytes& bits, std::size_t i) { return (bits[i / 8] >> (i % 8) & 1) != 0; }

TEST(TextMarks, EqualTheReference) {
  Bytes random = tests::RandomBytes(640, 1);
  for (std::size_t i = 0; i < random.size(); ++i) {
    if (i % 3 != 0) random[i] = static_cast<std::uint8_t>("09azAZ;\n @[`{/:"[random[i] % 15]);
    if (random[i] == 0xFF && i % 2 == 0) random[i] = 0;
  }
  tests::ForEachTarget([&] {
    for (std::size_t size = 0; size <= 300; ++size) {
      Bytes source(random.begin() + static_cast<std::ptrdiff_t>(size),
                   random.begin() + static_cast<std::ptrdiff_t>(2 * size));
      const std::size_t bytes = MarkBytes(size);
      Bytes words(bytes, 0xA5), digits(bytes, 0xA5), ends(bytes, 0xA5), stops(bytes, 0xA5);
      const bool clean = std::ranges::count(source, 0xFF) == 0;
      ASSERT_EQ(MarkWords(source, '\n', 0xFF, words, digits, ends), clean);
      for (std::size_t i = 0; i < 8 * bytes; ++i) {
        const std::uint8_t c = i < size ? source[i] : 0;
        ASSERT_EQ(Bit(words, i), c == 0xFF || (c < 128 && std::isalnum(c) != 0))
            << size << " " << i;
        ASSERT_EQ(Bit(digits, i), c == 0xFF || (c >= '0' && c <= '9'));
        ASSERT_EQ(Bit(ends, i), c == '\n');
      }
      ASSERT_EQ(MarkFields(source, '\n', ';', 0xFF, stops, ends), clean);
      for (std::size_t i = 0; i < 8 * bytes; ++i) {
        const std::uint8_t c = i < size ? source[i] : 0;
        ASSERT_EQ(Bit(stops, i), c == '\n' || c == ';');
        ASSERT_EQ(Bit(ends, i), c == '\n');
      }
    }
  });
}

TEST(TextMarks, ValuesAreRunsWithADigit) {
  Bytes random = tests::RandomBytes(640, 2);
  for (std::uint8_t& byte : random) byte = static_cast<std::uint8_t>("abcdefghijk1 -"[byte % 14]);
  std::fill(random.begin() + 250, random.begin() + 400, std::uint8_t{'x'});
  random[333] = '7';
  tests::ForEachTarget([&] {
    for (std::size_t size = 0; size <= 300; ++size) {
      const Bytes source(random.begin() + static_cast<std::ptrdiff_t>(size),
                         random.begin() + static_cast<std::ptrdiff_t>(2 * size));
      const std::size_t bytes = MarkBytes(size);
      Bytes words(bytes), values(bytes), ends(bytes);
      ASSERT_TRUE(MarkWords(source, '\n', 0xFF, words, values, ends));
      MarkValues(words, values);
      Bytes expected = source;
      for (std::size_t begin = 0; begin < size;) {
        std::size_t end = begin;
        while (end < size && std::isalnum(source[end]) != 0) ++end;
        const bool value = std::any_of(source.begin() + static_cast<std::ptrdiff_t>(begin),
                                       source.begin() + static_cast<std::ptrdiff_t>(end),
                                       [](std::uint8_t c) { return std::isdigit(c) != 0; });
        for (std::size_t i = begin; i < end; ++i) {
          ASSERT_EQ(Bit(values, i), value) << size << " " << i;
          if (value) expected[i] = 0xFF;
        }
        begin = end + 1;
      }
      Bytes blanked(size + 1, 0xA5);
      FillMarked(source, values, 0xFF, std::span(blanked).first(size));
      expected.push_back(0xA5);
      ASSERT_EQ(blanked, expected);
    }
  });
}

}  // namespace
}  // namespace sigma::kernels::text
