// Unpublished: one result in the making, known to the whole process so that DiscardUnpublished can
// take its temporary file away. Every step that makes or removes a name runs under one lock, so no
// name slips through between the two.
#ifndef SIGMA_IO_UNPUBLISHED_H_
#define SIGMA_IO_UNPUBLISHED_H_

#include <string>

#include "engine/io/descriptor.h"

namespace sigma {

class Unpublished {
 public:
  // `folder` is open, `leaf` the name in it that the result is to get.
  Unpublished(Descriptor folder, std::string leaf);
  Unpublished(const Unpublished&) = delete;
  Unpublished& operator=(const Unpublished&) = delete;
  // Removes what is not published.
  ~Unpublished();

  // Opens the temporary file: without a name if the system can and `named` is false.
  Result<Descriptor> Open(bool named);
  // Gives the file its name. kExists if it is taken and `replace` is false; kCancelled after
  // DiscardUnpublished. `fd` is what Open gave, still open.
  Result<void> Publish(int fd, bool replace);
  // Makes the name durable.
  Result<void> SyncFolder();

 private:
  friend void DiscardUnpublished() noexcept;

  Result<Descriptor> OpenNamed();
  Result<void> LinkNameless(int fd, bool replace);
  Result<void> RenameTemporary(bool replace);
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
