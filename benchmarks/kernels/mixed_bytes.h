// Data for the benchmarks of kernels that measure bytes: bytes of middling entropy.
#ifndef SIGMA_BENCHMARKS_KERNELS_MIXED_BYTES_H_
#define SIGMA_BENCHMARKS_KERNELS_MIXED_BYTES_H_

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/per_target.h"

namespace sigma::benchmarks {

using View = std::span<const std::uint8_t>;

inline const std::vector<std::size_t> kSizes = {4 << 10, 64 << 10, 1 << 20, 16 << 20};

// Text-like: 64 symbols, the low ones more often, a few bytes above ASCII, lines of 64 bytes.
inline std::vector<std::uint8_t> MixedBytes(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  std::uint32_t seed = 1;
  for (std::size_t i = 0; i < size; ++i) {
    seed = seed * 1664525 + 1013904223;
    const std::uint32_t high = seed >> 24;
    bytes[i] = static_cast<std::uint8_t>(high < 4   ? 0xC2 + high
                                         : high < 8 ? '\n'
                                                    : 32 + (high & (seed >> 16) & 63));
  }
  return bytes;
}

// Registers kernels/`name`: body(View) gives a value, which the compiler may not leave out.
template <typename Body>
bool AddOnMixedBytes(const std::string& name, std::vector<std::size_t> sizes, Body body) {
  return AddPerTarget(
      {"kernels/" + name, std::move(sizes), [body](benchmark::State& state, std::size_t size) {
         const std::vector<std::uint8_t> bytes = MixedBytes(size);
         for (auto _ : state) {
           benchmark::DoNotOptimize(body(View(bytes)));
           benchmark::ClobberMemory();
         }
       }});
}

}  // namespace sigma::benchmarks

#endif  // SIGMA_BENCHMARKS_KERNELS_MIXED_BYTES_H_
