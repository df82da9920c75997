#include "engine/io/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>

#include "engine/io/descriptor_stream.h"
#include "engine/io/system.h"
#include "engine/io/unpublished.h"

namespace sigma {

struct OutputFile::State {
  // Destroyed last to first: the descriptor closes before the temporary name goes.
  std::unique_ptr<Unpublished> unpublished;  // null when written in place
  bool force = false;
  std::optional<DescriptorSink> sink;
};

namespace {

// Whether the target is to be written as it stands: devices and pipes are no files to replace.
Result<bool> LookAtTarget(const std::string& path, bool force) {
  struct stat status {};
  if (stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return Fail(ErrorCode::kExists, "the target is a directory");
    if (S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode)) return true;
    if (S_ISBLK(status.st_mode) && force) return true;
  } else if (lstat(path.c_str(), &status) != 0) {
    return false;  // nothing there, or an error that making the file will report
  }
  if (!force) return Fail(ErrorCode::kExists, "the target exists (force overwrites it)");
  return false;
}

Result<Descriptor> OpenInPlace(const std::string& path) {
  int fd = -1;
  do {
    fd = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return SystemError("open the target", errno);
  return Descriptor(fd);
}

Result<Descriptor> OpenFolder(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "."
                             : slash == 0               ? "/"
                                                        : path.substr(0, slash);
  int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  // A folder one may write but not read: all works but the sync.
  if (fd < 0 && errno == EACCES) fd = open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return SystemError("open the target's folder", errno);
  return Descriptor(fd);
}

// Owner first: changing it clears bits of the mode. What may not be given away stays with us; if
// the group cannot follow, it gets no more than everybody has, so nobody gains a right.
Result<void> TakeOver(int fd, const FileMetadata* metadata) {
  if (metadata == nullptr) {
    if (fchmod(fd, 0666 & ~ProcessUmask()) != 0) return SystemError("set the mode", errno);
    return {};
  }
  mode_t mode = metadata->mode & 0777;
  constexpr auto kSame = static_cast<uid_t>(-1);
  if (fchown(fd, metadata->owner, metadata->group) != 0 &&
      fchown(fd, kSame, metadata->group) != 0) {
    struct stat status {};
    if (fstat(fd, &status) != 0 || status.st_gid != metadata->group) {
      mode = (mode & 0707) | (mode & ((mode & 07) << 3));
    }
  }
  if (fchmod(fd, mode) != 0) return SystemError("set the mode", errno);
  const std::array<timespec, 2> times = {metadata->accessed, metadata->modified};
  if (futimens(fd, times.data()) != 0) return SystemError("set the times", errno);
  return {};
}

Result<void> SyncFile(int fd) {
  while (fsync(fd) != 0) {
    if (errno != EINTR) return SystemError("sync the result", errno);
  }
  return {};
}

}  // namespace

OutputFile::OutputFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
OutputFile::OutputFile(OutputFile&&) noexcept = default;
OutputFile& OutputFile::operator=(OutputFile&&) noexcept = default;
OutputFile::~OutputFile() = default;

Result<OutputFile> OutputFile::Create(const std::string& path, const Choices& choices) {
  auto state = std::make_unique<State>();
  state->force = choices.force;
  if (path == "-") {
    state->sink.emplace(Descriptor(STDOUT_FILENO, false), choices.sparse);
    return OutputFile(std::move(state));
  }
  const Result<bool> in_place = LookAtTarget(path, choices.force);
  if (!in_place) return in_place.failure();
  if (*in_place) {
    Result<Descriptor> target = OpenInPlace(path);
    if (!target) return target.failure();
    state->sink.emplace(std::move(*target), Sparse::kNever);
    return OutputFile(std::move(state));
  }
  std::string leaf = path.substr(path.rfind('/') + 1);
  if (leaf.empty()) return Fail(ErrorCode::kInvalidArgument, "the target has no name");
  Result<Descriptor> folder = OpenFolder(path);
  if (!folder) return folder.failure();
  state->unpublished = std::make_unique<Unpublished>(std::move(*folder), std::move(leaf));
  Result<Descriptor> file = state->unpublished->Open(choices.named_temporary);
  if (!file) return file.failure();
  state->sink.emplace(std::move(*file), choices.sparse);
  state->sink->OwnFile();
  return OutputFile(std::move(state));
}

Sink& OutputFile::sink() { return *state_->sink; }

bool OutputFile::terminal() const { return isatty(state_->sink->descriptor().get()) == 1; }

Result<void> OutputFile::Publish(const FileMetadata* metadata, bool durable) {
  Descriptor& file = state_->sink->descriptor();
  if (state_->unpublished == nullptr) {
    // Closing a copy reports what the system held back, and leaves standard output open.
    Descriptor copy(fcntl(file.get(), F_DUPFD_CLOEXEC, 0));
    if (!copy.open()) return SystemError("close the output", errno);
    return copy.Close();
  }
  if (Result<void> done = TakeOver(file.get(), metadata); !done) return done;
  if (durable) {
    if (Result<void> done = SyncFile(file.get()); !done) return done;
  }
  if (Result<void> done = state_->unpublished->Publish(file.get(), state_->force); !done) {
    return done;
  }
  if (Result<void> done = file.Close(); !done) return done;
  return durable ? state_->unpublished->SyncFolder() : Result<void>{};
}

}  // namespace sigma
