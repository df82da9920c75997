// The journal, 40 bytes:
//
//   | "SGMAPPND" | inode 8 | end 8 | size 8 | hash64 of what is before it 8 |
//
// `end` is where the streams of the file ended and `size` how long it was: between them are zeros. It
// is written under its name at once: as long as it is not whole, no byte has been added.
//
// The order of things that are on the disk: the journal, its name; the added bytes; the journal's name
// is gone.
#include "engine/io/append_target.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <mutex>

#include "engine/base/endian.h"
#include "engine/base/hash.h"
#include "engine/io/descriptor_stream.h"
#include "engine/io/target_place.h"

namespace sigma {
namespace {

constexpr std::array<char, 8> kMagic = {'S', 'G', 'M', 'A', 'P', 'P', 'N', 'D'};
constexpr std::size_t kJournal = 40;

struct Journal {
  std::uint64_t inode = 0;
  std::uint64_t end = 0;
  std::uint64_t size = 0;
};

// Beside the file; of one length, so that it exists for every name.
std::string JournalName(const std::string& leaf) {
  const ByteView bytes{reinterpret_cast<const std::uint8_t*>(leaf.data()), leaf.size()};
  std::array<char, 48> name;
  std::snprintf(name.data(), name.size(), ".sigma-par.append.%016llx",
                static_cast<unsigned long long>(Hash64(bytes)));
  return name.data();
}

std::array<std::uint8_t, kJournal> BytesOf(const Journal& journal) {
  std::array<std::uint8_t, kJournal> bytes;
  std::memcpy(bytes.data(), kMagic.data(), kMagic.size());
  StoreLE(&bytes[8], journal.inode);
  StoreLE(&bytes[16], journal.end);
  StoreLE(&bytes[24], journal.size);
  StoreLE(&bytes[32], Hash64(ByteView{bytes}.first(32)));
  return bytes;
}

// The journal of the file `fd`, which has the name `leaf` in the folder; nothing if there is none, or
// none that is whole and this file's.
std::optional<Journal> ReadJournal(int folder, const std::string& leaf, int fd) {
  const Descriptor file(
      openat(folder, JournalName(leaf).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.open()) return std::nullopt;
  std::array<std::uint8_t, kJournal> bytes;
  const Result<std::size_t> got = ReadAllAt(file.get(), 0, bytes);
  if (!got || *got < bytes.size()) return std::nullopt;
  const Journal journal{.inode = LoadLE<std::uint64_t>(&bytes[8]),
                        .end = LoadLE<std::uint64_t>(&bytes[16]),
                        .size = LoadLE<std::uint64_t>(&bytes[24])};
  struct stat journal_status {};
  struct stat status {};
  // Of the same owner: in a folder where everybody may write, nobody else cuts a file by it.
  const bool sound =
      BytesOf(journal) == bytes && journal.end <= journal.size && fstat(fd, &status) == 0 &&
      fstat(file.get(), &journal_status) == 0 &&
      (journal_status.st_uid == status.st_uid || journal_status.st_uid == geteuid()) &&
      status.st_ino == journal.inode && static_cast<std::uint64_t>(status.st_size) >= journal.end;
  if (!sound) return std::nullopt;
  return journal;
}

Result<void> SyncAll(int fd, const char* what) {
  while (fsync(fd) != 0) {
    if (Refused(errno) || errno == EBADF) return {};  // a file system that does not sync
    if (errno != EINTR) return SystemError(what, errno);
  }
  return {};
}

// As it was before; the zeros after the streams come back.
Result<void> CutBack(int fd, const Journal& journal) {
  if (ftruncate(fd, static_cast<off_t>(journal.end)) != 0 ||
      ftruncate(fd, static_cast<off_t>(journal.size)) != 0) {
    return SystemError("cut off what was appended", errno);
  }
  return SyncAll(fd, "sync the file that was appended to");
}

}  // namespace

// From its beginning in the list of appends: one that is discarded before the journal is made never
// makes it.
struct AppendState final : Sink {
  AppendState();
  ~AppendState() override;
  AppendState(const AppendState&) = delete;
  AppendState& operator=(const AppendState&) = delete;

  Result<void> Write(ByteView bytes) override;
  Result<void> Finish() override;
  Result<void> Begin(std::uint64_t end);
  Result<void> Commit();
  // Under the lock.
  void Undo() noexcept;
  Result<void> RemoveJournal();

  Descriptor folder;
  std::string leaf;
  Descriptor file;
  std::optional<DescriptorSource> content;
  std::optional<DescriptorSink> added;
  Journal journal;
  bool begun = false;  // there is a journal
  bool discarded = false;
  AppendState* previous = nullptr;
  AppendState* next = nullptr;
};

namespace {

// The appends going on, a list through the objects themselves. The lock is held while bytes are added
// too: what is undone stays so.
struct Registry {
  std::mutex lock;
  AppendState* first = nullptr;
  bool closed = false;  // the process is about to end: what begins now is discarded from birth
};

Registry& TheRegistry() {
  static Registry registry;
  return registry;
}

Unexpected Cancelled() {
  return AtTarget<void>(Fail(ErrorCode::kCancelled, "stopped before all was appended")).failure();
}

}  // namespace

AppendState::AppendState() {
  Registry& registry = TheRegistry();
  const std::lock_guard hold(registry.lock);
  discarded = registry.closed;
  next = registry.first;
  if (next != nullptr) next->previous = this;
  registry.first = this;
}

AppendState::~AppendState() {
  Registry& registry = TheRegistry();
  const std::lock_guard hold(registry.lock);
  Undo();
  if (next != nullptr) next->previous = previous;
  (previous != nullptr ? previous->next : registry.first) = next;
}

void AppendState::Undo() noexcept {
  discarded = true;
  if (!begun) return;
  begun = false;
  // Where it cannot be cut off, the journal stays, and says that it does not count.
  try {
    if (CutBack(file.get(), journal)) (void)RemoveJournal();
  } catch (...) {
    // No memory for a name or an error's text.
  }
}

Result<void> AppendState::RemoveJournal() {
  if (unlinkat(folder.get(), JournalName(leaf).c_str(), 0) != 0 && errno != ENOENT) {
    return SystemError("remove the journal of appending", errno);
  }
  return SyncAll(folder.get(), "sync the file's folder");
}

Result<void> AppendState::Begin(std::uint64_t end) {
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return SystemError("look at the file", errno);
  journal = {
      .inode = status.st_ino, .end = end, .size = static_cast<std::uint64_t>(status.st_size)};
  const std::lock_guard hold(TheRegistry().lock);
  if (discarded) return Cancelled();
  Descriptor made(openat(folder.get(), JournalName(leaf).c_str(),
                         O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (!made.open()) return SystemError("make the journal of appending beside it", errno);
  begun = true;
  if (Result<void> put = WriteAllAt(made.get(), 0, BytesOf(journal)); !put) return put;
  for (const int fd : {made.get(), folder.get()}) {
    if (Result<void> synced = SyncAll(fd, "sync the journal of appending"); !synced) return synced;
  }
  if (lseek(file.get(), static_cast<off_t>(end), SEEK_SET) < 0) {
    return SystemError("go to the end of the file", errno);
  }
  added.emplace(Descriptor(file.get(), false), Sparse::kNever);
  return {};
}

Result<void> AppendState::Write(ByteView bytes) {
  const std::lock_guard hold(TheRegistry().lock);
  if (discarded) return Cancelled();
  return AtTarget(added->Write(bytes));
}

Result<void> AppendState::Finish() {
  const std::lock_guard hold(TheRegistry().lock);
  if (discarded) return Cancelled();
  return AtTarget(added->Finish());
}

Result<void> AppendState::Commit() {
  if (Result<void> synced = SyncAll(file.get(), "sync the file that was appended to"); !synced) {
    return synced;
  }
  const std::lock_guard hold(TheRegistry().lock);
  if (discarded) return Cancelled();
  if (unlinkat(folder.get(), JournalName(leaf).c_str(), 0) != 0) {
    return SystemError("remove the journal of appending", errno);
  }
  // From here on it counts, whatever comes.
  begun = false;
  return SyncAll(folder.get(), "sync the file's folder");
}

AppendTarget::AppendTarget(std::unique_ptr<AppendState> state) : state_(std::move(state)) {}
AppendTarget::AppendTarget(AppendTarget&&) noexcept = default;
AppendTarget& AppendTarget::operator=(AppendTarget&&) noexcept = default;
AppendTarget::~AppendTarget() = default;

Result<AppendTarget> AppendTarget::Open(const std::string& path, TargetName name) {
  Result<TargetPlace> place = FindTarget(path, name);
  if (!place) return place.failure();
  if (place->kind == TargetKind::kNothing) return Fail(ErrorCode::kNotFound, "no such file");
  if (place->kind != TargetKind::kRegular) {
    return Fail(ErrorCode::kExists, "is no regular file: nothing is appended to it");
  }
  auto state = std::make_unique<AppendState>();
  state->folder = std::move(place->folder);
  state->leaf = std::move(place->leaf);
  int fd = -1;
  do {
    fd = openat(state->folder.get(), state->leaf.c_str(),
                O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return SystemError("open for appending", errno);
  state->file = Descriptor(fd);
  const auto now = StateOf(fd);
  if (!now || !SameFile(*now, place->state)) {
    return Fail(ErrorCode::kIo, "was replaced while it was opened");
  }
  if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    return Fail(ErrorCode::kIo, "another process appends to it");
  }
  if (const auto left = ReadJournal(state->folder.get(), state->leaf, fd)) {
    if (Result<void> cut = CutBack(fd, *left); !cut) return cut.failure();
  }
  // One that is not whole, or of a file that once had this name, has nothing to say.
  if (Result<void> removed = state->RemoveJournal(); !removed) return removed.failure();
  state->content.emplace(Descriptor(fd, false));
  return AppendTarget(std::move(state));
}

Source& AppendTarget::source() { return *state_->content; }

bool AppendTarget::Is(const FileState& file) const {
  const auto now = StateOf(state_->file.get());
  return now && SameFile(*now, file);
}

Result<void> AppendTarget::Begin(std::uint64_t end) { return state_->Begin(end); }

Sink& AppendTarget::sink() { return *state_; }

Result<void> AppendTarget::Commit() { return state_->Commit(); }

std::optional<std::uint64_t> UnfinishedAppend(int fd, const std::string& path) {
  // Through links, to where the file is.
  std::array<char, PATH_MAX> place;
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t size = readlink(link.c_str(), place.data(), place.size());
  const std::string name = size > 0 && place[0] == '/'
                               ? std::string(place.data(), static_cast<std::size_t>(size))
                               : path;
  const std::size_t slash = name.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : name.substr(0, slash + 1);
  const std::string leaf = slash == std::string::npos ? name : name.substr(slash + 1);
  const std::string journal = folder + (slash == std::string::npos ? "/" : "") + JournalName(leaf);
  if (faccessat(AT_FDCWD, journal.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  const Descriptor open_folder(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto found = ReadJournal(open_folder.open() ? open_folder.get() : AT_FDCWD, leaf, fd);
  if (!found) return std::nullopt;
  return found->end;
}

void DiscardAppends() noexcept {
  Registry& registry = TheRegistry();
  const std::lock_guard hold(registry.lock);
  registry.closed = true;
  for (AppendState* one = registry.first; one != nullptr; one = one->next) one->Undo();
}

}  // namespace sigma
