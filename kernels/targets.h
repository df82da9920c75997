// The SIMD targets of the kernels: which were compiled, which this CPU runs, and how to force one.
//
// Every kernel dispatches to the best target of the CPU. ForceTarget is for tests and benchmarks:
// it changes the choice for the whole process and must not race with running kernels.
#ifndef SIGMA_KERNELS_TARGETS_H_
#define SIGMA_KERNELS_TARGETS_H_

#include <string>
#include <string_view>
#include <vector>

namespace sigma::kernels {

[[nodiscard]] std::vector<std::string> CompiledTargets();  // best first, e.g. "AVX2"
[[nodiscard]] std::vector<std::string> RunnableTargets();  // those of them this CPU can run
[[nodiscard]] std::string_view ChosenTarget();             // what the kernels use now
// Makes every kernel use this target (one of RunnableTargets()); an empty name restores the choice.
// False if there is no such target or the CPU cannot run it.
bool ForceTarget(std::string_view name);

}  // namespace sigma::kernels

#endif  // SIGMA_KERNELS_TARGETS_H_
