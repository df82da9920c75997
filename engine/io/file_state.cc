#include "engine/io/file_state.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string_view>

namespace sigma {
namespace {

bool Same(const std::timespec& left, const std::timespec& right) {
  return left.tv_sec == right.tv_sec && left.tv_nsec == right.tv_nsec;
}

// All of `text` as a number.
std::optional<int> Number(std::string_view text) {
  int value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size() || value < 0) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

FileState StateOf(const struct stat& status) {
  return {status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size), status.st_mtim,
          status.st_ctim};
}

std::optional<FileState> StateOf(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0) return std::nullopt;
  return StateOf(status);
}

bool SameFile(const FileState& left, const FileState& right) {
  return left.device == right.device && left.inode == right.inode;
}

bool SameState(const FileState& left, const FileState& right) {
  return SameFile(left, right) && left.size == right.size && Same(left.modified, right.modified) &&
         Same(left.changed, right.changed);
}

const char* KindOf(const struct stat& status) {
  switch (status.st_mode & S_IFMT) {
    case S_IFREG:
      return "a regular file";
    case S_IFDIR:
      return "a folder";
    case S_IFLNK:
      return "a symbolic link";
    case S_IFIFO:
      return "a FIFO";
    case S_IFSOCK:
      return "a socket";
    case S_IFCHR:
      return "a character device";
    case S_IFBLK:
      return "a block device";
    default:
      return "no regular file";
  }
}

std::optional<int> DescriptorNamed(const std::string& path) {
  if (!path.starts_with("/dev/") && !path.starts_with("/proc/")) return std::nullopt;
  if (path == "/dev/stdin") return STDIN_FILENO;
  if (path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  const std::string own = "/proc/" + std::to_string(getpid()) + "/fd/";
  for (const std::string_view folder :
       {std::string_view("/dev/fd/"), std::string_view("/proc/self/fd/"),
        std::string_view("/proc/thread-self/fd/"), std::string_view(own)}) {
    if (path.starts_with(folder)) return Number(std::string_view(path).substr(folder.size()));
  }
  return std::nullopt;
}

bool Refused(int error) noexcept {
  return error == EPERM || error == EACCES || error == ENOSYS || error == EINVAL ||
         // NOLINTNEXTLINE(misc-redundant-expression): one number on Linux alone
         error == ENOTSUP || error == EOPNOTSUPP || error == EROFS;
}

}  // namespace sigma
