// Unpublished: one result in the making, known to the whole process so that DiscardUnpublished can
// take its temporary file away. Every step that makes or removes a name runs under one lock, so no
// name slips through between the two.
#ifndef SIGMA_IO_UNPUBLISHED_H_
#define SIGMA_IO_UNPUBLISHED_H_

#include <string>

#include "engine/io/descriptor.h"
#include "sigma/files.hpp"

namespace sigma {

class Unpublished {
 public:
  // `folder` is open, `leaf` the name in it that the result is to get.
  Unpublished(Descriptor folder, std::string leaf);
  Unpublished(const Unpublished&) = delete;
  Unpublished& operator=(const Unpublished&) = delete;
  // Removes what is not published.
  ~Unpublished();

  // Opens the temporary file: without a name, with `mode` less the umask, if the system can and
  // `named` is false; otherwise with mode 0600.
  Result<Descriptor> Open(std::uint32_t mode, bool named);
  // Whether Open's file has a name (any file system can do that).
  [[nodiscard]] bool named() const { return !nameless_; }
  // The temporary name in the folder; empty while there is none.
  [[nodiscard]] const std::string& temporary() const { return temporary_; }
  // Gives the file its name. kExists if it is taken and `replace` is false, or, in any case, by
  // anything but a regular file; kCancelled after DiscardUnpublished. `file` is what Open gave,
  // still open; where the file system does not name nameless files, it becomes a copy that has a
  // name.
  Result<void> Publish(Descriptor& file, bool replace);

  // Once published.
  [[nodiscard]] Descriptor TakeFolder() { return std::move(folder_); }
  [[nodiscard]] const std::string& leaf() const { return leaf_; }

 private:
  friend void DiscardUnpublished() noexcept;

  Result<Descriptor> OpenNamed();
  Result<void> Name(int fd, bool replace);
  Result<void> LinkNameless(int fd, bool replace);
  Result<void> RenameTemporary(bool replace);
  Result<void> RenameToFree();
  Result<void> RenameOver();
  Result<void> CopyToNamed(Descriptor& file);
  void RemoveTemporary() noexcept;

  Descriptor folder_;
  std::string leaf_;
  std::string temporary_;  // hidden name in the folder; empty while there is none
  bool nameless_ = false;
  bool discarded_ = false;
  Unpublished* previous_ = nullptr;
  Unpublished* next_ = nullptr;
};

}  // namespace sigma

#endif  // SIGMA_IO_UNPUBLISHED_H_
