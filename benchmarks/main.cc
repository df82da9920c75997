// sigma-bench: every kernel and coder on every SIMD target, by Google Benchmark.
//
//   sigma-bench [--target=NAME,…] [--size=BYTES,…] [--json[=FILE]] [--csv[=FILE]] [--list-targets]
//               [Google Benchmark flags, such as --benchmark_filter=REGEX]
//
// Speeds are the best of three repetitions, against the thread's CPU time. memcpy of every size and
// the scalar target of every kernel are measured in the same run, so that each row has its ratio to
// them. Cycles are counted only where the core's clock was the same before and after
// (core_clock.h).
#include <benchmark/benchmark.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/core_clock.h"
#include "benchmarks/per_target.h"
#include "benchmarks/results.h"
#include "kernels/targets.h"

namespace sigma::benchmarks {
namespace {

constexpr const char* kUsage =
    "usage: sigma-bench [--target=NAME,...] [--size=BYTES,...] [--json[=FILE]] [--csv[=FILE]]\n"
    "                   [--list-targets] [--benchmark_filter=REGEX and other flags of Google "
    "Benchmark]\n"
    "BYTES takes K and M (1024). --json and --csv go to the standard output without a FILE.\n";

struct Arguments {
  std::vector<std::string> targets;  // empty: all that can run
  std::set<std::size_t> sizes;       // empty: all
  std::optional<std::string> json;   // a file's name, empty for the standard output
  std::optional<std::string> csv;
  bool list_targets = false;
  bool help = false;
};

std::vector<std::string> SplitNames(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    names.emplace_back(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
  return names;
}

std::optional<std::size_t> ParseSize(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (error != std::errc() || value == 0 || value > (std::size_t{1} << 40)) return std::nullopt;
  if (unit.empty()) return value;
  if (unit == "K") return value << 10;
  if (unit == "M") return value << 20;
  return std::nullopt;
}

// The value of `--name=value`, empty for `--name`; nothing for another argument.
std::optional<std::string> ValueOf(std::string_view argument, std::string_view name) {
  if (argument == name) return std::string();
  if (!argument.starts_with(name) || argument[name.size()] != '=') return std::nullopt;
  return std::string(argument.substr(name.size() + 1));
}

// Takes our flags out of `arguments`; a message if one of them is wrong.
std::optional<std::string> Parse(std::vector<char*>& arguments, Arguments& parsed) {
  std::vector<char*> rest;
  for (char* const raw : arguments) {
    const std::string_view argument = raw;
    if (argument == "--list-targets") {
      parsed.list_targets = true;
    } else if (argument == "--help" || argument == "-h") {
      parsed.help = true;
    } else if (const auto targets = ValueOf(argument, "--target")) {
      parsed.targets = SplitNames(*targets);
      if (parsed.targets.empty()) return "--target needs a name";
    } else if (const auto sizes = ValueOf(argument, "--size")) {
      for (const std::string& name : SplitNames(*sizes)) {
        const std::optional<std::size_t> size = ParseSize(name);
        if (!size) return "'" + name + "' is not a size";
        parsed.sizes.insert(*size);
      }
      if (parsed.sizes.empty()) return "--size needs a number of bytes";
    } else if (const auto json = ValueOf(argument, "--json")) {
      parsed.json = json;
    } else if (const auto csv = ValueOf(argument, "--csv")) {
      parsed.csv = csv;
    } else {
      rest.push_back(raw);
    }
  }
  arguments = std::move(rest);
  return std::nullopt;
}

void PrintTargets(std::FILE* to, const std::vector<std::string>& targets) {
  for (const std::string& name : targets) std::fprintf(to, "%s\n", name.c_str());
}

// Whether all of them can run; says on stderr which cannot and what can.
bool CheckTargets(const std::vector<std::string>& targets) {
  const std::vector<std::string> runnable = kernels::RunnableTargets();
  const std::vector<std::string> compiled = kernels::CompiledTargets();
  for (const std::string& name : targets) {
    if (std::ranges::count(runnable, name) != 0) continue;
    std::fprintf(stderr,
                 std::ranges::count(compiled, name) != 0
                     ? "sigma-bench: this CPU cannot run target '%s'; it can run:\n"
                     : "sigma-bench: no target '%s' in this build; this CPU can run:\n",
                 name.c_str());
    PrintTargets(stderr, runnable);
    return false;
  }
  return true;
}

void RegisterMemcpy(std::size_t size, Results& results) {
  const std::string name = std::string(kMemcpy) + "/" + std::to_string(size);
  results.Expect(name, {kMemcpy, kNoTarget, size, 0, 0, 0, 0, {}});
  benchmark::RegisterBenchmark(name.c_str(), [size](benchmark::State& state) {
    const std::vector<char> source(size, 1);
    std::vector<char> target(size);
    const double before = MeasureCoreClock();
    for (auto _ : state) {
      std::memcpy(target.data(), source.data(), size);
      benchmark::DoNotOptimize(target.data());
      benchmark::ClobberMemory();
    }
    state.counters[kClockCounter] = TrustedClock(before, MeasureCoreClock());
    state.SetBytesProcessed(static_cast<std::int64_t>(size) * state.iterations());
  });
}

void Register(const PerTarget& entry, const std::string& target, std::size_t size,
              Results& results) {
  const std::string name = entry.name + "/" + target + "/" + std::to_string(size);
  results.Expect(name, {entry.name, target, size, 0, 0, 0, 0, {}});
  benchmark::RegisterBenchmark(name.c_str(), [&entry, target, size](benchmark::State& state) {
    kernels::ForceTarget(target);
    const double before = MeasureCoreClock();
    entry.run(state, size);
    state.counters[kClockCounter] = TrustedClock(before, MeasureCoreClock());
    state.SetBytesProcessed(static_cast<std::int64_t>(size) * state.iterations());
    kernels::ForceTarget("");
  });
}

// memcpy first, and the scalar target before the others: ratios refer to them.
void RegisterAll(const Arguments& arguments, Results& results) {
  const auto wanted = [&](std::size_t size) {
    return arguments.sizes.empty() || arguments.sizes.contains(size);
  };
  std::vector<std::string> targets = arguments.targets;
  if (targets.empty()) targets = kernels::RunnableTargets();
  std::erase(targets, kScalar);
  if (std::ranges::count(kernels::RunnableTargets(), kScalar) != 0) {
    targets.insert(targets.begin(), kScalar);
  }
  std::set<std::size_t> sizes;
  for (const PerTarget& entry : Registry()) sizes.insert(entry.sizes.begin(), entry.sizes.end());
  for (const std::size_t size : sizes) {
    if (wanted(size)) RegisterMemcpy(size, results);
  }
  for (const PerTarget& entry : Registry()) {
    for (const std::size_t size : entry.sizes) {
      if (!wanted(size)) continue;
      for (const std::string& target : targets) Register(entry, target, size, results);
    }
  }
}

// To the file of that name, or to the standard output.
template <typename Write>
bool WriteTo(const std::string& name, Write write) {
  if (name.empty()) {
    write(stdout);
    return std::fflush(stdout) == 0;
  }
  std::FILE* const file = std::fopen(name.c_str(), "w");
  if (file != nullptr) {
    write(file);
    if (std::fclose(file) == 0) return true;
  }
  std::perror(("sigma-bench: " + name).c_str());
  return false;
}

int Main(std::vector<char*> argv) {
  Arguments arguments;
  if (const auto wrong = Parse(argv, arguments)) {
    std::fprintf(stderr, "sigma-bench: %s\n%s", wrong->c_str(), kUsage);
    return 1;
  }
  if (arguments.help) {
    std::fputs(kUsage, stdout);
    return 0;
  }
  if (arguments.list_targets) {
    PrintTargets(stdout, kernels::RunnableTargets());
    return 0;
  }
  if (!CheckTargets(arguments.targets)) return 1;
  // Ahead of the user's flags, which win.
  char filter_all[] = "--benchmark_filter=.";
  char shortest[] = "--benchmark_min_time=0.02";
  char repetitions[] = "--benchmark_repetitions=3";
  argv.insert(argv.begin() + 1, {filter_all, shortest, repetitions});
  int count = static_cast<int>(argv.size());
  benchmark::Initialize(&count, argv.data());
  if (benchmark::ReportUnrecognizedArguments(count, argv.data())) {
    std::fputs(kUsage, stderr);
    return 1;
  }
  // A filter never drops what rows are compared with.
  benchmark::SetBenchmarkFilter("^memcpy/|" + benchmark::GetBenchmarkFilter());
  const bool quiet =
      (arguments.json && arguments.json->empty()) || (arguments.csv && arguments.csv->empty());
  Results results(quiet ? nullptr : stdout);
  RegisterAll(arguments, results);
  benchmark::RunSpecifiedBenchmarks(&results);
  benchmark::Shutdown();
  bool written = true;
  if (arguments.json) {
    written &= WriteTo(*arguments.json, [&](std::FILE* to) { results.WriteJson(to); });
  }
  if (arguments.csv) {
    written &= WriteTo(*arguments.csv, [&](std::FILE* to) { results.WriteCsv(to); });
  }
  return written && !results.failed() ? 0 : 1;
}

}  // namespace
}  // namespace sigma::benchmarks

int main(int argc, char** argv) {
  return sigma::benchmarks::Main(std::vector<char*>(argv, argv + argc));
}
