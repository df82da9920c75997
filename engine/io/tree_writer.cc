// Why nothing is written outside: a name is cut into components, none of them "..", and each folder
// on the way is opened from the one before it without following a link. Links that are made are
// never followed here, so they matter to those who come later only; for these a link may lead up to
// the root at its front, where the folders it leads through are real ones, and nowhere up after
// that, where they might be links (LinkStays).
#include "engine/io/tree_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

#include "engine/io/file_state.h"
#include "engine/io/system.h"
#include "engine/io/target_place.h"
#include "engine/io/unpublished.h"

namespace sigma {
namespace {

constexpr int kFolder = O_PATH | O_DIRECTORY | O_CLOEXEC;

// openat2 of Linux 5.6, which C libraries have no function for: <linux/openat2.h>.
struct OpenHow {
  std::uint64_t flags;
  std::uint64_t mode;
  std::uint64_t resolve;
};
constexpr std::uint64_t kNoMagicLinks = 0x02, kNoSymlinks = 0x04, kBeneath = 0x08;

// -1 with errno; ENOSYS where it is not known or refused.
int OpenBeneath(int root, const std::string& path) {
#ifdef SYS_openat2
  OpenHow how{static_cast<std::uint64_t>(kFolder), 0, kBeneath | kNoSymlinks | kNoMagicLinks};
  long fd = -1;
  do {
    fd = syscall(SYS_openat2, root, path.c_str(), &how, sizeof(how));
  } while (fd < 0 && (errno == EINTR || errno == EAGAIN));
  // A filter of system calls says EPERM.
  if (fd < 0 && (errno == EPERM || errno == EINVAL || errno == E2BIG)) errno = ENOSYS;
  return static_cast<int>(fd);
#else
  (void)root;
  (void)path;
  errno = ENOSYS;
  return -1;
#endif
}

Unexpected ThroughLink() {
  return Fail(ErrorCode::kInvalidArgument,
              "its path leads through a link, or through what is no folder: not extracted");
}

Unexpected LeadsOut(const char* why) {
  return Fail(ErrorCode::kInvalidArgument, std::string(why) + ": not extracted");
}

// A file whose bytes come in order, or at places.
class NewFile final : public TreeWriter::File {
 public:
  NewFile(int fd, bool holes) : fd_(fd), sink_(Descriptor(fd, false), Sparse::kNever) {
    sink_.OwnFile(holes, false);
  }
  Result<void> Write(ByteView bytes) override {
    in_order_ = true;
    return sink_.Write(bytes);
  }
  Result<void> WriteAt(std::uint64_t offset, ByteView bytes) override {
    return WriteAllAt(fd_, offset, bytes);
  }
  Result<void> SetSize(std::uint64_t size) override {
    if (size <= static_cast<std::uint64_t>(std::numeric_limits<off_t>::max()) &&
        ftruncate(fd_, static_cast<off_t>(size)) == 0) {
      return {};
    }
    return SystemError("set the size of the file", errno);
  }
  Result<void> Finish() { return in_order_ ? sink_.Finish() : Result<void>{}; }

 private:
  const int fd_;
  DescriptorSink sink_;
  bool in_order_ = false;
};

std::array<std::timespec, 2> Times(const TreeWriter::Traits& traits) {
  return {std::timespec{0, UTIME_NOW}, traits.modified};
}

}  // namespace

TreeWriter::TreeWriter(Descriptor root, Rules rules)
    : root_(std::move(root)), rules_(rules), umask_(ProcessUmask()), folder_path_("-") {}

Result<TreeWriter> TreeWriter::Open(const std::string& folder, Rules rules) {
  Descriptor root(open(folder.c_str(), kFolder));
  if (root.open()) return TreeWriter(std::move(root), rules);
  if (errno == ENOENT) return Fail(ErrorCode::kNotFound, "no such folder");
  return SystemError("open the folder", errno);
}

Result<TreeWriter::Place> TreeWriter::PlaceOf(std::string_view name) const {
  Place place;
  if (name.empty() || name.find('\0') != name.npos) return LeadsOut("the name is none");
  place.absolute = name[0] == '/';
  if (place.absolute && !rules_.unsafe) return LeadsOut("the name is absolute");
  while (!name.empty()) {
    const std::size_t end = std::min(name.find('/'), name.size());
    const std::string_view part = name.substr(0, end);
    name.remove_prefix(std::min(end + 1, name.size()));
    if (part.empty() || part == ".") continue;
    if (part == ".." && !rules_.unsafe)
      return LeadsOut("the name leads out of the folder by \"..\"");
    place.folders.emplace_back(part);
  }
  if (place.absolute) place.path.push_back('/');
  for (const std::string& part : place.folders) {
    place.path += part;
    if (&part != &place.folders.back()) place.path += '/';
  }
  if (!place.folders.empty()) {
    place.leaf = std::move(place.folders.back());
    place.folders.pop_back();
  }
  return place;
}

Result<int> TreeWriter::FolderOf(const Place& place, bool make) {
  std::string path = place.path.substr(0, place.path.size() - place.leaf.size());
  if (path == folder_path_ && (path.empty() || folder_.open())) {
    return path.empty() ? root_.get() : folder_.get();
  }
  if (path.empty()) return root_.get();
  Result<Descriptor> folder = Descriptor();
  if (!rules_.unsafe) *folder = Descriptor(OpenBeneath(root_.get(), path));
  if (!folder->open()) {
    if (!rules_.unsafe && (errno == ELOOP || errno == ENOTDIR || errno == EXDEV)) {
      return ThroughLink();
    }
    folder = Walk(place, make);
    if (!folder) return folder.failure();
  }
  folder_ = std::move(*folder);
  folder_path_ = std::move(path);
  return folder_.get();
}

// Step by step, making what is not there.
Result<Descriptor> TreeWriter::Walk(const Place& place, bool make) {
  Descriptor here(place.absolute ? open("/", kFolder) : root_.get(), place.absolute);
  std::string path;
  if (place.absolute) path.push_back('/');
  for (const std::string& part : place.folders) {
    path += part;
    if (make) {
      if (mkdirat(here.get(), part.c_str(), 0777) == 0) {
        made_.insert(path);
      } else if (errno != EEXIST) {
        return SystemError("make the folder it lies in", errno);
      }
    }
    Descriptor next(openat(here.get(), part.c_str(), kFolder | (rules_.unsafe ? 0 : O_NOFOLLOW)));
    if (!next.open()) {
      if (errno == ELOOP || errno == ENOTDIR) return ThroughLink();
      if (errno == ENOENT) return Fail(ErrorCode::kNotFound, "the folder it lies in is not there");
      return SystemError("open the folder it lies in", errno);
    }
    here = std::move(next);
    path += '/';
  }
  return here;
}

Result<void> TreeWriter::Clear(int folder, const Place& place, bool keep_regular) {
  struct stat status {};
  if (fstatat(folder, place.leaf.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return {};
    return SystemError("look at what has its name", errno);
  }
  if (S_ISDIR(status.st_mode)) {
    return Fail(ErrorCode::kExists, "a folder has its name, which is not replaced");
  }
  if (!rules_.replace && !made_.contains(place.path)) return AlreadyExists();
  if (keep_regular && S_ISREG(status.st_mode)) return {};
  if (unlinkat(folder, place.leaf.c_str(), 0) == 0 || errno == ENOENT) return {};
  return SystemError("remove what has its name", errno);
}

Result<void> TreeWriter::MakeFolder(std::string_view name, const Traits& traits) {
  Result<Place> place = PlaceOf(name);
  if (!place) return place.failure();
  const bool ours = rules_.replace || made_.contains(place->path);
  if (place->leaf.empty()) {  // the folder that everything goes to
    if (rules_.replace) waiting_.push_back({std::move(*place), traits});
    return {};
  }
  const Result<int> folder = FolderOf(*place, true);
  if (!folder) return folder.failure();
  bool made = mkdirat(*folder, place->leaf.c_str(), 0700) == 0;
  if (!made && errno == EEXIST) {
    struct stat status {};
    if (fstatat(*folder, place->leaf.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      return SystemError("look at what has its name", errno);
    }
    if (S_ISDIR(status.st_mode)) {
      // One that was there keeps what it is.
      if (ours) waiting_.push_back({std::move(*place), traits});
      return {};
    }
    if (Result<void> cleared = Clear(*folder, *place, false); !cleared) return cleared;
    made = mkdirat(*folder, place->leaf.c_str(), 0700) == 0;
  }
  if (!made) return SystemError("make the folder", errno);
  made_.insert(place->path);
  waiting_.push_back({std::move(*place), traits});
  return {};
}

Result<void> TreeWriter::MakeFile(std::string_view name, const Traits& traits, bool holes,
                                  const std::function<Result<void>(File&)>& fill) {
  const Result<Place> place = PlaceOf(name);
  if (!place) return place.failure();
  if (place->leaf.empty()) return LeadsOut("the name is none");
  const Result<int> parent = FolderOf(*place, true);
  if (!parent) return parent.failure();
  // Before any work.
  if (Result<void> cleared = Clear(*parent, *place, true); !cleared) return cleared;
  Descriptor folder(fcntl(*parent, F_DUPFD_CLOEXEC, 0));
  if (!folder.open()) return SystemError("open the folder it lies in", errno);
  Unpublished result(std::move(folder), place->leaf);
  Result<Descriptor> file = result.Open(0600, false);
  if (!file) return file.failure();
  NewFile content(file->get(), holes);
  if (Result<void> filled = fill(content); !filled) return filled;
  if (Result<void> finished = content.Finish(); !finished) return finished;
  // Once it has its name it has its mode, and a writer's own times no more.
  if (fchmod(file->get(), traits.mode & 0777 & ~umask_) != 0 && !Refused(errno)) {
    return SystemError("set its mode", errno);
  }
  if (futimens(file->get(), Times(traits).data()) != 0 && !Refused(errno)) {
    return SystemError("set its time", errno);
  }
  const bool replace = rules_.replace || made_.contains(place->path);
  if (Result<void> published = result.Publish(*file, replace); !published) return published;
  made_.insert(place->path);
  return file->Close();
}

Result<void> TreeWriter::MakeLink(std::string_view name, const std::string& target,
                                  const Traits& traits) {
  const Result<Place> place = PlaceOf(name);
  if (!place) return place.failure();
  if (place->leaf.empty()) return LeadsOut("the name is none");
  if (!LinkStays(*place, target)) return LeadsOut("the link leads, or may lead, out of the folder");
  const Result<int> folder = FolderOf(*place, true);
  if (!folder) return folder.failure();
  if (Result<void> cleared = Clear(*folder, *place, false); !cleared) return cleared;
  if (symlinkat(target.c_str(), *folder, place->leaf.c_str()) != 0) {
    return errno == EEXIST ? AlreadyExists() : SystemError("make the link", errno);
  }
  made_.insert(place->path);
  (void)utimensat(*folder, place->leaf.c_str(), Times(traits).data(), AT_SYMLINK_NOFOLLOW);
  return {};
}

bool TreeWriter::LinkStays(const Place& place, std::string_view target) const {
  if (rules_.unsafe) return true;
  if (target.empty() || target[0] == '/') return false;
  std::size_t depth = place.folders.size();
  bool down = false;
  while (!target.empty()) {
    const std::size_t end = std::min(target.find('/'), target.size());
    const std::string_view part = target.substr(0, end);
    target.remove_prefix(std::min(end + 1, target.size()));
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      down = true;
    } else if (down || depth-- == 0) {
      return false;
    }
  }
  return true;
}

Result<void> TreeWriter::MakeHardLink(std::string_view name, std::string_view existing) {
  const Result<Place> place = PlaceOf(name);
  if (!place) return place.failure();
  const Result<Place> from = PlaceOf(existing);
  if (!from || place->leaf.empty() || from->leaf.empty()) {
    return LeadsOut("the hard link's target lies outside of the folder");
  }
  const Result<int> source = FolderOf(*from, false);
  if (!source && source.error().code == ErrorCode::kNotFound) {
    return Fail(ErrorCode::kNotFound, "the file it is a hard link of is not there");
  }
  if (!source) return source.failure();
  Descriptor source_folder(fcntl(*source, F_DUPFD_CLOEXEC, 0));
  if (!source_folder.open()) return SystemError("open the folder of the hard link's target", errno);
  struct stat there {};
  if (fstatat(source_folder.get(), from->leaf.c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno != ENOENT) return SystemError("look at the hard link's target", errno);
    return Fail(ErrorCode::kNotFound, "the file it is a hard link of is not there");
  }
  if (S_ISLNK(there.st_mode)) {
    // From its new place it may lead elsewhere.
    std::string text(static_cast<std::size_t>(there.st_size) + 1, '\0');
    const ssize_t size =
        readlinkat(source_folder.get(), from->leaf.c_str(), text.data(), text.size());
    if (size < 0 || static_cast<std::size_t>(size) >= text.size()) {
      return SystemError("read the hard link's target", errno);
    }
    text.resize(static_cast<std::size_t>(size));
    if (!LinkStays(*place, text)) return LeadsOut("the link leads, or may lead, out of the folder");
  }
  const Result<int> folder = FolderOf(*place, true);
  if (!folder) return folder.failure();
  struct stat own {};
  if (fstatat(*folder, place->leaf.c_str(), &own, AT_SYMLINK_NOFOLLOW) == 0 &&
      SameFile(StateOf(own), StateOf(there))) {
    return {};  // it is that already
  }
  if (Result<void> cleared = Clear(*folder, *place, false); !cleared) return cleared;
  if (linkat(source_folder.get(), from->leaf.c_str(), *folder, place->leaf.c_str(), 0) != 0) {
    return errno == EEXIST ? AlreadyExists() : SystemError("make the hard link", errno);
  }
  made_.insert(place->path);
  return {};
}

Result<void> TreeWriter::MakeSpecial(std::string_view name, Special kind, std::uint32_t major,
                                     std::uint32_t minor, const Traits& traits) {
  const Result<Place> place = PlaceOf(name);
  if (!place) return place.failure();
  if (place->leaf.empty()) return LeadsOut("the name is none");
  if (kind != Special::kFifo && !rules_.unsafe) return LeadsOut("it is a device");
  const Result<int> folder = FolderOf(*place, true);
  if (!folder) return folder.failure();
  if (Result<void> cleared = Clear(*folder, *place, false); !cleared) return cleared;
  const mode_t type = kind == Special::kFifo              ? S_IFIFO
                      : kind == Special::kCharacterDevice ? S_IFCHR
                                                          : S_IFBLK;
  // The umask does its part here.
  if (mknodat(*folder, place->leaf.c_str(), type | (traits.mode & 0777), makedev(major, minor)) !=
      0) {
    return errno == EEXIST ? AlreadyExists() : SystemError("make the special file", errno);
  }
  made_.insert(place->path);
  (void)utimensat(*folder, place->leaf.c_str(), Times(traits).data(), AT_SYMLINK_NOFOLLOW);
  return {};
}

void TreeWriter::End(const std::function<void(const std::string&, const Error&)>& failed) {
  // From the last one on: a folder comes before those in it.
  std::unordered_set<std::string_view> done;
  for (auto each = waiting_.rbegin(); each != waiting_.rend(); ++each) {
    if (!done.insert(each->place.path).second) continue;  // named twice: the later one counts
    const auto set = [&]() -> Result<void> {
      const Result<int> parent = FolderOf(each->place, false);
      if (!parent) return parent.failure();
      const char* const leaf = each->place.leaf.empty() ? "." : each->place.leaf.c_str();
      const Descriptor folder(
          openat(*parent, leaf, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (!folder.open()) return SystemError("open the folder again", errno);
      if (fchmod(folder.get(), each->traits.mode & 0777 & ~umask_) != 0 && !Refused(errno)) {
        return SystemError("set its mode", errno);
      }
      if (futimens(folder.get(), Times(each->traits).data()) != 0 && !Refused(errno)) {
        return SystemError("set its time", errno);
      }
      return {};
    }();
    if (!set) failed(each->place.path, set.error());
  }
  waiting_.clear();
}

}  // namespace sigma
