#include "kernels/targets.h"

#include <bit>
#include <cstdint>

#include "hwy/highway.h"

namespace sigma::kernels {
namespace {

std::vector<std::string> Names(std::int64_t targets) {
  std::vector<std::string> names;
  for (auto rest = static_cast<std::uint64_t>(targets); rest != 0; rest &= rest - 1) {
    names.emplace_back(hwy::TargetName(static_cast<std::int64_t>(rest & (~rest + 1))));
  }
  return names;
}

}  // namespace

std::vector<std::string> CompiledTargets() { return Names(HWY_TARGETS); }

std::vector<std::string> RunnableTargets() { return Names(HWY_TARGETS & hwy::SupportedTargets()); }

std::string_view ChosenTarget() {
  const auto usable = static_cast<std::uint64_t>(HWY_TARGETS & hwy::SupportedTargets());
  return hwy::TargetName(static_cast<std::int64_t>(usable & (~usable + 1)));
}

bool ForceTarget(std::string_view name) {
  hwy::SetSupportedTargetsForTest(0);
  const auto runnable = static_cast<std::uint64_t>(HWY_TARGETS & hwy::SupportedTargets());
  bool found = name.empty();
  for (std::uint64_t rest = runnable; rest != 0 && !name.empty(); rest &= rest - 1) {
    const auto target = static_cast<std::int64_t>(rest & (~rest + 1));
    if (name == hwy::TargetName(target)) {
      hwy::SetSupportedTargetsForTest(target);
      found = true;
      break;
    }
  }
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  return found;
}

}  // namespace sigma::kernels
