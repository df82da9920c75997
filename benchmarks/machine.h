// The machine that a run was measured on, for the head of a report.
#ifndef SIGMA_BENCHMARKS_MACHINE_H_
#define SIGMA_BENCHMARKS_MACHINE_H_

#include <string>
#include <utility>
#include <vector>

namespace sigma::benchmarks {

// Names and values in the order to print: CPU model, cores, caches, SIMD targets, compiler and
// library versions, date.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> DescribeMachine();

}  // namespace sigma::benchmarks

#endif  // SIGMA_BENCHMARKS_MACHINE_H_
