// InputFile: a source with a name. What it is decides whether it is taken; that is looked at before
// it is opened, so that no device or FIFO is touched in vain, and again on the descriptor, so that
// nobody can swap the file in between. What must be known later (metadata for the result, identity
// and state for the removal) is remembered.
#ifndef SIGMA_IO_INPUT_FILE_H_
#define SIGMA_IO_INPUT_FILE_H_

#include <ctime>
#include <memory>
#include <string>

#include "engine/io/descriptor.h"
#include "engine/io/file_state.h"
#include "engine/io/stream.h"

namespace sigma {

// The metadata that the result takes over from the source.
struct FileMetadata {
  std::uint32_t mode = 0;  // permission bits; setuid, setgid and sticky are never taken over
  std::uint32_t owner = 0;
  std::uint32_t group = 0;
  std::timespec accessed{};
  std::timespec modified{};
};

enum class SourcePolicy : std::uint8_t {
  kRead,    // everything that can be read; a FIFO is waited for
  kFile,    // regular files, by whatever name: through links, with several hard links
  kRemove,  // files that may be removed afterwards: no links, one name, no setuid, setgid or sticky
            // bit, in a folder that can be written
};

class InputFile {
 public:
  // A path of "-" is standard input, from its current position on. kNotFound: no such file.
  // kSkipped: a directory, or what the policy does not take. kInvalidArgument: kRemove and "-".
  static Result<InputFile> Open(const std::string& path, SourcePolicy policy);

  // Lives as long as this object (also after a move). Seekable, with a size, if it is a block
  // device or a regular file that is not empty. Files of size 0 are read to their end without
  // trusting the size (those of /proc have content).
  [[nodiscard]] Source& source() { return *source_; }
  // Null for anything but a regular file: there is nothing worth taking over.
  [[nodiscard]] const FileMetadata* metadata() const {
    return regular_ && !standard_input_ ? &metadata_ : nullptr;
  }
  [[nodiscard]] bool terminal() const { return terminal_; }
  [[nodiscard]] bool is_regular() const { return regular_; }
  [[nodiscard]] int descriptor() const { return descriptor_; }
  // When it was opened.
  [[nodiscard]] const FileState& state() const { return state_; }

  // Whether writing to this file would destroy what is read: a regular file or block device.
  [[nodiscard]] bool holds_data() const { return regular_ || block_; }

  // Whether a regular file was written to, cut, or touched in any other way since it was opened.
  [[nodiscard]] bool Changed() const;

  // Whether its path still leads to the file that was opened.
  [[nodiscard]] bool StillNamed() const;

  // Where an append to the file was cut short, or is going on, takes it for as long as it was before
  // (append_target.h), and remembers it. Before anything is read.
  void LeaveOutUnfinished();
  [[nodiscard]] bool unfinished() const { return unfinished_; }

  // Reads the regular file once more from its start: a source that must not outlive this object.
  Result<std::unique_ptr<Source>> Again();

  // Removes the file if its path still names the file that was opened and it has not changed since;
  // call it only once the result is safe. kSkipped: it has.
  Result<void> Remove();

 private:
  InputFile() = default;

  std::string path_;
  bool standard_input_ = false;
  bool regular_ = false;
  bool block_ = false;
  bool terminal_ = false;
  FileMetadata metadata_;
  FileState state_;
  bool unfinished_ = false;
  int descriptor_ = -1;            // the source's
  std::unique_ptr<Source> whole_;  // that `source_` is the front of; null: it is all of it
  std::unique_ptr<Source> source_;
};

}  // namespace sigma

#endif  // SIGMA_IO_INPUT_FILE_H_
