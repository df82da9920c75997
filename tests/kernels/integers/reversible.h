// Common to the tests of reversible kernels: the widths, integers byte by byte, and runs of a
// kernel on copies that end where the source ends.
#ifndef SIGMA_TESTS_KERNELS_INTEGERS_REVERSIBLE_H_
#define SIGMA_TESTS_KERNELS_INTEGERS_REVERSIBLE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tests/kernels/samples.h"
#include "tests/per_target.h"

namespace sigma::kernels::integers {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

inline constexpr std::uint8_t kGuard = 0xA5;
inline constexpr std::size_t kWidths[] = {1, 2, 4, 8};

inline std::uint64_t Integer(const std::uint8_t* bytes, std::size_t width, bool big = false) {
  std::uint64_t value = 0;
  for (std::size_t k = 0; k < width; ++k) {
    value |= std::uint64_t{bytes[big ? width - 1 - k : k]} << (8 * k);
  }
  return value;
}

inline void Put(std::uint8_t* to, std::size_t width, std::uint64_t value) {
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
  const Bytes random = tests::RandomBytes(600, 21);
  const Bytes runny = tests::RunnyBytes(3000, 22);
  tests::ForEachTarget([&] {
    for (std::size_t size = 0; size <= 300; ++size) {
      SCOPED_TRACE("size " + std::to_string(size));
      body(View(size % 2 == 0 ? random : runny).subspan(size, size));
      if (testing::Test::HasFailure()) return;
    }
    body(View(runny));
  });
}

}  // namespace sigma::kernels::integers

#endif  // SIGMA_TESTS_KERNELS_INTEGERS_REVERSIBLE_H_
