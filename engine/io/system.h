// The threads and memory this process may use: the insides of AvailableThreads and AvailableMemory (sigma.hpp), with
// the root of the file system as a parameter so that tests can show them any cgroup.
#ifndef SIGMA_IO_SYSTEM_H_
#define SIGMA_IO_SYSTEM_H_

#include <cstdint>
#include <optional>
#include <string>

#include "sigma/result.hpp"

namespace sigma {

// CPUs that the cgroup's quota (v1 or v2, the tightest on the way up) amounts to, rounded up, ≥ 1;
// nothing if there is no quota. `root` is "" for the real system.
[[nodiscard]] std::optional<std::uint32_t> CpuQuota(const std::string& root);

// The tightest memory limit (v1 or v2) on the way up, bytes; nothing if there is none.
[[nodiscard]] std::optional<std::uint64_t> MemoryLimit(const std::string& root);

// Gives the resident pages of code and constants back to the system; what is needed again comes
// back from the page cache. Most of them only served to start the process.
void GiveBackCodePages() noexcept;

// The process's file mode creation mask. Read without changing it where /proc is mounted; elsewhere
// it is 077 for an instant.
[[nodiscard]] std::uint32_t ProcessUmask();

// Descriptors that the process may have open at once.
[[nodiscard]] std::uint64_t MostDescriptors() noexcept;

}  // namespace sigma

#endif  // SIGMA_IO_SYSTEM_H_
