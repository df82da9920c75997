// InputFile: a source with a name. Opening looks before it reads, and does so on the descriptor, so
// that nobody can swap the file in between; what must be known later (metadata for the result,
// identity for the removal) is remembered.
#ifndef SIGMA_IO_INPUT_FILE_H_
#define SIGMA_IO_INPUT_FILE_H_

#include <ctime>
#include <memory>
#include <string>

#include "engine/io/descriptor.h"
#include "engine/io/stream.h"

namespace sigma {

// What the result takes over from the source.
struct FileMetadata {
  std::uint32_t mode = 0;  // permission bits; setuid, setgid and sticky are never taken over
  std::uint32_t owner = 0;
  std::uint32_t group = 0;
  std::timespec accessed{};
  std::timespec modified{};
};

enum class SourcePolicy : std::uint8_t {
  kStrict,  // regular files with one name and without setuid, setgid or sticky bits; no links
  kAny,     // everything that can be read
};

class InputFile {
 public:
  // A path of "-" is standard input, from its current position on. kNotFound: no such file.
  // kSkipped: a directory, or the policy is strict and forbids it.
  static Result<InputFile> Open(const std::string& path, SourcePolicy policy);

  // Lives as long as this object (also after a move). Seekable, with a size, if it is a regular
  // file that is not empty. Files of size 0 are read to their end without trusting the size (those
  // of /proc have content).
  [[nodiscard]] Source& source() { return *source_; }
  // Null for anything but a regular file: there is nothing worth taking over.
  [[nodiscard]] const FileMetadata* metadata() const { return regular_ ? &metadata_ : nullptr; }
  [[nodiscard]] bool terminal() const { return terminal_; }

  // Removes the file if its path still names the file that was opened and its size and time of
  // change are what they were then; call it only once the result is published.
  Result<void> Remove();

 private:
  InputFile() = default;

  std::string path_;
  bool standard_input_ = false;
  bool regular_ = false;
  bool terminal_ = false;
  FileMetadata metadata_;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
  std::uint64_t size_ = 0;
  std::unique_ptr<Source> source_;
};

}  // namespace sigma

#endif  // SIGMA_IO_INPUT_FILE_H_
