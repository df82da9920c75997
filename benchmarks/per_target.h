// Benchmarks that run once per SIMD target: name "kernel/target/size", throughput in bytes per
// second.
#ifndef SIGMA_BENCHMARKS_PER_TARGET_H_
#define SIGMA_BENCHMARKS_PER_TARGET_H_

#include <benchmark/benchmark.h>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "kernels/targets.h"

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

inline void RegisterAll(const std::vector<std::string>& targets) {
  for (const PerTarget& entry : Registry()) {
    for (const std::size_t size : entry.sizes) {
      for (const std::string& target : targets) {
        benchmark::RegisterBenchmark(
            (entry.name + "/" + target + "/" + std::to_string(size)).c_str(),
            [&entry, target, size](benchmark::State& state) {
              if (!kernels::ForceTarget(target)) state.SkipWithError("target cannot run here");
              entry.run(state, size);
              state.SetBytesProcessed(static_cast<std::int64_t>(size) *
                                      static_cast<std::int64_t>(state.iterations()));
              kernels::ForceTarget("");
            });
      }
    }
  }
}

}  // namespace sigma::benchmarks

#endif  // SIGMA_BENCHMARKS_PER_TARGET_H_
