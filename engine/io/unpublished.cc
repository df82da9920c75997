// The two ways of making a file appear whole:
//   nameless  open(O_TMPFILE) … linkat(/proc/self/fd/N → name); to replace, link to a hidden name
//             and go on as below. Nothing is left on SIGKILL, save for the instant of a
//             replacement.
//   named     open(hidden name, O_EXCL, 0600) … renameat2(RENAME_NOREPLACE).
// Only a regular file is ever replaced. A look before the rename leaves an instant in which a
// device or FIFO may take its place; so the two names are exchanged, and what comes out under the
// hidden one is removed if it is a regular file and put back if it is not. Where the file system
// does not exchange, the look right before the rename must do.
//
// Each of these calls may be refused by a file system that does not know it; then the next best
// does the same.
#include "engine/io/unpublished.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <mutex>

#include "engine/io/append_target.h"
#include "engine/io/descriptor_stream.h"
#include "engine/io/file_state.h"
#include "engine/io/target_place.h"

namespace sigma {
namespace {

// The process's results in the making, a list through the objects themselves.
struct Registry {
  std::mutex lock;
  Unpublished* first = nullptr;
  bool closed = false;  // the process is about to end: what begins now is discarded from birth
};

Registry& TheRegistry() {
  static Registry registry;
  return registry;
}

Unexpected Cancelled() {
  return Fail(ErrorCode::kCancelled, "stopped before the result was published");
}

Unexpected NotReplaced(const struct stat& status) {
  return Fail(ErrorCode::kExists, std::string("has become ") + KindOf(status) + ": not replaced");
}

// Hidden, beside the target, and not to be guessed.
std::string TemporaryName() {
  std::uint64_t number = 0;
  if (getrandom(&number, sizeof(number), GRND_NONBLOCK) != static_cast<ssize_t>(sizeof(number))) {
    static std::atomic<std::uint64_t> counter{0};
    number = static_cast<std::uint64_t>(std::time(nullptr)) << 32 ^
             static_cast<std::uint64_t>(getpid()) << 16 ^ counter++;
  }
  std::array<char, 40> name;
  std::snprintf(name.data(), name.size(), ".sigma-par.%016llx",
                static_cast<unsigned long long>(number));
  return name.data();
}

// Gives an open file without a name one. By its name in /proc, or where that is not mounted by
// itself (which takes a right, or Linux 6.10).
bool LinkOpenFile(int fd, int folder, const char* name) {
  const std::string file = "/proc/self/fd/" + std::to_string(fd);
  if (linkat(AT_FDCWD, file.c_str(), folder, name, AT_SYMLINK_FOLLOW) == 0) return true;
  if (errno != ENOENT) return false;
  if (linkat(fd, "", folder, name, AT_EMPTY_PATH) == 0) return true;
  if (errno == ENOENT) errno = ENOSYS;
  return false;
}

// Refusals of linkat that the other way does not meet; EXDEV comes from file systems in layers.
bool CannotLink(int error) { return Refused(error) || error == EXDEV || error == EMLINK; }

// Bytes that are copied at once.
constexpr std::size_t kCopy = 256u << 10;

// So many random names cannot all be taken by chance.
constexpr int kNameAttempts = 16;

}  // namespace

Unpublished::Unpublished(Descriptor folder, std::string leaf)
    : folder_(std::move(folder)), leaf_(std::move(leaf)) {
  Registry& registry = TheRegistry();
  const std::lock_guard hold(registry.lock);
  discarded_ = registry.closed;
  next_ = registry.first;
  if (next_ != nullptr) next_->previous_ = this;
  registry.first = this;
}

Unpublished::~Unpublished() {
  Registry& registry = TheRegistry();
  const std::lock_guard hold(registry.lock);
  RemoveTemporary();
  if (next_ != nullptr) next_->previous_ = previous_;
  (previous_ != nullptr ? previous_->next_ : registry.first) = next_;
}

void Unpublished::RemoveTemporary() noexcept {
  if (temporary_.empty()) return;
  unlinkat(folder_.get(), temporary_.c_str(), 0);
  temporary_.clear();
}

Result<Descriptor> Unpublished::Open(std::uint32_t mode, bool named) {
  const std::lock_guard hold(TheRegistry().lock);
  if (discarded_) return Cancelled();
  if (!named) {
    // Any refusal is left to the other way, whose error is the one worth reporting.
    Descriptor file(openat(folder_.get(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode));
    if (file.open()) {
      nameless_ = true;
      return file;
    }
  }
  return OpenNamed();
}

Result<Descriptor> Unpublished::OpenNamed() {
  for (int attempt = 0; attempt < kNameAttempts; ++attempt) {
    std::string name = TemporaryName();
    const int fd = openat(folder_.get(), name.c_str(),
                          O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0) {
      temporary_ = std::move(name);
      return Descriptor(fd);
    }
    if (errno != EEXIST && errno != EINTR) break;
  }
  return SystemError("create a temporary file beside it", errno);
}

Result<void> Unpublished::Publish(Descriptor& file, bool replace) {
  Result<void> named = Name(file.get(), replace);
  if (named || !nameless_ || named.error().code != ErrorCode::kUnsupported) return named;
  if (Result<void> copied = CopyToNamed(file); !copied) return copied;
  return Name(file.get(), replace);
}

Result<void> Unpublished::Name(int fd, bool replace) {
  const std::lock_guard hold(TheRegistry().lock);
  if (discarded_) return Cancelled();
  return nameless_ ? LinkNameless(fd, replace) : RenameTemporary(replace);
}

// kUnsupported: this file system does not name nameless files.
Result<void> Unpublished::LinkNameless(int fd, bool replace) {
  const auto failure = [] {
    if (CannotLink(errno)) return Fail(ErrorCode::kUnsupported, "nameless files get no names here");
    return SystemError("name the result", errno);
  };
  if (LinkOpenFile(fd, folder_.get(), leaf_.c_str())) return {};
  if (errno != EEXIST) return failure();
  if (!replace) return AlreadyExists();
  for (int attempt = 0; attempt < kNameAttempts; ++attempt) {
    std::string name = TemporaryName();
    if (LinkOpenFile(fd, folder_.get(), name.c_str())) {
      temporary_ = std::move(name);
      return RenameTemporary(true);
    }
    if (errno != EEXIST) break;
  }
  return failure();
}

// The bytes, the mode, the owner and the times of a nameless file in one that has a name.
Result<void> Unpublished::CopyToNamed(Descriptor& file) {
  Descriptor copy;
  {
    const std::lock_guard hold(TheRegistry().lock);
    if (discarded_) return Cancelled();
    nameless_ = false;
    Result<Descriptor> opened = OpenNamed();
    if (!opened) return opened.failure();
    copy = std::move(*opened);
  }
  if (lseek(file.get(), 0, SEEK_SET) != 0) return SystemError("copy the result", errno);
  DescriptorSource from(Descriptor(file.get(), false));
  DescriptorSink to(Descriptor(copy.get(), false), Sparse::kAuto);
  Bytes bytes(kCopy);
  for (std::size_t got = bytes.size(); got == bytes.size();) {
    const Result<std::size_t> read = from.Read(bytes);
    if (!read) return read.failure();
    got = *read;
    if (Result<void> put = to.Write(ByteView{bytes}.first(got)); !put) return put;
  }
  if (Result<void> done = to.Finish(); !done) return done;
  struct stat status {};
  if (fstat(file.get(), &status) == 0) {
    // If the file system allowed the one, it allows the other.
    (void)!fchown(copy.get(), status.st_uid, status.st_gid);
    (void)fchmod(copy.get(), status.st_mode & 0777);
    const std::array<timespec, 2> times = {status.st_atim, status.st_mtim};
    (void)futimens(copy.get(), times.data());
  }
  file = std::move(copy);
  return {};
}

Result<void> Unpublished::RenameTemporary(bool replace) {
  return replace ? RenameOver() : RenameToFree();
}

Result<void> Unpublished::RenameToFree() {
  const int folder = folder_.get();
  const char* from = temporary_.c_str();
  const char* to = leaf_.c_str();
  if (renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0) {
    temporary_.clear();
    return {};
  }
  if (errno == EEXIST) return AlreadyExists();
  if (!Refused(errno)) return SystemError("name the result", errno);
  // File systems without RENAME_NOREPLACE: a second name does the same, if they have links.
  if (linkat(folder, from, folder, to, 0) == 0) {
    RemoveTemporary();
    return {};
  }
  if (errno == EEXIST) return AlreadyExists();
  struct stat status {};
  if (fstatat(folder, to, &status, AT_SYMLINK_NOFOLLOW) == 0) return AlreadyExists();
  if (renameat(folder, from, folder, to) != 0) return SystemError("name the result", errno);
  temporary_.clear();
  return {};
}

Result<void> Unpublished::RenameOver() {
  const int folder = folder_.get();
  const char* from = temporary_.c_str();
  const char* to = leaf_.c_str();
  for (int attempt = 0; attempt < kNameAttempts; ++attempt) {
    if (renameat2(folder, from, folder, to, RENAME_EXCHANGE) == 0) {
      struct stat old {};
      if (fstatat(folder, from, &old, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(old.st_mode)) {
        RemoveTemporary();
        return {};
      }
      if (renameat2(folder, from, folder, to, RENAME_EXCHANGE) != 0) {
        // Whatever it is, it stays, if under the hidden name.
        temporary_.clear();
        return SystemError("put back what was no regular file", errno);
      }
      return NotReplaced(old);
    }
    if (errno != ENOENT) break;
    // The name is free, or was when we looked.
    Result<void> named = RenameToFree();
    if (named || named.error().code != ErrorCode::kExists) return named;
  }
  if (!Refused(errno)) return SystemError("name the result", errno);
  struct stat status {};
  if (fstatat(folder, to, &status, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(status.st_mode)) {
    return NotReplaced(status);
  }
  if (renameat(folder, from, folder, to) != 0) return SystemError("name the result", errno);
  temporary_.clear();
  return {};
}

void DiscardUnpublished() noexcept {
  DiscardAppends();
  Registry& registry = TheRegistry();
  const std::lock_guard hold(registry.lock);
  registry.closed = true;
  for (Unpublished* one = registry.first; one != nullptr; one = one->next_) {
    one->RemoveTemporary();
    one->discarded_ = true;
  }
}

}  // namespace sigma
