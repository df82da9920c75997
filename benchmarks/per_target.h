// Benchmarks that run once per SIMD target. main.cc makes of each entry one run per target and
// size, measures the clock around it and sets the bytes processed.
#ifndef SIGMA_BENCHMARKS_PER_TARGET_H_
#define SIGMA_BENCHMARKS_PER_TARGET_H_

#include <benchmark/benchmark.h>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace sigma::benchmarks {

struct PerTarget {
  std::string name;
  std::vector<std::size_t> sizes;  // bytes of input
  // Runs the state's loop on `size` bytes; the target is already forced.
  std::function<void(benchmark::State&, std::size_t size)> run;
};

inline std::vector<PerTarget>& Registry() {
  static std::vector<PerTarget> registry;
  return registry;
}

// At namespace scope: `const bool registered = AddPerTarget({...});`
inline bool AddPerTarget(PerTarget entry) {
  Registry().push_back(std::move(entry));
  return true;
}

}  // namespace sigma::benchmarks

#endif  // SIGMA_BENCHMARKS_PER_TARGET_H_
