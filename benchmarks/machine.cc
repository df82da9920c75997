#include "benchmarks/machine.h"

#include <benchmark/benchmark.h>
#include <hwy/highway.h>
#include <oneapi/tbb/version.h>
#include <xxhash.h>

#include <ctime>
#include <fstream>
#include <sstream>

#include "kernels/targets.h"

#ifdef SIGMA_HAVE_ZSTD
#include <zstd.h>
#endif

namespace sigma::benchmarks {
namespace {

std::string CpuModel() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name") || line.starts_with("Model")) {
      const std::size_t colon = line.find(": ");
      if (colon != std::string::npos) return line.substr(colon + 2);
    }
  }
  return "unknown";
}

std::string Caches() {
  std::ostringstream text;
  const char* separator = "";
  for (const auto& cache : benchmark::CPUInfo::Get().caches) {
    if (cache.type == "Instruction") continue;
    text << separator << 'L' << cache.level << ' ' << (cache.size >> 10) << " KiB";
    separator = ", ";
  }
  return text.str();
}

std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

std::string Libraries() {
  std::ostringstream text;
  text << "Highway " << HWY_MAJOR << '.' << HWY_MINOR << '.' << HWY_PATCH << ", xxHash "
       << XXH_VERSION_MAJOR << '.' << XXH_VERSION_MINOR << '.' << XXH_VERSION_RELEASE << ", oneTBB "
       << TBB_VERSION_MAJOR << '.' << TBB_VERSION_MINOR << '.' << TBB_VERSION_PATCH;
#ifdef SIGMA_HAVE_ZSTD
  text << ", libzstd " << ZSTD_versionString();
#endif
  return text.str();
}

std::string Compiler() {
#ifdef __clang__
  return __VERSION__;
#else
  return "GCC " __VERSION__;
#endif
}

std::string Date() {
  const std::time_t now = std::time(nullptr);
  char text[32] = {};
  std::strftime(text, sizeof(text), "%Y-%m-%d %H:%M UTC", std::gmtime(&now));
  return text;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> DescribeMachine() {
  return {{"cpu", CpuModel()},
          {"cores", std::to_string(benchmark::CPUInfo::Get().num_cpus)},
          {"caches", Caches()},
          {"targets", Join(kernels::RunnableTargets())},
          {"compiled_targets", Join(kernels::CompiledTargets())},
          {"compiler", Compiler()},
          {"libraries", Libraries()},
          {"date", Date()}};
}

}  // namespace sigma::benchmarks
