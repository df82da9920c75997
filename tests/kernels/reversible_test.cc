// The reversible kernels against scalar references: every length 0…300 (and a long one), shifting
// alignments, every target, forward and back.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "kernels/common_prefix.h"
#include "kernels/delta.h"
#include "kernels/zigzag.h"
#include "tests/kernels/samples.h"
#include "tests/per_target.h"

namespace sigma::kernels {
namespace {

using tests::ForEachTarget;
using tests::RandomBytes;
using tests::RunnyBytes;
using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

constexpr std::uint8_t kGuard = 0xA5;
constexpr std::size_t kWidths[] = {1, 2, 4, 8};

std::uint64_t Integer(const std::uint8_t* bytes, std::size_t width, bool big = false) {
  std::uint64_t value = 0;
  for (std::size_t k = 0; k < width; ++k) {
    value |= std::uint64_t{bytes[big ? width - 1 - k : k]} << (8 * k);
  }
  return value;
}

void Put(std::uint8_t* to, std::size_t width, std::uint64_t value) {
  for (std::size_t k = 0; k < width; ++k) to[k] = static_cast<std::uint8_t>(value >> (8 * k));
}

// Runs kernel(source, target) on a shifted copy of exactly that size, and checks that it writes no
// more than the target.
template <typename Kernel>
Bytes Apply(View source, std::size_t target_size, Kernel kernel) {
  const std::size_t shift = source.size() % 19;
  Bytes from(shift + source.size());
  std::copy(source.begin(), source.end(), from.begin() + static_cast<std::ptrdiff_t>(shift));
  Bytes target(shift + target_size + 1, kGuard);
  kernel(View(from).subspan(shift), std::span(target).subspan(shift, target_size));
  EXPECT_EQ(target.back(), kGuard);
  EXPECT_TRUE(
      std::equal(source.begin(), source.end(), from.begin() + static_cast<std::ptrdiff_t>(shift)));
  target.pop_back();
  target.erase(target.begin(), target.begin() + static_cast<std::ptrdiff_t>(shift));
  return target;
}

// The same with one span as both.
template <typename Kernel>
Bytes ApplyInPlace(View source, Kernel kernel) {
  Bytes bytes(source.begin(), source.end());
  bytes.push_back(kGuard);
  const std::span<std::uint8_t> both = std::span(bytes).first(source.size());
  kernel(both, both);
  EXPECT_EQ(bytes.back(), kGuard);
  bytes.pop_back();
  return bytes;
}

template <typename Body>
void ForEachInput(Body body) {
  const Bytes random = RandomBytes(600, 21);
  const Bytes runny = RunnyBytes(3000, 22);
  ForEachTarget([&] {
    for (std::size_t size = 0; size <= 300; ++size) {
      SCOPED_TRACE("size " + std::to_string(size));
      body(View(size % 2 == 0 ? random : runny).subspan(size, size));
      if (testing::Test::HasFailure()) return;
    }
    body(View(runny));
  });
}

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
}  // namespace sigma::kernels
