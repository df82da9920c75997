// The state of a file at one moment: which one it is, and whether it has changed since.
#ifndef SIGMA_IO_FILE_STATE_H_
#define SIGMA_IO_FILE_STATE_H_

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>

struct stat;

namespace sigma {

struct FileState {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::timespec modified{};
  // Nobody can put this one back: a change of the same size with the old time of modification shows
  // here alone.
  std::timespec changed{};
};

[[nodiscard]] FileState StateOf(const struct stat& status);
// Nothing if the system does not tell.
[[nodiscard]] std::optional<FileState> StateOf(int fd);

[[nodiscard]] bool SameFile(const FileState& left, const FileState& right);
// Also not touched in between.
[[nodiscard]] bool SameState(const FileState& left, const FileState& right);

// "a FIFO", "a symbolic link", …: for messages.
[[nodiscard]] const char* KindOf(const struct stat& status);

// The descriptor of this process that a name stands for: /dev/stdin, /dev/stdout, /dev/stderr,
// /dev/fd/N, and N in the fd folder of /proc/self, /proc/thread-self or /proc/PID of this process.
// Told by the text alone, so it holds without /proc too.
[[nodiscard]] std::optional<int> DescriptorNamed(const std::string& path);

// Whether an error says that this file system (or a filter of system calls) does not do such a
// thing, rather than that it went wrong: EPERM, EACCES, ENOSYS, EINVAL, ENOTSUP, EROFS.
[[nodiscard]] bool Refused(int error) noexcept;

}  // namespace sigma

#endif  // SIGMA_IO_FILE_STATE_H_
