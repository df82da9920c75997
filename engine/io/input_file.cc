#include "engine/io/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "engine/io/descriptor_stream.h"

namespace sigma {
namespace {

Unexpected Skip(const char* what) {
  return Fail(ErrorCode::kSkipped, std::string(what) + ": skipped (force takes it anyway)");
}

// What the strict policy says about an opened file.
Result<void> CheckStrict(const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return Skip("not a regular file");
  if ((status.st_mode & (S_ISUID | S_ISGID | S_ISVTX)) != 0) {
    return Skip("has a setuid, setgid or sticky bit");
  }
  if (status.st_nlink > 1) return Skip("has more than one hard link");
  return {};
}

Result<Descriptor> OpenForReading(const std::string& path, SourcePolicy policy) {
  int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY;
  // Neither a link nor a wait for a pipe's other end before the file was looked at.
  if (policy == SourcePolicy::kStrict) flags |= O_NOFOLLOW | O_NONBLOCK;
  for (;;) {
    const int fd = open(path.c_str(), flags);
    if (fd >= 0) return Descriptor(fd);
    if (errno == EINTR) continue;
    if (policy == SourcePolicy::kStrict && errno == ELOOP) return Skip("is a symbolic link");
    if (policy == SourcePolicy::kStrict && errno == ENXIO) return Skip("not a regular file");
    if (errno == ENOENT) return Fail(ErrorCode::kNotFound, "no such file");
    return SystemError("open", errno);
  }
}

bool Same(const std::timespec& left, const std::timespec& right) {
  return left.tv_sec == right.tv_sec && left.tv_nsec == right.tv_nsec;
}

}  // namespace

Result<InputFile> InputFile::Open(const std::string& path, SourcePolicy policy) {
  InputFile file;
  file.path_ = path;
  file.standard_input_ = path == "-";
  Descriptor descriptor(STDIN_FILENO, false);
  if (!file.standard_input_) {
    Result<Descriptor> opened = OpenForReading(path, policy);
    if (!opened) return opened.failure();
    descriptor = std::move(*opened);
  }
  struct stat status {};
  if (fstat(descriptor.get(), &status) != 0) return SystemError("look at the file", errno);
  if (S_ISDIR(status.st_mode)) return Fail(ErrorCode::kSkipped, "is a directory: skipped");
  if (!file.standard_input_ && policy == SourcePolicy::kStrict) {
    if (Result<void> allowed = CheckStrict(status); !allowed) return allowed.failure();
  }
  file.regular_ = S_ISREG(status.st_mode) && !file.standard_input_;
  file.terminal_ = isatty(descriptor.get()) == 1;
  file.metadata_ = {status.st_mode & 0777u, status.st_uid, status.st_gid, status.st_atim,
                    status.st_mtim};
  file.device_ = status.st_dev;
  file.inode_ = status.st_ino;
  file.size_ = static_cast<std::uint64_t>(status.st_size);
  file.source_ = std::make_unique<DescriptorSource>(std::move(descriptor));
  return file;
}

Result<void> InputFile::Remove() {
  if (standard_input_) return {};
  struct stat status {};
  if (lstat(path_.c_str(), &status) != 0) return SystemError("remove the source", errno);
  if (status.st_dev != device_ || status.st_ino != inode_ ||
      static_cast<std::uint64_t>(status.st_size) != size_ ||
      !Same(status.st_mtim, metadata_.modified)) {
    return Fail(ErrorCode::kIo, "the source changed while it was read: not removed");
  }
  if (unlink(path_.c_str()) != 0) return SystemError("remove the source", errno);
  return {};
}

}  // namespace sigma
