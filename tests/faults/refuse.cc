// sigma-refuse CALL[,CALL…] ERROR COMMAND…: runs COMMAND while the system answers each CALL with
// ERROR, as file systems do that do not know it, or a container's filter of system calls. "tmpfile"
// stands for openat with O_TMPFILE. Needs no privilege, and works for root too.
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

constexpr std::uint32_t kTmpfile = ~0u;

const std::map<std::string, std::uint32_t> kCalls = {
    {"fchmod", SYS_fchmod},       {"fchown", SYS_fchown},
    {"utimensat", SYS_utimensat}, {"fsync", SYS_fsync},
    {"syncfs", SYS_syncfs},       {"tmpfile", kTmpfile},
    {"linkat", SYS_linkat},       {"renameat2", SYS_renameat2},
    {"fallocate", SYS_fallocate}, {"sync_file_range", SYS_sync_file_range},
    {"fadvise64", SYS_fadvise64}, {"ftruncate", SYS_ftruncate},
    {"statfs", SYS_fstatfs},
};

const std::map<std::string, std::uint32_t> kErrors = {
    {"EPERM", EPERM},     {"ENOSYS", ENOSYS}, {"EINVAL", EINVAL},
    {"ENOTSUP", ENOTSUP}, {"EROFS", EROFS},   {"EIO", EIO},
};

sock_filter Load(std::size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

}  // namespace

int main(int count, char** words) {
  if (count < 4) return 99;
  const auto error = kErrors.find(words[2]);
  if (error == kErrors.end()) return 99;
  std::vector<sock_filter> filter;
  std::istringstream names{words[1]};
  for (std::string name; std::getline(names, name, ',');) {
    const auto call = kCalls.find(name);
    if (call == kCalls.end()) return 99;
    filter.push_back(Load(offsetof(seccomp_data, nr)));
    if (call->second == kTmpfile) {
      constexpr auto kBit = static_cast<std::uint32_t>(O_TMPFILE & ~O_DIRECTORY);
      filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 3));
      filter.push_back(Load(offsetof(seccomp_data, args[2])));
      filter.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kBit, 0, 1));
    } else {
      filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call->second, 0, 1));
    }
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error->second));
  }
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    std::perror("sigma-refuse");
    return 98;  // such filters are not to be had here
  }
  execvp(words[3], words + 3);
  std::perror(words[3]);
  return 97;
}
