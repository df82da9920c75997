// The two ways of making a file appear whole:
//   nameless  open(O_TMPFILE) … linkat(/proc/self/fd/N → name); to replace, link to a hidden name
//             and rename that. Nothing is left on SIGKILL, save for the instant of a replacement.
//   named     open(hidden name, O_EXCL, 0600) … renameat2(RENAME_NOREPLACE), or rename to replace.
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

namespace sigma {
namespace {

// The process's results in the making, a list through the objects themselves.
struct Registry {
  std::mutex lock;
  Unpublished* first = nullptr;
};

Registry& TheRegistry() {
  static Registry registry;
  return registry;
}

Unexpected Cancelled() {
  return Fail(ErrorCode::kCancelled, "stopped before the result was published");
}

Unexpected Taken() { return Fail(ErrorCode::kExists, "the target exists (force overwrites it)"); }

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

// A name of an open file that linkat can follow.
std::string ProcName(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

// So many random names cannot all be taken by chance.
constexpr int kNameAttempts = 16;

}  // namespace

Unpublished::Unpublished(Descriptor folder, std::string leaf)
    : folder_(std::move(folder)), leaf_(std::move(leaf)) {
  Registry& registry = TheRegistry();
  const std::lock_guard hold(registry.lock);
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

Result<Descriptor> Unpublished::Open(bool named) {
  const std::lock_guard hold(TheRegistry().lock);
  if (discarded_) return Cancelled();
  if (!named) {
    // Any refusal is left to the other way, whose error is the one worth reporting.
    Descriptor file(openat(folder_.get(), ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
    if (file.open() && access(ProcName(file.get()).c_str(), F_OK) == 0) {
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
                          O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0) {
      temporary_ = std::move(name);
      return Descriptor(fd);
    }
    if (errno != EEXIST && errno != EINTR) break;
  }
  return SystemError("create a temporary file beside the target", errno);
}

Result<void> Unpublished::Publish(int fd, bool replace) {
  const std::lock_guard hold(TheRegistry().lock);
  if (discarded_) return Cancelled();
  return nameless_ ? LinkNameless(fd, replace) : RenameTemporary(replace);
}

Result<void> Unpublished::LinkNameless(int fd, bool replace) {
  const std::string file = ProcName(fd);
  if (linkat(AT_FDCWD, file.c_str(), folder_.get(), leaf_.c_str(), AT_SYMLINK_FOLLOW) == 0) {
    return {};
  }
  if (errno != EEXIST) return SystemError("name the result", errno);
  if (!replace) return Taken();
  for (int attempt = 0; attempt < kNameAttempts; ++attempt) {
    std::string name = TemporaryName();
    if (linkat(AT_FDCWD, file.c_str(), folder_.get(), name.c_str(), AT_SYMLINK_FOLLOW) == 0) {
      temporary_ = std::move(name);
      return RenameTemporary(true);
    }
    if (errno != EEXIST) break;
  }
  return SystemError("name the result", errno);
}

Result<void> Unpublished::RenameTemporary(bool replace) {
  const int folder = folder_.get();
  const char* from = temporary_.c_str();
  const char* to = leaf_.c_str();
  if (replace) {
    if (renameat(folder, from, folder, to) != 0) return SystemError("name the result", errno);
    temporary_.clear();
    return {};
  }
  if (renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0) {
    temporary_.clear();
    return {};
  }
  if (errno == EEXIST) return Taken();
  if (errno != EINVAL && errno != ENOSYS) return SystemError("name the result", errno);
  // File systems without RENAME_NOREPLACE: a second name does the same, if they have links.
  if (linkat(folder, from, folder, to, 0) == 0) {
    RemoveTemporary();
    return {};
  }
  if (errno == EEXIST) return Taken();
  struct stat status {};
  if (fstatat(folder, to, &status, AT_SYMLINK_NOFOLLOW) == 0) return Taken();
  return RenameTemporary(true);
}

Result<void> Unpublished::SyncFolder() {
  const int flags = fcntl(folder_.get(), F_GETFL);
  if (flags >= 0 && (flags & O_PATH) != 0) return {};  // not ours to read, so not to sync either
  while (fsync(folder_.get()) != 0) {
    if (errno == EINVAL || errno == ENOTSUP) return {};  // a file system that has no such thing
    if (errno != EINTR) return SystemError("sync the folder", errno);
  }
  return {};
}

void DiscardUnpublished() noexcept {
  Registry& registry = TheRegistry();
  const std::lock_guard hold(registry.lock);
  for (Unpublished* one = registry.first; one != nullptr; one = one->next_) {
    one->RemoveTemporary();
    one->discarded_ = true;
  }
}

}  // namespace sigma
