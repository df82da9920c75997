#include "engine/io/input_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "engine/io/append_target.h"
#include "engine/io/descriptor_stream.h"
#include "engine/io/stretch.h"

namespace sigma {
namespace {

constexpr const char* kNeedsTarget = ", only read into a target that is named or standard output";

Unexpected Skip(const std::string& what) { return Fail(ErrorCode::kSkipped, what + ": skipped"); }

Unexpected CannotOpen(int error) {
  if (error == ENOENT) return Fail(ErrorCode::kNotFound, "no such file");
  return SystemError("open", error);
}

// A policy's word on a file.
Result<void> Check(const struct stat& status, SourcePolicy policy) {
  if (S_ISDIR(status.st_mode)) return Skip("is a folder");
  if (policy == SourcePolicy::kRead || S_ISREG(status.st_mode)) {
    if (policy != SourcePolicy::kRemove) return {};
  } else if (policy == SourcePolicy::kFile) {
    return Skip(std::string("is ") + KindOf(status) + kNeedsTarget);
  } else {
    return Skip(std::string("is ") + KindOf(status) + ", which is not removed");
  }
  if ((status.st_mode & (S_ISUID | S_ISGID | S_ISVTX)) != 0) {
    return Skip("has a setuid, setgid or sticky bit and is not removed");
  }
  if (status.st_nlink > 1) return Skip("has more than one hard link and is not removed");
  return {};
}

// Whether the file could be removed later.
Result<void> CheckFolder(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return {};
  return SystemError("remove the source later, its folder is not to be written", errno);
}

// Looks before it opens: neither a device nor a FIFO is opened only to be skipped.
Result<void> LookAt(const std::string& path, SourcePolicy policy) {
  if (policy == SourcePolicy::kRead) return {};
  if (policy == SourcePolicy::kFile && DescriptorNamed(path)) {
    return Skip(std::string("is a descriptor") + kNeedsTarget);
  }
  struct stat status {};
  const int flags = policy == SourcePolicy::kRemove ? AT_SYMLINK_NOFOLLOW : 0;
  if (fstatat(AT_FDCWD, path.c_str(), &status, flags) != 0) return CannotOpen(errno);
  if (Result<void> allowed = Check(status, policy); !allowed) return allowed;
  return policy == SourcePolicy::kRemove ? CheckFolder(path) : Result<void>{};
}

// `ours`: no other descriptor shares its flags.
Result<Descriptor> OpenForReading(const std::string& path, SourcePolicy policy, bool& ours) {
  // No wait for a pipe's other end before the file was looked at.
  int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  if (policy == SourcePolicy::kRemove) flags |= O_NOFOLLOW;
  int fd = -1;
  do {
    fd = open(path.c_str(), flags);
  } while (fd < 0 && errno == EINTR);
  if (fd >= 0) return Descriptor(fd);
  const int error = errno;
  // A name of a descriptor reaches what opening does not: a socket, a file of another user that was
  // handed down, anything where there is no /proc.
  if (const auto named = DescriptorNamed(path); named && policy == SourcePolicy::kRead) {
    Descriptor copy(fcntl(*named, F_DUPFD_CLOEXEC, 0));
    ours = false;
    if (copy.open()) return copy;
  }
  if (policy == SourcePolicy::kRemove && error == ELOOP) return Skip("is a symbolic link");
  if (error == ENXIO) return Skip("is a socket or a FIFO");
  return CannotOpen(error);
}

// Waits for a FIFO's first writer as an ordinary open does (poll does not see the end of a FIFO
// that nobody has written to yet), and takes O_NONBLOCK off a descriptor that is `ours` alone.
Result<void> MakeReady(int fd, bool ours, const struct stat& status) {
  if (S_ISREG(status.st_mode)) return {};  // for which the flag means nothing
  const int flags = fcntl(fd, F_GETFL);
  if (ours && flags >= 0) (void)fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
  if (!S_ISFIFO(status.st_mode)) return {};
  pollfd wait{fd, POLLIN, 0};
  while (poll(&wait, 1, -1) < 0) {
    if (errno != EINTR) return SystemError("wait for the pipe's writer", errno);
  }
  return {};
}

}  // namespace

Result<InputFile> InputFile::Open(const std::string& path, SourcePolicy policy) {
  InputFile file;
  file.path_ = path;
  file.standard_input_ = path == "-";
  if (file.standard_input_ && policy == SourcePolicy::kRemove) {
    return Fail(ErrorCode::kInvalidArgument, "standard input is not a file that can be removed");
  }
  Descriptor descriptor(STDIN_FILENO, false);
  bool ours = true;
  if (!file.standard_input_) {
    if (Result<void> allowed = LookAt(path, policy); !allowed) return allowed.failure();
    Result<Descriptor> opened = OpenForReading(path, policy, ours);
    if (!opened) return opened.failure();
    descriptor = std::move(*opened);
  }
  struct stat status {};
  if (fstat(descriptor.get(), &status) != 0) return SystemError("look at the file", errno);
  if (file.standard_input_) {
    if (S_ISDIR(status.st_mode)) return Skip("is a folder");
  } else {
    if (Result<void> allowed = Check(status, policy); !allowed) return allowed.failure();
    if (Result<void> ready = MakeReady(descriptor.get(), ours, status); !ready) {
      return ready.failure();
    }
  }
  file.regular_ = S_ISREG(status.st_mode);
  file.block_ = S_ISBLK(status.st_mode);
  file.terminal_ = S_ISCHR(status.st_mode) && isatty(descriptor.get()) == 1;
  file.metadata_ = {status.st_mode & 0777u, status.st_uid, status.st_gid, status.st_atim,
                    status.st_mtim};
  file.state_ = StateOf(status);
  file.descriptor_ = descriptor.get();
  file.source_ = file.regular_ && !file.standard_input_ && ours
                     ? std::make_unique<DescriptorSource>(std::move(descriptor), status)
                     : std::make_unique<DescriptorSource>(std::move(descriptor));
  return file;
}

void InputFile::LeaveOutUnfinished() {
  if (!regular_ || standard_input_ || whole_ != nullptr) return;
  const auto end = UnfinishedAppend(descriptor_, path_);
  if (!end || !source_->Seekable()) return;
  unfinished_ = true;
  whole_ = std::move(source_);
  source_ = std::make_unique<Stretch>(*whole_, 0, *end);
}

bool InputFile::Changed() const {
  if (!regular_) return false;
  const auto now = StateOf(descriptor_);
  return !now || !SameState(*now, state_);
}

bool InputFile::StillNamed() const {
  struct stat status {};
  return !standard_input_ && stat(path_.c_str(), &status) == 0 && SameFile(StateOf(status), state_);
}

Result<std::unique_ptr<Source>> InputFile::Again() {
  if (!regular_ || lseek(descriptor_, 0, SEEK_SET) != 0) {
    return SystemError("read the source again", errno);
  }
  return std::unique_ptr<Source>(
      std::make_unique<DescriptorSource>(Descriptor(descriptor_, false)));
}

Result<void> InputFile::Remove() {
  struct stat status {};
  if (lstat(path_.c_str(), &status) != 0) return SystemError("remove the source", errno);
  if (standard_input_ || !regular_ || Changed() || !SameState(StateOf(status), state_)) {
    return Fail(ErrorCode::kSkipped, "changed while it was read: not removed");
  }
  if (unlink(path_.c_str()) != 0) return SystemError("remove the source", errno);
  return {};
}

}  // namespace sigma
