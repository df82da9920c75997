#include "engine/io/target_place.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <limits>

namespace sigma {
namespace {

constexpr int kMostLinks = 40;       // the kernel's own bound
constexpr long kProcMagic = 0x9fa0;  // statfs of /proc (linux/magic.h)
constexpr std::size_t kLink = 4096;  // the longest text of a link
constexpr std::size_t kShort = 100;  // every file system takes names of so many bytes

struct SplitPath {
  std::string folder;  // "." for a bare name
  std::string leaf;
};

SplitPath Split(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {".", path};
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

// `path` counts from `base`, a folder or AT_FDCWD.
Result<Descriptor> OpenFolder(int base, const std::string& path) {
  int fd = openat(base, path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  // A folder one may write but not read: all works but the sync.
  if (fd < 0 && errno == EACCES) {
    fd = openat(base, path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  }
  if (fd < 0) return SystemError("open its folder", errno);
  return Descriptor(fd);
}

bool SameFolder(int folder, const char* path) {
  struct stat status {};
  const auto mine = StateOf(folder);
  return mine && stat(path, &status) == 0 && SameFile(*mine, StateOf(status));
}

// Links in /proc are none that can be followed by their text. Those in our own folder of
// descriptors, by whatever name it was reached, stand for descriptors.
Result<std::optional<int>> DescriptorIn(int folder, const std::string& leaf) {
  struct statfs system {};
  if (fstatfs(folder, &system) != 0 || system.f_type != kProcMagic) return std::optional<int>{};
  if (SameFolder(folder, "/proc/self/fd") || SameFolder(folder, "/proc/thread-self/fd")) {
    if (const auto named = DescriptorNamed("/proc/self/fd/" + leaf)) return named;
  }
  return Fail(ErrorCode::kExists, "is a link of the system: not written through");
}

// Whether the link may be followed: anybody may plant one in a folder such as /tmp.
Result<void> CheckOwner(int folder, const struct stat& link) {
  struct stat status {};
  if (fstat(folder, &status) != 0) return SystemError("look at its folder", errno);
  if ((status.st_mode & S_ISVTX) == 0 || (status.st_mode & S_IWOTH) == 0) return {};
  if (link.st_uid == geteuid() || link.st_uid == status.st_uid) return {};
  return Fail(ErrorCode::kExists,
              "is a symbolic link of another user in a folder open to all: not followed");
}

Result<std::string> TextOfLink(int folder, const std::string& leaf) {
  std::string text(kLink, '\0');
  const ssize_t size = readlinkat(folder, leaf.c_str(), text.data(), text.size());
  if (size < 0) return SystemError("read this link", errno);
  text.resize(static_cast<std::size_t>(size));
  return text;
}

Result<void> CheckLength(int folder, const std::string& leaf) {
  if (leaf.size() <= kShort) return {};
  const long most = fpathconf(folder, _PC_NAME_MAX);
  if (most <= 0 || leaf.size() <= static_cast<std::size_t>(most)) return {};
  return SystemError("use this name", ENAMETOOLONG);
}

Result<TargetKind> KindOfTarget(const struct stat& status, TargetName name) {
  if (S_ISREG(status.st_mode)) return TargetKind::kRegular;
  if (name == TargetName::kGiven) {
    if (S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode)) return TargetKind::kInPlace;
    if (S_ISBLK(status.st_mode)) return TargetKind::kBlock;
  }
  const bool always = S_ISDIR(status.st_mode) || S_ISSOCK(status.st_mode);
  return Fail(ErrorCode::kExists,
              std::string("is ") + KindOf(status) +
                  (always ? ": nothing is written there"
                          : ": a name made from the source's only stands for a regular file"));
}

}  // namespace

Unexpected AlreadyExists() {
  return Unexpected{
      {.code = ErrorCode::kExists, .text = "already exists", .force_overwrites = true}};
}

Result<TargetPlace> FindTarget(const std::string& path, TargetName name) {
  TargetPlace place;
  std::string rest = path;
  Descriptor base(AT_FDCWD, false);  // what a relative `rest` counts from
  for (int step = 0; step <= kMostLinks; ++step) {
    if (name == TargetName::kGiven && (step == 0 || rest.starts_with('/'))) {
      if (const auto named = DescriptorNamed(rest)) {
        place.kind = TargetKind::kDescriptor;
        place.named_descriptor = *named;
        return place;
      }
    }
    auto [folder_path, leaf] = Split(rest);
    if (leaf.empty()) return Fail(ErrorCode::kInvalidArgument, "has no file name at its end");
    if (leaf == "." || leaf == "..") {
      return Fail(ErrorCode::kExists, "is a folder: nothing is written there");
    }
    Result<Descriptor> folder = OpenFolder(base.get(), folder_path);
    if (!folder) return folder.failure();
    struct stat status {};
    if (fstatat(folder->get(), leaf.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) return SystemError("use this name", errno);
      if (Result<void> fits = CheckLength(folder->get(), leaf); !fits) return fits.failure();
      place.folder = std::move(*folder);
      place.leaf = std::move(leaf);
      return place;
    }
    if (name == TargetName::kDerived || !S_ISLNK(status.st_mode)) {
      const Result<TargetKind> kind = KindOfTarget(status, name);
      if (!kind) return kind.failure();
      place.kind = *kind;
      place.folder = std::move(*folder);
      place.leaf = std::move(leaf);
      place.state = StateOf(status);
      return place;
    }
    const Result<std::optional<int>> named = DescriptorIn(folder->get(), leaf);
    if (!named) return named.failure();
    if (*named) {
      place.kind = TargetKind::kDescriptor;
      place.named_descriptor = **named;
      return place;
    }
    if (Result<void> ours = CheckOwner(folder->get(), status); !ours) return ours.failure();
    Result<std::string> text = TextOfLink(folder->get(), leaf);
    if (!text) return text.failure();
    rest = std::move(*text);
    base = std::move(*folder);
  }
  return SystemError("follow its links", ELOOP);
}

}  // namespace sigma
