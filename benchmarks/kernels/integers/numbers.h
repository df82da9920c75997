// Data for the benchmarks of kernels on integers.
#ifndef SIGMA_BENCHMARKS_KERNELS_INTEGERS_NUMBERS_H_
#define SIGMA_BENCHMARKS_KERNELS_INTEGERS_NUMBERS_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "benchmarks/per_target.h"

namespace sigma::benchmarks {

using View = std::span<const std::uint8_t>;
using Target = std::span<std::uint8_t>;

inline const std::vector<std::size_t> kSizes = {4 << 10, 64 << 10, 1 << 20, 16 << 20};

// Slowly rising 32-bit integers with noise.
inline std::vector<std::uint8_t> Numbers(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  std::uint32_t seed = 1;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (i % 4 == 0) {
      seed = seed * 1664525 + 1013904223;
      value += seed >> 22;
    }
    bytes[i] = static_cast<std::uint8_t>(value >> (8 * (i % 4)));
  }
  return bytes;
}

// Registers kernels/`name`: body(View, Target) from the numbers to as many bytes.
template <typename Body>
bool AddOnNumbers(const std::string& name, Body body) {
  return AddPerTarget(
      {"kernels/" + name, kSizes, [body](benchmark::State& state, std::size_t size) {
         const std::vector<std::uint8_t> source = Numbers(size);
         std::vector<std::uint8_t> target(size);
         for (auto _ : state) {
           body(View(source), Target(target));
           benchmark::ClobberMemory();
         }
       }});
}

}  // namespace sigma::benchmarks

#endif  // SIGMA_BENCHMARKS_KERNELS_INTEGERS_NUMBERS_H_
