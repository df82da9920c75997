// OutputFile: a result that either appears whole and with its metadata under its name, or not at
// all.
//
// Until Publish the bytes are in a file without a name in the target's folder (O_TMPFILE: the
// kernel drops it even on SIGKILL), or, where that is not to be had, in a hidden file of mode 0600.
// Destroying an unpublished OutputFile leaves nothing. A target that the caller named may also be a
// device, a FIFO or a descriptor of this process, which is written in place: nothing is created and
// nothing is replaced.
#ifndef SIGMA_IO_OUTPUT_FILE_H_
#define SIGMA_IO_OUTPUT_FILE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/io/descriptor.h"
#include "engine/io/file_state.h"
#include "engine/io/input_file.h"
#include "engine/io/stream.h"
#include "sigma/files.hpp"

namespace sigma {

// A result under its name. Its data may still be on the way to the disk.
class PublishedFile {
 public:
  // Asks for the data to be on its way to the disk; a hint.
  void StartSync();
  // Waits until all data on its file system is on the disk, in one go for many files. False where
  // that is not known to be so, and Sync is needed.
  bool SyncFileSystem();
  // Waits until the data is on the disk; `synced`: SyncFileSystem has seen to it, only look for
  // errors. False: the file system refuses to say so.
  Result<bool> Sync(bool synced = false);
  // The same for the names in its folder. One call serves all results in a folder that were
  // published before it.
  Result<bool> SyncFolder();
  [[nodiscard]] std::optional<FileState> Folder() const { return StateOf(folder_.get()); }
  [[nodiscard]] std::optional<FileState> State() const { return StateOf(file_.get()); }

  // False where the target was written in place: there is nothing to sync or to open again.
  [[nodiscard]] bool own_file() const { return file_.open(); }
  // Opens what the name stands for now: it must be the file that was published.
  Result<Descriptor> Reopen() const;
  // Takes the name away again if it still stands for this file; whether it did.
  bool Withdraw();
  // Reports what the destructor would swallow.
  Result<void> Close();

  // The parts of the source's metadata that could not be kept, one sentence each.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  friend class OutputFile;

  Descriptor file_;
  Descriptor folder_;
  std::string leaf_;
  std::vector<std::string> warnings_;
};

class OutputFile {
 public:
  struct Choices {
    bool force = false;  // replace an existing file, write to a block device
    TargetName name = TargetName::kDerived;
    bool own_file = false;  // kInvalidArgument for a target that would be written in place
    bool durable = false;   // the data is sent to the disk while it comes
    Sparse sparse = Sparse::kAuto;
    // The source's, as Publish will get it; or null. A mode given early need not be set later, and
    // until the result has a name nobody can open it.
    const FileMetadata* metadata = nullptr;
    bool named_temporary = false;  // never O_TMPFILE: other processes open it too
  };

  // A path of "-" is standard output. kExists: the target exists and force is off, or it is what
  // may not be written to (target_place.h). kCancelled: DiscardUnpublished was called.
  // A folder that cannot be written or a name that is too long is an error
  // here.
  static Result<OutputFile> Create(const std::string& path, const Choices& choices);

  OutputFile(OutputFile&&) noexcept;
  OutputFile& operator=(OutputFile&&) noexcept;
  ~OutputFile();

  // Lives as long as this object (also after a move).
  [[nodiscard]] Sink& sink();
  // Whether the bytes go to a terminal (compressed ones must not).
  [[nodiscard]] bool terminal() const;
  // The hidden name, beside the target, of what is not published yet; empty if it has none.
  [[nodiscard]] std::string temporary() const;
  // Whether this file is what would be written to or replaced.
  [[nodiscard]] bool Is(const FileState& file) const;

  // After sink().Finish(): owner, mode and times through the descriptor (without metadata: 0666 and
  // the umask), and the name. kExists if the name was taken meanwhile and force is off, or taken by
  // what is not a regular file. Where there is no file of our own, it only checks that all was
  // taken, and the result is closed.
  Result<PublishedFile> Publish(const FileMetadata* metadata);

 private:
  struct State;
  explicit OutputFile(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace sigma

#endif  // SIGMA_IO_OUTPUT_FILE_H_
