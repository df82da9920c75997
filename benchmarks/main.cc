// sigma-bench: Google Benchmark over all kernels and coders, for every SIMD target of this build.
//
//   sigma-bench [--target=NAME[,NAME…]] [--list-targets] [Google Benchmark flags]
//
// Benchmarks register themselves through benchmarks/per_target.h, one instance per target.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/per_target.h"
#include "kernels/targets.h"

namespace {

std::vector<std::string> SplitNames(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    names.emplace_back(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
  return names;
}

void PrintTargets(std::FILE* to) {
  for (const std::string& name : sigma::kernels::RunnableTargets()) {
    std::fprintf(to, "%s\n", name.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> targets = sigma::kernels::RunnableTargets();
  std::vector<char*> rest{argv[0]};
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--list-targets") {
      PrintTargets(stdout);
      return 0;
    }
    if (argument.starts_with("--target=")) {
      targets = SplitNames(argument.substr(std::strlen("--target=")));
      continue;
    }
    rest.push_back(argv[i]);
  }
  for (const std::string& name : targets) {
    if (!sigma::kernels::ForceTarget(name)) {
      std::fprintf(stderr, "sigma-bench: this CPU cannot run target '%s'; it can run:\n",
                   name.c_str());
      PrintTargets(stderr);
      return 1;
    }
  }
  sigma::kernels::ForceTarget("");
  sigma::benchmarks::RegisterAll(targets);
  int count = static_cast<int>(rest.size());
  benchmark::Initialize(&count, rest.data());
  if (benchmark::ReportUnrecognizedArguments(count, rest.data())) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
