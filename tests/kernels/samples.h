// Byte strings for the kernel tests: deterministic, of several kinds.
#ifndef SIGMA_TESTS_KERNELS_SAMPLES_H_
#define SIGMA_TESTS_KERNELS_SAMPLES_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace sigma::tests {

inline std::vector<std::uint8_t> RandomBytes(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> bytes(size);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

// Runs of lengths around the powers of two, between stretches of few symbols.
inline std::vector<std::uint8_t> RunnyBytes(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> bytes;
  while (bytes.size() < size) {
    const std::size_t length = random() % 3 == 0 ? random() % 150 : 1 + random() % 10;
    const auto byte = static_cast<std::uint8_t>(random() % 4);
    for (std::size_t i = 0; i < length && bytes.size() < size; ++i) bytes.push_back(byte);
  }
  return bytes;
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_KERNELS_SAMPLES_H_
