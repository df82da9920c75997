#include "engine/api/file_batch.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/api/edge.h"
#include "engine/api/file_access.h"
#include "engine/io/comparison_sink.h"
#include "engine/io/descriptor_stream.h"
#include "engine/io/system.h"

namespace sigma {
namespace {

// A batch: so many files, as far as there are descriptors for them, or so many bytes of sources. A
// sync of a folder, and with it a commit of the file system's journal, then serves many small
// files, and large ones do not pile up beside their results.
constexpr std::uint64_t kMostFiles = 256;
constexpr std::uint64_t kMostBytes = std::uint64_t{256} << 20;
// From so many files on the file system is synced as a whole, other people's data too: each file on
// its own costs a flush of the disk's cache, 29 s for 5,000 small ones.
constexpr std::size_t kLeastForFileSystem = 8;
constexpr std::uint64_t kDescriptorsEach = 3;   // source, result, folder
constexpr std::uint64_t kDescriptorsElse = 32;  // left for everything else

void Refuse(PendingFile& one, Error error) {
  one.settled.error = std::move(error);
  one.kept = true;
}

// A step of one file; an exception in it is that file's error.
template <typename Step>
void Attempt(PendingFile& one, Step step) {
  if (one.settled.error) return;
  if (Result<void> done = AtEdge([&]() -> Result<void> { return step(); }); !done) {
    Refuse(one, std::move(done.error()));
  }
}

// The result could not be made durable or verified. (A source that changed meanwhile says nothing
// against it.)
bool Doubtful(const PendingFile& one) {
  return one.settled.error && one.settled.error->code != ErrorCode::kSkipped;
}

void KeepUnsynced(PendingFile& one) {
  one.kept = true;
  one.settled.warnings.emplace_back(one.remove
                                        ? "the file system does not sync: the source is not removed"
                                        : "the file system does not sync the result");
}

// Restores the stream of the two and compares it with the other.
Result<void> Verify(PendingFile& one, Decompressor& with,
                    const FileSeries::OnVerifying& verifying) {
  Result<Descriptor> result = AtTarget(one.result.Reopen());
  if (!result) return result.failure();
  Result<std::unique_ptr<Source>> stream =
      one.compressed ? Result<std::unique_ptr<Source>>(
                           std::make_unique<DescriptorSource>(Descriptor(result->get(), false)))
                     : one.source.Again();
  if (!stream) return stream.failure();
  ComparisonSink comparison(one.compressed ? one.source.descriptor() : result->get());
  Observer observer;
  if (verifying) {
    observer = [&](const Progress& progress) {
      verifying(one.settled.source, progress);
      return true;
    };
  }
  const Result<Summary> restored = WithoutTrailing(with.Run(**stream, comparison, observer));
  if (restored) return {};
  if (one.source.Changed()) return Fail(ErrorCode::kSkipped, kChangedKeptText);
  Error error = restored.error();
  error.text = comparison.differs()
                   ? "the result, read again, does not restore the source: the source is kept"
                   : "the result could not be verified, the source is kept: " + error.text;
  error.at_target = true;
  return Unexpected{std::move(error)};
}

}  // namespace

FileBatch::FileBatch(std::uint32_t threads) {
  const std::uint64_t reserved = kDescriptorsElse + kDescriptorsEach * threads;
  const std::uint64_t descriptors = std::max(MostDescriptors(), reserved);
  most_files_ =
      std::clamp((descriptors - reserved) / kDescriptorsEach, std::uint64_t{1}, kMostFiles);
}

void FileBatch::Add(PendingFile one) {
  bytes_ += one.source.state().size;
  files_.push_back(std::move(one));
}

std::size_t FileBatch::Room() const noexcept {
  return files_.size() < most_files_ ? most_files_ - files_.size() : 1;
}

bool FileBatch::Full() const noexcept {
  return files_.size() >= most_files_ || bytes_ >= kMostBytes;
}

void FileBatch::Sync() {
  // Nearly always all results of a files_ are on one file system.
  std::optional<FileState> synced;
  if (files_.size() >= kLeastForFileSystem && files_.front().result.SyncFileSystem()) {
    synced = files_.front().result.State();
  }
  for (PendingFile& one : files_) one.result.StartSync();
  for (PendingFile& one : files_) {
    Attempt(one, [&]() -> Result<void> {
      const auto state = one.result.State();
      const Result<bool> done =
          AtTarget(one.result.Sync(synced && state && state->device == synced->device));
      if (!done) return done.failure();
      if (!*done) KeepUnsynced(one);
      return {};
    });
  }
  // Each folder once, and what came of it for all results in it.
  struct Folder {
    FileState state;
    Result<bool> synced;
  };
  std::vector<Folder> folders;
  for (PendingFile& one : files_) {
    Attempt(one, [&]() -> Result<void> {
      const auto state = one.result.Folder();
      if (!state) return AtTarget<void>(Fail(ErrorCode::kIo, "cannot look at the result's folder"));
      auto known = std::ranges::find_if(
          folders, [&](const Folder& folder) { return SameFile(folder.state, *state); });
      if (known == folders.end()) {
        known = folders.insert(known, Folder{*state, AtTarget(one.result.SyncFolder())});
      }
      if (!known->synced) return known->synced.failure();
      if (!*known->synced && !one.kept) KeepUnsynced(one);
      return {};
    });
  }
}

void FileBatch::Settle(FileWorkers& workers, const FileSeries::OnSettled& settled,
                       const FileSeries::OnVerifying& verifying) {
  if (files_.empty()) return;
  const Result<void> synced = AtEdge([&]() -> Result<void> {
    Sync();
    return {};
  });
  for (PendingFile& one : files_) {
    if (!synced && !one.settled.error) Refuse(one, synced.error());
  }
  const auto verifies = [](const PendingFile& one) { return one.remove && !one.kept; };
  std::vector<char> verified;
  (void)AtEdge([&]() -> Result<void> {
    verified.resize(files_.size());
    workers.SideBySide(files_.size(), [&](std::size_t i, FileWorkers::Lane& lane) {
      PendingFile& one = files_[i];
      if (!verifies(one) || one.source.state().size > kSmallStream) return;
      verified[i] = 1;
      Attempt(one, [&] { return Verify(one, workers.DecompressorOf(lane), {}); });
    });
    return {};
  });
  for (std::size_t i = 0; i < files_.size(); ++i) {
    PendingFile& one = files_[i];
    if ((!verified.empty() && verified[i] != 0) || !verifies(one)) continue;
    Attempt(one, [&] { return Verify(one, workers.TheDecompressor(), verifying); });
    workers.Drop();
  }
  for (PendingFile& one : files_) {
    // A result in doubt goes, unless it may be all there is.
    if (Doubtful(one) && one.source.StillNamed()) (void)one.result.Withdraw();
    if (one.remove && !one.kept) Attempt(one, [&] { return one.source.Remove(); });
    Attempt(one, [&] { return AtTarget(one.result.Close()); });
    settled(one.settled);
  }
  files_.clear();
  bytes_ = 0;
}

}  // namespace sigma
