#include "engine/io/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

#include "engine/io/descriptor_stream.h"
#include "engine/io/system.h"
#include "engine/io/target_place.h"
#include "engine/io/unpublished.h"

namespace sigma {

struct OutputFile::State {
  // Destroyed last to first: the descriptor closes before the temporary name goes.
  std::unique_ptr<Unpublished> unpublished;  // null when written in place
  bool force = false;
  std::optional<FileState> present;  // what is there now: written in place or to be replaced
  std::optional<DescriptorSink> sink;
};

namespace {

// The mode of a nameless file at its beginning: what it is to have at its end, unless it must
// change hands first.
mode_t FirstMode(const FileMetadata* metadata) {
  if (metadata == nullptr) return 0666;
  const bool ours = metadata->owner == geteuid() && metadata->group == getegid();
  return ours ? metadata->mode & 0777 : 0600;
}

// A device or FIFO, still the one that was looked at.
Result<Descriptor> OpenInPlace(const TargetPlace& place) {
  int fd = -1;
  do {
    fd = openat(place.folder.get(), place.leaf.c_str(),
                O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return SystemError("open for writing", errno);
  Descriptor target(fd);
  const auto now = StateOf(fd);
  if (!now || !SameFile(*now, place.state)) {
    return Fail(ErrorCode::kIo, "was replaced while it was opened");
  }
  return target;
}

Result<Descriptor> OpenDescriptor(int named) {
  const int flags = fcntl(named, F_GETFL);
  if (flags < 0 || (flags & O_PATH) != 0 || (flags & O_ACCMODE) == O_RDONLY) {
    return Fail(ErrorCode::kInvalidArgument,
                "descriptor " + std::to_string(named) + " is not open for writing");
  }
  return Descriptor(named, false);
}

// Metadata of a result being set; what is refused becomes a warning.
class Takeover {
 public:
  Takeover(int fd, std::vector<std::string>& warnings) : fd_(fd), warnings_(warnings) {
    known_ = fstat(fd, &now_) == 0;
  }

  // Owner first: changing it clears bits of the mode. What may not be given away stays with us; if
  // the group cannot follow, it gets no more than everybody has, so nobody gains a right.
  void Run(const FileMetadata* metadata) {
    if (metadata == nullptr) {
      SetMode(0666 & ~ProcessUmask());
      return;
    }
    mode_t mode = metadata->mode & 0777;
    if (!SetOwner(metadata->owner, metadata->group)) {
      mode = (mode & 0707) | (mode & ((mode & 07) << 3));
    }
    SetMode(mode);
    const std::array<timespec, 2> times = {metadata->accessed, metadata->modified};
    if (futimens(fd_, times.data()) != 0) Warn("times", errno);
  }

 private:
  // Whether the group is the one wanted.
  bool SetOwner(uid_t owner, gid_t group) {
    if (known_ && now_.st_uid == owner && now_.st_gid == group) return true;
    known_ = false;
    if (fchown(fd_, owner, group) == 0) return true;
    const int error = errno;
    constexpr auto kSame = static_cast<uid_t>(-1);
    const bool owner_stays = now_.st_uid == owner;
    // Only root may give files away: no news for anybody else.
    if (!owner_stays && geteuid() == 0) Warn("owner", error);
    if (now_.st_gid == group || fchown(fd_, kSame, group) == 0) return true;
    Warn("group", errno);
    return false;
  }

  void SetMode(mode_t mode) {
    if (known_ && (now_.st_mode & 07777) == mode) return;
    if (fchmod(fd_, mode) != 0) Warn("mode", errno);
  }

  void Warn(const char* what, int error) {
    warnings_.push_back(std::string("the result does not have the source's ") + what +
                        ", the system refuses it: " + std::generic_category().message(error));
  }

  const int fd_;
  std::vector<std::string>& warnings_;
  bool known_ = false;
  struct stat now_ {};
};

// False: such a thing as syncing is not done here.
Result<bool> SyncDescriptor(int fd, const char* what) {
  while (fsync(fd) != 0) {
    if (Refused(errno) || errno == EBADF) return false;  // EBADF: a folder not open for reading
    if (errno != EINTR) return SystemError(what, errno);
  }
  return true;
}

// Closing a copy reports what the system held back, and leaves the file open.
Result<void> CheckTaken(int fd) {
  Descriptor copy(fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (!copy.open()) return SystemError("close", errno);
  return copy.Close();
}

}  // namespace

void PublishedFile::StartSync() { (void)sync_file_range(file_.get(), 0, 0, SYNC_FILE_RANGE_WRITE); }

bool PublishedFile::SyncFileSystem() {
  // Those whose syncfs waits for data, names and the disk's own cache.
  constexpr std::array<std::uint32_t, 5> kKnown = {0xEF53, 0x58465342, 0x9123683E, 0xF2F52010,
                                                   0x01021994};  // ext4, XFS, Btrfs, F2FS, tmpfs
  struct statfs system {};
  if (fstatfs(file_.get(), &system) != 0) return false;
  const auto magic = static_cast<std::uint32_t>(system.f_type);
  if (std::ranges::find(kKnown, magic) == kKnown.end()) return false;
  return syncfs(file_.get()) == 0;
}

Result<bool> PublishedFile::Sync(bool synced) {
  if (!synced) return SyncDescriptor(file_.get(), "sync the result");
  // Nothing is left to wait for; this tells of pages that could not be written since the file was
  // opened.
  constexpr unsigned kWait =
      SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
  if (sync_file_range(file_.get(), 0, 0, kWait) == 0) return true;
  if (Refused(errno)) return SyncDescriptor(file_.get(), "sync the result");
  return SystemError("sync the result", errno);
}

Result<bool> PublishedFile::SyncFolder() {
  return SyncDescriptor(folder_.get(), "sync the result's folder");
}

Result<Descriptor> PublishedFile::Reopen() const {
  int fd = -1;
  do {
    fd = openat(folder_.get(), leaf_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return SystemError("open the result again", errno);
  Descriptor again(fd);
  const auto published = StateOf(file_.get());
  const auto found = StateOf(fd);
  if (!published || !found || !SameFile(*published, *found)) {
    return Fail(ErrorCode::kIo, "the result was replaced by another file");
  }
  return again;
}

bool PublishedFile::Withdraw() {
  struct stat status {};
  const auto mine = State();
  return mine && fstatat(folder_.get(), leaf_.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         SameFile(*mine, StateOf(status)) && unlinkat(folder_.get(), leaf_.c_str(), 0) == 0;
}

Result<void> PublishedFile::Close() {
  Result<void> closed = file_.Close();
  folder_ = Descriptor();
  return closed;
}

OutputFile::OutputFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
OutputFile::OutputFile(OutputFile&&) noexcept = default;
OutputFile& OutputFile::operator=(OutputFile&&) noexcept = default;
OutputFile::~OutputFile() = default;

Result<OutputFile> OutputFile::Create(const std::string& path, const Choices& choices) {
  auto state = std::make_unique<State>();
  state->force = choices.force;
  const bool standard_output = path == "-";
  TargetPlace place;
  if (standard_output) {
    place.kind = TargetKind::kDescriptor;
    place.named_descriptor = STDOUT_FILENO;
  } else {
    Result<TargetPlace> found = FindTarget(path, choices.name);
    if (!found) return found.failure();
    place = std::move(*found);
  }
  const bool own_file = place.kind == TargetKind::kNothing || place.kind == TargetKind::kRegular;
  if (choices.own_file && !own_file) {
    return Fail(ErrorCode::kInvalidArgument,
                "is no regular file: a source is only removed for a result in one");
  }
  if (place.kind == TargetKind::kDescriptor) {
    Result<Descriptor> target = OpenDescriptor(place.named_descriptor);
    if (!target) return target.failure();
    state->present = StateOf(target->get());
    state->sink.emplace(std::move(*target), choices.sparse);
    return OutputFile(std::move(state));
  }
  if (place.kind != TargetKind::kNothing) state->present = place.state;
  if (!choices.force && (place.kind == TargetKind::kRegular || place.kind == TargetKind::kBlock)) {
    return AlreadyExists();
  }
  if (!own_file) {
    Result<Descriptor> target = OpenInPlace(place);
    if (!target) return target.failure();
    state->sink.emplace(std::move(*target), Sparse::kNever);
    return OutputFile(std::move(state));
  }
  state->unpublished =
      std::make_unique<Unpublished>(std::move(place.folder), std::move(place.leaf));
  Result<Descriptor> file =
      state->unpublished->Open(FirstMode(choices.metadata), choices.named_temporary);
  if (!file) return file.failure();
  state->sink.emplace(std::move(*file), Sparse::kNever);
  state->sink->OwnFile(choices.sparse != Sparse::kNever, choices.durable);
  return OutputFile(std::move(state));
}

Sink& OutputFile::sink() { return *state_->sink; }

bool OutputFile::terminal() const {
  return state_->unpublished == nullptr && isatty(state_->sink->descriptor().get()) == 1;
}

std::string OutputFile::temporary() const {
  return state_->unpublished == nullptr ? "" : state_->unpublished->temporary();
}

bool OutputFile::Is(const FileState& file) const {
  return state_->present && SameFile(*state_->present, file);
}

Result<PublishedFile> OutputFile::Publish(const FileMetadata* metadata) {
  PublishedFile published;
  Descriptor& file = state_->sink->descriptor();
  if (state_->unpublished == nullptr) {
    if (Result<void> taken = CheckTaken(file.get()); !taken) return taken.failure();
    return published;
  }
  Unpublished& unpublished = *state_->unpublished;
  // Without metadata a nameless file has had the right mode from its beginning.
  if (metadata != nullptr || unpublished.named()) {
    Takeover(file.get(), published.warnings_).Run(metadata);
  }
  // File systems of other machines tell of failed writes when a file is closed: before the name.
  if (unpublished.named()) {
    if (Result<void> taken = CheckTaken(file.get()); !taken) return taken.failure();
  }
  if (Result<void> named = unpublished.Publish(file, state_->force); !named) {
    return named.failure();
  }
  published.file_ = std::move(file);
  published.leaf_ = unpublished.leaf();
  published.folder_ = unpublished.TakeFolder();
  return published;
}

}  // namespace sigma
