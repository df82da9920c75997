// Limits of the process. Linux tells a process its cgroup in /proc/self/cgroup, one line a
// hierarchy: "0::/path" for v2, "4:memory:/path" for v1. A limit may stand in that group or in any
// above it, and in a container the path may lead nowhere below the mount: so every folder from the
// path up to the mount is asked, and the tightest answer holds.
#include "engine/io/system.h"

#include <fcntl.h>
#include <link.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <limits>
#include <mutex>
#include <string_view>
#include <vector>

#include "engine/io/descriptor.h"
#include "sigma/options.hpp"

namespace sigma {
namespace {

// A small text file; empty if it cannot be read. 64 KiB is far above any of these.
std::string ReadText(const std::string& path) {
  int fd = -1;
  do {
    fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return {};
  const Descriptor descriptor(fd);
  Bytes bytes(64u << 10);
  const Result<std::size_t> size = ReadAll(fd, bytes);
  if (!size) return {};
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(*size)};
}

// The number at the start of `text`; nothing for "max", "-1" or what is no number.
std::optional<std::uint64_t> Number(std::string_view text) {
  std::uint64_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc{} || value == 0) return std::nullopt;
  return value;
}

// The group's path in the v1 hierarchy that has `controller`, or in v2 for an empty name.
std::optional<std::string> GroupPath(const std::string& root, std::string_view controller) {
  const std::string text = ReadText(root + "/proc/self/cgroup");
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) continue;
    std::string_view names = line.substr(first + 1, second - first - 1);
    const std::string_view path = line.substr(second + 1);
    if (controller.empty()) {
      if (names.empty()) return std::string(path);
      continue;
    }
    while (!names.empty()) {
      const std::string_view name = names.substr(0, names.find(','));
      if (name == controller) return std::string(path);
      names.remove_prefix(std::min(names.size(), name.size() + 1));
    }
  }
  return std::nullopt;
}

// Calls visit(folder) for the group's folder below `mount` and every one above it.
template <typename Visit>
void ForEachFolder(const std::string& mount, std::string path, Visit visit) {
  for (;;) {
    while (!path.empty() && path.back() == '/') path.pop_back();
    visit(mount + path);
    if (path.empty()) return;
    const std::size_t slash = path.rfind('/');
    path.resize(slash == std::string::npos ? 0 : slash);
  }
}

template <typename Visit>
void ForEachGroup(const std::string& root, std::string_view controller, Visit visit) {
  const std::string mount = root + "/sys/fs/cgroup";
  if (const auto path = GroupPath(root, "")) {
    ForEachFolder(mount, *path, visit);
    ForEachFolder(mount + "/unified", *path, visit);
  }
  if (const auto path = GroupPath(root, controller)) {
    ForEachFolder(mount + "/" + std::string(controller), *path, visit);
  }
}

template <typename T>
void Tighten(std::optional<T>& bound, T value) {
  bound = std::min(bound.value_or(value), value);
}

// CPUs in the affinity mask. The mask grows until the kernel's fits (more than 1024 CPUs exist).
std::uint32_t AffinityThreads() {
  for (std::size_t cpus = 1024; cpus <= (1u << 20); cpus *= 2) {
    std::vector<cpu_set_t> mask(cpus / (8 * sizeof(cpu_set_t)));
    const std::size_t size = mask.size() * sizeof(cpu_set_t);
    if (sched_getaffinity(0, size, mask.data()) == 0) {
      return static_cast<std::uint32_t>(std::max(CPU_COUNT_S(size, mask.data()), 1));
    }
    if (errno != EINVAL) break;
  }
  return static_cast<std::uint32_t>(std::max(sysconf(_SC_NPROCESSORS_ONLN), 1L));
}

}  // namespace

std::optional<std::uint32_t> CpuQuota(const std::string& root) {
  std::optional<std::uint32_t> cpus;
  const auto take = [&cpus](std::optional<std::uint64_t> quota,
                            std::optional<std::uint64_t> period) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    if (!quota || !period) return;
    Tighten(cpus, static_cast<std::uint32_t>(std::min((*quota - 1) / *period + 1, kMost)));
  };
  ForEachGroup(root, "cpu", [&take](const std::string& folder) {
    const std::string max = ReadText(folder + "/cpu.max");  // "QUOTA PERIOD" or "max PERIOD"
    const std::size_t space = max.find(' ');
    if (space != std::string::npos) {
      take(Number(max), Number(std::string_view(max).substr(space + 1)));
    }
    take(Number(ReadText(folder + "/cpu.cfs_quota_us")),
         Number(ReadText(folder + "/cpu.cfs_period_us")));
  });
  return cpus;
}

std::optional<std::uint64_t> MemoryLimit(const std::string& root) {
  // v1 says "no limit" with the largest multiple of the page size that fits an i64.
  constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 62;
  std::optional<std::uint64_t> limit;
  ForEachGroup(root, "memory", [&limit](const std::string& folder) {
    for (const char* name : {"/memory.max", "/memory.limit_in_bytes"}) {
      const auto value = Number(ReadText(folder + name));
      if (value && *value < kNoLimit) Tighten(limit, *value);
    }
  });
  return limit;
}

void GiveBackCodePages() noexcept {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  std::uintptr_t page_size = page;
  // Segments that the file says are never written hold no page of the process's own.
  dl_iterate_phdr(
      [](dl_phdr_info* object, std::size_t, void* size) -> int {
        const std::uintptr_t mask = *static_cast<std::uintptr_t*>(size) - 1;
        for (unsigned i = 0; i < object->dlpi_phnum; ++i) {
          const auto& segment = object->dlpi_phdr[i];
          if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
          const std::uintptr_t begin = (object->dlpi_addr + segment.p_vaddr) & ~mask;
          const std::uintptr_t end =
              (object->dlpi_addr + segment.p_vaddr + segment.p_memsz + mask) & ~mask;
          (void)madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
        }
        return 0;
      },
      &page_size);
}

std::uint32_t ProcessUmask() {
  constexpr std::string_view kField = "\nUmask:\t";
  const std::string status = ReadText("/proc/self/status");
  if (const std::size_t at = status.find(kField); at != std::string::npos) {
    const char* digits = status.data() + at + kField.size();
    std::uint32_t value = 0;
    if (std::from_chars(digits, status.data() + status.size(), value, 8).ec == std::errc{}) {
      return value & 0777;
    }
  }
  static std::mutex asking;  // or the mask of another thread's instant would stay
  const std::lock_guard hold(asking);
  const mode_t mask = umask(077);
  (void)umask(mask);
  return mask & 0777;
}

std::uint64_t MostDescriptors() noexcept {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 256;  // what every system gives
  return limit.rlim_cur;
}

std::uint32_t AvailableThreads() {
  return std::min(AffinityThreads(), CpuQuota("").value_or(~std::uint32_t{0}));
}

std::uint64_t AvailableMemory() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page = sysconf(_SC_PAGESIZE);
  std::uint64_t memory = ~std::uint64_t{0};
  if (pages > 0 && page > 0) {
    memory = static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page);
  }
  return std::min(memory, MemoryLimit("").value_or(memory));
}

}  // namespace sigma
