// Runs a test's body on every length 0…300 of random and of runny bytes, under every target.
#ifndef SIGMA_TESTS_KERNELS_EVERY_LENGTH_H_
#define SIGMA_TESTS_KERNELS_EVERY_LENGTH_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tests/kernels/samples.h"
#include "tests/per_target.h"

namespace sigma::tests {

// Each source lies in memory of exactly its size, after a shift; a long one comes last.
template <typename Body>
void ForEachLength(Body body) {
  using View = std::span<const std::uint8_t>;
  const std::vector<std::uint8_t> random = RandomBytes(600, 3);
  const std::vector<std::uint8_t> runny = RunnyBytes(5000, 4);
  ForEachTarget([&] {
    for (std::size_t size = 0; size <= 300; ++size) {
      for (const View from : {View(random).subspan(size), View(runny).subspan(13 * size)}) {
        const std::size_t shift = size % 19;
        std::vector<std::uint8_t> store(shift + size);
        std::copy_n(from.begin(), size, store.begin() + static_cast<std::ptrdiff_t>(shift));
        SCOPED_TRACE("size " + std::to_string(size));
        body(View(store).subspan(shift));
        if (testing::Test::HasFatalFailure()) return;
      }
    }
    body(View(runny));
  });
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_KERNELS_EVERY_LENGTH_H_
