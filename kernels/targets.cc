#include "kernels/targets.h"

#include <atomic>
#include <bit>
#include <cstdint>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "hwy/highway.h"

#if defined(__x86_64__)
// Highway 1.0.3's shared library measures the timer's resolution whenever it is loaded: 3 ms of
// every start, half of a run on a small file (perf record sigma-par -V). What the kernels need of
// that library are these three functions; with them here it is not loaded at all (--as-needed).
namespace hwy {
namespace {

// Bit `bit` of a word of CPUID.
bool Has(unsigned word, unsigned bit) { return (word >> bit & 1) != 0; }

// The state components that the operating system saves: XCR0.
std::uint64_t SavedState() {
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return std::uint64_t{high} << 32 | low;
}

// The bits of each target as Highway's headers name them (Intel SDM 2A, CPUID; AMD APM 3, LZCNT).
std::int64_t DetectTargets() {
  std::int64_t targets = HWY_SCALAR | HWY_EMU128;
  unsigned a = 0;
  unsigned b1 = 0;
  unsigned c1 = 0;
  unsigned d = 0;
  if (__get_cpuid(1, &a, &b1, &c1, &d) == 0) return targets;
  unsigned b7 = 0;
  unsigned c7 = 0;
  if (__get_cpuid_count(7, 0, &a, &b7, &c7, &d) == 0) b7 = c7 = 0;
  unsigned b = 0;
  unsigned extended = 0;
  if (__get_cpuid(0x80000001u, &a, &b, &extended, &d) == 0) extended = 0;

  const bool ssse3 = Has(c1, 0) && Has(c1, 9);
  const bool sse4 = ssse3 && Has(c1, 19) && Has(c1, 20) && Has(c1, 1) && Has(c1, 25);
  const std::uint64_t saved = Has(c1, 27) ? SavedState() : 0;
  const bool avx2 = sse4 && (saved & 6) == 6 && Has(c1, 28) && Has(c1, 12) && Has(c1, 29) &&
                    Has(b7, 5) && Has(b7, 3) && Has(b7, 8) && Has(extended, 5);
  const bool avx3 = avx2 && (saved & 0xE0) == 0xE0 && Has(b7, 16) && Has(b7, 17) && Has(b7, 28) &&
                    Has(b7, 30) && Has(b7, 31);
  const bool avx3_dl = avx3 && Has(c7, 1) && Has(c7, 6) && Has(c7, 9) && Has(c7, 10) &&
                       Has(c7, 11) && Has(c7, 12) && Has(c7, 14);
  if (ssse3) targets |= HWY_SSSE3;
  if (sse4) targets |= HWY_SSE4;
  if (avx2) targets |= HWY_AVX2;
  if (avx3) targets |= HWY_AVX3;
  if (avx3_dl) targets |= HWY_AVX3_DL;
  return targets;
}

std::atomic<std::int64_t> for_test{0};

}  // namespace

std::int64_t SupportedTargets() {
  static const std::int64_t detected = DetectTargets();
  const std::int64_t mocked = for_test.load(std::memory_order_acquire);
  return mocked == 0 ? detected : mocked;
}

void SetSupportedTargetsForTest(std::int64_t targets) {
  for_test.store(targets, std::memory_order_release);
}

ChosenTarget& GetChosenTarget() {
  static ChosenTarget chosen;
  return chosen;
}

}  // namespace hwy
#endif  // __x86_64__

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
