// OutputFile: a result that either appears whole and with its metadata under its name, or not at
// all.
//
// Until Publish the bytes are in a file without a name in the target's folder (O_TMPFILE: the
// kernel drops it even on SIGKILL), or, where that is not to be had, in a hidden file of mode 0600.
// Destroying an unpublished OutputFile leaves nothing. Existing devices, pipes and terminals are
// written in place: nothing is created and nothing is replaced.
#ifndef SIGMA_IO_OUTPUT_FILE_H_
#define SIGMA_IO_OUTPUT_FILE_H_

#include <memory>
#include <string>

#include "engine/io/descriptor.h"
#include "engine/io/input_file.h"
#include "engine/io/stream.h"

namespace sigma {

class OutputFile {
 public:
  struct Choices {
    bool force = false;  // replace an existing file
    Sparse sparse = Sparse::kAuto;
    bool named_temporary = false;  // never O_TMPFILE (for tests of the other way)
  };

  // A path of "-" is standard output. kExists: the target exists and force is off, or it is a
  // directory. kCancelled: DiscardUnpublished was called while the file was being made.
  static Result<OutputFile> Create(const std::string& path, const Choices& choices);

  OutputFile(OutputFile&&) noexcept;
  OutputFile& operator=(OutputFile&&) noexcept;
  ~OutputFile();

  // Lives as long as this object (also after a move).
  [[nodiscard]] Sink& sink();
  // Whether the bytes go to a terminal (compressed ones must not).
  [[nodiscard]] bool terminal() const;

  // After sink().Finish(): owner, mode and times through the descriptor (without metadata: 0666 and
  // the umask), the name, and where it is to be durable fsync before the name and of the folder
  // after it. kExists if the name was taken meanwhile and force is off. Where there is no file of
  // our own, it only checks that all was taken.
  Result<void> Publish(const FileMetadata* metadata, bool durable = true);

 private:
  struct State;
  explicit OutputFile(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace sigma

#endif  // SIGMA_IO_OUTPUT_FILE_H_
